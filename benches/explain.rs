//! How fast is a message understood? `cargo bench --bench explain`
//!
//! The aim is 10,000 short messages a second on one core; `items/s` tells.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use divan::Bencher;
use divan::counter::ItemsCount;
use pasokh::domain::classify::Matcher;
use pasokh::domain::rules::Rules;
use pasokh::rules;
use pasokh::settings::{self, Secrets};

fn main() {
    divan::main();
}

/// Short messages of every sort: questions, requests, complaints, small talk, noise.
const SHORT: [&str; 16] = [
    "سلام، سفارشم کجاست؟",
    "هزینه ارسال به تبریز چقدره؟",
    "چطور می‌تونم کالا رو مرجوع کنم؟ ممنون",
    "دو هفته‌ست منتظر بسته‌ام هستم و کسی جواب نمیده",
    "رمزمو یادم رفته چیکار کنم",
    "لطفاً سفارشم رو لغو کنید",
    "ممنونم",
    "سفارسم کی میرسه",
    "where is my order?",
    "Hello, how much does shipping to Tabriz cost?",
    "can I exchange these shoes for a bigger size",
    "The screen was cracked when I opened the box, I want my money back",
    "trak my pakage plese",
    "thanks a lot!",
    "asdf qwer zxcv 12345",
    "Please call me back tomorrow at 5pm on 0912 345 6789",
];

fn starter_rules() -> Rules {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("pasokh.yaml");
    std::fs::write(&file, "business: { name: { fa: فروشگاه, en: Shop } }\n").unwrap();
    let (settings, _) = settings::load(Some(&file), Secrets::Optional).unwrap();
    rules::load(&settings).unwrap().0
}

fn understand_all(matcher: &Matcher, messages: &[&str]) -> usize {
    messages.iter().map(|message| matcher.understand(divan::black_box(message), None).evidence.len()).sum()
}

#[divan::bench]
fn short_messages(bencher: Bencher<'_, '_>) {
    let rules = starter_rules();
    bencher
        .counter(ItemsCount::new(SHORT.len()))
        .bench_local(|| understand_all(&rules.matcher, &SHORT));
}

/// A mail as long as the matcher reads.
#[divan::bench(sample_count = 20)]
fn one_long_mail(bencher: Bencher<'_, '_>) {
    let rules = starter_rules();
    let mail = SHORT.join("\n").repeat(20);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| understand_all(&rules.matcher, &[&mail]));
}

/// What a reload costs: every file read, compared and its examples tried.
#[divan::bench(sample_count = 10)]
fn load_the_starter_rules() -> usize {
    starter_rules().intents.len()
}
