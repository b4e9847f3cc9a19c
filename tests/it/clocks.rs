//! Clocks of cases: closures by command, moved due times, broken promises, and their account.

use jiff::SignedDuration;
use pasokh::domain::clocks::ClockKind;
use pasokh::domain::desk::Action;
use pasokh::gateway::door::{Answer, Request};
use pasokh::report::clocks::{self, CaseClocks, ClosureLine, ClosureOutcome};
use serde_json::json;

use crate::world::World;

const COMPLAINT: &str = "کالای شکسته فرستادید و کسی هم جواب نمیده";
/// Wednesday 2 December 2026, 16:55 in Tehran.
const WEDNESDAY_EVENING: &str = "2026-12-02T13:25:00Z";

fn filed(world: &mut World) -> String {
    world.telegram_from(4242, COMPLAINT);
    world.expect_reply("telegram:4242").code()
}

fn ask<T: serde::de::DeserializeOwned>(world: &World, request: Request) -> Result<T, String> {
    match world.gateway().answer(request) {
        Answer::Fine(value) => Ok(serde_json::from_value(value).unwrap()),
        Answer::Failed { message, .. } => Err(message),
    }
}

fn close(world: &World, from: &str, hours: &[&str]) -> Result<ClosureOutcome, String> {
    let from = pasokh::domain::text::dates::parse_date(from).unwrap();
    let hours = hours.iter().map(|text| (*text).to_owned()).collect();
    let closure = ClosureLine { from, until: from, name: "قطع برق".to_owned(), hours };
    ask(world, Request::AddClosure { closure, by: "Sara".to_owned() })
}

fn clock(world: &World, code: &str, kind: ClockKind) -> pasokh::domain::clocks::Clock {
    let complaint = world.gateway().complaint(code).unwrap().conversation.complaint.unwrap();
    complaint.clocks.into_iter().rev().find(|clock| clock.kind == kind).expect("the clock")
}

#[test]
fn a_closure_moves_what_runs_at_once_and_a_restart_keeps_it() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    // Eight hours: Wednesday 5 minutes, Thursday 240, Saturday 235.
    assert_eq!(clock(&world, &code, ClockKind::FirstResponse).due.to_string(), "2026-12-05T09:25:00.01Z");
    // Saturday 14 Azar closes: Sunday 12:55. The customer was told Saturday, so a notice is due.
    let outcome = close(&world, "1405-09-14", &[]).unwrap();
    assert_eq!(outcome, ClosureOutcome { moved: 1, delayed: 1 });
    world.run();
    let told = world.expect_reply("telegram:4242");
    assert!(told.text().contains("یکشنبه ۱۵ آذر ۱۴۰۵، ساعت ۱۲:۵۵"), "{}", told.text());
    let first = clock(&world, &code, ClockKind::FirstResponse);
    assert_eq!(first.due.to_string(), "2026-12-06T09:25:00.01Z");
    assert_eq!(first.told.unwrap().to_string(), "2026-12-05T09:25:00.01Z");
    world.crash_and_restart();
    let rules = world.gateway().rules();
    let saturday = pasokh::domain::text::dates::parse_date("1405-09-14").unwrap();
    assert_eq!(rules.calendar.holiday(saturday), Some("قطع برق"));
    let listed: Vec<ClosureLine> = ask(&world, Request::Closures).unwrap();
    insta::assert_snapshot!(
        clocks::closures_text(&listed, pasokh::domain::message::Language::En),
        @"2026-12-05  Saturday 5 December 2026: closed, قطع برق"
    );
    // A rule that is edited meanwhile brings the old calendar back no more.
    assert!(world.gateway().reload());
    assert_eq!(world.gateway().rules().calendar.holiday(saturday), Some("قطع برق"));
    let outcome: ClosureOutcome =
        ask(&world, Request::RemoveClosure { from: saturday, by: "Sara".to_owned() }).unwrap();
    assert_eq!(outcome, ClosureOutcome { moved: 1, delayed: 0 });
    assert_eq!(clock(&world, &code, ClockKind::FirstResponse).due, first.told.unwrap());
}

#[test]
fn an_opening_day_hurries_nobody_before_what_was_promised() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    let before = clock(&world, &code, ClockKind::FirstResponse).due;
    close(&world, "1405-09-13", &["09:00-17:00"]).unwrap();
    assert_eq!(clock(&world, &code, ClockKind::FirstResponse).due, before);
    assert!(world.gateway().rules().calendar.is_open("2026-12-04T08:00:00Z".parse().unwrap()));
}

