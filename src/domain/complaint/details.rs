//! What a customer is still asked when a case exists, and how the answers are read.
//!
//! A record comes in, the next detail to ask for comes out; a text comes in,
//! what it says about the detail comes out, or nothing: then it is no answer,
//! and is treated as any other message.
//!
//! Invariant: nothing is asked that is on record, nothing twice but a telephone
//! number that could not be read, and never more than four things.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;
use crate::domain::complaint::lists::Remedy;
use crate::domain::complaint::record::{Field, Record};
use crate::domain::complaint::{Complaint, ComplaintKind};
use crate::domain::message::Language;
use crate::domain::text::{Phone, dates, to_ascii_digits, to_persian_digits};

/// What complaints may be asked for, in this order.
pub const ASKABLE: [Field; 3] = [Field::OrderNo, Field::RemedyRequested, Field::OccurredAt];
/// What a call needs.
const FOR_A_CALL: [Field; 2] = [Field::Phone, Field::Slot];
/// A number that could not be read is asked for so often in all.
const ASKED_FOR_PHONE: u8 = 3;

/// What most people want; anything else may be said in words.
pub const REMEDIES: [Remedy; 4] = [Remedy::Deliver, Remedy::Replace, Remedy::Repair, Remedy::RefundFull];

/// Longer texts tell more than the detail that was asked for.
const LONGEST_CHARS: usize = 300;
const FEW_WORDS: usize = 12;
/// Shorter numbers are amounts and days.
const ORDER_DIGITS: usize = 3;
const ORDER_CHARS: usize = 24;
/// So far from the word "order" its number stands.
const NEAR: usize = 3;

/// A call is agreed for at most so long a stretch, and not sooner than this.
const STRETCH: SignedDuration = SignedDuration::from_hours(3);
const SOONEST: SignedDuration = SignedDuration::from_mins(30);
const OFFERED: usize = 3;

/// Which details of a complaint customers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked([bool; ASKABLE.len()]);

impl Default for Asked {
    fn default() -> Asked {
        Asked([true; ASKABLE.len()])
    }
}

impl Asked {
    pub fn only(fields: &[Field]) -> Asked {
        Asked(ASKABLE.map(|field| fields.contains(&field)))
    }

    fn has(self, field: Field) -> bool {
        ASKABLE.iter().zip(self.0).any(|(one, asked)| *one == field && asked)
    }
}

/// The next detail to ask for; none when everything is known or has been asked.
pub fn next(complaint: &Complaint, asked: Asked) -> Option<Field> {
    let record = &complaint.record;
    let is_open = |field: &Field| record.field(*field).is_none() && !record.inquired.contains_key(field);
    match complaint.kind {
        // Whoever reports a danger is helped, and not questioned.
        ComplaintKind::Complaint if complaint.severity().is_grave() => None,
        ComplaintKind::Complaint => ASKABLE.into_iter().find(|field| asked.has(*field) && is_open(field)),
        ComplaintKind::Callback => FOR_A_CALL.into_iter().find(is_open),
        _ => None,
    }
}

/// What is still to be asked when the customer wants no more questions: all of it counts as asked.
pub fn remaining(complaint: &Complaint, asked: Asked) -> Vec<Field> {
    let mut complaint = complaint.clone();
    let mut remaining = Vec::new();
    while let Some(field) = next(&complaint, asked) {
        complaint.record.inquired.insert(field, 1);
        remaining.push(field);
    }
    remaining
}

/// May a number that could not be read be asked for once more?
pub fn may_ask_again(record: &Record, field: Field) -> bool {
    field == Field::Phone && record.inquired.get(&field).is_some_and(|times| *times < ASKED_FOR_PHONE)
}

/// What the first message says by itself.
pub fn told(kind: ComplaintKind, text: &str) -> Option<(Field, String)> {
    match kind {
        ComplaintKind::Complaint => Some((Field::OrderNo, order_number(text)?)),
        ComplaintKind::Callback => Some((Field::Phone, Phone::find(text)?.as_str().to_owned())),
        _ => None,
    }
}

