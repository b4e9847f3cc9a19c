//! Response-time alerts: once per complaint, clock and level, to the right people at the right
//! time, and never about the customer.

use jiff::{SignedDuration, Timestamp};
use pasokh::domain::alert::{Notice, To, message};
use pasokh::domain::clocks::{Clock, ClockKind, Level, Limit, Span};
use pasokh::domain::code::TrackingCode;
use pasokh::domain::complaint::{ComplaintKind, Filing};
use pasokh::domain::conversation::{Conversation, ConversationId, Entry, Speaker};
use pasokh::domain::desk::Action;
use pasokh::domain::event::Event;
use pasokh::domain::intake::Intake;
use pasokh::domain::message::{Contact, Language};
use pasokh::domain::outbox::{OutboxId, Outcome, Recipient};
use pasokh::store::Commit;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::world::{Sent, WEDNESDAY_MORNING, World};

const COMPLAINT: &str = "کالای شکسته فرستادید و کسی هم جواب نمیده";
/// Wednesday 2 December 2026, 16:55 in Tehran.
const WEDNESDAY_EVENING: &str = "2026-12-02T13:25:00Z";
const GROUP: i64 = -1_001_234_567_890;

/// A whole desk. Sara answers, Reza leads her department, Mina manages complaints, Omid owns the shop.
const DESK: &str = "  people:
    - { name: Sara, role: agent, telegram: 111, bale: 1111, email: sara@shop.example, department: sales, deputy: Nima }
    - { name: Nima, role: agent, telegram: 112, email: nima@shop.example, department: sales }
    - { name: Reza, role: lead, telegram: 222, email: reza@shop.example, department: sales }
    - { name: Mina, role: manager, telegram: 333, email: mina@shop.example }
    - { name: Omid, role: owner, email: omid@shop.example }
    - { name: Vida, role: viewer, telegram: 666, email: vida@shop.example }
  telegram_group: -1001234567890
";
fn desk(time: &str) -> World {
    World::staffed(time, DESK, "")
}

/// A question, since complaints have the clock of their decision besides.
fn filed(world: &mut World) -> String {
    world.telegram_from(4242, "یک سؤال دربارهٔ زعفران سرگل قائنات و نحوهٔ نگهداری آن داشتم");
    world.expect_reply("telegram:4242").code()
}

/// Thursday 09:13, after 90 %: the group hears of the case that nobody has taken.
fn desk_with_an_alert_in_the_group() -> (World, String, Sent) {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = filed(&mut world);
    world.advance(minutes(23 * 60 + 13));
    world.alerts();
    world.advance(minutes(1));
    let alert = world.alerts().remove(0);
    (world, code, alert)
}

fn owned(world: &mut World) -> String {
    let code = filed(world);
    world.staff(&code, Action::Assign { owner: "Sara".to_owned() });
    code
}

/// Whom the alerts went to, in order.
fn readers(alerts: &[Sent]) -> Vec<String> {
    let mut readers: Vec<String> = alerts
        .iter()
        .map(|alert| match &alert.row.to {
            Recipient::StaffEmail(address) => address.to_string(),
            Recipient::StaffTelegram(chat) if *chat == GROUP => "group".to_owned(),
            Recipient::StaffTelegram(chat) => format!("{}:{chat}", alert.row.account),
            Recipient::StaffPhone(number) => number.clone(),
            Recipient::Customer(_) => panic!("{alert:?} is no alert"),
        })
        .collect();
    readers.sort();
    readers
}

