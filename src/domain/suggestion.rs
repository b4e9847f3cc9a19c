//! The reply that staff can send with one key.
//!
//! A filed complaint comes in; out come the prepared replies on its suggested
//! topics, filled in as they would be sent now, so that what is shown, what an
//! alert carries and what goes out are the same words.
//!
//! Invariant: nothing of the customer stands in it, not even the name; and a
//! complaint is never suggested a how-to.

use std::collections::BTreeSet;

use crate::domain::complaint::ComplaintKind;
use crate::domain::compose::{self, Values};
use crate::domain::conversation::Conversation;
use crate::domain::message::Language;
use crate::domain::rules::Rules;
use crate::domain::understanding::IntentName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub topics: Vec<IntentName>,
    /// Names of the prepared replies.
    pub replies: Vec<String>,
    pub text: String,
}

/// The prepared replies of every intent, filled in for this conversation: name and text. Those that
/// cannot be filled in are left out.
pub fn prepared(rules: &Rules, conversation: &Conversation) -> Vec<(String, String)> {
    let (language, channel) = (conversation.language, conversation.contact.channel());
    let values = shop_values(rules, language);
    let names: BTreeSet<&String> =
        rules.intents.values().filter_map(|intent| intent.reply.as_ref()).collect();
    let filled = names.into_iter().filter_map(|name| {
        let composed =
            compose::compose(rules.replies.get(name)?, &rules.business, language, channel, &values);
        composed.missing.is_empty().then(|| (name.clone(), composed.text.trim().to_owned()))
    });
    filled.collect()
}

fn shop_values(rules: &Rules, language: Language) -> Values {
    Values::new()
        .with("shop", rules.business.name(language))
        .with("hours", &rules.calendar.describe(language))
}

/// What may be sent with one key; none when nothing is suggested, or a reply is gone or cannot be filled in.
pub fn suggestion(rules: &Rules, conversation: &Conversation) -> Option<Suggestion> {
    let complaint = conversation.complaint.as_ref()?;
    if complaint.suggested.is_empty() || !complaint.is_open() || complaint.kind == ComplaintKind::Complaint {
        return None;
    }
    let (language, channel) = (conversation.language, conversation.contact.channel());
    let values = shop_values(rules, language);
    let mut found =
        Suggestion { topics: complaint.suggested.clone(), replies: Vec::new(), text: String::new() };
    for topic in &complaint.suggested {
        let name = rules.intents.get(topic)?.reply.clone()?;
        let composed =
            compose::compose(rules.replies.get(&name)?, &rules.business, language, channel, &values);
        if !composed.missing.is_empty() {
            return None;
        }
        if !found.text.is_empty() {
            found.text.push_str("\n\n");
        }
        found.text.push_str(composed.text.trim());
        found.replies.push(name);
    }
    Some(found)
}
