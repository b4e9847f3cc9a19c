//! Response-time alerts: once per complaint, clock and level, and never about the customer.

use jiff::SignedDuration;
use pasokh::domain::desk::Action;

use crate::world::{WEDNESDAY_MORNING, World};

const COMPLAINT: &str = "کالای شکسته فرستادید و کسی هم جواب نمیده";

fn filed(world: &mut World) -> String {
    world.telegram_from(4242, COMPLAINT);
    world.expect_reply("telegram:4242").code()
}

#[test]
fn each_level_is_told_once_by_mail_and_telegram() {
    let mut world = World::new();
    let code = filed(&mut world);
    // Wednesday 10:00 and eight business hours: Thursday 10:00. 75 % is Wednesday 16:00.
    world.advance(SignedDuration::from_mins(359));
    assert!(world.alerts().is_empty());
    world.advance(SignedDuration::from_mins(2));
    let first = world.alerts();
    assert_eq!(first.len(), 3, "{first:#?}");
    world.run();
    assert!(world.alerts().is_empty(), "the same level is not told twice");
    // 90 %: 432 business minutes are over on Thursday at 09:12.
    world.advance(SignedDuration::from_hours(17) + SignedDuration::from_mins(12));
    assert_eq!(world.alerts().len(), 3);
    world.advance(SignedDuration::from_hours(2));
    let breach = world.alerts();
    assert_eq!(breach.len(), 3);
    assert!(breach.iter().all(|alert| alert.text().contains(&code)));
    let sheet = world.sheet(&code);
    assert_eq!(sheet.clocks[0].alerted, vec![75, 90, 100]);
    world.advance(SignedDuration::from_hours(240));
    assert!(world.alerts().is_empty());
}

#[test]
fn alerts_hold_nothing_that_a_customer_wrote_and_no_contact() {
    let mut world = World::new();
    filed(&mut world);
    world.advance(SignedDuration::from_hours(7));
    for alert in world.alerts() {
        let text = format!("{} {}", alert.text(), alert.row.subject);
        for personal in ["شکسته", "جواب نمیده", "4242", "Ann"] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    }
}

#[test]
fn an_alert_reads_well() {
    let mut world = World::new();
    let code = filed(&mut world);
    world.advance(SignedDuration::from_hours(7));
    let alerts = world.alerts();
    let text = alerts[0].text().replace(&code, "482-917-508");
    insta::assert_snapshot!(text, @"
    ⏰ ۷۵٪ از مهلت پاسخ اول گذشت
    پرونده: \u{2068}482-917-508\u{2069}
    نوع: شکایت
    مهلت: پنجشنبه ۲۱ آبان ۱۴۰۵، ساعت ۱۰:۰۰ (۱۷ ساعت مانده)
    مسئول: هنوز کسی نیست
    برای دیدن: \u{2068}pasokh complaint show 482-917-508\u{2069}
    ");
}

#[test]
fn a_restart_repeats_no_alert_and_a_downtime_tells_the_highest_level_only() {
    let mut world = World::new();
    let code = filed(&mut world);
    world.advance(SignedDuration::from_hours(7));
    assert_eq!(world.alerts().len(), 3);
    world.crash_and_restart();
    world.run();
    assert!(world.alerts().is_empty());
    // Down over the weekend: 90 and 100 % passed meanwhile.
    world.advance(SignedDuration::from_hours(72));
    assert_eq!(world.alerts().len(), 3);
    assert_eq!(world.sheet(&code).clocks[0].alerted.last(), Some(&100));
}

#[test]
fn only_a_persons_answer_stops_the_clock() {
    let mut world = World::new();
    let code = filed(&mut world);
    assert_eq!(world.sheet(&code).row.state, "acknowledged");
    assert!(world.sheet(&code).row.due.is_some(), "the machine's acknowledgement stops nothing");
    world.staff(&code, Action::Reply { text: "فردا تعویض می‌کنیم.".to_owned(), wait: false });
    world.expect_reply("telegram:4242");
    assert!(world.sheet(&code).row.due.is_none());
    world.advance(SignedDuration::from_hours(100));
    assert!(world.alerts().is_empty());
    // The customer writes again: the next response has a clock of its own.
    world.telegram_from(4242, "هنوز خبری نشده");
    let sheet = world.sheet(&code);
    assert_eq!(sheet.clocks.last().map(|clock| clock.clock.as_str()), Some("next_response"));
    assert!(sheet.row.due.is_some());
}

#[test]
fn the_owner_alone_is_told_when_there_is_one() {
    let mut world = World::new();
    let code = filed(&mut world);
    world.staff(&code, Action::Assign { owner: "Sara".to_owned() });
    world.advance(SignedDuration::from_hours(7));
    let alerts = world.alerts();
    assert_eq!(alerts.len(), 3, "Sara by mail and Telegram, and the group");
    assert!(alerts.iter().all(|alert| alert.text().contains("Sara")));
}

#[test]
fn an_alert_carries_the_suggested_reply_and_nothing_of_the_customer() {
    let mut world = World::with_modes(WEDNESDAY_MORNING, "suggest", &[]);
    world.telegram_from(4242, "I am Ann, where is my parcel?");
    let code = world.expect_reply("telegram:4242").code();
    world.advance(SignedDuration::from_mins(361));
    let alerts = world.alerts();
    let suggestion = world.sheet(&code).suggestion.unwrap();
    for alert in &alerts {
        assert!(alert.text().contains(&suggestion.text), "{}", alert.text());
        assert!(!alert.text().contains("Ann") && !alert.text().contains("4242"), "{}", alert.text());
    }
    let text = alerts[0].text().replace(&code, "482-917-508");
    insta::assert_snapshot!(text.split_once("\n\n").unwrap().1, @"
    پاسخ پیشنهادی (\u{2068}order_status\u{2069}):
    If you have an account on our site, your order's status is in the list of your orders.
    If you have a tracking number for the parcel, the carrier's site shows where it is.
    If that isn't enough, write your order number together with the word \"human\" and a colleague will look it up.

    برای فرستادن: \u{2068}pasokh complaint reply 482-917-508 --suggested\u{2069}
    ");
}
