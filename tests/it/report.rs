//! `pasokh report`: its table is safe in a spreadsheet, its page needs nothing else, and its
//! commands work beside the daemon and alone.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use pasokh::domain::desk::Action;
use pasokh::domain::message::Language;
use pasokh::report::numbers::{self, NumbersReport, Writer};

use crate::fakes::daemon::Daemon;
use crate::world::World;

/// Every cell is read back as RFC 4180 says, and none of them begins a formula.
pub fn safe_table(table: &str) -> Vec<Vec<String>> {
    let rows = cells(table);
    let width = rows[0].len();
    for row in &rows {
        assert_eq!(row.len(), width, "{row:?}");
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {cell:?}");
        }
    }
    rows
}

fn cells(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = table.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && cell.is_empty(), "the last row is not ended");
    rows
}

/// Elements are closed in order, nothing is fetched, nothing runs, the direction is the language's.
pub fn well_formed(page: &str, language: Language) {
    use html5gum::{Token, Tokenizer};
    const VOID: [&str; 2] = ["meta", "br"];
    let (mut open, mut ids, mut links) = (Vec::new(), BTreeSet::new(), Vec::new());
    for token in Tokenizer::new(page).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert!(
                    !["script", "link", "img", "iframe", "object", "base", "form"].contains(&name.as_str()),
                    "{name}"
                );
                for (key, value) in &tag.attributes {
                    let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                    assert!(!key.starts_with("on") && key != "src", "{name} {key}");
                    match &*key {
                        "id" => assert!(ids.insert(value.clone().into_owned()), "{value} stands twice"),
                        "href" => links.push(value.clone().into_owned()),
                        _ => {}
                    }
                    if name == "html" {
                        let right = match &*key {
                            "dir" if language == Language::Fa => "rtl",
                            "dir" => "ltr",
                            _ => language.tag(),
                        };
                        assert_eq!(value, right, "{key}");
                    }
                }
                if !tag.self_closing && !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Token::EndTag(tag) => {
                assert_eq!(open.pop().as_deref(), Some(&*String::from_utf8_lossy(&tag.name)));
            }
            Token::Error(error) => panic!("{error:?}"),
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) => {}
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    for link in links {
        assert!(ids.contains(link.trim_start_matches('#')), "{link} leads nowhere");
    }
    for foreign in ["http://", "https://", "url(", "@import", "//cdn"] {
        assert!(!page.contains(foreign), "{foreign} in the page");
    }
    let body = page.split_once("<body>").unwrap().1;
    let text: String =
        body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    match language {
        Language::Fa => {
            let latin = text.chars().filter(char::is_ascii_digit).count();
            // "ISO 10002" is a name.
            assert!(latin <= 5, "{latin} Latin digits in the Persian page");
            assert!(text.contains('۰') && text.contains("از هر ده"), "Persian digits and words");
        }
        Language::En => assert!(!text.contains(['۰', '۱', '۲', '۳'])),
    }
}

fn writer(language: Language) -> Writer {
    Writer { language, zone: jiff::tz::TimeZone::get("Asia/Tehran").unwrap() }
}

fn report(world: &World, days: i64) -> NumbersReport {
    let from = world.now() - SignedDuration::from_hours(24 * days);
    world.gateway().numbers(from, world.now() + SignedDuration::from_hours(1)).unwrap()
}

#[test]
fn what_has_no_data_is_told_as_such_and_never_as_nothing() {
    let world = World::new();
    let report = report(&world, 30);
    assert!(report.total.rates.values().all(|share| share.share.is_none() && share.whole == 0));
    assert!(report.total.times.values().all(|times| times.business.median_seconds.is_none()));
    let json = serde_json::to_value(&report).unwrap();
    assert!(json["total"]["rates"]["promises_kept"]["share"].is_null());
    assert!(json["total"]["effort"]["mean"].is_null());
    for language in [Language::Fa, Language::En] {
        let page = numbers::page(&report, &writer(language)).unwrap();
        assert!(page.contains('—') && !page.contains("NaN"), "{page}");
        assert!(numbers::text(&report, &writer(language)).contains('—'));
    }
    let table = safe_table(&numbers::csv(&report));
    let share = table.iter().find(|row| row[2] == "total" && row[4] == "promises_kept" && row[5] == "share");
    assert_eq!(share.unwrap()[7], "");
}