/// What a text says about the detail that was asked for; none for what is no answer to it.
pub fn read(field: Field, text: &str) -> Option<String> {
    let text = text.trim();
    let words = text.split_whitespace().count();
    if text.chars().count() > LONGEST_CHARS || text.contains(['?', '؟']) || words == 0 {
        return None;
    }
    match field {
        Field::Phone => Phone::find(text).map(|phone| phone.as_str().to_owned()),
        Field::OrderNo if words <= FEW_WORDS => tokens(text).find_map(|token| as_order(&token)),
        Field::OccurredAt if words <= FEW_WORDS => Some(text.to_owned()),
        Field::RemedyRequested | Field::Slot => Some(text.to_owned()),
        _ => None,
    }
}

/// The number of an order that a text names as one: "order 45120", «سفارش شماره ۴۵۱۲۰».
fn order_number(text: &str) -> Option<String> {
    const NAMES: [&str; 6] = ["order", "سفارش", "سفارشم", "فاکتور", "invoice", "خرید"];
    let tokens: Vec<String> = tokens(text).collect();
    let named = |at: usize| {
        let before = tokens.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        before.iter().any(|word| NAMES.contains(&word.to_lowercase().as_str()))
    };
    let numbers = tokens.iter().enumerate().filter(|(at, token)| token.starts_with('#') || named(*at));
    numbers.filter_map(|(_, token)| as_order(token)).next()
}

fn tokens(text: &str) -> impl Iterator<Item = String> {
    let text = to_ascii_digits(text);
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '،' | ',' | ':' | ';' | '؛' | '(' | ')'))
        .map(|word| word.trim_matches(['.', '!', '«', '»', '"']).to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    words.into_iter()
}

/// A token that may be the number of an order, and neither a telephone number nor a date.
fn as_order(token: &str) -> Option<String> {
    let token = token.trim_start_matches('#');
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let is_plain = token.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let fits = digits >= ORDER_DIGITS && token.chars().count() <= ORDER_CHARS && is_plain;
    (fits && Phone::find(token).is_none() && dates::parse_date(token).is_none()).then(|| token.to_owned())
}

/// When a call was agreed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Slot {
    /// The next stretches of opening hours in which somebody could call.
    pub fn offered(calendar: &Calendar, now: Timestamp) -> Vec<Slot> {
        let soonest = now.saturating_add(SOONEST).unwrap_or(now);
        calendar
            .stretches(now)
            .flat_map(|(opens, closes)| Slot::within(opens, closes))
            .filter(|slot| slot.from >= soonest)
            .take(OFFERED)
            .collect()
    }

    /// The stretch of opening hours that begins then.
    pub fn beginning(calendar: &Calendar, from: Timestamp) -> Option<Slot> {
        let mut slots = calendar.stretches(from).flat_map(|(opens, closes)| Slot::within(opens, closes));
        slots.find(|slot| slot.from >= from).filter(|slot| slot.from == from)
    }

    /// Opening hours cut into pieces; a rest that is too short belongs to the piece before.
    fn within(opens: Timestamp, closes: Timestamp) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        let mut from = opens;
        while from < closes {
            let until = from.saturating_add(STRETCH).unwrap_or(closes).min(closes);
            match slots.last_mut() {
                Some(before) if until.duration_since(from) <= SignedDuration::from_hours(1) => {
                    before.until = until;
                }
                _ => slots.push(Slot { from, until }),
            }
            from = until;
        }
        slots
    }

    /// `1405-09-07 09:00-12:00` or `2026-11-28 09:00-12:00`, local times of one day.
    pub fn parse(text: &str, zone: &TimeZone) -> Option<Slot> {
        let text = to_ascii_digits(text);
        let (date, hours) = text.trim().split_once(' ')?;
        let (from, until) = hours.trim().split_once(['-', '–'])?;
        let date = dates::parse_date(date)?;
        let at = |time: &str| instant(date, time.trim(), zone);
        let slot = Slot { from: at(from)?, until: at(until)? };
        (slot.from < slot.until).then_some(slot)
    }

    /// As it stands on record: `2026-11-28 09:00-12:00`.
    pub fn written(self, zone: &TimeZone) -> String {
        let (from, until) = (zone.to_datetime(self.from), zone.to_datetime(self.until));
        format!("{} {}-{}", from.date(), from.strftime("%H:%M"), until.strftime("%H:%M"))
    }

    /// «شنبه ۷ آذر ۱۴۰۵، ساعت ۰۹:۰۰ تا ۱۲:۰۰», "Saturday 28 November 2026, 09:00 to 12:00".
    pub fn told(self, zone: &TimeZone, language: Language) -> String {
        let until = zone.to_datetime(self.until).strftime("%H:%M").to_string();
        let from = dates::write_date_time(self.from, zone, language);
        match language {
            Language::Fa => format!("{from} تا {}", to_persian_digits(&until)),
            Language::En => format!("{from} to {until}"),
        }
    }

    /// Its name among choices: minutes since 1970, which fit a button.
    pub fn choice(self) -> u32 {
        u32::try_from(self.from.as_second() / 60).unwrap_or(0)
    }

    pub fn chosen(calendar: &Calendar, choice: u32) -> Option<Slot> {
        let from = Timestamp::from_second(i64::from(choice) * 60).ok()?;
        Slot::beginning(calendar, from)
    }
}

