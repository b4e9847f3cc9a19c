//! The report of ninety days and 20,000 messages, time and memory: `cargo bench --bench report`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails is none, and prints what it found"
)]

use std::sync::Arc;
use std::time::Instant;

use jiff::SignedDuration;
use pasokh::domain::desk::Action;
use pasokh::domain::intake::{Intake, Raw};
use pasokh::domain::message::{Language, MessageKey};
use pasokh::gateway::{Gateway, Now};
use pasokh::report::numbers::{self, Writer};
use pasokh::rules;
use pasokh::settings::{self, Secrets};
use pasokh::store::{self, ComplaintFilter};
use pasokh::yaml::Source;

const MESSAGES: u32 = 20_000;
const DAYS: i64 = 90;
const ROUNDS: usize = 5;
const SETTINGS: &str = "staff: { people: [ { name: Sara, role: owner } ] }\n";
/// Two questions that are answered, and three matters for a person.
const TEXTS: [&str; 5] = [
    "ساعت کاری شما چیه؟",
    "how long does shipping take?",
    "کالای شکسته فرستادید و کسی هم جواب نمی‌دهد، سه هفته گذشته",
    "I was charged twice for the same order and nobody answers my mails",
    "یک سؤال دربارهٔ زعفران سرگل قائنات و نحوهٔ نگهداری آن داشتم",
];

/// The most memory since the last call, in megabytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    kilobytes / 1024
}

fn main() {
    let directory = tempfile::TempDir::new().unwrap();
    let source = Source { name: "pasokh.yaml".to_owned(), text: SETTINGS.to_owned() };
    let (mut settings, _) = settings::parse(&source, None, Secrets::Optional).unwrap();
    settings.data_dir = directory.path().join("data");
    let zone = settings.timezone.clone();
    let (opened, _) = store::open(&settings.data_dir, &mut |_| {}).unwrap();
    let secret = store::installation_secret(&settings.data_dir).unwrap();
    let (rules, _) = rules::load(&settings).unwrap();
    let start = "2026-08-01T00:00:00Z".parse().unwrap();
    let now = Now::set_to(start);
    let gateway = Arc::new(Gateway::new(opened, settings, rules, secret, now.clone()));

    let began = Instant::now();
    let each = SignedDuration::from_secs(DAYS * 24 * 3600 / i64::from(MESSAGES));
    for number in 0..MESSAGES {
        let text = TEXTS.iter().cycle().nth(number as usize % TEXTS.len()).unwrap();
        // Of each customer five messages, one of each kind.
        let session = format!("customer-{}", number / 5);
        let body = serde_json::json!({ "session": session, "nonce": number.to_string(), "text": text });
        let key = MessageKey::Chat { session: session.clone(), nonce: number.to_string() };
        gateway.accept(Raw { key, bytes: body.to_string().into_bytes(), files: Vec::new() }).unwrap();
        gateway.decide_waiting().unwrap();
        now.advance(each);
    }
    let cases = gateway.store.complaints(&ComplaintFilter { open: None, limit: 0 }).unwrap();
    for id in cases.iter().step_by(2) {
        let case = gateway.store.conversation(*id).unwrap().unwrap().conversation;
        let code = case.complaint.unwrap().code.to_string();
        let reply =
            Action::Reply { text: "پیگیری شد و خبر می‌دهیم.".to_owned(), wait: false };
        gateway.act(&code, &reply, "Sara").unwrap();
    }
    println!("{MESSAGES} messages, {} cases, made in {:.1} s", cases.len(), began.elapsed().as_secs_f64());

    let before = peak();
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        last = Some(gateway.numbers(start, now.get()).unwrap());
        times.push(began.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    println!(
        "counted in {:.2} s (median of {ROUNDS}), peak {} MB before, {} MB while counting",
        times.get(ROUNDS / 2).unwrap(),
        before,
        peak()
    );
    let report = last.unwrap();
    let began = Instant::now();
    let page = numbers::page(&report, &Writer { language: Language::Fa, zone }).unwrap();
    let table = numbers::csv(&report);
    println!(
        "page of {} bytes and table of {} in {:.0} ms",
        page.len(),
        table.len(),
        began.elapsed().as_secs_f64() * 1000.0
    );
}
