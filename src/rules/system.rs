//! Replies that the program itself says, whatever the intents are.
//!
//! Each has the placeholders that are always filled in when it is said; any
//! other placeholder must stand inside `{% if … %}`.

/// A system reply and its sure placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemReply {
    pub name: &'static str,
    pub sure: &'static [&'static str],
}

const fn reply(name: &'static str, sure: &'static [&'static str]) -> SystemReply {
    SystemReply { name, sure }
}

const ACKNOWLEDGED: &[&str] = &["code", "due"];

pub const SYSTEM_REPLIES: [SystemReply; 83] = [
    // Also the menu of /start and /help.
    reply("greeting", &[]),
    reply("thanks", &[]),
    reply("helped_question", &[]),
    reply("helped_yes_label", &[]),
    reply("helped_no_label", &[]),
    reply("helped_thanks", &[]),
    reply("clarify", &["topics"]),
    reply("neither_label", &[]),
    reply("acknowledge_complaint", ACKNOWLEDGED),
    reply("acknowledge_question", ACKNOWLEDGED),
    reply("acknowledge_request", ACKNOWLEDGED),
    reply("acknowledge_suggestion", ACKNOWLEDGED),
    reply("acknowledge_criticism", ACKNOWLEDGED),
    reply("acknowledge_callback", ACKNOWLEDGED),
    reply("acknowledge_human", ACKNOWLEDGED),
    reply("acknowledge_suspicious", ACKNOWLEDGED),
    reply("acknowledge_not_helped", ACKNOWLEDGED),
    // To a sender who has proven nothing: the code and no word of his own.
    reply("acknowledge_unverified", &["code"]),
    // One sentence after an acknowledgement.
    reply("out_of_hours", &["next_open"]),
    reply("status", &["code", "updated", "stage", "step", "owner", "last_action"]),
    // The same words for a code that does not exist and for somebody else's.
    reply("status_unknown", &[]),
    reply("status_closed", &["code", "updated", "reopen_days"]),
    reply("added", &["code", "next_due"]),
    reply("reopened", &["code", "due"]),
    reply("reopen_refused", &["code", "reopen_days"]),
    reply("closed", &["code", "reopen_days"]),
    // Under a person's own words, in mail.
    reply("staff_reply_footer", &["code"]),
    reply("email_choose", &[]),
    reply("empty_message", &[]),
    // After a message with a card number or the like in it.
    reply("secrets_hidden", &[]),
    // "Is the message with this code from you?"
    reply("verify_ours", &["stamp", "date", "way", "writer"]),
    reply("verify_not_ours", &[]),
    reply("verify_too_often", &[]),
    reply("verify_how", &["command"]),
    // To all customers, once the owner approves: somebody writes in the shop's name.
    reply("warning", &["command"]),
    // One customer on several contacts, by a one-time code in `command`.
    reply("link_code", &["command", "until"]),
    reply("link_sent", &["command"]),
    reply("link_code_mail", &["command", "until", "way"]),
    reply("link_confirm", &["command", "way"]),
    reply("linked", &["command", "way"]),
    reply("link_refused", &["command"]),
    reply("link_too_often", &[]),
    reply("unlinked", &[]),
    // After an insult, each harsher than the one before.
    reply("abuse_calm", &[]),
    reply("abuse_warning", &[]),
    reply("abuse_rest", &["until"]),
    // To words that the owner lists as political.
    reply("no_politics", &[]),
    // The course of a complaint.
    reply("asked", &["code", "question", "date"]),
    reply("asked_again", &["code", "question"]),
    // It takes longer than the customer was told.
    reply("delay_notice", &["code", "next_due"]),
    reply("decision_upheld", &["code", "finding"]),
    reply("decision_refused", &["code", "finding"]),
    reply("decision_final", &["code", "finding"]),
    reply("decision_reminder", &["code", "finding"]),
    reply("accept_label", &[]),
    reply("refuse_label", &[]),
    reply("review_label", &[]),
    reply("outside_label", &[]),
    reply("accepted", &["code"]),
    reply("review_begun", &["code"]),
    reply("outside_options", &["code"]),
    reply("closed_outside", &["code"]),
    reply("withdraw_question", &["code"]),
    reply("withdraw_yes_label", &[]),
    reply("withdraw_no_label", &[]),
    reply("withdraw_kept", &["code"]),
    reply("withdrawn", &["code", "reopen_days"]),
    // What is still asked when a case exists.
    reply("ask_order_no", &["code"]),
    reply("ask_remedy", &["code"]),
    reply("ask_occurred_at", &["code"]),
    reply("ask_phone", &["code"]),
    reply("ask_phone_again", &["code"]),
    reply("ask_slot", &["code"]),
    reply("skip_label", &[]),
    reply("details_done", &["code"]),
    reply("callback_confirmed", &["code", "phone"]),
    reply("merged", &["code", "target"]),
    reply("call_missed", &["code"]),
    reply("survey", &["code"]),
    // After `closed`, where one tap answers it.
    reply("survey_question", &[]),
    // The second question; `survey_sorry` before it when the first score was low.
    reply("survey_more", &[]),
    reply("survey_thanks", &[]),
    reply("survey_sorry", &[]),
];

pub fn is_system(name: &str) -> bool {
    SYSTEM_REPLIES.iter().any(|reply| reply.name == name)
}

/// The placeholders that are always filled in when this reply is said, besides `shop` and `hours`.
pub fn sure(name: &str) -> &'static [&'static str] {
    SYSTEM_REPLIES.iter().find(|reply| reply.name == name).map_or(&[], |reply| reply.sure)
}
