//! A word to all customers at once: somebody writes in our name.
//!
//! The text is a prepared reply, the owner approves it, and every customer
//! gets it in the language of their last conversation, outside of all threads.

use jiff::Timestamp;

use crate::domain::compose::{self, Values};
use crate::domain::conversation::Conversation;
use crate::domain::message::{Channel, Language};
use crate::domain::outbox::{OutboxId, OutboxRow, Recipient, Thread};
use crate::domain::rules::Rules;

const REPLY: &str = "warning";

/// The words in one language, as a mail would say them; none where the reply is missing.
pub fn text(rules: &Rules, language: Language, channel: Channel) -> Option<String> {
    let mut values = Values::new();
    values.set("shop", rules.business.name(language));
    values.set("command", "/verify K7M2-XQ9F");
    let reply = rules.replies.get(REPLY)?;
    Some(compose::compose(reply, &rules.business, language, channel, &values).text)
}

/// The row for the customer of this conversation.
pub fn row(rules: &Rules, newest: &Conversation, id: OutboxId, now: Timestamp) -> Option<OutboxRow> {
    let language = newest.language;
    Some(OutboxRow {
        id,
        to: Recipient::Customer(newest.contact.clone()),
        account: newest.account.clone(),
        subject: subject(rules.business.name(language), language),
        text: text(rules, language, newest.contact.channel())?,
        buttons: Vec::new(),
        attachments: Vec::new(),
        language,
        thread: Thread::default(),
        answers: None,
        conversation: None,
        by_person: false,
        created_at: now,
    })
}

fn subject(shop: &str, language: Language) -> String {
    match language {
        Language::Fa => format!("هشدار {shop} دربارهٔ پیام‌های دروغین"),
        Language::En => format!("A warning from {shop} about false messages"),
    }
}
