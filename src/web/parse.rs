//! A submission of the live chat, as it is kept, and the message in it.
//!
//! The web writes [`Kept`] as JSON into the raw copy; later, perhaps after a
//! restart, the same JSON becomes a [`Message`].
//!
//! Invariant: what this version wrote, every later version can read; fields
//! are only added, and are optional.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::body::is_bidi_control;
use crate::domain::message::{
    Attachment, Authenticity, Channel, Contact, Language, Message, MessageId, MessageKey, Press,
};

/// The raw copy of one submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub session: String,
    pub nonce: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub press: Option<String>,
    /// Language of the page on which it was written.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
}

impl Kept {
    pub fn key(&self) -> MessageKey {
        MessageKey::Chat { session: self.session.clone(), nonce: self.nonce.clone() }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the kept submission of the live chat cannot be read: {0}")]
pub struct ParseError(#[from] serde_json::Error);

/// What intake has kept of one submission.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    pub id: MessageId,
    pub bytes: &'a [u8],
    pub files: &'a [Attachment],
    pub received_at: Timestamp,
}

/// # Errors
/// When the raw copy is not the JSON that this module wrote.
pub fn parse(received: Received<'_>) -> Result<Message, ParseError> {
    let kept: Kept = serde_json::from_slice(received.bytes)?;
    Ok(Message {
        id: received.id,
        channel: Channel::Chat,
        account: "chat".to_owned(),
        contact: Contact::Chat(kept.session),
        name: kept.name.as_deref().and_then(clean_name),
        visible: kept.text.trim().to_owned(),
        text: kept.text,
        attachments: received.files.to_vec(),
        press: kept.press.as_deref().and_then(Press::decode),
        edited: false,
        reply_to: None,
        // Whoever holds the session's token is the one who wrote before.
        authenticity: Authenticity::Pass,
        unanswerable: None,
        language_hint: kept.language.as_deref().and_then(Language::from_tag),
        mail: None,
        update_id: None,
        received_at: received.received_at,
    })
}

/// One short line without control and turning characters; none when nothing is left.
fn clean_name(name: &str) -> Option<String> {
    let clean: String = name.chars().filter(|c| !c.is_control() && !is_bidi_control(*c)).take(100).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(json: &str) -> Result<Message, ParseError> {
        parse(Received {
            id: MessageId(7),
            bytes: json.as_bytes(),
            files: &[],
            received_at: Timestamp::UNIX_EPOCH,
        })
    }

    #[test]
    fn a_kept_submission_becomes_a_message() {
        let kept = Kept {
            session: "s".to_owned(),
            nonce: "n".to_owned(),
            text: " سفارشم کجاست؟\n".to_owned(),
            press: None,
            language: Some("fa".to_owned()),
            name: Some("سا\u{202E}را\n".to_owned()),
        };
        let message = parsed(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(message.contact, Contact::Chat("s".to_owned()));
        assert_eq!(message.text, " سفارشم کجاست؟\n");
        assert_eq!(message.visible, "سفارشم کجاست؟");
        assert_eq!(message.name.as_deref(), Some("سارا"));
        assert_eq!(message.language_hint, Some(Language::Fa));
        assert_eq!(message.authenticity, Authenticity::Pass);
    }

    #[test]
    fn a_pressed_button_is_understood() {
        let message = parsed(r#"{"session":"s","nonce":"n","text":"بله","press":"h:12:y"}"#).unwrap();
        assert_eq!(message.press, Some(Press::Helped { conversation: 12, yes: true }));
    }

    #[test]
    fn fields_of_a_later_version_do_no_harm_and_broken_json_is_an_error() {
        assert!(parsed(r#"{"session":"s","nonce":"n","mood":"fine"}"#).is_ok());
        assert!(parsed("{").is_err());
    }
}
