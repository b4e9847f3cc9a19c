//! A case on one page, for the customer who takes it to an outside body.
//!
//! A complaint and its conversation come in; out comes a plain text in the
//! customer's language: what they said, what we found and offered, and when.
//!
//! Invariant: nothing is in it that the customer has not written or been told;
//! notes and names of staff stay inside.

use jiff::Timestamp;

use crate::domain::complaint::lists::Remedy;
use crate::domain::complaint::record::{Acceptance, Decision, Field};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::decide::wording;
use crate::domain::message::Language;
use crate::domain::rules::Rules;
use crate::domain::text::dates;

/// Fields of the form that the customer filled in, in the order of the page.
const FIELDS: [(Field, &str, &str); 5] = [
    (Field::OrderNo, "شمارهٔ سفارش", "Order number"),
    (Field::Product, "کالا", "Product"),
    (Field::Amount, "مبلغ", "Amount"),
    (Field::OccurredAt, "زمان رخداد", "When it happened"),
    (Field::RemedyRequested, "خواستهٔ مشتری", "What the customer asks for"),
];

/// The page; none when nothing is on file.
pub fn summary(rules: &Rules, conversation: &Conversation, now: Timestamp) -> Option<String> {
    let complaint = conversation.complaint.as_ref()?;
    let page = Page { rules, language: conversation.language };
    let shop = rules.business.name(page.language);
    let mut lines = vec![
        page.say(&format!("خلاصهٔ پروندهٔ {}", complaint.code), &format!("Summary of case {}", complaint.code)),
        page.pair("فروشگاه", "Shop", shop),
        page.pair("تاریخ این خلاصه", "Date of this summary", &page.time(now)),
        page.pair("دریافت", "Received", &page.time(complaint.received_at)),
        page.pair("وضعیت", "State", wording::stage(complaint.state, page.language)),
    ];
    let filled =
        FIELDS.iter().filter_map(|(field, fa, en)| Some(page.pair(fa, en, complaint.record.field(*field)?)));
    lines.extend(filled);
    lines.push(String::new());
    lines.push(page.say("گفت‌وگو", "What was said"));
    lines.extend(conversation.entries.iter().filter_map(|entry| page.entry(entry)));
    for said in &complaint.record.decisions {
        lines.push(String::new());
        lines.push(page.pair("تصمیم ما", "Our decision", &page.time(said.at)));
        lines.extend(page.decision(&said.value));
    }
    if let Some(said) = &complaint.record.acceptance {
        let (fa, en) = match said.value {
            Acceptance::Accepted { .. } => ("پذیرفته شد", "accepted"),
            Acceptance::Refused { .. } => ("پذیرفته نشد", "not accepted"),
            Acceptance::Assumed => ("پاسخی نیامد", "no answer came"),
        };
        lines.push(page.pair(
            "نظر مشتری",
            "The customer's answer",
            &format!("{} ({})", page.say(fa, en), page.time(said.at)),
        ));
    }
    lines.push(String::new());
    Some(lines.join("\n"))
}

struct Page<'r> {
    rules: &'r Rules,
    language: Language,
}

impl Page<'_> {
    fn say(&self, fa: &str, en: &str) -> String {
        match self.language {
            Language::Fa => fa.to_owned(),
            Language::En => en.to_owned(),
        }
    }

    fn pair(&self, fa: &str, en: &str, value: &str) -> String {
        format!("{}: {value}", self.say(fa, en))
    }

    fn time(&self, at: Timestamp) -> String {
        dates::write_date_time(at, self.rules.calendar.zone(), self.language)
    }

    /// What the customer wrote and what people answered; what the machine said by itself is left out.
    fn entry(&self, entry: &Entry) -> Option<String> {
        let who = match &entry.by {
            Speaker::Customer => self.say("مشتری", "Customer"),
            Speaker::Staff(_) => self.rules.business.name(self.language).to_owned(),
            Speaker::Machine => return None,
        };
        let text = entry.text.trim();
        let files: Vec<&str> = entry.attachments.iter().map(|file| file.name.as_str()).collect();
        let files = if files.is_empty() { String::new() } else { format!("\n[{}]", files.join("، ")) };
        (!text.is_empty() || !files.is_empty())
            .then(|| format!("\n— {who}، {}\n{text}{files}", self.time(entry.at)))
    }

    fn decision(&self, decision: &Decision) -> Vec<String> {
        let remedies: Vec<&str> = decision
            .remedies
            .iter()
            .filter(|remedy| **remedy != Remedy::None)
            .map(|remedy| remedy.title(self.language))
            .collect();
        let mut lines = vec![decision.reasons.clone()];
        if !remedies.is_empty() {
            lines.push(self.pair("پیشنهاد ما", "What we offered", &remedies.join("، ")));
        }
        lines.extend(
            decision.alternative.as_ref().map(|other| self.pair("پیشنهاد دیگر", "An alternative", other)),
        );
        lines.extend(
            decision.due.map(|due| self.pair("تا تاریخ", "By", &dates::write_date(due, self.language))),
        );
        lines
    }
}
