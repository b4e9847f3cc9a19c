//! Sealing: what is personal leaves for the journal encrypted.
//!
//! An event comes in with the name of the key it belongs to and goes out as
//! one JSON item of a journal line: plain, or sealed with XChaCha20-Poly1305.
//! Of a sealed event only the message's number can be read, so that a message
//! whose customer was erased is not taken for one still to be decided.
//!
//! Invariant: an item opens to exactly the JSON that was sealed, or not at all.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use crate::domain::event::Event;
use crate::domain::message::MessageId;
use crate::store::StoreError;
use crate::store::keys::{Key, Keyring};
use crate::store::names::Name;
use crate::store::wire::{self, WireError, WireEvent};

const NONCE: usize = 24;

/// One event of a journal line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Plain(Box<WireEvent>),
    Sealed(Sealed),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// Name of the key, 64 hexadecimal digits.
    key: String,
    /// Which of the keys that had this name.
    print: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    /// Nonce and ciphertext, base64.
    content: String,
}

/// An event on its way into the journal and the database.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub event: Event,
    /// As the database keeps it.
    pub json: Vec<u8>,
    /// As the journal keeps it.
    pub item: String,
}

/// What an item of the journal turned out to be.
#[derive(Debug)]
pub enum Opened {
    Event {
        event: Box<Event>,
        json: Vec<u8>,
    },
    /// Its key has been destroyed.
    Forgotten {
        message: Option<MessageId>,
    },
}

#[derive(Clone)]
pub struct Sealer {
    keyring: Arc<Keyring>,
}

impl Sealer {
    pub fn new(keyring: Arc<Keyring>) -> Sealer {
        Sealer { keyring }
    }

    /// `owner`: the key under which to seal; none for events that name nobody.
    pub fn prepare(&self, event: &Event, owner: Option<Name>) -> Result<Prepared, StoreError> {
        let json = wire::write(event).map_err(unwritable)?;
        let item = match owner {
            Some(owner) => serde_json::to_string(&Item::Sealed(self.seal(event, &json, owner)?)),
            None => serde_json::to_string(&Item::Plain(Box::new(WireEvent::from(event)))),
        };
        let item = item.map_err(|error| unwritable(WireError(error.to_string())))?;
        Ok(Prepared { event: event.clone(), json, item })
    }

    fn seal(&self, event: &Event, json: &[u8], owner: Name) -> Result<Sealed, StoreError> {
        let key = self.keyring.obtain(owner)?;
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)
            .map_err(|error| StoreError::Other(format!("the system gives no random bytes: {error}")))?;
        let mut sealed = Sealed {
            key: owner.hex(),
            print: key.print.clone(),
            message: message_of(event).map(|id| id.0),
            content: String::new(),
        };
        let ciphertext = cipher(&key)
            .encrypt(&XNonce::from(nonce), Payload { msg: json, aad: &sealed.label() })
            .map_err(|_| StoreError::Other("the event is too long to be sealed".to_owned()))?;
        let mut content = nonce.to_vec();
        content.extend(ciphertext);
        sealed.content = STANDARD_NO_PAD.encode(content);
        Ok(sealed)
    }

    /// The error is a sentence about the item, for [`StoreError::Broken`].
    pub fn open(&self, item: Item) -> Result<Result<Opened, String>, StoreError> {
        let sealed = match item {
            Item::Plain(wire) => return Ok(open_plain(*wire)),
            Item::Sealed(sealed) => sealed,
        };
        let Some(name) = Name::from_hex(&sealed.key) else {
            return Ok(Err("the name of a key is no digest".to_owned()));
        };
        Ok(match self.keyring.find(name)? {
            Some(key) if key.print == sealed.print => open_sealed(&sealed, &key),
            // No key, or a newer one of a customer who came back after having been erased.
            Some(_) | None => Ok(Opened::Forgotten { message: sealed.message.map(MessageId) }),
        })
    }
}

impl Sealed {
    /// What is authenticated beside the content.
    fn label(&self) -> Vec<u8> {
        format!("{}:{}:{:?}", self.key, self.print, self.message).into_bytes()
    }
}

fn open_plain(wire: WireEvent) -> Result<Opened, String> {
    let event = Event::try_from(wire).map_err(|error| error.to_string())?;
    let json = wire::write(&event).map_err(|error| error.to_string())?;
    Ok(Opened::Event { event: Box::new(event), json })
}

fn open_sealed(sealed: &Sealed, key: &Key) -> Result<Opened, String> {
    let content = STANDARD_NO_PAD.decode(&sealed.content).map_err(|error| error.to_string())?;
    let (nonce, ciphertext) = content.split_first_chunk::<NONCE>().ok_or("a sealed event is too short")?;
    let json = cipher(key)
        .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &sealed.label() })
        .map_err(|_| "a sealed event does not open with its key".to_owned())?;
    let event = wire::read(&json).map_err(|error| error.to_string())?;
    Ok(Opened::Event { event: Box::new(event), json })
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.bytes.into())
}

fn message_of(event: &Event) -> Option<MessageId> {
    match event {
        Event::Received { message, .. } | Event::Decided { message, .. } => Some(*message),
        _ => None,
    }
}

fn unwritable(error: WireError) -> StoreError {
    StoreError::Other(format!("an event cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(dir: &std::path::Path) -> Sealer {
        Sealer::new(Arc::new(Keyring::open(dir).unwrap()))
    }

    fn cursor() -> Event {
        Event::CursorMoved { name: "imap:support".to_owned(), value: "راز".to_owned() }
    }

    #[test]
    fn a_sealed_event_shows_nothing_and_opens_with_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let sealer = sealer(dir.path());
        let prepared = sealer.prepare(&cursor(), Some(Name([3; 32]))).unwrap();
        assert!(!prepared.item.contains("راز") && !prepared.item.contains("imap"));
        let item = serde_json::from_str(&prepared.item).unwrap();
        let Ok(Opened::Event { event, json }) = sealer.open(item).unwrap() else { panic!("not opened") };
        assert_eq!((*event, json), (cursor(), prepared.json));
    }

    #[test]
    fn without_its_key_an_event_is_forgotten_and_altered_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let item = sealer(dir.path()).prepare(&cursor(), Some(Name([3; 32]))).unwrap().item;
        let elsewhere = tempfile::tempdir().unwrap();
        let forgotten = sealer(elsewhere.path()).open(serde_json::from_str(&item).unwrap()).unwrap();
        assert!(matches!(forgotten, Ok(Opened::Forgotten { message: None })));

        let altered = item.replace("\"print\"", "\"message\":5,\"print\"");
        assert!(sealer(dir.path()).open(serde_json::from_str(&altered).unwrap()).unwrap().is_err());
    }

    #[test]
    fn an_event_of_a_newer_version_is_named() {
        let item = r#"{"plain":{"event":"teleported","to":"mars"}}"#;
        let error = serde_json::from_str::<Item>(item).unwrap_err();
        assert!(wire::explain(&error).contains("teleported"));
        assert!(wire::explain(&error).contains("newer pasokh"));
    }
}
