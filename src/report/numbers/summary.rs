//! The report in a few sentences, and the numbers that stand on top.

use serde::Serialize;

use crate::domain::message::Language;
use crate::domain::text::isolate;
use crate::report::numbers::NumbersReport;
use crate::report::numbers::format::{UNKNOWN, Writer};
use crate::report::numbers::words::{pick, title, word};

/// One number with its name, and how it has changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    pub label: String,
    pub value: String,
    pub detail: String,
    pub change: String,
    /// `good`, `bad` or empty.
    pub tone: &'static str,
}

/// From how much change on something is worth a word.
const NOTEWORTHY: f64 = 0.005;

pub struct Summary<'r> {
    pub report: &'r NumbersReport,
    pub writer: &'r Writer,
}

impl Summary<'_> {
    pub fn sentences(&self) -> Vec<String> {
        let sentences = [self.volume(), self.speed(), self.promises(), self.backlog(), self.waves()];
        sentences.into_iter().flatten().collect()
    }

    fn pick(&self, fa: String, en: String) -> String {
        match self.writer.language {
            Language::Fa => fa,
            Language::En => en,
        }
    }

    fn volume(&self) -> Option<String> {
        let messages = self.writer.number(self.report.messages.count);
        let filed = self.writer.number(self.report.total.count("filed"));
        let answered = self.report.total.rate("auto_answered");
        let (share, of) = (self.writer.share(answered), self.writer.number(answered.whole));
        Some(if answered.whole == 0 {
            self.pick(
                format!("{messages} پیام رسید و {filed} موضوع به همکاران سپرده شد."),
                format!("{messages} messages came in, and {filed} matters went to people."),
            )
        } else {
            self.pick(
                format!("{messages} پیام رسید. از {of} پرسش، {share} خودکار پاسخ گرفت و {filed} موضوع به همکاران سپرده شد."),
                format!("{messages} messages came in. Of {of} questions {share} were answered automatically, and {filed} matters went to people."),
            )
        })
    }

    fn speed(&self) -> Option<String> {
        let first = self.report.total.time("first_response");
        first.business.median_seconds?;
        let half = self.writer.business(first.business.median_seconds);
        let most = self.writer.business(first.business.p90_seconds);
        let felt = self.writer.calendar(first.calendar.median_seconds);
        Some(self.pick(
            format!("نیمی از مشتریان در {half} ساعت کاری نخستین پاسخ همکار را گرفتند (به تقویم {felt}) و از هر ده نفر نُه نفر در {most}.")
                .replace("دقیقه ساعت کاری", "دقیقهٔ کاری")
                .replace("ساعت ساعت کاری", "ساعت کاری"),
            format!("Half of the customers had a person's first answer within {half} of opening hours ({felt} by the calendar), nine of ten within {most}."),
        ))
    }

    fn promises(&self) -> Option<String> {
        let kept = self.report.total.rate("promises_kept");
        kept.share?;
        let (part, whole) = (self.writer.number(kept.part), self.writer.number(kept.whole));
        let share = self.writer.share(kept);
        Some(self.pick(
            format!("از {whole} وعده که سررسیدشان بود، به {part} وعده عمل شد ({share})."),
            format!("Of {whole} promises that fell due, {part} were kept ({share})."),
        ))
    }

    fn backlog(&self) -> Option<String> {
        let total = &self.report.total;
        let (open, silent) = (total.count("open"), total.count("awaiting_first_response"));
        let old: usize =
            total.backlog.buckets.iter().filter(|age| age.from_days > 7).map(|age| age.count).sum();
        let [open, silent, old] = [open, silent, old].map(|count| self.writer.number(count));
        Some(self.pick(
            format!("در پایان دوره {open} پرونده باز بود؛ {silent} پرونده هنوز پاسخی از همکاران نگرفته و {old} پرونده بیش از یک هفته باز مانده است."),
            format!("At the end {open} cases were open; {silent} had no answer of a person yet, and {old} had been open for more than a week."),
        ))
    }

    /// Causes that come in waves.
    fn waves(&self) -> Option<String> {
        let repeating = self.report.causes.iter().filter(|cause| cause.repeats);
        let named: Vec<String> = repeating
            .take(3)
            .map(|cause| {
                let name = cause.category.as_deref().or(cause.intent.as_deref());
                let name = isolate(&title(&cause.title, self.writer.language, name));
                format!("{name} ({})", self.writer.number(cause.count))
            })
            .collect();
        let list = named.join(&pick(self.writer.language, "، ", ", "));
        (!named.is_empty()).then(|| {
            self.pick(
                format!("سه شکایت همانند یا بیشتر در یک هفته: {list}."),
                format!("Three or more alike within a week: {list}."),
            )
        })
    }

    pub fn cards(&self) -> Vec<Card> {
        let (now, before) = (&self.report.total, &self.report.before);
        let first = |kpis: &crate::report::numbers::KpiLine| kpis.time("first_response").business;
        vec![
            self.count("messages", self.report.messages.count, self.report.messages.before, ""),
            self.rate("auto_answered"),
            Card {
                label: word("first_response", self.writer.language),
                value: self.writer.business_short(first(now).median_seconds),
                detail: self.pick(
                    format!(
                        "میانه به ساعت کاری؛ صدک ۹۰: {}",
                        self.writer.business_short(first(now).p90_seconds)
                    ),
                    format!(
                        "median in open hours; 90 %: {}",
                        self.writer.business_short(first(now).p90_seconds)
                    ),
                ),
                ..self.relative(
                    first(now).median_seconds.map(seconds),
                    first(before).median_seconds.map(seconds),
                    Some(false),
                )
            },
            self.rate("promises_kept"),
            self.count("closed", now.count("closed"), before.count("closed"), "good"),
            self.count("open", now.count("open"), before.count("open"), "bad"),
            self.rate("first_contact_resolution"),
            self.rate("csat_handling"),
        ]
    }

    /// `more`: what more of it is.
    fn count(&self, name: &str, now: usize, before: usize, more: &'static str) -> Card {
        #[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^52 messages")]
        let [this, that] = [now, before].map(|count| count as f64);
        let wanted = match more {
            "good" => Some(true),
            "bad" => Some(false),
            _ => None,
        };
        Card {
            label: word(name, self.writer.language),
            value: self.writer.number(now),
            detail: self.pick(
                format!("دورهٔ پیش: {}", self.writer.number(before)),
                format!("before: {}", self.writer.number(before)),
            ),
            ..self.relative(Some(this), Some(that), wanted)
        }
    }

    /// A share, of which more is better.
    fn rate(&self, name: &str) -> Card {
        let (now, before) = (self.report.total.rate(name), self.report.before.rate(name));
        let mut card = Card {
            label: word(name, self.writer.language),
            value: self.writer.share(now),
            detail: self.pick(
                format!("{} از {}", self.writer.number(now.part), self.writer.number(now.whole)),
                format!("{} of {}", self.writer.number(now.part), self.writer.number(now.whole)),
            ),
            change: String::new(),
            tone: "",
        };
        if now.share.is_none() {
            card.detail = self.pick("داده‌ای نیست".to_owned(), "no data".to_owned());
        }
        if let (Some(now), Some(before)) = (now.share, before.share)
            && (now - before).abs() >= NOTEWORTHY
        {
            let points = self.writer.decimal(Some((now - before).abs() * 100.0));
            let arrow = if now > before { "▲" } else { "▼" };
            card.change =
                self.pick(format!("{arrow} {points} واحد درصد"), format!("{arrow} {points} points"));
            card.tone = if now > before { "good" } else { "bad" };
        }
        card
    }

    /// The change in per cent; `more_is_good`: none where it is neither.
    fn relative(&self, now: Option<f64>, before: Option<f64>, more_is_good: Option<bool>) -> Card {
        let mut card = Card {
            label: String::new(),
            value: UNKNOWN.to_owned(),
            detail: String::new(),
            change: String::new(),
            tone: "",
        };
        let (Some(now), Some(before)) = (now, before) else { return card };
        if before <= 0.0 || (now / before - 1.0).abs() < NOTEWORTHY {
            return card;
        }
        let arrow = if now > before { "▲" } else { "▼" };
        card.change = format!("{arrow} {}", self.writer.percent(Some((now / before - 1.0).abs())));
        card.tone = match more_is_good {
            Some(good) if good == (now > before) => "good",
            Some(_) => "bad",
            None => "",
        };
        card
    }
}

#[expect(clippy::cast_precision_loss, reason = "no length of time has 2^52 seconds")]
fn seconds(seconds: i64) -> f64 {
    seconds as f64
}
