//! Keys of the database: one letter for what it is, then its parts.
//!
//! Everything lies in one tree, so that one batch moves all of it at once.
//! Numbers and times are written so that bytes sort as they do.
//!
//! Invariant: all keys of one kind begin with the same letter, and parts of
//! variable length come last.

use jiff::Timestamp;

use crate::domain::clocks::{ClockKind, Level};
use crate::domain::code::TrackingCode;
use crate::domain::conversation::ConversationId;
use crate::domain::message::{BlobId, Channel, MessageId};
use crate::domain::outbox::OutboxId;
use crate::store::Due;
use crate::store::names::Name;

pub const MESSAGE: u8 = b'M';
pub const CONVERSATION: u8 = b'H';
pub const CONVERSATION_EVENT: u8 = b'E';
pub const CODE: u8 = b'k';
pub const ROW: u8 = b'R';
pub const UNDECIDED: u8 = b'u';
pub const ATTEMPT: u8 = b'a';
pub const HELD: u8 = b'h';
pub const UNSENT: u8 = b'n';
pub const DUE: u8 = b'd';
pub const JUDGED: u8 = b'j';
pub const UNWANTED: u8 = b'w';
pub const CLOSURE: u8 = b'z';
pub const NOTICE: u8 = b'y';

/// A key under construction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub Vec<u8>);

impl Key {
    fn new(kind: u8) -> Key {
        Key(vec![kind])
    }

