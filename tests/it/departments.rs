//! Departments: whose case it is, whose hours count, and who is told of what.

use jiff::{SignedDuration, Timestamp};
use pasokh::domain::calendar::{Closure, Hours};
use pasokh::domain::clocks::{Clock, ClockKind};
use pasokh::domain::desk::Action;
use pasokh::gateway::door::{Answer, Request};
use pasokh::report::clocks::CaseClocks;
use pasokh::settings::{self, Secrets};

use crate::world::{Sent, WEDNESDAY_MORNING, World};

/// Sara sells, Ali repairs; each department has a lead, and repairs are there in the mornings only.
const DESK: &str = "  people:
    - { name: Sara, role: agent, telegram: 111, department: sales }
    - { name: Ali, role: agent, telegram: 112, department: repairs }
    - { name: Reza, role: lead, telegram: 222, department: sales }
    - { name: Zahra, role: lead, telegram: 223, department: repairs }
    - { name: Mina, role: manager, telegram: 333 }
  telegram_group: -1001234567890
";
const DEPARTMENTS: &str = "departments:
  sales: { topics: [cancel_order] }
  repairs: { topics: [invoice], week: { sat-wed: [\"09:00-12:00\"] } }
";
const GROUP: &str = "shop:-1001234567890";

fn shop() -> World {
    let mut world = World::staffed(WEDNESDAY_MORNING, DESK, DEPARTMENTS);
    world.advance(minutes(30));
    world
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn filed(world: &mut World, chat: i64, text: &str) -> String {
    world.telegram_from(chat, text);
    world.expect_reply(&format!("telegram:{chat}")).code()
}

fn clock(world: &World, code: &str, kind: ClockKind) -> Clock {
    let complaint = world.gateway().complaint(code).unwrap().conversation.complaint.unwrap();
    complaint.clocks.into_iter().rev().find(|clock| clock.kind == kind).expect("the clock")
}

fn to(sent: &[Sent], reader: &str) -> String {
    let (bot, chat) = reader.split_once(':').unwrap();
    let chat: i64 = chat.parse().unwrap();
    let is_theirs = |one: &&Sent| {
        one.row.account == bot && one.row.to == pasokh::domain::outbox::Recipient::StaffTelegram(chat)
    };
    sent.iter().filter(is_theirs).map(Sent::text).collect::<Vec<_>>().join("\n---\n")
}

/// One day, closed or with these hours.
fn closed(day: &str, hours: &[&str]) -> Closure {
    let day = day.parse().unwrap();
    let hours = hours.iter().map(|text| Hours::parse(text).unwrap()).collect();
    Closure { from: day, until: day, name: "برف".to_owned(), hours }
}

/// The minute of a due time in the shop.
fn minute(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::get("Asia/Tehran").unwrap()).strftime("%a %F %H:%M").to_string()
}

#[test]
fn the_hours_of_its_department_count_for_a_case_and_are_told() {
    let mut world = shop();
    // Wednesday 10:30. Eight hours: one and a half today, three on Saturday, three on Sunday, half on Monday.
    world.telegram_from(1, "برای سفارش 12345 فاکتور رسمی صادر کنید");
    let told = world.expect_reply("telegram:1");
    let code = told.code();
    assert!(told.text().contains("دوشنبه ۲۵ آبان ۱۴۰۵، ساعت ۰۹:۳۰"), "{}", told.text());
    let first = clock(&world, &code, ClockKind::FirstResponse);
    assert_eq!((minute(first.due).as_str(), first.told), ("Mon 2026-11-16 09:30", Some(first.due)));
    let Answer::Fine(steps) = world.gateway().answer(Request::Clocks { code: code.clone() }) else {
        panic!("the clocks")
    };
    let steps: CaseClocks = serde_json::from_value(steps).unwrap();
    let first = steps.clocks.iter().find(|clock| clock.clock == "first_response").unwrap();
    let days: Vec<i64> = first.days.iter().map(|day| day.minutes).filter(|minutes| *minutes > 0).collect();
    assert_eq!((days, first.other_calendar), (vec![89, 180, 180, 30], false));

    // The shop's own hours for a topic of the other department: Thursday counts.
    let other = filed(&mut world, 2, "لطفا سفارش 12345 من را لغو کنید");
    let other = clock(&world, &other, ClockKind::FirstResponse);
    assert_eq!(minute(other.due), "Thu 2026-11-12 10:30");
}

#[test]
fn a_case_that_changes_hands_keeps_what_was_promised_and_then_follows_its_new_department() {
    let mut world = shop();
    let code = filed(&mut world, 1, "لطفا سفارش 12345 من را لغو کنید");
    let promised = clock(&world, &code, ClockKind::FirstResponse);
    world.staff_member("Reza", &code, &Action::Assign { owner: "Ali".to_owned() }).unwrap();
    world.alerts();
    let kept = clock(&world, &code, ClockKind::FirstResponse);
    assert_eq!((kept.due, kept.basis), (promised.due, promised.basis));
    // Nor does a closure after the promised time, or a start of the daemon, move it.
    world.gateway().add_closure(closed("2026-11-14", &[]), "Mina").unwrap();
    world.run();
    assert_eq!(clock(&world, &code, ClockKind::FirstResponse).due, promised.due);
    world.crash_and_restart();
    world.gateway().start_clocks().unwrap();
    assert_eq!(clock(&world, &code, ClockKind::FirstResponse).due, promised.due);
    world.staff_member("Ali", &code, &Action::Reply { text: "کدام سفارش؟".to_owned(), wait: false }).unwrap();
    world.expect_reply("telegram:1");
    world.advance(minutes(60));
    world.telegram_from(1, "همان که دیروز دادم، لطفا زودتر لغوش کنید");
    world.run();
    // Wednesday 11:30: half an hour today, then three on Sunday and on Monday, and one and a half on Tuesday.
    let next = clock(&world, &code, ClockKind::NextResponse);
    assert_eq!(minute(next.due), "Tue 2026-11-17 10:30");
    world.alerts();
}

#[test]
fn closures_and_special_hours_hold_in_a_department_on_its_own_days() {
    let mut world = shop();
    let code = filed(&mut world, 1, "برای سفارش 12345 فاکتور رسمی صادر کنید");
    world.gateway().add_closure(closed("2026-11-14", &[]), "Mina").unwrap();
    world.run();
    // Saturday is off: the last half hour falls on Tuesday, and the customer hears of the delay.
    assert_eq!(minute(clock(&world, &code, ClockKind::FirstResponse).due), "Tue 2026-11-17 09:30");
    assert!(world.expect_reply("telegram:1").text().contains("سه‌شنبه ۲۶ آبان"));
    world.gateway().add_closure(closed("2026-11-13", &["09:00-21:00"]), "Mina").unwrap();
    world.run();
    // The shop opens on a Friday; who repairs never works on one.
    assert_eq!(minute(clock(&world, &code, ClockKind::FirstResponse).due), "Tue 2026-11-17 09:30");
    world.alerts();
}

#[test]
fn the_group_reads_what_is_late_by_department_and_clock() {
    let mut world = shop();
    let cases = [
        ("Sara", "لطفا سفارش 12345 من را لغو کنید"),
        ("Ali", "کالای شکسته فرستادید و کسی هم جواب نمیده"),
        ("Sara", "یک سؤال دربارهٔ زعفران سرگل قائنات و نحوهٔ نگهداری آن داشتم"),
        ("", "یک سؤال دربارهٔ گلدان سفالی لالجین و نحوهٔ شستن آن داشتم"),
    ];
    let mut names = Vec::new();
    for (number, (owner, text)) in (1..).zip(cases) {
        let code = filed(&mut world, number, text);
        if !owner.is_empty() {
            world.staff_member("Mina", &code, &Action::Assign { owner: owner.to_owned() }).unwrap();
        }
        names.push((code, format!("CASE-{number}")));
    }
    world.alerts();
    // Saturday morning: all first responses are overdue, and Ali's complaint too.
    world.advance(minutes(3 * 24 * 60));
    world.run();
    world.alerts();
    world.advance(minutes(20));
    world.run();
    let mut text = to(&world.alerts(), GROUP);
    world.advance(minutes(5 * 60));
    world.run();
    world.alerts();
    world.advance(minutes(2));
    world.run();
    text.push_str(&to(&world.alerts(), GROUP));
    for (code, name) in names {
        text = text.replace(&code, &name);
    }
    insta::assert_snapshot!(text, @"
    ⏰ ۴ پرونده رسیدگی می‌خواهد

    ▪ بخش \u{2068}sales\u{2069}
    \u{2068}CASE-1\u{2069} | ۲۰۰٪ درخواست فوری | شدت ۳ | ۲ روز و ۲۳ ساعت گذشته | \u{2068}Sara\u{2069}
    \u{2068}CASE-1\u{2069} | ۱۵۰٪ پاسخ اول | شدت ۳ | ۲ روز گذشته | \u{2068}Sara\u{2069}
    \u{2068}CASE-3\u{2069} | ۱۵۰٪ پاسخ اول | شدت ۳ | ۲ روز گذشته | \u{2068}Sara\u{2069}

    ▪ بخش \u{2068}repairs\u{2069}
    \u{2068}CASE-2\u{2069} | ۱۵۰٪ پاسخ اول | شدت ۳ | ۲ روز گذشته | \u{2068}Ali\u{2069}

    ▪ بدون بخش
    \u{2068}CASE-4\u{2069} | ۱۵۰٪ پاسخ اول | شدت ۳ | ۲ روز گذشته | بی‌مسئول
    ");
}

#[test]
fn each_lead_has_the_digest_of_their_own_department_and_of_what_is_nobodys() {
    let mut world = shop();
    assert!(!world.gateway().tell_digest().unwrap());
    let mut names = Vec::new();
    for (number, text) in (1..).zip([
        "لطفا سفارش 12345 من را لغو کنید",
        "برای سفارش 12345 فاکتور رسمی صادر کنید",
        "یک سؤال دربارهٔ گلدان سفالی لالجین و نحوهٔ شستن آن داشتم",
    ]) {
        names.push((filed(&mut world, number, text), format!("CASE-{number}")));
    }
    world.advance(minutes(24 * 60));
    world.run();
    world.alerts();
    assert!(world.gateway().tell_digest().unwrap());
    world.run();
    let sent = world.alerts();
    let read =
        |reader: &str| names.iter().fold(to(&sent, reader), |text, (code, name)| text.replace(code, name));
    insta::assert_snapshot!(read("shop:222"), @"
    گزارش پنجشنبه ۲۱ آبان ۱۴۰۵
    پرونده‌های باز: ۲
    ▪ بخش \u{2068}sales\u{2069}: ۱ باز، ۱ از مهلت گذشته
    ▪ بدون بخش: ۱ باز، ۱ از مهلت گذشته

    از مهلت گذشته: ۳
    \u{2068}CASE-1\u{2069} | درخواست فوری | ۲۳ ساعت گذشته | بی‌مسئول
    \u{2068}CASE-1\u{2069} | پاسخ اول | کمتر از یک دقیقه گذشته | بی‌مسئول
    \u{2068}CASE-3\u{2069} | پاسخ اول | کمتر از یک دقیقه گذشته | بی‌مسئول

    بی‌مسئول: ۲
    \u{2068}CASE-1\u{2069} | تعیین مسئول | ۱۰۴۸ روز و ۲۳ ساعت مانده | بی‌مسئول
    \u{2068}CASE-3\u{2069} | تعیین مسئول | ۱۰۴۹ روز مانده | بی‌مسئول
    ");
    insta::assert_snapshot!(read("shop:223"), @"
    گزارش پنجشنبه ۲۱ آبان ۱۴۰۵
    پرونده‌های باز: ۲
    ▪ بخش \u{2068}repairs\u{2069}: ۱ باز
    ▪ بدون بخش: ۱ باز، ۱ از مهلت گذشته

    از مهلت گذشته: ۱
    \u{2068}CASE-3\u{2069} | پاسخ اول | کمتر از یک دقیقه گذشته | بی‌مسئول

    بی‌مسئول: ۲
    \u{2068}CASE-3\u{2069} | تعیین مسئول | ۱۰۴۹ روز مانده | بی‌مسئول
    \u{2068}CASE-2\u{2069} | تعیین مسئول | ۱۲۵۸ روز و ۲۳ ساعت مانده | بی‌مسئول
    ");
    insta::assert_snapshot!(read("shop:333"), @"
    گزارش پنجشنبه ۲۱ آبان ۱۴۰۵
    پرونده‌های باز: ۳
    ▪ بخش \u{2068}repairs\u{2069}: ۱ باز
    ▪ بخش \u{2068}sales\u{2069}: ۱ باز، ۱ از مهلت گذشته
    ▪ بدون بخش: ۱ باز، ۱ از مهلت گذشته

    از مهلت گذشته: ۳
    \u{2068}CASE-1\u{2069} | درخواست فوری | ۲۳ ساعت گذشته | بی‌مسئول
    \u{2068}CASE-1\u{2069} | پاسخ اول | کمتر از یک دقیقه گذشته | بی‌مسئول
    \u{2068}CASE-3\u{2069} | پاسخ اول | کمتر از یک دقیقه گذشته | بی‌مسئول

    بی‌مسئول: ۳
    \u{2068}CASE-1\u{2069} | تعیین مسئول | ۱۰۴۸ روز و ۲۳ ساعت مانده | بی‌مسئول
    \u{2068}CASE-3\u{2069} | تعیین مسئول | ۱۰۴۹ روز مانده | بی‌مسئول
    \u{2068}CASE-2\u{2069} | تعیین مسئول | ۱۲۵۸ روز و ۲۳ ساعت مانده | بی‌مسئول
    ");
}

#[test]
fn what_is_wrong_about_departments_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let told = |departments: &str| {
        let file = directory.path().join("pasokh.yaml");
        std::fs::write(&file, format!("departments:\n{departments}")).unwrap();
        let checked = pasokh::rules::check(Some(&file));
        let told = checked.found.iter().filter(|one| one.is_error()).map(ToString::to_string);
        told.map(|one| one.replace(&format!("{}/", directory.path().display()), ""))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(told(
        "  sales: { topics: [invoice] }\n  repairs: { topics: [invoice], week: { fri: [\"9-12\"] } }\n  stock: { hours: x }\n"
    ), @"
        pasokh.yaml:3:23: error: `invoice` goes to `sales` already
        pasokh.yaml:3:47: error: `9-12` is no pair of times like 09:00-17:00
        pasokh.yaml:4:12: error: unknown key `hours` in the department `stock`
        ");
    insta::assert_snapshot!(told("  sales: { topics: [invoices] }\n"), @"pasokh.yaml: error: the department `sales` gets the topic `invoices`, which no intent has");
    insta::assert_snapshot!(told("  sales: { week: { } }\n"), @"pasokh.yaml:2:18: error: no weekday has opening hours");
    std::fs::write(directory.path().join("pasokh.yaml"), "departments: { sales: }\n").unwrap();
    assert!(settings::load(Some(&directory.path().join("pasokh.yaml")), Secrets::Optional).is_ok());
}