#[test]
fn a_gap_is_measured_in_both_kinds_of_time_and_no_machine_ends_it() {
    let mut world = World::new();
    // Wednesday 10:00; the answer comes on Saturday at 10:00. Open: 7 h, 4 h on Thursday, 1 h.
    world.telegram_from(4242, "کالای شکسته فرستادید و کسی هم جواب نمیده");
    let code = world.expect_reply("telegram:4242").code();
    world.advance(SignedDuration::from_hours(72));
    world.read_all();
    let waiting = report(&world, 30).total;
    assert_eq!(waiting.count("awaiting_first_response"), 1);
    assert_eq!(waiting.time("first_response").calendar.count, 0);
    world.staff(&code, Action::Reply { text: "فردا تعویض می‌کنیم.".to_owned(), wait: false });
    world.expect_reply("telegram:4242");
    world.advance(SignedDuration::from_mins(1));
    let report = report(&world, 30);
    let first = report.total.time("first_response");
    assert_eq!(first.calendar.median_seconds, Some(72 * 3600));
    assert_eq!(first.business.median_seconds, Some(12 * 3600));
    let promise = report.total.promises["first_response"];
    assert_eq!((promise.part, promise.whole), (0, 1), "eight hours were promised");
    assert_eq!(report.groups["channel"][0].name.as_deref(), Some("telegram"));
    world.read_all();
}

#[test]
fn what_a_spreadsheet_would_reckon_with_is_defused() {
    let mut world = World::new();
    world.telegram_from(4242, "کالای شکسته فرستادید و کسی هم جواب نمیده");
    world.advance(SignedDuration::from_mins(1));
    let mut report = report(&world, 30);
    let mut groups = report.groups["department"].clone();
    for name in ["=1+1", "+1", "-1", "@sum", "\tx", "\r=1", " =1", "＝1", "a,\"b\"\n=c"] {
        groups[0].name = Some(name.to_owned());
        report.groups.entry("department".to_owned()).or_default().push(groups[0].clone());
    }
    let table = safe_table(&numbers::csv(&report));
    let names: BTreeSet<&str> = table.iter().map(|row| row[3].as_str()).collect();
    for safe in ["'=1+1", "'+1", "'-1", "'@sum", "'\tx", "a,\"b\"\n=c"] {
        assert!(names.contains(safe), "{safe:?} in {names:?}");
    }
    let mut evil = report.clone();
    evil.business.insert("fa".to_owned(), "<script>alert(1)</script>".to_owned());
    let page = numbers::page(&evil, &writer(Language::Fa)).unwrap();
    well_formed_but_for_words(&page);
    world.read_all();
}

fn well_formed_but_for_words(page: &str) {
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_gives_the_same_beside_the_daemon_and_alone() {
    let directory = tempfile::TempDir::new().unwrap();
    let mut daemon = Daemon::start(
        directory.path(),
        "business: { name: { fa: فروشگاه نمونه, en: Sample Shop }, languages: [fa, en] }\nweb: { listen: \"127.0.0.1:0\" }\n",
    );
    let beside = daemon.json(&["report", "--json", "--last", "30d"]);
    assert_eq!(beside["messages"]["count"], 0);
    assert_eq!(beside["business"]["en"], "Sample Shop");
    for wrong in [
        vec!["report", "--from", "1405-13-01"],
        vec!["report", "--last", "fortnight"],
        vec!["report", "--from", "1405-02-01", "--until", "1405-01-01"],
        vec!["report", "--from", "1500-01-01"],
        vec!["report", "--language", "de"],
    ] {
        assert_eq!(daemon.command(&wrong).status.code(), Some(2), "{wrong:?}");
    }
    let file = directory.path().join("report.html");
    let written = daemon.command(&["report", "--html", file.to_str().unwrap(), "--last", "month"]);
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    well_formed(&std::fs::read_to_string(&file).unwrap(), Language::Fa);
    daemon.stop();
    let alone = daemon.json(&["report", "--json", "--from", "1405-01-01", "--until", "1405-01-31"]);
    assert_eq!(alone["from"], "2026-03-20T20:30:00Z");
    assert_eq!(alone["until"], "2026-04-20T20:30:00Z");
    let table = daemon.command(&["report", "--csv", "--language", "en"]);
    safe_table(&String::from_utf8(table.stdout).unwrap());
    let text = daemon.command(&["report", "--language", "en"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("Promises kept"));
}