    fn number(mut self, number: u64) -> Key {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn name(mut self, name: Name) -> Key {
        self.0.extend(name.0);
        self
    }

    fn time(mut self, at: Timestamp) -> Key {
        self.0.extend(sortable(at).to_be_bytes());
        self
    }

    /// The youngest sorts first.
    fn time_descending(mut self, at: Timestamp) -> Key {
        self.0.extend((!sortable(at)).to_be_bytes());
        self
    }

    fn byte(mut self, byte: u8) -> Key {
        self.0.push(byte);
        self
    }
}

/// Nanoseconds since 1970, moved so that earlier ones are smaller without a sign.
fn sortable(at: Timestamp) -> u128 {
    at.as_nanosecond().cast_unsigned() ^ (1 << 127)
}

/// A time as a value that can be compared.
pub fn stamp(at: Timestamp) -> Vec<u8> {
    sortable(at).to_be_bytes().to_vec()
}

/// The time that was written so.
pub fn unstamp(bytes: &[u8]) -> Option<Timestamp> {
    let sortable = u128::from_be_bytes(*bytes.first_chunk()?);
    Timestamp::from_nanosecond((sortable ^ (1 << 127)).cast_signed()).ok()
}

/// Time and row of a key of the index of attempts.
pub fn read_attempt(key: &[u8]) -> Option<(Timestamp, OutboxId)> {
    let at = unstamp(key.get(1..17)?)?;
    Some((at, OutboxId(u64::from_be_bytes(key.get(17..25)?.try_into().ok()?))))
}

/// What a key of the index of due times says.
pub fn read_due(key: &[u8]) -> Option<Due> {
    let at = unstamp(key.get(1..17)?)?;
    let conversation = ConversationId(u64::from_be_bytes(key.get(17..25)?.try_into().ok()?));
    let kind = *ClockKind::ALL.get(usize::from(*key.get(25)?))?;
    let started_at = unstamp(key.get(26..42)?)?;
    Some(Due { at, conversation, kind, started_at, level: Level(*key.get(42)?) })
}

/// The keys that begin with `prefix`: from it (included) to the result (excluded).
pub fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

pub fn format() -> Key {
    Key(b"!format".to_vec())
}

/// Number and hash of the last journal line that is in the database.
pub fn applied() -> Key {
    Key(b"!applied".to_vec())
}

/// The highest number given out.
pub fn fresh() -> Key {
    Key(b"!fresh".to_vec())
}

pub fn last_message() -> Key {
    Key(b"!message".to_vec())
}

pub fn all(kind: u8) -> Key {
    Key::new(kind)
}

pub fn identity(name: Name) -> Key {
    Key::new(b'i').name(name)
}

/// The event `Received`.
pub fn message(id: MessageId) -> Key {
    Key::new(MESSAGE).number(id.0)
}

/// The event `Decided`.
pub fn decision(id: MessageId) -> Key {
    Key::new(b'D').number(id.0)
}

/// The row that answers the message.
pub fn answer(id: MessageId) -> Key {
    Key::new(b'A').number(id.0)
}

pub fn undecided(id: MessageId) -> Key {
    Key::new(UNDECIDED).number(id.0)
}

pub fn conversation(id: ConversationId) -> Key {
    Key::new(CONVERSATION).number(id.0)
}

pub fn conversation_event(id: ConversationId, number: u64) -> Key {
    Key::new(CONVERSATION_EVENT).number(id.0).number(number)
}

pub fn conversation_events(id: ConversationId) -> Key {
    Key::new(CONVERSATION_EVENT).number(id.0)
}

pub fn contact_conversations(contact: Name) -> Key {
    Key::new(b'c').name(contact)
}

pub fn contact_conversation(contact: Name, opened_at: Timestamp, id: ConversationId) -> Key {
    contact_conversations(contact).time_descending(opened_at).number(id.0)
}

pub fn code(code: TrackingCode) -> Key {
    Key::new(CODE).number(u64::from(code.value()))
}

pub fn mail_id(name: Name) -> Key {
    Key::new(b'm').name(name)
}

pub fn external(contact: Name, external: Name) -> Key {
    Key::new(b'x').name(contact).name(external)
}

pub fn complaints(open: bool) -> Key {
    Key::new(b'P').byte(u8::from(open))
}

pub fn complaint(open: bool, received_at: Timestamp, id: ConversationId) -> Key {
    complaints(open).time(received_at).number(id.0)
}

/// A conversation in which a person judged.
pub fn judged(id: ConversationId) -> Key {
    Key::new(JUDGED).number(id.0)
}

/// A raw copy that must not be kept.
pub fn unwanted(blob: &BlobId) -> Key {
    let mut key = Key::new(UNWANTED);
    key.0.extend(blob.0.as_bytes());
    key
}

/// The event `Queued`.
pub fn row(id: OutboxId) -> Key {
    Key::new(ROW).number(id.0)
}

/// How far the row has come.
pub fn row_state(id: OutboxId) -> Key {
    Key::new(b'S').number(id.0)
}

pub fn queue(recipient: Name) -> Key {
    Key::new(b'q').name(recipient)
}

/// A place in a recipient's queue: by line of the journal and place in the line.
pub fn queued(recipient: Name, seq: u64, index: u64) -> Key {
    queue(recipient).number(seq).number(index)
}

/// The value in the index of attempts: by which channel and account the row goes out.
pub fn route(channel: Channel, account: &str) -> String {
    format!("{}:{account}", channel.name())
}

pub fn attempt(at: Timestamp, row: OutboxId) -> Key {
    Key::new(ATTEMPT).time(at).number(row.0)
}

/// After all attempts up to and including `at`.
pub fn attempts_after(at: Timestamp) -> Key {
    Key::new(ATTEMPT).time(at).number(u64::MAX).byte(0)
}

pub fn held(row: OutboxId) -> Key {
    Key::new(HELD).number(row.0)
}

pub fn unsent(row: OutboxId) -> Key {
    Key::new(UNSENT).number(row.0)
}

/// A level that a running clock will reach, and about which nobody has been told.
pub fn due(at: Timestamp, id: ConversationId, kind: ClockKind, started_at: Timestamp, level: u8) -> Key {
    let kind = ClockKind::ALL.iter().position(|known| *known == kind).map_or(u8::MAX, |at| at as u8);
    Key::new(DUE).time(at).number(id.0).byte(kind).time(started_at).byte(level)
}

/// After all levels reached up to and including `at`.
pub fn dues_after(at: Timestamp) -> Key {
    Key::new(DUE).time(at).number(u64::MAX).byte(u8::MAX)
}

/// Whose sent messages are counted.
#[derive(Debug, Clone, Copy)]
pub enum Counted {
    Contact(Name),
    Domain(Name),
    Everybody,
}

fn sent_by(counted: Counted) -> Key {
    match counted {
        Counted::Contact(name) => Key::new(b's').byte(b'c').name(name),
        Counted::Domain(name) => Key::new(b's').byte(b'd').name(name),
        Counted::Everybody => Key::new(b's').byte(b'e'),
    }
}

pub fn sent(counted: Counted, at: Timestamp, row: OutboxId) -> Key {
    sent_by(counted).time(at).number(row.0)
}

/// From the first message sent after `since` to the last.
pub fn sent_since(counted: Counted, since: Timestamp) -> (Key, Key) {
    let end = Key(end_of(&sent_by(counted).0));
    (sent_by(counted).time(since).number(u64::MAX).byte(0), end)
}

/// When this text last went to this contact.
pub fn said(contact: Name, text: Name) -> Key {
    Key::new(b't').name(contact).name(text)
}

pub fn contact_state(contact: Name) -> Key {
    Key::new(b'b').name(contact)
}

/// The event `NoticeHeld`, while nobody has been told.
pub fn notice(id: u64) -> Key {
    Key::new(NOTICE).number(id)
}

/// The event `ClosureAdded`, by the first day of it.
pub fn closure(from: jiff::civil::Date) -> Key {
    let mut key = Key::new(CLOSURE);
    key.0.extend(from.to_string().as_bytes());
    key
}

pub fn cursor(name: &str) -> Key {
    let mut key = Key::new(b'v');
    key.0.extend(name.as_bytes());
    key
}

/// What a key is about, for a sentence about a difference.
pub fn describe(key: &[u8]) -> String {
    let number = key.get(1..9).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
    match key.first() {
        Some(b'M' | b'D' | b'A' | b'u') => format!("message {number}"),
        Some(b'H' | b'E' | b'j') => format!("conversation {number}"),
        Some(b'R' | b'S' | b'h' | b'n') => format!("outbox row {number}"),
        Some(b'k') => "a tracking code".to_owned(),
        Some(b'c' | b'm' | b'x' | b'b' | b't') => "the index of contacts".to_owned(),
        Some(b'P') => "the index of complaints".to_owned(),
        Some(b'q' | b'a') => "the order of the outbox".to_owned(),
        Some(b'd') => "the index of due times".to_owned(),
        Some(b's') => "the count of messages sent".to_owned(),
        Some(b'v') => "a cursor".to_owned(),
        Some(b'w') => "a raw copy to be destroyed".to_owned(),
        Some(b'y') => format!("notice {number}"),
        Some(b'z') => "the closures of days".to_owned(),
        Some(b'i') => "the index of identities".to_owned(),
        _ => "the database's own numbers".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_bytes_also_before_1970() {
        let times = [-9_000_000_000i64, -1, 0, 1, 9_000_000_000];
        let key = |seconds| attempt(Timestamp::from_second(seconds).unwrap(), OutboxId(0));
        let mut keys: Vec<_> = times.into_iter().map(key).collect();
        keys.reverse();
        keys.sort();
        assert_eq!(keys, times.into_iter().map(key).collect::<Vec<_>>());
    }

    #[test]
    fn the_end_of_a_prefix_lies_after_all_that_begin_with_it() {
        assert_eq!(end_of(b"ab"), b"ac");
        assert_eq!(end_of(&[b'a', 0xff]), b"b");
        assert!(attempts_after(Timestamp::UNIX_EPOCH) > attempt(Timestamp::UNIX_EPOCH, OutboxId(u64::MAX)));
    }
}