fn told(world: &mut World) -> Vec<String> {
    readers(&world.alerts())
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

#[test]
fn the_ladder_tells_more_people_at_each_level_and_each_of_them_once() {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = owned(&mut world);
    // Eight business hours from Wednesday 10:00: half is 14:00, three quarters 16:00.
    world.advance(minutes(241));
    assert_eq!(told(&mut world), [""; 0], "half of the time is for the digest");
    assert_eq!(world.sheet(&code).clocks[0].alerted, [50]);
    world.advance(minutes(120));
    assert_eq!(told(&mut world), ["shop:111"]);
    world.run();
    assert_eq!(told(&mut world), [""; 0], "the same level is not told twice");
    // 90 %: Thursday 09:12. The group hears a minute later, when more may have gathered.
    world.advance(minutes(17 * 60 + 11));
    assert_eq!(told(&mut world), ["shop:111", "shop:222"]);
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"]);
    // Due on Thursday 10:00.
    world.advance(minutes(48));
    assert_eq!(told(&mut world), ["shop:111", "shop:222"]);
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"]);
    // 150 %: four hours more, Saturday 10:00; the complaints manager besides, and mail besides.
    world.advance(minutes(48 * 60));
    assert_eq!(
        told(&mut world),
        ["mina@shop.example", "reza@shop.example", "sara@shop.example", "shop:111", "shop:222", "shop:333"]
    );
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"]);
    // 200 %: Saturday 14:00; the owner of the business besides.
    world.advance(minutes(4 * 60));
    assert!(told(&mut world).contains(&"omid@shop.example".to_owned()));
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"]);
    assert_eq!(world.sheet(&code).clocks[0].alerted, [50, 75, 90, 100, 150, 200]);
    world.advance(SignedDuration::from_hours(240));
    assert_eq!(told(&mut world), ["group"], "people once at each level; the group is reminded");
}

#[test]
fn a_case_that_nobody_owns_warns_the_lead() {
    let mut world = desk(WEDNESDAY_MORNING);
    filed(&mut world);
    world.advance(minutes(361));
    assert_eq!(told(&mut world), ["shop:222"]);
}

#[test]
fn what_is_of_severity_1_is_told_again_until_somebody_takes_it() {
    let mut world = World::shop_of(WEDNESDAY_MORNING, DESK, "");
    world.telegram_from(4242, "گوشی‌ای که فرستادید آتش گرفت و دستم سوخت، هیچ‌کس هم جواب نمیده");
    let code = world.expect_reply("telegram:4242").code();
    assert_eq!(world.sheet(&code).record.severity, 1);
    let nobodys = |world: &mut World, wait: i64| {
        world.advance(minutes(wait));
        let alerts = world.alerts();
        readers(&alerts.into_iter().filter(|one| one.text().contains("تعیین مسئول")).collect::<Vec<_>>())
    };
    // A quarter of an hour is allowed; at twice that the owner of the shop hears of it.
    assert!(nobodys(&mut world, 16).contains(&"shop:333".to_owned()));
    assert!(nobodys(&mut world, 15).contains(&"omid@shop.example".to_owned()));
    // The group waits for more that is due together; people have been told.
    assert!(nobodys(&mut world, 20).iter().all(|reader| reader == "group"));
    for _ in 0..3 {
        assert!(nobodys(&mut world, 31).contains(&"omid@shop.example".to_owned()), "once more");
    }
    world.crash_and_restart();
    assert!(!nobodys(&mut world, 31).is_empty(), "a restart forgets nothing");
    world.staff(&code, Action::Assign { owner: "Mina".to_owned() });
    assert!(nobodys(&mut world, 31).is_empty() && nobodys(&mut world, 31).is_empty());
}

#[test]
fn without_leads_whoever_may_act_is_told() {
    let mut world = World::new();
    filed(&mut world);
    world.advance(minutes(361));
    assert!(told(&mut world).contains(&"shop:111".to_owned()));
}

#[test]
fn the_deputy_is_told_while_the_owner_is_away() {
    let away =
        DESK.replace("deputy: Nima }", "deputy: Nima, absent: { from: 1405-08-20, until: 1405-08-25 } }");
    let mut world = World::staffed(WEDNESDAY_MORNING, &away, "");
    owned(&mut world);
    world.advance(minutes(361));
    assert_eq!(told(&mut world), ["shop:112"]);
}

#[test]
fn alerts_hold_nothing_that_a_customer_wrote_and_no_contact() {
    let mut world = desk(WEDNESDAY_MORNING);
    world.telegram_from(4242, COMPLAINT);
    world.expect_reply("telegram:4242");
    for hours in [7, 24, 72, 240] {
        world.advance(SignedDuration::from_hours(hours));
        for alert in world.alerts() {
            let text = format!("{} {}", alert.text(), alert.row.subject);
            for personal in ["شکسته", "جواب نمیده", "4242", "Ann"] {
                assert!(!text.contains(personal), "{personal} in {text}");
            }
        }
    }
}

#[test]
fn an_alert_reads_well() {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = owned(&mut world);
    world.advance(minutes(361));
    let alerts = world.alerts();
    assert_eq!(alerts[0].labels(), ["من رسیدگی می‌کنم", "تعویق ۱ ساعت", "ارجاع"]);
    let text = alerts[0].text().replace(&code, "482-917-508");
    insta::assert_snapshot!(text, @"
    ⏰ ۷۵٪ از مهلت پاسخ اول گذشت
    پرونده: \u{2068}482-917-508\u{2069}
    نوع: پرسش، شدت ۳
    مهلت: پنجشنبه ۲۱ آبان ۱۴۰۵، ساعت ۱۰:۰۰ (۱۷ ساعت و ۵۹ دقیقه مانده)
    مسئول: \u{2068}Sara\u{2069}
    برای دیدن: \u{2068}pasokh complaint show 482-917-508\u{2069}
    ");
}

#[test]
fn after_a_downtime_one_late_alert_tells_the_highest_level_only() {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = owned(&mut world);
    world.advance(minutes(361));
    assert_eq!(told(&mut world), ["shop:111"]);
    world.crash_and_restart();
    world.run();
    assert_eq!(told(&mut world), [""; 0], "a restart repeats nothing");
    // Down from Wednesday 16:01 to Thursday 12:01: 90 % and the due time passed meanwhile.
    world.advance(minutes(20 * 60));
    let alerts = world.alerts();
    assert_eq!(readers(&alerts), ["shop:111", "shop:222"]);
    assert!(alerts.iter().all(|alert| alert.text().starts_with("⏰ مهلت پاسخ اول تمام شد (با تأخیر)")));
    assert_eq!(world.sheet(&code).clocks[0].alerted, [75, 100]);
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"]);
}

#[test]
fn a_complaint_that_came_on_wednesday_evening_is_alerted_about_on_saturday() {
    let mut world = desk(WEDNESDAY_EVENING);
    owned(&mut world);
    // 75 % of eight hours: five minutes, 240 on Thursday, 115 on Saturday: 10:55.
    world.advance(minutes(65 * 60 + 59));
    assert_eq!(told(&mut world), [""; 0]);
    world.advance(minutes(2));
    assert_eq!(told(&mut world), ["shop:111"]);
}

#[test]
fn over_nowruz_nobody_is_told_before_the_shop_opens_again() {
    let further =
        "calendar: { week: { sat-wed: [\"09:00-17:00\"], thu: [\"09:00-13:00\"] }, holidays: iran }\n";
    // Wednesday 18 March 2026, 16:55: 75 % after the holidays, on Wednesday 25 March at 10:55.
    let mut world = World::staffed("2026-03-18T13:25:00Z", DESK, further);
    owned(&mut world);
    world.advance(SignedDuration::from_hours(7 * 24) - minutes(361));
    assert_eq!(told(&mut world), [""; 0]);
    world.advance(minutes(2));
    assert_eq!(told(&mut world), ["shop:111"]);
}

#[test]
fn what_falls_due_at_night_comes_as_one_sorted_message_at_opening() {
    let mut world = desk(WEDNESDAY_MORNING);
    // Clocks around the clock, of which two reach three quarters at night.
    for chat in [4242, 4343] {
        world.telegram_from(chat, "یک سؤال دربارهٔ زعفران سرگل قائنات و نحوهٔ نگهداری آن داشتم");
        let code = world.expect_reply(&format!("telegram:{chat}")).code();
        world.staff(&code, Action::Assign { owner: "Sara".to_owned() });
        let id = world.gateway().complaint(&code).unwrap().conversation.id;
        let rules = world.gateway().rules();
        let limit = Limit::from(Span::CalendarMinutes(16 * 60));
        let clock = Clock::of(ClockKind::Callback, limit, ("agreed", 3), &rules.calendar, world.now());
        let stopped =
            Event::ClockStopped { conversation: id, kind: ClockKind::FirstResponse, at: world.now() };
        let events = vec![stopped, Event::ClockStarted { conversation: id, clock }];
        world.gateway().store.commit(&Commit { events, expects: Vec::new() }).unwrap();
    }
    // Three quarters at 22:00, 90 % at 00:24, due at 02:00; Thursday 08:59: nothing yet.
    for wait in [721, 144, 97, 417] {
        world.advance(minutes(wait));
        assert_eq!(told(&mut world), [""; 0]);
    }
    world.advance(minutes(1));
    let alerts = world.alerts();
    assert_eq!(readers(&alerts), ["group", "shop:111", "shop:222"]);
    for alert in &alerts {
        assert!(alert.text().starts_with("⏰ ۲ پرونده رسیدگی می‌خواهد"), "{}", alert.text());
        assert_eq!(alert.text().lines().count(), 3, "each by its highest level alone");
    }
}

#[test]
fn a_thousand_breaches_in_a_minute_are_few_messages() {
    let mut world = desk(WEDNESDAY_MORNING);
    for hundred in 0..10_u64 {
        let events = (0..100).flat_map(|one| case(&world, hundred * 100 + one)).collect();
        world.gateway().store.commit(&Commit { events, expects: Vec::new() }).unwrap();
    }
    world.advance(minutes(61));
    let direct = world.alerts();
    assert_eq!(readers(&direct), ["shop:222"], "the lead, once");
    assert!(direct[0].text().starts_with("⏰ ۱۰۰۰ پرونده رسیدگی می‌خواهد"), "{}", direct[0].text());
    assert_eq!(direct[0].text().lines().count(), 22, "twenty of them, and how many more");
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"]);
    // More comes every minute; the group hears of it once in ten.
    let mut messages = 0;
    for late in 0..10_u64 {
        let events = case(&world, 2_000 + late);
        world.gateway().store.commit(&Commit { events, expects: Vec::new() }).unwrap();
        world.advance(minutes(1));
        messages += told(&mut world).iter().filter(|reader| *reader == "group").count();
    }
    assert!(messages <= 1, "{messages}");
    world.advance(minutes(600));
    world.alerts();
    world.advance(minutes(10));
    world.alerts();
}

/// A case with one clock that is due in an hour.
fn case(world: &World, number: u64) -> Vec<Event> {
    let (now, conversation) = (world.now(), ConversationId(10_000 + number));
    let calendar = &world.gateway().rules().calendar;
    let filing = Filing {
        code: TrackingCode::from_seed(20_000_000 + u32::try_from(number).unwrap()),
        kind: ComplaintKind::Question,
        topic: None,
        received_at: now,
        promised: now,
        suggested: Vec::new(),
        about: None,
        at: now,
    };
    let contact = Contact::Chat(format!("session-{number}"));
    let (account, language) = ("chat".to_owned(), Language::Fa);
    let clock = Clock::start(ClockKind::FirstResponse, Span::BusinessMinutes(60), calendar, now);
    vec![
        Event::Opened { conversation, contact, account, customer_name: None, language, at: now },
        Event::Filed { conversation, filing },
        Event::ClockStarted { conversation, clock },
    ]
}

#[test]
fn a_claim_in_the_group_makes_its_member_the_owner_and_everybody_sees_it() {
    let (mut world, code, alert) = desk_with_an_alert_in_the_group();
    for (chat, member, why) in [
        (GROUP, 999, "a stranger in the group"),
        (GROUP, 666, "a viewer"),
        (999, 111, "a member in somebody else's chat"),
        (-5, 111, "a member in another group"),
    ] {
        let message = world.press_in_chat(&alert, "من رسیدگی", chat, member);
        assert_eq!(world.disposition(message), "commanded staff_only", "{why}");
        assert_eq!(world.sheet(&code).row.owner, None, "{why}");
    }
    let message = world.press_in_chat(&alert, "من رسیدگی", GROUP, 111);
    assert_eq!(world.disposition(message), "commanded staff_claimed");
    assert_eq!(world.sheet(&code).row.owner.as_deref(), Some("Sara"));
    let answer = world.alerts();
    assert_eq!(readers(&answer), ["group"]);
    let text = answer[0].text().replace(&code, "482-917-508");
    insta::assert_snapshot!(text, @"\u{2068}Sara\u{2069} به پروندهٔ \u{2068}482-917-508\u{2069} رسیدگی می‌کند.");
}

#[test]
fn a_case_is_given_to_a_colleague_with_two_taps_and_everybody_sees_it() {
    let (mut world, code, alert) = desk_with_an_alert_in_the_group();
    let message = world.press_in_chat(&alert, "ارجاع", GROUP, 999);
    assert_eq!(world.disposition(message), "commanded staff_only");
    let message = world.press_in_chat(&alert, "ارجاع", GROUP, 222);
    assert_eq!(world.disposition(message), "commanded staff_reassigning");
    let choice = world.alerts().remove(0);
    // Not oneself, and nobody who may only look.
    assert_eq!(choice.labels(), ["Sara", "Nima", "Mina", "Omid"]);
    let message = world.press_in_chat(&choice, "Nima", GROUP, 999);
    assert_eq!(world.disposition(message), "commanded staff_only");
    assert_eq!(world.sheet(&code).row.owner, None);
    let message = world.press_in_chat(&choice, "Nima", GROUP, 222);
    assert_eq!(world.disposition(message), "commanded staff_given");
    assert_eq!(world.sheet(&code).row.owner.as_deref(), Some("Nima"));
    let answer = world.alerts();
    assert_eq!(readers(&answer), ["group"]);
    assert!(answer[0].text().contains("Reza") && answer[0].text().contains("Nima"), "{}", answer[0].text());
}

#[test]
fn the_group_hears_of_what_is_overdue_every_four_business_hours_until_it_is_answered() {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = owned(&mut world);
    // From Wednesday 10:00 a business day: 200 % on Saturday 14:00; the group is told a minute later.
    world.advance(minutes(76 * 60));
    world.advance(minutes(2));
    assert!(told(&mut world).contains(&"group".to_owned()));
    // Saturday ends at 17:00: four hours are over on Sunday at 10:01 or a little later.
    world.advance(minutes(19 * 60 + 50));
    assert_eq!(told(&mut world), Vec::<String>::new());
    world.advance(minutes(20));
    assert_eq!(told(&mut world), ["group"]);
    world.staff(&code, Action::Reply { text: "اینجا هستم.".to_owned(), wait: false });
    world.expect_reply("telegram:4242");
    world.advance(minutes(24 * 60));
    assert_eq!(told(&mut world), Vec::<String>::new());
}

#[test]
fn a_snooze_puts_off_an_alert_never_past_the_due_time_and_twice_at_most() {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = owned(&mut world);
    world.advance(minutes(361));
    let alert = world.alerts().remove(0);
    let snooze = |world: &mut World| {
        let message = world.press_in_chat(&alert, "تعویق", 111, 111);
        let disposition = world.disposition(message);
        world.alerts();
        disposition
    };
    // Thursday 09:05: until 10:00, when it is due, and not until 10:05.
    world.advance(minutes(17 * 60 + 4));
    assert_eq!(snooze(&mut world), "commanded staff_snoozed");
    let clock = |world: &World| {
        world.gateway().complaint(&code).unwrap().conversation.complaint.unwrap().clocks[0].clone()
    };
    assert_eq!(clock(&world).snoozes, [clock(&world).due]);
    // 90 % at 09:12 is held; what comes at 10:00 is the breach alone.
    world.advance(minutes(30));
    assert_eq!(told(&mut world), [""; 0]);
    assert_eq!(snooze(&mut world), "commanded staff_snoozed");
    assert_eq!(snooze(&mut world), "commanded staff_refused", "twice is enough");
    world.advance(minutes(26));
    let alerts = world.alerts();
    assert!(alerts.iter().all(|alert| alert.text().starts_with("⏰ مهلت پاسخ اول تمام شد")), "{alerts:#?}");
    assert_eq!(readers(&alerts), ["shop:111", "shop:222"]);
    assert_eq!(snooze(&mut world), "commanded staff_refused", "it is due");
    world.advance(minutes(1));
    told(&mut world);
}

#[test]
fn when_telegram_is_down_bale_is_used_and_one_message_says_that_it_is_back() {
    let mut world = desk(WEDNESDAY_MORNING);
    owned(&mut world);
    world.reachable("shop", false);
    world.advance(minutes(361));
    assert_eq!(told(&mut world), [""; 0]);
    world.advance(minutes(2));
    assert_eq!(told(&mut world), ["bale:1111"], "after two minutes the next way");
    world.advance(minutes(5));
    assert_eq!(told(&mut world), [""; 0], "once");
    // What comes while it is known to be down goes the other way at once: Thursday 09:12.
    world.advance(minutes(17 * 60 + 5));
    assert_eq!(told(&mut world), ["bale:1111", "reza@shop.example"]);
    world.reachable("shop", true);
    world.advance(minutes(1));
    world.advance(minutes(1));
    let back = world.alerts();
    let restored = |alert: &&Sent| alert.text().contains("دوباره برقرار است");
    assert_eq!(back.iter().filter(restored).count(), 1, "{back:#?}");
    world.advance(minutes(15));
    assert_eq!(world.alerts().iter().filter(restored).count(), 0);
}

#[test]
fn a_breach_is_on_record_even_if_nobody_can_be_told() {
    let mut world = World::staffed(WEDNESDAY_MORNING, "  people: []\n", "");
    let code = filed(&mut world);
    world.advance(SignedDuration::from_hours(48));
    assert_eq!(told(&mut world), [""; 0]);
    let complaint = world.gateway().complaint(&code).unwrap().conversation.complaint.unwrap();
    assert_eq!(complaint.clocks[0].broken_at, Some(world.now()));
    assert!(complaint.clocks[0].basis.as_ref().is_some_and(|basis| !basis.promise.is_empty()));
}

#[test]
fn an_outside_body_gives_72_48_and_then_24_hours() {
    let mut world = desk(WEDNESDAY_MORNING);
    let code = owned(&mut world);
    let id = world.gateway().complaint(&code).unwrap().conversation.id;
    let (rules, start) = (world.gateway().rules(), world.now());
    let clock = Clock::promised(ClockKind::External, &rules.promises, 3, &rules.calendar, start).unwrap();
    let stopped = Event::ClockStopped { conversation: id, kind: ClockKind::FirstResponse, at: start };
    let events = vec![stopped, Event::ClockStarted { conversation: id, clock }];
    world.gateway().store.commit(&Commit { events, expects: Vec::new() }).unwrap();
    let external = |world: &World| -> Vec<(i64, Vec<u8>)> {
        let complaint = world.gateway().complaint(&code).unwrap().conversation.complaint.unwrap();
        let clocks = complaint.clocks.into_iter().filter(|clock| clock.kind == ClockKind::External);
        clocks
            .map(|clock| {
                let fired = clock.fired.iter().map(|Level(level)| *level).collect();
                (clock.due.duration_since(start).as_hours(), fired)
            })
            .collect()
    };
    for (hours, expected) in [
        (24, vec![(72, vec![33])]),
        (48, vec![(72, vec![33, 67])]),
        (60, vec![(72, vec![33, 67, 83])]),
        (68, vec![(72, vec![33, 67, 83, 94])]),
        (72, vec![(72, vec![33, 67, 83, 94, 100]), (120, vec![])]),
        (120, vec![(72, vec![33, 67, 83, 94, 100]), (120, vec![100]), (144, vec![])]),
        (144, vec![(72, vec![33, 67, 83, 94, 100]), (120, vec![100]), (144, vec![100])]),
    ] {
        let at: Timestamp = start + SignedDuration::from_hours(hours);
        world.advance(at.duration_since(world.now()) + SignedDuration::from_secs(1));
        world.alerts();
        assert_eq!(external(&world), expected, "after {hours} hours");
    }
    world.advance(minutes(12 * 60));
    world.alerts();
}

#[test]
fn the_digest_comes_at_opening_also_when_there_is_nothing_to_tell() {
    let mut world = desk(WEDNESDAY_MORNING);
    assert!(!world.gateway().tell_digest().unwrap(), "there is no yesterday on the first day");
    let digest = |world: &mut World| {
        let told = world.gateway().tell_digest().unwrap();
        world.run();
        (told, world.alerts())
    };
    world.advance(minutes(22 * 60 + 59));
    assert!(!digest(&mut world).0, "Thursday 08:59");
    world.advance(minutes(1));
    let (told, sent) = digest(&mut world);
    assert!(told);
    assert_eq!(readers(&sent), ["omid@shop.example", "shop:222", "shop:333"]);
    insta::assert_snapshot!(sent[0].text(), @"
    گزارش پنجشنبه ۲۱ آبان ۱۴۰۵
    پرونده‌های باز: ۰
    امروز چیزی منتظر شما نیست.
    ");
    assert!(!digest(&mut world).0, "once a day");
    let code = owned(&mut world);
    // Friday is off; Saturday's tells of what is due today, and a daemon that was down until noon tells it then.
    world.advance(SignedDuration::from_hours(24));
    assert!(!digest(&mut world).0);
    world.advance(SignedDuration::from_hours(26));
    world.alerts();
    world.crash_and_restart();
    let (told, sent) = digest(&mut world);
    assert!(told);
    let text = sent[0].text().replace(&code, "482-917-508");
    insta::assert_snapshot!(text, @"
    گزارش شنبه ۲۳ آبان ۱۴۰۵
    پرونده‌های باز: ۱

    مهلت امروز: ۱
    \u{2068}482-917-508\u{2069} | پاسخ اول | ۲ ساعت مانده | \u{2068}Sara\u{2069}

    هفتهٔ گذشته:
    ۱ پیام رسید. از ۱ پرسش، ۰٪ خودکار پاسخ گرفت و ۱ موضوع به همکاران سپرده شد.
    از ۱ وعده که سررسیدشان بود، به ۱ وعده عمل شد (۱۰۰٪).
    در پایان دوره ۱ پرونده باز بود؛ ۱ پرونده هنوز پاسخی از همکاران نگرفته و ۰ پرونده بیش از یک هفته باز مانده است.
    ");
    world.advance(SignedDuration::from_hours(24));
    let (told, sent) = digest(&mut world);
    assert!(told && sent.iter().any(|one| one.text().contains("گزارش یکشنبه")));
    assert!(!sent.iter().any(|one| one.text().contains("هفتهٔ گذشته")), "once a week");
}

#[test]
fn only_a_persons_answer_stops_the_clock() {
    let mut world = desk(WEDNESDAY_MORNING);
    world.telegram_from(4242, COMPLAINT);
    let code = world.expect_reply("telegram:4242").code();
    world.staff(&code, Action::Assign { owner: "Sara".to_owned() });
    assert_eq!(world.sheet(&code).row.state, "acknowledged");
    assert!(world.sheet(&code).row.due.is_some(), "the machine's acknowledgement stops nothing");
    world.staff(&code, Action::Reply { text: "فردا تعویض می‌کنیم.".to_owned(), wait: false });
    world.expect_reply("telegram:4242");
    assert!(world.sheet(&code).row.due.is_none());
    world.advance(SignedDuration::from_hours(100));
    let about_the_response = |alert: &Sent| alert.text().contains("پاسخ اول");
    assert!(!world.alerts().iter().any(about_the_response), "the decision alone is still due");
    // The customer writes again: the next response has a clock of its own.
    world.telegram_from(4242, "هنوز خبری نشده");
    let sheet = world.sheet(&code);
    let next = sheet.clocks.iter().find(|clock| clock.clock == "next_response");
    assert!(next.is_some_and(|clock| clock.stopped_at.is_none()), "{:#?}", sheet.clocks);
    assert!(sheet.row.due.is_some());
}

#[test]
fn an_alert_carries_the_suggested_reply_and_nothing_of_the_customer() {
    let mut world = World::with_modes(WEDNESDAY_MORNING, "suggest", &[]);
    world.telegram_from(4242, "I am Ann, where is my parcel?");
    let code = world.expect_reply("telegram:4242").code();
    world.staff(&code, Action::Assign { owner: "Sara".to_owned() });
    world.advance(minutes(361));
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

/// A word that stands in no alert by itself.
fn any_word() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Z][a-z]{8,12}zq", "[ژغثضظ]{9,14}", "09[0-9]{9}", "[a-z]{6,10}@[a-z]{6}\\.example"]
}

#[test]
fn no_alert_holds_anything_of_a_customer() {
    let world = World::new();
    let rules = world.gateway().rules();
    let now = world.now();
    let conversation = |number: u64, words: &[String]| {
        let id = ConversationId(number);
        let word = |at: usize| words[at % words.len()].clone();
        let events = case(&world, number);
        let mut conversation = Conversation::open(&Event::Opened {
            conversation: ConversationId(10_000 + number),
            contact: Contact::Chat(word(0)),
            account: "chat".to_owned(),
            customer_name: Some(word(1)),
            language: Language::Fa,
            at: now,
        })
        .unwrap();
        let mut said = Entry::ours(Speaker::Customer, words.join(" "), OutboxId(1), now);
        said.subject = Some(word(2));
        conversation.apply(&Event::Said { conversation: conversation.id, entry: said });
        events[1..].iter().for_each(|event| conversation.apply(event));
        assert_ne!(id, conversation.id);
        conversation
    };
    let mut runner = TestRunner::new(ProptestConfig { cases: 200, ..ProptestConfig::default() });
    let inputs = (prop::collection::vec(any_word(), 3..6), 1..4_u64, 0..6_usize, any::<bool>());
    runner
        .run(&inputs, |(words, count, level, late)| {
            let cases: Vec<(Notice, Conversation)> = (0..count)
                .map(|number| {
                    let conversation = conversation(number, &words);
                    let notice = Notice {
                        id: number,
                        to: To::Group,
                        conversation: conversation.id,
                        kind: ClockKind::FirstResponse,
                        started_at: now,
                        level: Level::ALL[level],
                        severity: 2,
                        late,
                        by_mail_too: false,
                        repeated: false,
                        not_before: now,
                        at: now,
                    };
                    (notice, conversation)
                })
                .collect();
            let told = message(&rules, &cases, now).expect("a message");
            let all = format!("{} {} {:?}", told.subject, told.text, told.buttons);
            for word in &words {
                prop_assert!(!all.contains(word), "{word} in {all}");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_channel_that_is_down_is_no_fault_of_each_case() {
    let mut world = desk(WEDNESDAY_MORNING);
    world.reachable("support", false);
    world.mail_from("ann@example.org", "یک سؤال دربارهٔ زعفران سرگل قائنات و نحوهٔ نگهداری آن داشتم");
    world.advance(minutes(5));
    assert_eq!(told(&mut world), [""; 0], "the acknowledgement waits, and so do all others");
    world.reachable("support", true);
    world.advance(minutes(1));
    world.expect_reply("ann@example.org");
}

#[test]
fn an_acknowledgement_that_nobody_took_is_told() {
    let mut world = desk(WEDNESDAY_MORNING);
    let later = || Outcome::Later { reason: "mailbox full".to_owned(), after: Some(600) };
    world.next_sends([later()]);
    world.mail_from("ann@example.org", "یک سؤال دربارهٔ زعفران سرگل قائنات و نحوهٔ نگهداری آن داشتم");
    world.advance(minutes(3));
    let alerts = world.alerts();
    assert_eq!(readers(&alerts), ["shop:222"]);
    assert!(alerts[0].text().starts_with("⏰ مهلت رسید تمام شد"), "{}", alerts[0].text());
    world.advance(minutes(1));
    assert_eq!(told(&mut world), ["group"], "and a minute later the group knows");
    world.advance(minutes(10));
    world.expect_reply("ann@example.org");
    world.alerts();
}

#[test]
fn the_operator_hears_of_a_silent_mailbox_once_and_again_when_it_lasts() {
    let people = DESK.replace("name: Nima,", "name: Nima, operator: true,");
    let mut world = World::staffed(WEDNESDAY_MORNING, &people, "");
    // Everything is asked every minute; the mailbox answers, or does not.
    let pass = |world: &mut World, time: i64, answers: bool| {
        for _ in 0..time {
            world.pass(minutes(1));
            for (kind, name) in [("telegram", "shop"), ("telegram", "bale")] {
                world.gateway().polled(kind, name, Ok(()));
            }
            let result = if answers { Ok(()) } else { Err("connection refused".to_owned()) };
            world.gateway().polled("email", "support", result);
            world.gateway().watch_machine().unwrap();
        }
        world.run();
    };
    pass(&mut world, 10, true);
    pass(&mut world, 5, false);
    assert!(world.alerts().is_empty());
    pass(&mut world, 1, false);
    let alerts = world.alerts();
    assert_eq!(readers(&alerts), ["shop:112"], "the operator alone");
    insta::assert_snapshot!(alerts[0].text().replace(['\u{2068}', '\u{2069}'], ""), @"
    ⚠️ email support از چهارشنبه ۲۰ آبان ۱۴۰۵، ساعت ۱۰:۱۰ خوانده نشده است
    تا درست شدنش پیام‌های مشتریان از این راه نمی‌رسد.
    connection refused
    ");
    // A restart tells nothing twice, and does not take the beginning for the end of the trouble.
    world.crash_and_restart();
    pass(&mut world, 5 * 60, false);
    assert!(world.alerts().is_empty());
    pass(&mut world, 61, false);
    let again = world.alerts();
    assert_eq!(readers(&again), ["shop:112"]);
    assert!(again[0].text().starts_with("🔴"), "{}", again[0].text());
    pass(&mut world, 2, true);
    let well = world.alerts();
    assert_eq!(readers(&well), ["shop:112"]);
    assert!(well[0].text().starts_with("✅"), "{}", well[0].text());
    pass(&mut world, 10, true);
    assert!(world.alerts().is_empty());
}

#[test]
fn the_first_digest_of_a_month_brings_the_last_one_with_page_and_table() {
    let mut world = desk(WEDNESDAY_MORNING);
    owned(&mut world);
    world.gateway().tell_digest().unwrap();
    let mut with_files = Vec::new();
    // From Wednesday 20 Aban to Monday 2 Azar, at 10 in the morning.
    for _ in 0..12 {
        world.advance(SignedDuration::from_hours(24));
        world.alerts();
        world.gateway().tell_digest().unwrap();
        world.run();
        with_files.extend(world.alerts().into_iter().filter(|told| told.text().contains("ماه گذشته")));
    }
    assert_eq!(
        readers(&with_files),
        ["mina@shop.example", "omid@shop.example", "reza@shop.example", "shop:222", "shop:333"]
    );
    let mail = with_files.iter().find(|told| !told.files.is_empty()).unwrap();
    assert!(mail.text().contains("گزارش یکشنبه ۱ آذر ۱۴۰۵"), "{}", mail.text());
    let names: Vec<&str> = mail.files.iter().map(|(file, _)| file.name.as_str()).collect();
    assert_eq!(names, ["report.html", "report.csv"]);
    let page = String::from_utf8(mail.files[0].1.clone()).unwrap();
    assert!(page.contains("dir=\"rtl\"") && page.contains("<svg"));
    let table = String::from_utf8(mail.files[1].1.clone()).unwrap();
    assert!(table.contains("2026-10-23") && table.contains("total,,filed"), "{table}");
}

#[test]
fn the_end_of_a_day_is_told_at_closing_where_it_is_wanted() {
    let people = format!("{DESK}  end_of_day: true\n");
    let mut world = World::staffed(WEDNESDAY_MORNING, &people, "");
    let evening = |world: &mut World| {
        world.alerts();
        world.gateway().tell_evening().unwrap();
        world.run();
        world.alerts()
    };
    assert!(evening(&mut world).is_empty(), "the first evening is tomorrow's");
    let code = owned(&mut world);
    world.staff(&code, Action::Reply { text: "بررسی می‌کنیم.".to_owned(), wait: false });
    world.expect_reply("telegram:4242");
    // Thursday closes at 13:00.
    world.advance(minutes(26 * 60 + 59));
    assert!(evening(&mut world).is_empty());
    world.advance(minutes(1));
    let told = evening(&mut world);
    assert_eq!(readers(&told), ["omid@shop.example", "shop:222", "shop:333"]);
    insta::assert_snapshot!(told[0].text(), @"
    پایان پنجشنبه ۲۱ آبان ۱۴۰۵
    ثبت‌شده: ۰
    پاسخ‌داده: ۰
    بسته‌شده: ۰
    باز مانده: ۱
      ۱ تا ۳ روز: ۱
    ");
    assert!(evening(&mut world).is_empty(), "once");
    // Friday is off.
    world.advance(minutes(24 * 60));
    assert!(evening(&mut world).is_empty());
    let mut quiet = desk(WEDNESDAY_MORNING);
    quiet.advance(minutes(27 * 60));
    assert!(evening(&mut quiet).is_empty(), "nobody asked for it");
}

#[test]
fn at_200_per_cent_a_phone_gets_one_line_and_it_is_the_last_way_of_whoever_has_no_other() {
    let people = DESK
        .replace("name: Omid, role: owner,", "name: Omid, role: owner, phone: \"۰۹۱۲ ۱۲۳ ۴۵۶۷\",")
        .replace(
            "name: Sara, role: agent, telegram: 111, bale: 1111, email: sara@shop.example,",
            "name: Sara, role: agent, phone: \"+98 912 000 0001\",",
        );
    let people = format!("{people}  sms: {{ command: send-sms }}\n");
    let mut world = World::staffed(WEDNESDAY_MORNING, &people, "");
    owned(&mut world);
    world.advance(minutes(23 * 60));
    assert_eq!(told(&mut world), ["+989120000001"], "75 %: Sara has no other way");
    world.advance(minutes(53 * 60));
    let last = world.alerts();
    assert!(readers(&last).contains(&"+989121234567".to_owned()), "{:?}", readers(&last));
    let phone =
        last.iter().find(|alert| alert.row.to == Recipient::StaffPhone("+989121234567".to_owned())).unwrap();
    assert_eq!(phone.text().lines().count(), 1, "{}", phone.text());
    world.advance(minutes(1));
    world.alerts();
}

#[test]
fn a_forger_and_a_threat_are_told_at_once_and_to_no_group() {
    let mut world = desk(WEDNESDAY_MORNING);
    world.telegram_from(4242, "یه پیامک با اسم شما اومده گفته جایزه بردم، واقعیه؟");
    let code = world.expect_reply("telegram:4242").code();
    let alerts = world.alerts();
    assert_eq!(readers(&alerts), ["omid@shop.example"], "the owner, where nobody is the operator");
    assert!(alerts[0].text().contains(&code) && !alerts[0].text().contains("جایزه"), "{}", alerts[0].text());
    world.telegram_from(4343, "اگه پولم رو پس ندید میام با چاقو");
    let code = world.expect_reply("telegram:4343").code();
    let alerts = world.alerts();
    assert_eq!(readers(&alerts), ["omid@shop.example", "shop:222", "shop:333"]);
    assert!(alerts[0].text().contains(&code) && !alerts[0].text().contains("چاقو"), "{}", alerts[0].text());
}
