//! The few words that are made here and not by an owner: stages and their like.

use jiff::Timestamp;

use crate::domain::complaint::{Complaint, ComplaintState};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::decide::command::Command;
use crate::domain::message::Language;
use crate::domain::text::to_persian_digits;

pub fn stage(state: ComplaintState, language: Language) -> &'static str {
    match (state, language) {
        (ComplaintState::Received, Language::Fa) => "دریافت شد",
        (ComplaintState::Received, Language::En) => "received",
        (ComplaintState::Acknowledged, Language::Fa) => "ثبت شد و در نوبت بررسی است",
        (ComplaintState::Acknowledged, Language::En) => "acknowledged, waiting for a colleague",
        (ComplaintState::Investigating, Language::Fa) => "در حال بررسی",
        (ComplaintState::Investigating, Language::En) => "being looked into",
        (ComplaintState::WaitingCustomer, Language::Fa) => "منتظر پاسخ شما",
        (ComplaintState::WaitingCustomer, Language::En) => "waiting for your answer",
        (ComplaintState::Closed, Language::Fa) => "بسته شد",
        (ComplaintState::Closed, Language::En) => "closed",
    }
}

/// «۲ از ۵», "2 of 5".
pub fn step(state: ComplaintState, language: Language) -> String {
    let position = ComplaintState::ALL.iter().position(|other| *other == state).unwrap_or(0) + 1;
    let all = ComplaintState::ALL.len();
    match language {
        Language::Fa => to_persian_digits(&format!("{position} از {all}")),
        Language::En => format!("{position} of {all}"),
    }
}

pub fn team(language: Language) -> &'static str {
    match language {
        Language::Fa => "تیم پشتیبانی",
        Language::En => "our support team",
    }
}

/// What was said about the matter: asking where it stands, and being told, changes nothing about it.
fn about_the_matter(conversation: &Conversation) -> impl DoubleEndedIterator<Item = &Entry> {
    let asks = |entry: &Entry| {
        entry.by == Speaker::Customer && matches!(Command::parse(&entry.text), Some(Command::Status(_)))
    };
    let before = std::iter::once(None).chain(conversation.entries.iter().map(Some));
    let told: Vec<&Entry> = conversation
        .entries
        .iter()
        .zip(before)
        .filter(|(entry, before)| {
            let tells = entry.by == Speaker::Machine && before.is_some_and(asks);
            !tells && !asks(entry)
        })
        .map(|(entry, _)| entry)
        .collect();
    told.into_iter()
}

/// When something last happened to the complaint.
pub fn updated(conversation: &Conversation, complaint: &Complaint) -> Timestamp {
    let said = about_the_matter(conversation).next_back().map_or(conversation.opened_at, |entry| entry.at);
    said.max(complaint.updated_at)
}

/// What the customer could see happen last.
pub fn last_action(conversation: &Conversation, complaint: &Complaint, language: Language) -> &'static str {
    let staff_wrote = about_the_matter(conversation).rev().find(|entry| entry.by != Speaker::Machine);
    let by_staff = staff_wrote.is_some_and(|entry| matches!(entry.by, Speaker::Staff(_)));
    let assigned = complaint.owner.is_some();
    match (by_staff, assigned, language) {
        (true, _, Language::Fa) => "همکار ما برایتان نوشت",
        (true, _, Language::En) => "a colleague wrote to you",
        (false, true, Language::Fa) => "به همکار ما سپرده شد",
        (false, true, Language::En) => "it was given to a colleague",
        (false, false, Language::Fa) => "پیام شما ثبت شد",
        (false, false, Language::En) => "your message was recorded",
    }
}

pub fn yes(language: Language) -> &'static str {
    match language {
        Language::Fa => "بله",
        Language::En => "yes",
    }
}

pub fn number(n: i64, language: Language) -> String {
    match language {
        Language::Fa => to_persian_digits(&n.to_string()),
        Language::En => n.to_string(),
    }
}