#[test]
fn closures_that_make_no_sense_are_refused_in_words() {
    let world = World::at(WEDNESDAY_EVENING);
    insta::assert_snapshot!(
        close(&world, "1405-09-14", &["17:00-09:00"]).unwrap_err(),
        @"17:00-09:00 closes before it opens; hours over midnight are written on both days, until 24:00 and from 00:00"
    );
    let from = pasokh::domain::text::dates::parse_date("1405-09-14").unwrap();
    let refused: Result<ClosureOutcome, String> =
        ask(&world, Request::RemoveClosure { from, by: "Sara".to_owned() });
    insta::assert_snapshot!(
        refused.unwrap_err(),
        @"No closure begins on 2026-12-05. `pasokh closure list` shows all of them."
    );
}

#[test]
fn the_decision_of_a_complaint_is_measured_from_the_first_message() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    let decision = clock(&world, &code, ClockKind::Decision);
    assert_eq!(decision.due.to_string(), "2026-12-06T13:25:00.01Z", "three business days");
    world.staff(&code, Action::Reply { text: "در حال بررسی هستیم.".to_owned(), wait: false });
    world.expect_reply("telegram:4242");
    assert!(clock(&world, &code, ClockKind::Decision).is_ticking(), "an answer is no decision");
    assert!(!clock(&world, &code, ClockKind::FirstResponse).is_running());
    world.staff(&code, Action::Close { reason: None, outcome: None, tell: true });
    world.expect_reply("telegram:4242");
    assert!(!clock(&world, &code, ClockKind::Decision).is_running());
}

#[test]
fn the_acknowledgement_has_a_clock_that_its_delivery_stops() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    let ack = clock(&world, &code, ClockKind::Ack);
    assert!(!ack.is_running());
    assert_eq!(ack.due.duration_since(ack.started_at), SignedDuration::from_mins(2));
}

#[test]
fn waiting_for_the_customer_stops_the_decision_and_their_answer_goes_on() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    world.staff(&code, Action::Reply { text: "عکس کالا را بفرستید.".to_owned(), wait: true });
    world.expect_reply("telegram:4242");
    assert!(!clock(&world, &code, ClockKind::Decision).is_ticking());
    assert!(clock(&world, &code, ClockKind::Waiting).is_ticking());
    world.advance(SignedDuration::from_hours(72));
    world.expect_reply("telegram:4242");
    world.telegram_from(4242, "این هم عکس");
    let decision = clock(&world, &code, ClockKind::Decision);
    // From Wednesday 16:55 to Saturday 16:55, 12 business hours stood still: Sunday 16:55 becomes Tuesday 12:55.
    assert_eq!(decision.pauses.len(), 1);
    assert_eq!(decision.due.to_string(), "2026-12-08T09:25:00.02Z");
    assert!(!clock(&world, &code, ClockKind::Waiting).is_running());
}

#[test]
fn a_broken_promise_is_on_record_even_if_nobody_can_be_told() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    world.advance(SignedDuration::from_hours(240));
    world.alerts();
    let first = clock(&world, &code, ClockKind::FirstResponse);
    assert_eq!(first.broken_at, Some(world.now()));
    let case: CaseClocks = ask(&world, Request::Clocks { code: code.clone() }).unwrap();
    let first = case.clocks.iter().find(|clock| clock.clock == "first_response").unwrap();
    assert_eq!(first.broken_at, Some(world.now()));
}

#[test]
fn each_due_time_is_explained_step_by_step() {
    let mut world = World::at(WEDNESDAY_EVENING);
    let code = filed(&mut world);
    close(&world, "1405-09-14", &[]).unwrap();
    let case: CaseClocks = ask(&world, Request::Clocks { code: code.clone() }).unwrap();
    let zone = jiff::tz::TimeZone::get("Asia/Tehran").unwrap();
    let text = clocks::clocks_text(&case, &zone, pasokh::domain::message::Language::En);
    let promise = case.clocks[0].promise.clone().unwrap();
    let first = text.split("\n\n").find(|part| part.starts_with("first_response")).unwrap();
    insta::assert_snapshot!(first.replace(&promise, "0a1b2c3d"), @"
    first_response
      limit    8 business hours (severity 3, promises 0a1b2c3d)
      started  Wednesday 2 December 2026, 16:55
               Wednesday 2 December 2026: 4 minutes of 09:00-17:00
               Thursday 3 December 2026: 4 hours of 09:00-13:00
               Friday 4 December 2026: closed
               Saturday 5 December 2026: closed (قطع برق)
               Sunday 6 December 2026: 3 hours 55 minutes of 09:00-17:00
      in all   8 hours
      moved    Wednesday 2 December 2026, 16:55 (calendar), due Sunday 6 December 2026, 12:55 from then on
      told     the customer: Saturday 5 December 2026, 12:55
      due      Sunday 6 December 2026, 12:55; running
    ");
    let json = serde_json::to_value(&case).unwrap();
    assert_eq!(json["clocks"][0]["days"][2]["uncounted"], json!("weekday"));
}
