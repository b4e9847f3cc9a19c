//! The ladder by tables, quiet hours, and the law that nothing of the customer is told.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

use super::*;
use crate::domain::calendar::{Calendar, Hours, Week, parse_weekdays};

fn person(name: &str, role: Role) -> Person {
    Person {
        name: name.to_owned(),
        role,
        department: None,
        deputy: None,
        absences: Vec::new(),
        hours: None,
        on_call: false,
        paths: Vec::new(),
    }
}

/// Two departments with a lead each, a complaints manager and an owner.
fn desk() -> Staff {
    let of = |name: &str, role: Role, department: &str| Person {
        department: Some(department.to_owned()),
        ..person(name, role)
    };
    Staff {
        people: vec![
            of("Sara", Role::Agent, "sales"),
            of("Ali", Role::Agent, "repairs"),
            of("Reza", Role::Lead, "sales"),
            of("Zahra", Role::Lead, "repairs"),
            person("Mina", Role::Manager),
            person("Omid", Role::Owner),
            person("Vida", Role::Viewer),
        ],
        group: Some(Path::Telegram { bot: "shop".to_owned(), chat: -1 }),
    }
}

fn told(staff: &Staff, case: Case<'_>, level: u8) -> String {
    let told = recipients(staff, case, Level(level), date(2026, 12, 5));
    let mut names: Vec<String> = told.people.into_iter().collect();
    names.extend(told.group.then(|| "group".to_owned()));
    names.extend(told.by_mail_too.then(|| "mail".to_owned()));
    names.join(" ")
}

fn case(owner: Option<&str>) -> Case<'_> {
    Case { owner, department: None, severity: 3, concerned: &[] }
}

#[test]
fn a_case_of_nobody_warns_the_lead_of_the_department_of_its_topic() {
    let unowned = |department| Case { owner: None, department, severity: 3, concerned: &[] };
    assert_eq!(told(&desk(), unowned(Some("repairs")), 75), "Zahra");
    assert_eq!(told(&desk(), unowned(Some("sales")), 75), "Reza");
    assert_eq!(told(&desk(), unowned(None), 75), "Reza Zahra");
    assert_eq!(told(&desk(), unowned(Some("stock")), 75), "Reza Zahra", "nobody leads it");
}

#[test]
fn the_ladder_as_a_table() {
    let staff = desk();
    for (owner, level, expected) in [
        (Some("Sara"), 50, ""),
        (Some("Sara"), 75, "Sara"),
        (Some("Sara"), 90, "Reza Sara group"),
        (Some("Ali"), 90, "Ali Zahra group"),
        (Some("Sara"), 100, "Reza Sara group"),
        (Some("Sara"), 150, "Mina Reza Sara group mail"),
        (Some("Sara"), 200, "Mina Omid Reza Sara group mail"),
        (None, 75, "Reza Zahra"),
        (Some("somebody who left"), 75, "Reza Zahra"),
        (None, 200, "Mina Omid Reza Zahra group mail"),
    ] {
        assert_eq!(told(&staff, case(owner), level), expected, "{owner:?} at {level}");
    }
}

#[test]
fn an_empty_rota_falls_to_whoever_is_there() {
    let without = |gone: &[&str]| {
        let mut staff = desk();
        staff.people.retain(|person| !gone.contains(&person.name.as_str()));
        staff
    };
    assert_eq!(told(&without(&["Reza", "Zahra"]), case(None), 75), "Mina");
    assert_eq!(told(&without(&["Reza", "Zahra", "Mina"]), case(None), 75), "Omid");
    assert_eq!(told(&without(&["Reza", "Zahra", "Mina", "Omid"]), case(None), 75), "Ali Sara");
    let nobody = Staff { people: Vec::new(), ..desk() };
    assert_eq!(told(&nobody, case(None), 75), "group");
    assert_eq!(told(&Staff::default(), case(None), 100), "");
}

