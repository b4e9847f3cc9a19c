//! The starter set: the files of `intents/` and `replies/`, inside the program.
//!
//! Invariant: every file of the two directories is here; a test compares.

use crate::rules::files::RuleFile;
use crate::yaml::Source;

macro_rules! files {
    ($directory:literal: $($stem:literal)*) => {
        &[$(($stem, include_str!(concat!("../../", $directory, "/", $stem, ".yaml")))),*]
    };
}

#[rustfmt::skip]
const INTENTS: &[(&str, &str)] = files!("intents":
    "account_password"
    "availability"
    "callback"
    "cancel_order"
    "change_address"
    "complaint"
    "criticism"
    "discount_code"
    "greeting"
    "human_agent"
    "invoice"
    "order_status"
    "payment_problem"
    "privacy_deletion"
    "refund_info"
    "return_howto"
    "shipping"
    "suggestion"
    "suspicious_report"
    "thanks"
    "warranty"
    "working_hours"
);

#[rustfmt::skip]
const REPLIES: &[(&str, &str)] = files!("replies":
    "abuse_calm"
    "abuse_rest"
    "abuse_warning"
    "accept_label"
    "accepted"
    "account_password"
    "acknowledge_callback"
    "acknowledge_complaint"
    "acknowledge_criticism"
    "acknowledge_human"
    "acknowledge_not_helped"
    "acknowledge_question"
    "acknowledge_request"
    "acknowledge_suggestion"
    "acknowledge_suspicious"
    "acknowledge_unverified"
    "added"
    "ask_occurred_at"
    "ask_order_no"
    "ask_phone"
    "ask_phone_again"
    "ask_remedy"
    "ask_slot"
    "asked"
    "asked_again"
    "availability"
    "call_missed"
    "callback_confirmed"
    "cancel_order"
    "change_address"
    "clarify"
    "closed"
    "closed_outside"
    "decision_final"
    "decision_refused"
    "decision_reminder"
    "decision_upheld"
    "delay_notice"
    "details_done"
    "discount_code"
    "email_choose"
    "empty_message"
    "greeting"
    "helped_no_label"
    "helped_question"
    "helped_thanks"
    "helped_yes_label"
    "invoice"
    "link_code"
    "link_code_mail"
    "link_confirm"
    "link_refused"
    "link_sent"
    "link_too_often"
    "linked"
    "merged"
    "neither_label"
    "no_politics"
    "order_status"
    "out_of_hours"
    "outside_label"
    "outside_options"
    "payment_problem"
    "privacy_deletion"
    "refund_info"
    "refuse_label"
    "reopen_refused"
    "reopened"
    "return_howto"
    "review_begun"
    "review_label"
    "secrets_hidden"
    "shipping"
    "skip_label"
    "staff_reply_footer"
    "status"
    "status_closed"
    "status_unknown"
    "survey"
    "survey_more"
    "survey_question"
    "survey_sorry"
    "survey_thanks"
    "suspicious_report"
    "thanks"
    "unlinked"
    "verify_how"
    "verify_not_ours"
    "verify_ours"
    "verify_too_often"
    "warning"
    "warranty"
    "withdraw_kept"
    "withdraw_no_label"
    "withdraw_question"
    "withdraw_yes_label"
    "withdrawn"
    "working_hours"
);

pub fn intents() -> Vec<RuleFile> {
    INTENTS.iter().map(|(stem, text)| file("intents", stem, text)).collect()
}

pub fn replies() -> Vec<RuleFile> {
    REPLIES.iter().map(|(stem, text)| file("replies", stem, text)).collect()
}

fn file(directory: &str, stem: &str, text: &str) -> RuleFile {
    let name = format!("(built-in) {directory}/{stem}.yaml");
    RuleFile { stem: stem.to_owned(), source: Source { name, text: text.to_owned() }, built_in: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems_on_disk(directory: &str) -> Vec<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        let mut stems: Vec<String> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        stems.sort();
        stems
    }

    #[test]
    fn every_starter_file_is_inside_the_program() {
        let stems = |files: Vec<RuleFile>| files.into_iter().map(|file| file.stem).collect::<Vec<_>>();
        assert_eq!(stems(intents()), stems_on_disk("intents"));
        assert_eq!(stems(replies()), stems_on_disk("replies"));
    }
}