fn instant(date: Date, time: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (hour, minute) = time.split_once(':').unwrap_or((time, "0"));
    let time = jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    zone.to_ambiguous_timestamp(date.to_datetime(time)).earlier().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_are_told_from_other_numbers() {
        for (text, number) in [
            ("order 45120 is broken", Some("45120")),
            ("سفارش شمارهٔ ۴۵۱۲۰ نرسیده", Some("45120")),
            ("my order no. AB-7741 came broken", Some("AB-7741")),
            ("#99812 never came", Some("99812")),
            ("I called 09123456789 about my order three times", None),
            ("از ۱۴۰۵-۰۷-۱۲ منتظر سفارشم", None),
            ("two cups of 250 ml are broken", None),
            ("کالای شکسته فرستادید", None),
        ] {
            assert_eq!(order_number(text).as_deref(), number, "{text}");
        }
    }

    #[test]
    fn only_what_may_answer_is_an_answer() {
        for (field, text, answer) in [
            (Field::OrderNo, "۴۵۱۲۰", Some("45120")),
            (Field::OrderNo, "it is 45120, thank you", Some("45120")),
            (Field::OrderNo, "این چه وضعشه", None),
            (Field::OrderNo, "where is order 45120?", None),
            (Field::Phone, "۰۹۱۲ ۳۴۵ ۶۷۸۹ بعد از ظهر", Some("+989123456789")),
            (Field::Phone, "call me please", None),
            (Field::RemedyRequested, "پولم را پس بدهید", Some("پولم را پس بدهید")),
            (Field::RemedyRequested, "what can you do for me?", None),
            (Field::OccurredAt, "هفتهٔ پیش", Some("هفتهٔ پیش")),
        ] {
            assert_eq!(read(field, text).as_deref(), answer, "{field:?} {text}");
        }
        assert_eq!(read(Field::RemedyRequested, &"word ".repeat(100)), None);
    }

    #[test]
    fn calls_are_offered_within_opening_hours_and_found_again() {
        let zone = TimeZone::get("Asia/Tehran").unwrap();
        let calendar = Calendar::default_for(zone.clone());
        // Wednesday 11 November 2026, 13:00.
        let now: Timestamp = "2026-11-11T13:00:00+03:30".parse().unwrap();
        let slots = Slot::offered(&calendar, now);
        let written: Vec<String> = slots.iter().map(|slot| slot.written(&zone)).collect();
        assert_eq!(written, ["2026-11-11 15:00-17:00", "2026-11-12 09:00-13:00", "2026-11-14 09:00-12:00"]);
        for slot in slots {
            assert_eq!(Slot::chosen(&calendar, slot.choice()), Some(slot));
            assert_eq!(Slot::parse(&slot.written(&zone), &zone), Some(slot));
        }
        assert_eq!(Slot::chosen(&calendar, 29_000_001), None);
        let jalali = Slot::parse("۱۴۰۵-۰۸-۲۳ ۹-۱۲", &zone).unwrap();
        assert_eq!(jalali.told(&zone, Language::Fa), "شنبه ۲۳ آبان ۱۴۰۵، ساعت ۰۹:۰۰ تا ۱۲:۰۰");
        for wrong in
            ["tomorrow", "1405-08-23", "1405-08-23 12:00-09:00", "1405-13-01 9-12", "1405-08-23 25-26"]
        {
            assert_eq!(Slot::parse(wrong, &zone), None, "{wrong}");
        }
    }
}
