//! Trouble with the machine itself, in words for its operator.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::message::Language;
use crate::domain::text::{dates, isolate, to_persian_digits};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A mailbox or bot has not been read since then.
    Silent { channel: String, account: String, since: Timestamp, reason: Option<String> },
    /// Messages wait to go out, the oldest since then.
    Stuck { oldest: Timestamp, count: usize },
    /// So many bytes are left.
    DiskFull { free: u64 },
    /// The system's clock was there before.
    ClockWentBack { from: Timestamp },
}

/// Of an error of a server so much is told; the log has all of it.
const LONGEST_REASON: usize = 200;

impl Trouble {
    pub fn log_line(&self) -> String {
        match self {
            Trouble::Silent { channel, account, since, .. } => {
                format!("The {channel} account {account} has not been read since {since}")
            }
            Trouble::Stuck { oldest, count } => {
                format!("{count} messages wait to go out, the oldest since {oldest}")
            }
            Trouble::DiskFull { free } => format!("The disk has {} MB left", megabytes(*free)),
            Trouble::ClockWentBack { from } => format!("The system's clock went back from {from}"),
        }
    }
}

/// Subject and text; `lasts` when it was told before and is no better.
pub fn words(trouble: &Trouble, lasts: bool, zone: &TimeZone, language: Language) -> (String, String) {
    let when = |at: Timestamp| dates::write_date_time(at, zone, language);
    let number = |count: u64| match language {
        Language::Fa => to_persian_digits(&count.to_string()),
        Language::En => count.to_string(),
    };
    let sign = if lasts { "🔴" } else { "⚠️" };
    let (head, more) = match (trouble, language) {
        (Trouble::Silent { channel, account, since, .. }, Language::Fa) => (
            format!("{} از {} خوانده نشده است", isolate(&format!("{channel} {account}")), when(*since)),
            "تا درست شدنش پیام‌های مشتریان از این راه نمی‌رسد.",
        ),
        (Trouble::Silent { channel, account, since, .. }, Language::En) => (
            format!("{channel} {account} has not been read since {}", when(*since)),
            "Until it is mended, nothing that customers write there comes in.",
        ),
        (Trouble::Stuck { oldest, count }, Language::Fa) => (
            format!("{} پیام فرستاده نشده، قدیمی‌ترین از {}", number(*count as u64), when(*oldest)),
            "برای دیدن آن‌ها: pasokh outbox",
        ),
        (Trouble::Stuck { oldest, count }, Language::En) => (
            format!("{count} messages have not gone out, the oldest since {}", when(*oldest)),
            "To see them: pasokh outbox",
        ),
        (Trouble::DiskFull { free }, Language::Fa) => (
            format!("فقط {} مگابایت جا روی دیسک مانده است", number(megabytes(*free))),
            "اگر پر شود، هیچ پیامی گرفته و هیچ پاسخی فرستاده نمی‌شود.",
        ),
        (Trouble::DiskFull { free }, Language::En) => (
            format!("The disk has only {} MB left", megabytes(*free)),
            "When it is full, nothing is taken in and nothing is answered.",
        ),
        (Trouble::ClockWentBack { from }, Language::Fa) => (
            format!("ساعت دستگاه از {} به عقب رفت", when(*from)),
            "مهلت‌ها با ساعت دستگاه شمرده می‌شوند؛ تنظیم خودکار ساعت را بررسی کنید.",
        ),
        (Trouble::ClockWentBack { from }, Language::En) => (
            format!("The system's clock went back from {}", when(*from)),
            "Due times are reckoned by it: check its synchronisation.",
        ),
    };
    let head = format!("{sign} {head}");
    let mut lines = vec![head.clone(), more.to_owned()];
    if let Trouble::Silent { reason: Some(reason), .. } = trouble {
        let reason: String = reason.chars().take(LONGEST_REASON).collect();
        lines.push(isolate(&reason));
    }
    (head, lines.join("\n"))
}

/// It is well again.
pub fn over(name: &str, language: Language) -> String {
    let (what, account) = match name.split(':').collect::<Vec<_>>().as_slice() {
        ["channel", kind, account] => ("channel", format!("{kind} {account}")),
        ["outbox"] => ("outbox", String::new()),
        _ => ("disk", String::new()),
    };
    match (what, language) {
        ("channel", Language::Fa) => format!("✅ {} دوباره خوانده می‌شود", isolate(&account)),
        ("channel", Language::En) => format!("✅ {account} is read again"),
        ("outbox", Language::Fa) => "✅ پیام‌های مانده فرستاده شدند".to_owned(),
        ("outbox", Language::En) => "✅ The messages that waited have gone out".to_owned(),
        (_, Language::Fa) => "✅ دیسک دوباره جا دارد".to_owned(),
        (_, Language::En) => "✅ The disk has room again".to_owned(),
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes / (1024 * 1024)
}