#[test]
fn who_is_away_is_stood_in_for_and_a_ring_of_deputies_ends() {
    let mut staff = desk();
    let away = Absence { from: date(2026, 12, 1), until: date(2026, 12, 5) };
    staff.people[0].absences.push(away);
    assert_eq!(told(&staff, case(Some("Sara")), 75), "Reza Zahra", "no deputy: the leads");
    staff.people[0].deputy = Some("Ali".to_owned());
    assert_eq!(told(&staff, case(Some("Sara")), 75), "Ali");
    staff.people[1].absences.push(away);
    staff.people[1].deputy = Some("Sara".to_owned());
    assert_eq!(told(&staff, case(Some("Sara")), 75), "Reza Zahra", "a ring");
}

#[test]
fn nobody_is_told_about_a_complaint_against_themselves() {
    let staff = desk();
    let concerned = ["Reza".to_owned(), "Mina".to_owned()];
    for level in [75, 90, 100, 150, 200] {
        for owner in [Some("Sara"), Some("Reza"), None] {
            for severity in 1..=4 {
                let case = Case { owner, department: None, severity, concerned: &concerned };
                let told = recipients(&staff, case, Level(level), date(2026, 12, 5));
                assert!(!told.people.iter().any(|name| concerned.contains(name)), "{told:?}");
                assert!(!told.people.is_empty(), "somebody is told all the same");
            }
        }
    }
    // Nor as a deputy.
    let mut staff = desk();
    staff.people[0].absences.push(Absence { from: date(2026, 12, 1), until: date(2026, 12, 9) });
    staff.people[0].deputy = Some("Reza".to_owned());
    let case = Case { owner: Some("Sara"), department: None, severity: 3, concerned: &concerned };
    assert_eq!(told(&staff, case, 75), "Zahra");
}

#[test]
fn the_worst_goes_to_the_manager_and_who_is_on_call_at_once() {
    let mut staff = desk();
    staff.people[1].on_call = true;
    let case = Case { owner: Some("Sara"), department: None, severity: 1, concerned: &[] };
    assert_eq!(told(&staff, case, 50), "Ali Mina Sara group");
}

fn at(text: &str) -> Timestamp {
    let local: DateTime = text.parse().unwrap();
    TimeZone::get("Asia/Tehran").unwrap().to_timestamp(local).unwrap()
}

#[test]
fn nights_and_days_off_are_quiet_unless_the_shop_is_open() {
    let calendar = Calendar::default_for(TimeZone::get("Asia/Tehran").unwrap());
    let from = |person: Option<&Person>, severity, now: &str| {
        not_before(&calendar, Quiet::default(), person, severity, at(now))
    };
    for (now, then) in [
        // Saturday: before and after hours is no night.
        ("2026-12-05T08:00", "2026-12-05T08:00"),
        ("2026-12-05T21:59", "2026-12-05T21:59"),
        ("2026-12-05T22:00", "2026-12-06T09:00"),
        ("2026-12-06T06:59", "2026-12-06T09:00"),
        ("2026-12-06T07:00", "2026-12-06T07:00"),
        // Friday is off.
        ("2026-12-04T12:00", "2026-12-05T09:00"),
    ] {
        assert_eq!(from(None, 3, now), at(then), "{now}");
    }
    let sara = person("Sara", Role::Agent);
    let on_call = Person { on_call: true, ..sara.clone() };
    assert_eq!(from(Some(&sara), 1, "2026-12-05T23:00"), at("2026-12-06T09:00"));
    assert_eq!(from(Some(&on_call), 1, "2026-12-05T23:00"), at("2026-12-05T23:00"));
    assert_eq!(from(Some(&on_call), 2, "2026-12-05T23:00"), at("2026-12-06T09:00"));
    let mut nights = Week::default();
    for day in parse_weekdays("sat-fri").unwrap() {
        nights.add(day, Hours::parse("20:00-24:00").unwrap());
    }
    let night_shift = Person { hours: Some(nights), ..sara };
    assert_eq!(from(Some(&night_shift), 3, "2026-12-05T23:00"), at("2026-12-05T23:00"));
    let always = Calendar::new(
        TimeZone::UTC,
        {
            let mut week = Week::default();
            for day in parse_weekdays("sat-fri").unwrap() {
                week.add(day, Hours::parse("00:00-24:00").unwrap());
            }
            week
        },
        BTreeMap::new(),
    )
    .unwrap();
    let midnight = at("2026-12-05T02:00");
    assert_eq!(not_before(&always, Quiet::default(), None, 3, midnight), midnight);
}
