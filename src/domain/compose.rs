//! Prepared replies made into texts.
//!
//! A [`Reply`] holds its texts as templates, one in each language, perhaps
//! others for one channel. [`compose`] fills one in with the facts of the
//! business and the values of the moment.
//!
//! Invariant: what a customer wrote is only ever a value, never a template;
//! and a text that could not be filled in completely is not sent half-filled.

mod template;
mod values;

use std::collections::BTreeMap;

use crate::domain::message::{Channel, Language, Press};
use crate::domain::outbox::{Button, ButtonAction};
use crate::domain::rules::Business;
pub use template::{Template, TemplateError};
pub use values::{FACTS, PLACEHOLDERS, Values};

/// Buttons of one reply stand in rows of this many.
const BUTTONS_A_ROW: usize = 2;

/// A prepared reply, from `replies/<name>.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub name: String,
    pub text: BTreeMap<Language, Template>,
    /// Other words for one channel; a language that is missing here has the words of `text`.
    pub variants: BTreeMap<Channel, BTreeMap<Language, Template>>,
    pub buttons: Vec<ReplyButton>,
}

/// A button that an owner put under a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyButton {
    pub label: BTreeMap<Language, String>,
    pub target: ButtonTarget,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonTarget {
    /// Asks what this intent asks.
    Intent(String),
    /// Opens an address; a template, so that it may be a fact of the business.
    Url(Template),
}

/// A text ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    pub text: String,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// What the template asked for and nobody gave. When it is not empty, `text` is
    /// the fallback sentence, which answers no question: file the message.
    pub missing: Vec<String>,
}

impl Reply {
    /// The words for this channel and language, else those of the other language.
    pub fn template(&self, language: Language, channel: Channel) -> Option<&Template> {
        let of_channel = self.variants.get(&channel);
        of_channel
            .and_then(|texts| texts.get(&language))
            .or_else(|| self.text.get(&language))
            .or_else(|| self.text.values().next())
    }
}

/// Fills a reply in. Never fails: what cannot be filled in becomes a sentence that is
/// always true, and is named in [`Composed::missing`].
pub fn compose(
    reply: &Reply,
    business: &Business,
    language: Language,
    channel: Channel,
    values: &Values,
) -> Composed {
    let context = values::context(business, language, values);
    let rendered = match reply.template(language, channel) {
        Some(template) => template.render(&context, language),
        None => Err(format!("the text of `{}`", reply.name)),
    };
    let buttons = buttons(reply, &context, language);
    match rendered {
        Ok(text) => Composed { text, buttons, missing: Vec::new() },
        Err(missing) => {
            Composed { text: fallback(language, values), buttons: Vec::new(), missing: vec![missing] }
        }
    }
}

/// What is true whenever the daemon writes at all.
fn fallback(language: Language, values: &Values) -> String {
    let sentence = match language {
        Language::Fa => "پیام شما به دستمان رسید و همکاران ما به آن پاسخ می‌دهند.",
        Language::En => "We have your message and a colleague will answer it.",
    };
    match values.get("code") {
        Some(code) => {
            let label = match language {
                Language::Fa => "کد پیگیری",
                Language::En => "Tracking code",
            };
            format!("{sentence}\n{label}: {}", values::isolate(code))
        }
        None => sentence.to_owned(),
    }
}

/// The buttons whose address is known; the others are left out.
fn buttons(reply: &Reply, context: &minijinja::Value, language: Language) -> Vec<Vec<Button>> {
    let shown: Vec<Button> = reply
        .buttons
        .iter()
        .filter_map(|button| {
            let label = button.label.get(&language).or_else(|| button.label.values().next())?.clone();
            let action = match &button.target {
                ButtonTarget::Intent(intent) => ButtonAction::Press(Press::Topic(intent.clone())),
                ButtonTarget::Url(url) => ButtonAction::Link(url.render_plain(context).ok()?),
            };
            Some(Button { label, action })
        })
        .collect();
    shown.chunks(BUTTONS_A_ROW).map(<[Button]>::to_vec).collect()
}

#[cfg(test)]
mod tests;
