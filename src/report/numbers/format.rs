//! Numbers, lengths of time and dates as the reader writes them.
//!
//! Invariant: what is not known is a dash.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::message::Language;
use crate::domain::text::dates::{self, Jalali};
use crate::domain::text::to_persian_digits;
use crate::report::numbers::ShareLine;

pub const UNKNOWN: &str = "—";

/// Whom numbers are written for, and where their days begin.
#[derive(Debug, Clone)]
pub struct Writer {
    pub language: Language,
    pub zone: TimeZone,
}

impl Writer {
    pub fn number(&self, number: usize) -> String {
        let plain = number.to_string();
        let mark = match self.language {
            Language::Fa => '٬',
            Language::En => ',',
        };
        let mut grouped = String::new();
        for (place, digit) in plain.chars().enumerate() {
            if place > 0 && (plain.len() - place).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        self.digits(&grouped)
    }

    pub fn digits(&self, text: &str) -> String {
        match self.language {
            Language::Fa => to_persian_digits(text),
            Language::En => text.to_owned(),
        }
    }

    pub fn share(&self, share: ShareLine) -> String {
        self.percent(share.share)
    }

    /// "94%", and of what: "94% (47 of 50)".
    pub fn share_of(&self, share: ShareLine) -> String {
        if share.share.is_none() {
            return UNKNOWN.to_owned();
        }
        let of = match self.language {
            Language::Fa => "از",
            Language::En => "of",
        };
        format!("{} ({} {of} {})", self.share(share), self.number(share.part), self.number(share.whole))
    }

    pub fn percent(&self, share: Option<f64>) -> String {
        let Some(share) = share else { return UNKNOWN.to_owned() };
        let percent = format!("{:.0}", share * 100.0);
        // What is not all must not look like all, nor what is something like nothing.
        let percent = match percent.as_str() {
            "100" if share < 1.0 => "99.9".to_owned(),
            "0" if share > 0.0 => format!("{:.1}", (share * 100.0).max(0.1)),
            _ => percent,
        };
        match self.language {
            Language::Fa => format!("{}٪", self.digits(&percent.replace('.', "٫"))),
            Language::En => format!("{percent}%"),
        }
    }

    pub fn decimal(&self, number: Option<f64>) -> String {
        let Some(number) = number else { return UNKNOWN.to_owned() };
        let text = format!("{number:.1}");
        match self.language {
            Language::Fa => self.digits(&text.replace('.', "٫")),
            Language::En => text,
        }
    }

    /// Hours and minutes; opening hours make no days.
    pub fn business(&self, seconds: Option<i64>) -> String {
        self.length(seconds, i64::MAX)
    }

    /// Days and hours from two days on.
    pub fn calendar(&self, seconds: Option<i64>) -> String {
        self.length(seconds, 48 * 3600)
    }

    fn length(&self, seconds: Option<i64>, days_from: i64) -> String {
        let Some(seconds) = seconds else { return UNKNOWN.to_owned() };
        let minutes = (seconds + 30) / 60;
        let (first, second) = if seconds < 60 {
            ((seconds, "ثانیه", "s"), (0, "", ""))
        } else if seconds >= days_from {
            ((minutes / 1440, "روز", "d"), (minutes / 60 % 24, "ساعت", "h"))
        } else if minutes < 60 {
            ((minutes, "دقیقه", "min"), (0, "", ""))
        } else {
            ((minutes / 60, "ساعت", "h"), (minutes % 60, "دقیقه", "min"))
        };
        let parts = [first, second];
        let told = parts.iter().enumerate().filter(|(place, part)| *place == 0 || part.0 > 0);
        let told: Vec<String> = told
            .map(|(_, (count, fa, en))| match self.language {
                Language::Fa => self.digits(&format!("{count} {fa}")),
                Language::En => format!("{count} {en}"),
            })
            .collect();
        told.join(match self.language {
            Language::Fa => " و ",
            Language::En => " ",
        })
    }

    /// For tables: hours and minutes as 8:05.
    pub fn business_short(&self, seconds: Option<i64>) -> String {
        self.short(seconds, i64::MAX)
    }

    /// The same, and from two days on days with a tenth.
    pub fn calendar_short(&self, seconds: Option<i64>) -> String {
        self.short(seconds, 48 * 3600)
    }

    fn short(&self, seconds: Option<i64>, days_from: i64) -> String {
        match seconds {
            None => UNKNOWN.to_owned(),
            Some(seconds) if seconds < 60 => self.length(Some(seconds), days_from),
            Some(seconds) if seconds >= days_from => {
                #[expect(clippy::cast_precision_loss, reason = "no length of time has 2^52 seconds")]
                let days = self.decimal(Some(seconds as f64 / 86_400.0));
                match self.language {
                    Language::Fa => format!("{days} روز"),
                    Language::En => format!("{days} d"),
                }
            }
            Some(seconds) => {
                let minutes = (seconds + 30) / 60;
                self.digits(&format!("{}:{:02}", minutes / 60, minutes % 60))
            }
        }
    }

    /// «۱۴ آذر», "5 Dec".
    pub fn day(&self, at: Timestamp) -> String {
        let date = self.zone.to_datetime(at).date();
        match self.language {
            Language::Fa => {
                let jalali = Jalali::from(date);
                self.digits(&format!("{} {}", jalali.day(), dates::persian_month(jalali.month())))
            }
            Language::En => date.strftime("%-d %b").to_string(),
        }
    }

    /// With weekday and year.
    pub fn date(&self, at: Timestamp) -> String {
        dates::write_date(self.zone.to_datetime(at).date(), self.language)
    }

    pub fn date_time(&self, at: Timestamp) -> String {
        dates::write_date_time(at, &self.zone, self.language)
    }

    /// A range of whole numbers.
    pub fn range(&self, from: u32, to: Option<u32>) -> String {
        match (self.language, to) {
            (Language::Fa, Some(to)) => self.digits(&format!("{from} تا {to} روز")),
            (Language::Fa, None) => self.digits(&format!("بیش از {} روز", from.saturating_sub(1))),
            (Language::En, Some(to)) => format!("{from}–{to} days"),
            (Language::En, None) => format!("more than {} days", from.saturating_sub(1)),
        }
    }
}
