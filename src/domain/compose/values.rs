//! What a template may ask for.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Object;

use crate::domain::message::Language;
use crate::domain::rules::Business;
use crate::domain::text::{to_ascii_digits, to_persian_digits};

/// Every placeholder besides `facts.<name>`, and what it stands for.
pub const PLACEHOLDERS: [&str; 34] = [
    // The customer's name as they write it. One that looks like an advertisement is not used.
    "name",
    // The business's name in the language of the text.
    "shop",
    // A tracking code as it is written, 482-917-508.
    "code",
    // When a person will have answered.
    "due",
    // Title of the matter.
    "topic",
    // When the complaint last changed.
    "updated",
    "stage",
    // "2 of 5".
    "step",
    // Who handles it.
    "owner",
    "last_action",
    "next_due",
    // Set when the promised time has passed.
    "overdue",
    // The choices of a clarifying question, in one line.
    "topics",
    "next_open",
    // Days in which a closed complaint may be reopened.
    "reopen_days",
    // Opening hours in words, from the calendar; stands in for the fact `working_hours`.
    "hours",
    // What an investigation found and why, as the person who decided wrote it.
    "finding",
    // What is done about it, and by when.
    "remedy",
    "remedy_due",
    // What keeps it from happening again.
    "prevention",
    // What is offered instead of what was asked for, and what that was.
    "alternative",
    "request",
    // Our question to the customer, and the date by which we need the answer.
    "question",
    "date",
    // How a case ended.
    "outcome",
    // The code of the case in which this one goes on.
    "target",
    // The number that will be called, its middle hidden, and the time that was agreed.
    "phone",
    "slot",
    // Until when something holds.
    "until",
    // The code of a message of ours, by which way and to whom it went, and who wrote it.
    "stamp",
    "way",
    "to",
    "writer",
    // What the customer may write to us.
    "command",
];

/// The facts that the starter replies know how to use (`business: facts:` in the settings);
/// owners may add their own. A reply says something general where a fact is absent.
pub const FACTS: [&str; 19] = [
    // Addresses of pages: the shop, a customer's orders, a carrier's tracking, returns,
    // current offers, a forgotten password.
    "website",
    "orders_url",
    "tracking_url",
    "returns_url",
    "discount_url",
    "reset_url",
    // Days after delivery in which goods may be returned.
    "return_days",
    // Working days that a refund takes at most.
    "refund_days",
    // In words with the currency, like «۵۰ هزار تومان».
    "shipping_cost",
    "free_shipping_over",
    // In words, like "2 to 4 working days".
    "shipping_time",
    // Until when an order may be cancelled, in words.
    "cancel_until",
    // A sentence or two on warranties.
    "warranty_text",
    "address",
    "phone",
    // The number from which colleagues call.
    "caller_number",
    // Opening hours in words; those of the calendar when absent.
    "working_hours",
    // The addresses and numbers from which the business writes.
    "official_senders",
    // Where a customer may go who does not accept our decision, in one line.
    "outside_bodies",
];

/// Facts that are amounts: their digits follow the language of the text.
const AMOUNTS: [&str; 7] = [
    "return_days",
    "refund_days",
    "shipping_cost",
    "shipping_time",
    "free_shipping_over",
    "cancel_until",
    "working_hours",
];

/// Longer names are not names.
const NAME_CHARACTERS: usize = 40;

/// The values of the moment, by placeholder. Dates, times and numbers come as texts in
/// the language of the reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    pub fn new() -> Values {
        Values::default()
    }

    /// An empty value is no value.
    pub fn set(&mut self, placeholder: &str, value: &str) {
        if value.trim().is_empty() {
            self.0.remove(placeholder);
        } else {
            self.0.insert(placeholder.to_owned(), value.to_owned());
        }
    }

    pub fn get(&self, placeholder: &str) -> Option<&str> {
        self.0.get(placeholder).map(String::as_str)
    }

    pub fn with(mut self, placeholder: &str, value: &str) -> Values {
        self.set(placeholder, value);
        self
    }
}

/// A value that nobody gave: false in an `if`, an error when printed.
#[derive(Debug)]
pub(super) struct Absent(pub String);

impl Object for Absent {
    fn is_true(self: &Arc<Self>) -> bool {
        false
    }
}

fn absent(name: &str) -> Value {
    Value::from_object(Absent(name.to_owned()))
}

/// Everything a template can see. Absent values are there too, as [`Absent`].
pub(super) fn context(business: &Business, language: Language, values: &Values) -> Value {
    let mut context: BTreeMap<&str, Value> = PLACEHOLDERS.iter().map(|name| (*name, absent(name))).collect();
    context.insert("shop", Value::from(clean(business.name(language))));
    for (name, value) in &values.0 {
        let shown = match name.as_str() {
            "name" => usable_name(value),
            "code" | "target" | "phone" => Some(isolate(value)),
            // Titles, each isolated already.
            "topics" => Some(value.clone()),
            _ => Some(clean(value)),
        };
        if let Some(shown) = shown.filter(|shown| !shown.is_empty()) {
            context.insert(name, Value::from(shown));
        }
    }
    context.insert("facts", Value::from(facts(business, language, values)));
    Value::from(context)
}

fn facts(business: &Business, language: Language, values: &Values) -> BTreeMap<String, Value> {
    let mut facts: BTreeMap<String, Value> =
        FACTS.iter().map(|name| ((*name).to_owned(), absent(&format!("facts.{name}")))).collect();
    if let Some(hours) = values.get("hours") {
        facts.insert("working_hours".to_owned(), Value::from(clean(hours)));
    }
    for name in business.facts.keys() {
        let value = match business.fact(name, language) {
            Some(text) if AMOUNTS.contains(&name.as_str()) => {
                Value::from(in_digits_of(language, &clean(text)))
            }
            Some(text) => Value::from(clean(text)),
            // Known in the other language only.
            None if facts.contains_key(name) => continue,
            None => absent(&format!("facts.{name}")),
        };
        facts.insert(name.clone(), value);
    }
    facts
}

fn in_digits_of(language: Language, text: &str) -> String {
    match language {
        Language::Fa => to_persian_digits(text),
        Language::En => to_ascii_digits(text),
    }
}

/// Wrapped in FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE, so that it cannot turn
/// the text around it, nor be turned by it.
pub(super) fn isolate(text: &str) -> String {
    format!("\u{2068}{}\u{2069}", clean(text))
}

/// One line without control and direction characters; a value must not end the paragraph.
fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A display name is the sender's own choice and goes into our text: links, addresses and
/// speeches are not names (DESIGN §8: responders are used as relays).
fn usable_name(name: &str) -> Option<String> {
    let name = clean(name);
    let characters: Vec<char> = name.chars().collect();
    let link = characters.windows(2).any(|pair| matches!(pair, ['.', next] if next.is_alphanumeric()));
    let forbidden = characters.iter().any(|c| matches!(c, '@' | '/' | '\\' | '<' | '>' | ':' | '{' | '}'));
    let digits = characters.iter().filter(|c| c.is_numeric()).count();
    let letters = characters.iter().filter(|c| c.is_alphabetic()).count();
    (letters >= 2 && digits <= 2 && !link && !forbidden && characters.len() <= NAME_CHARACTERS)
        .then_some(name)
}
