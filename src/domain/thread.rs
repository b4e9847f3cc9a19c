//! Where an answer hangs in its e-mail thread (RFC 5322 §3.6.4).

use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::message::Message;
use crate::domain::outbox::Thread;

/// A References field longer than this keeps its first and its last entries; RFC 5322 sets no
/// limit, but header lines are limited and some servers refuse very long ones.
const LONGEST_REFERENCES: usize = 20;

/// The thread position of an answer to this message.
pub fn answering(message: &Message) -> Thread {
    let Some(mail) = &message.mail else { return Thread::default() };
    let Some(id) = &mail.message_id else { return Thread::default() };
    // RFC 5322 §3.6.4: the parent's References, or its In-Reply-To if that holds one id, then the parent.
    let mut references = if mail.references.is_empty() && mail.in_reply_to.len() == 1 {
        mail.in_reply_to.clone()
    } else {
        mail.references.clone()
    };
    references.retain(|reference| reference != id);
    references.push(id.clone());
    Thread { in_reply_to: Some(id.clone()), references: shortened(references) }
}

/// The thread position of something that staff write into this conversation.
pub fn continuing(conversation: &Conversation) -> Thread {
    let references: Vec<String> = conversation
        .entries
        .iter()
        .filter(|entry| entry.by == Speaker::Customer)
        .filter_map(|entry| entry.mail_id.clone())
        .collect();
    Thread { in_reply_to: references.last().cloned(), references: shortened(references) }
}

/// The subject under which the conversation runs, ready for an answer.
pub fn conversation_subject(conversation: &Conversation) -> String {
    conversation
        .entries
        .iter()
        .find_map(|entry| entry.subject.as_deref())
        .map(reply_subject)
        .unwrap_or_default()
}

/// `Re: ` once, whatever was there before (RFC 5322 §3.6.5).
pub fn reply_subject(subject: &str) -> String {
    let subject = subject.trim();
    let is_reply = subject.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    if is_reply { subject.to_owned() } else { format!("Re: {subject}") }
}

fn shortened(mut references: Vec<String>) -> Vec<String> {
    if references.len() > LONGEST_REFERENCES {
        let surplus = references.len() - LONGEST_REFERENCES;
        references.drain(1..=surplus);
    }
    references
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn re_is_written_once() {
        assert_eq!(reply_subject("Where is it?"), "Re: Where is it?");
        assert_eq!(reply_subject("RE: Where is it?"), "RE: Where is it?");
        assert_eq!(reply_subject("پیگیری"), "Re: پیگیری");
    }

    #[test]
    fn long_chains_keep_the_first_and_the_last() {
        let chain: Vec<String> = (0..50).map(|n| format!("{n}@x")).collect();
        let kept = shortened(chain);
        assert_eq!(kept.len(), LONGEST_REFERENCES);
        assert_eq!(kept.first().map(String::as_str), Some("0@x"));
        assert_eq!(kept.last().map(String::as_str), Some("49@x"));
    }
}
