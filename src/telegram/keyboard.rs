//! The buttons of a row as Telegram shows them.
//!
//! Rows of buttons in reading order come in, an inline keyboard comes out, and
//! beside it a line of text for each link that Telegram would refuse.
//!
//! Invariant: a button that Telegram would refuse never makes it refuse the message.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::domain::message::Language;
use crate::domain::outbox::{Button, ButtonAction};

/// Bot API, InlineKeyboardButton: callback_data has 1 to 64 bytes.
const MAX_DATA: usize = 64;

/// A keyboard, and what must be said in the text instead.
#[derive(Debug, Default, PartialEq)]
pub struct Keyboard {
    pub markup: Option<InlineKeyboardMarkup>,
    pub lines: Vec<String>,
}

pub fn keyboard(rows: &[Vec<Button>], language: Language) -> Keyboard {
    let mut lines = Vec::new();
    let mut shown = Vec::new();
    for row in rows {
        let mut buttons: Vec<_> =
            row.iter().filter_map(|button| button_or_line(button, &mut lines)).collect();
        // Telegram lays rows out from left to right whatever the language.
        if language.is_rtl() {
            buttons.reverse();
        }
        if !buttons.is_empty() {
            shown.push(buttons);
        }
    }
    Keyboard { markup: (!shown.is_empty()).then(|| InlineKeyboardMarkup::new(shown)), lines }
}

fn button_or_line(button: &Button, lines: &mut Vec<String>) -> Option<InlineKeyboardButton> {
    match &button.action {
        ButtonAction::Press(press) => {
            let data = press.encode();
            if data.len() > MAX_DATA {
                tracing::warn!(
                    label = button.label,
                    "A button is left out: its data has over {MAX_DATA} bytes"
                );
                return None;
            }
            Some(InlineKeyboardButton::callback(button.label.clone(), data))
        }
        ButtonAction::Link(address) => {
            let url = reqwest::Url::parse(address).ok();
            let url = url.filter(|url| url.scheme() == "tg" || matches!(url.scheme(), "http" | "https"));
            if url.is_none() {
                lines.push(format!("{}: {address}", button.label));
            }
            url.map(|url| InlineKeyboardButton::url(button.label.clone(), url))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Press;

    fn press(label: &str, intent: &str) -> Button {
        Button { label: label.into(), action: ButtonAction::Press(Press::Topic(intent.into())) }
    }

    fn labels(keyboard: &Keyboard) -> Vec<Vec<String>> {
        let rows = keyboard.markup.iter().flat_map(|markup| &markup.inline_keyboard);
        rows.map(|row| row.iter().map(|button| button.text.clone()).collect()).collect()
    }

    #[test]
    fn persian_rows_run_from_the_right() {
        let rows = vec![vec![press("بله", "a"), press("خیر", "b")], vec![press("منو", "c")]];
        assert_eq!(labels(&keyboard(&rows, Language::Fa)), [vec!["خیر", "بله"], vec!["منو"]]);
        assert_eq!(labels(&keyboard(&rows, Language::En)), [vec!["بله", "خیر"], vec!["منو"]]);
    }

    #[test]
    fn what_telegram_refuses_is_not_sent_as_a_button() {
        let link =
            |address: &str| Button { label: "Call".into(), action: ButtonAction::Link(address.into()) };
        let made = keyboard(&[vec![press("x", &"i".repeat(63)), link("tel:+9821")]], Language::En);
        assert_eq!(made, Keyboard { markup: None, lines: vec!["Call: tel:+9821".into()] });
        let made = keyboard(&[vec![link("https://shop.example/faq")]], Language::En);
        assert_eq!(labels(&made), [["Call"]]);
    }
}
