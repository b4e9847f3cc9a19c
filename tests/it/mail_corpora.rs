//! Real mail of other people, labelled: who is a machine, what is quoted, what was read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pasokh::domain::guard::{Guard, Reason, guard_mail};
use pasokh::domain::message::{EmailAddress, MailFacts, MessageId};
use pasokh::domain::text::visible::visible;
use pasokh::mail::html;
use pasokh::mail::parse::{Parsed, ReceivedMail, parse};

use crate::fakes::mailbox::account;

fn corpora() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    assert!(path.is_dir(), "the test data is missing at {}", path.display());
    path
}

pub fn mails(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(corpora().join(folder))
        .expect("the folder of mails")
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|end| end == "eml" || (end == "txt" && !folder.starts_with("mime")))
        })
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("a mail"))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no mails in {folder}");
    found
}

fn read(bytes: &[u8]) -> Parsed {
    parse(ReceivedMail { id: MessageId(1), bytes, received_at: Timestamp::UNIX_EPOCH }, &account())
}

/// The verdict if the mail had been sent to us: its own recipients are taken for ours.
fn judged(parsed: &Parsed) -> Guard {
    let facts: &MailFacts = parsed.message.mail.as_ref().expect("facts of a mail");
    let sender = match facts.from.as_slice() {
        [one] => EmailAddress::parse(one),
        _ => None,
    };
    let own: Vec<EmailAddress> = facts
        .recipients
        .iter()
        .filter_map(|to| EmailAddress::parse(to))
        .filter(|to| sender.as_ref().is_none_or(|sender| !sender.same_mailbox(to)))
        .collect();
    guard_mail(facts, sender.as_ref(), &own)
}

#[test]
fn bounces_reports_and_vacations_are_never_answered() {
    let all = mails("bounce-sisimai");
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut answered = Vec::new();
    for (name, bytes) in &all {
        match judged(&read(bytes)) {
            Guard::Silent(reason) => *reasons.entry(reason.name()).or_default() += 1,
            Guard::Human => answered.push(name.clone()),
        }
    }
    println!("{} of {} recognised: {reasons:?}; not: {answered:?}", all.len() - answered.len(), all.len());
    assert_eq!(all.len(), 310);
    assert_eq!(answered, Vec::<String>::new());
}

#[test]
fn direct_mail_of_people_is_human() {
    for folder in ["ordinary-mail/human", "mime-legacy", "mime-rfc"] {
        let all = mails(folder);
        let mut silenced = Vec::new();
        for (name, bytes) in &all {
            match judged(&read(bytes)) {
                // Whom these were sent to is not our matter here.
                Guard::Human | Guard::Silent(Reason::NotAddressed) => {}
                Guard::Silent(reason) => silenced.push(format!("{name}: {}", reason.name())),
            }
        }
        println!("{folder}: {} mails, silenced: {silenced:#?}", all.len());
        if folder == "ordinary-mail/human" {
            assert_eq!(silenced, Vec::<String>::new());
        }
    }
}

#[test]
fn ham_and_spam_are_read_without_fail() {
    let mut silent: BTreeMap<String, usize> = BTreeMap::new();
    for folder in ["ordinary-mail/ham", "ordinary-mail/spam"] {
        for (_, bytes) in mails(folder) {
            let verdict = judged(&read(&bytes));
            *silent.entry(format!("{folder} {}", verdict.name())).or_default() += 1;
        }
    }
    println!("{silent:#?}");
}

#[test]
fn what_is_read_agrees_with_three_other_parsers() {
    let expected =
        std::fs::read_to_string(corpora().join("ordinary-mail/expected.jsonl")).expect("the expectations");
    let mut by_name: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for folder in ["ham", "spam", "human"] {
        by_name.extend(mails(&format!("ordinary-mail/{folder}")));
    }
    let (mut subjects, mut senders, mut texts, mut all) = (0, 0, 0, 0);
    let mut differences = Vec::new();
    for line in expected.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        let name = row["f"].as_str().unwrap_or_default();
        let Some(bytes) = by_name.get(name) else { continue };
        let read = read(bytes);
        let facts = read.message.mail.as_ref().expect("facts");
        all += 1;
        let subject = squeezed(&facts.subject);
        let agrees = row["s"].is_null() || row["s"].as_str() == Some(&subject);
        subjects += usize::from(agrees);
        if !agrees {
            differences.push(format!("{name}: subject {subject:?}, expected {}", row["s"]));
        }
        let mut from: Vec<String> = facts.from.iter().map(|from| from.to_lowercase()).collect();
        from.sort();
        let mut wanted: Vec<String> = row["a"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|a| a.as_str())
            .map(str::to_lowercase)
            .collect();
        wanted.sort();
        senders += usize::from(row["a"].is_null() || from == wanted);
        if !row["a"].is_null() && from != wanted {
            differences.push(format!("{name}: from {from:?}, expected {wanted:?}"));
        }
        let same =
            row["t"].is_null() || row["t"].as_str() == Some(&sha1_prefix(&squeezed(&read.message.text)));
        texts += usize::from(same);
        if !same {
            differences.push(format!("{name}: text"));
        }
    }
    println!("of {all}: subjects {subjects}, senders {senders}, texts {texts}\n{}", differences.join("\n"));
    assert!(all >= 500, "{all}");
    assert!(subjects * 1000 >= all * 990, "{subjects} of {all} subjects");
    assert!(senders * 1000 >= all * 990, "{senders} of {all} senders");
}

#[test]
fn visible_text_is_what_people_marked() {
    let gold = std::fs::read_to_string(corpora().join("reply/reply_gold.json")).expect("the gold");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&gold).expect("rows");
    let (mut exact, mut lost, mut missed) = (0, Vec::new(), Vec::new());
    for row in &rows {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let input = match text("kind").starts_with("html") {
            true => html::to_text(&text("input")),
            false => text("input"),
        };
        let found = folded(&visible(&input));
        let expected = folded(&text("expected"));
        let words: Vec<&str> = expected.split(' ').collect();
        if !words.iter().any(|word| found.contains(word)) {
            lost.push(text("id"));
        }
        if found == expected {
            exact += 1;
        } else {
            let same = found.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
            let end = |text: &str| text.chars().skip(same).take(200).collect::<String>();
            missed.push(format!(
                "{} from {same}: {:?} expected {:?}",
                text("id"),
                end(&found),
                end(&expected)
            ));
        }
    }
    println!("{exact} of {} exact; missed:\n{}", rows.len(), missed.join("\n"));
    assert_eq!(lost, Vec::<String>::new());
    assert!(exact * 100 >= rows.len() * 95, "{exact} of {}", rows.len());
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// SHA-1, because the expectations were written with it.
fn sha1_prefix(text: &str) -> String {
    let mut message = text.as_bytes().to_vec();
    let bits = (message.len() as u64) * 8;
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend(bits.to_be_bytes());
    let mut h: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in message.chunks(64) {
        let mut w = [0_u32; 80];
        for (i, word) in block.chunks(4).enumerate() {
            w[i] = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
        }
        for i in 16..80 {
            w[i] = (w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (i, word) in w.iter().enumerate() {
            let (f, k) = match i {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, value) in h.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(value);
        }
    }
    h.iter().map(|word| format!("{word:08x}")).collect::<String>()[..12].to_owned()
}
