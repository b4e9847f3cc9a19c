//! From a submission to a durable message.
//!
//! Checks what was handed in, makes the raw copy and gives it to intake.
//!
//! Invariant: success is told only after the message is durable; the same
//! nonce in the same session is the same message.

use std::sync::Arc;

use super::app::{App, off_reactor};
use super::body::{Submission, TEXT_CHARS};
use super::chat_desk::ChatLine;
use super::parse::Kept;
use super::refusal::Refusal;
use super::session::Session;
use crate::domain::intake::{Accepted, Raw};
use crate::domain::message::{Language, Press};
use crate::domain::outbox::ButtonAction;

pub async fn submit(app: &App, session: &Session, submission: Submission) -> Result<Accepted, Refusal> {
    let result = check_and_accept(app, session, submission).await;
    let label = match &result {
        Ok(Accepted::New(_)) => "accepted",
        Ok(Accepted::Seen(_)) => "repeated",
        Err(refusal) => refusal.code(),
    };
    metrics::counter!("pasokh_chat_messages_total", "result" => label).increment(1);
    result
}

async fn check_and_accept(app: &App, session: &Session, submission: Submission) -> Result<Accepted, Refusal> {
    let Submission { text, nonce, press, name, language, files } = submission;
    // Forms write line ends as CRLF (HTML §4.10.21.3).
    let mut text = text.replace("\r\n", "\n");
    if text.chars().count() > TEXT_CHARS {
        return Err(Refusal::TextTooLong);
    }
    let press = press.filter(|press| !press.is_empty());
    if press.as_deref().is_some_and(|press| Press::decode(press).is_none()) {
        return Err(Refusal::UnknownButton);
    }
    if text.trim().is_empty() {
        text = match &press {
            Some(press) => label_of(&app.lines(session, 0).await?, press),
            None if files.is_empty() => return Err(Refusal::Empty),
            None => String::new(),
        };
    }
    let kept = Kept {
        session: session.id().to_owned(),
        nonce: nonce.map_or_else(fresh_nonce, check_nonce)?,
        text,
        press,
        language: language.filter(|tag| Language::from_tag(tag).is_some()),
        name: name.map(|name| name.chars().take(200).collect()),
    };
    let bytes = serde_json::to_vec(&kept).map_err(|_| Refusal::Malformed)?;
    let raw = Raw { key: kept.key(), bytes, files };
    let intake = Arc::clone(&app.state.intake);
    off_reactor(move || intake.accept(raw).map_err(|error| error.to_string())).await
}

/// A button pressed without a script says only its data: people should read its label.
fn label_of(lines: &[ChatLine], press: &str) -> String {
    lines
        .iter()
        .rev()
        .flat_map(|line| line.buttons.iter().flatten())
        .find(|button| matches!(&button.action, ButtonAction::Press(known) if known.encode() == press))
        .map_or_else(String::new, |button| button.label.clone())
}

/// A nonce for somebody who gave none: 128 random bits.
pub fn fresh_nonce() -> Result<String, Refusal> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "The operating system gives no random bytes");
        Refusal::Unavailable
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn check_nonce(nonce: String) -> Result<String, Refusal> {
    let fine = (1..=64).contains(&nonce.len())
        && nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if fine { Ok(nonce) } else { Err(Refusal::BadNonce) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::outbox::Button;

    #[test]
    fn a_nonce_is_short_and_plain() {
        for good in ["1", "a-b_c.d", &"x".repeat(64)] {
            assert!(check_nonce(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "a b", "a:b", "ن", &"x".repeat(65)] {
            assert_eq!(check_nonce(bad.to_owned()), Err(Refusal::BadNonce), "{bad}");
        }
    }

    #[test]
    fn a_press_without_words_takes_the_label_of_its_button() {
        let press = Press::Helped { conversation: 3, yes: false };
        let line = ChatLine {
            number: 1,
            by: super::super::chat_desk::LineBy::Machine,
            message: None,
            text: String::new(),
            buttons: vec![vec![Button {
                label: "خیر".to_owned(),
                action: ButtonAction::Press(press.clone()),
            }]],
            attachments: Vec::new(),
            language: Language::Fa,
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        assert_eq!(label_of(std::slice::from_ref(&line), &press.encode()), "خیر");
        assert_eq!(label_of(&[line], "h:9:y"), "");
    }
}
