use std::collections::BTreeMap;

use jiff::civil::{Weekday, date};
use secrecy::ExposeSecret;

use super::*;
use crate::domain::clocks::{ClockKind, Span};
use crate::domain::complaint::details::Asked;
use crate::domain::complaint::record::Field;
use crate::domain::message::Language;

fn text(text: &str) -> Source {
    Source { name: "pasokh.yaml".into(), text: text.into() }
}

fn read(yaml: &str) -> (Settings, Vec<Diagnostic>) {
    parse(&text(yaml), None, Secrets::Required).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn mistakes(yaml: &str) -> Vec<String> {
    parse(&text(yaml), None, Secrets::Required).unwrap_err().iter().map(ToString::to_string).collect()
}

/// Everything that DESIGN §7 shows, with secrets that exist.
const WHOLE: &str = r#"
business:
  name: { fa: فروشگاه نمونه, en: Sample Shop }
  languages: [fa, en]
  timezone: Asia/Tehran
  facts: { return_days: 7, address: { fa: تهران, en: Tehran }, phone: 02112345678 }
data_dir: data
email:
  - name: support
    address: Support@Shop.Example
    aliases: [help@shop.example]
    imap: { host: imap.shop.example, port: 993, tls: implicit, username: support@shop.example, password: { env: PATH }, folder: INBOX, poll: 60s }
    smtp: { host: smtp.shop.example, tls: starttls, username: support@shop.example, password: { env: PATH } }
    trusted_authserv_id: mx.shop.example
telegram:
  - name: shop
    token: { env: PATH }
    api_url: https://api.telegram.org
    proxy: socks5h://127.0.0.1:1080
web: { listen: 127.0.0.1:8484 }
staff:
  people: [ { name: Sara, role: agent, email: sara@shop.example, telegram: 111 } ]
  telegram_group: -1001234567890
calendar: { week: { sat-wed: ["09:00-12:00", "13:00-17:00"], thu: ["09:00-13:00"] } }
targets: { first_response: 8h, next_response: calendar 72h, decision: 3d }
budgets: { global_ten_minutes: 50 }
"#;

#[test]
fn the_whole_contract_is_read() {
    let (settings, warnings) = read(WHOLE);
    assert_eq!(warnings, []);
    let account = &settings.email[0];
    assert_eq!(account.address.as_str(), "Support@shop.example");
    assert_eq!((account.imap.port, account.imap.tls, account.imap.poll.as_secs()), (993, Tls::Implicit, 60));
    assert_eq!((account.smtp.port, account.smtp.tls), (587, Tls::StartTls));
    assert_eq!(account.smtp.login.as_ref().unwrap().0, "support@shop.example");
    assert_eq!(settings.business.own_addresses.len(), 2);
    assert_eq!(settings.telegram[0].proxy.as_ref().unwrap().scheme(), "socks5h");
    assert_eq!(settings.staff.telegram_group, Some(-1_001_234_567_890));
    assert_eq!(settings.staff.people[0].telegram, Some(111));
    assert_eq!(settings.targets.first_response, Span::BusinessMinutes(480));
    assert_eq!(settings.targets.next_response, Span::CalendarMinutes(72 * 60));
    assert_eq!(settings.targets.decision, Span::BusinessDays(3));
    assert_eq!(settings.budgets.global_ten_minutes, 50);
    assert_eq!(settings.budgets.per_address_hour, Budgets::default().per_address_hour);
    assert_eq!(settings.calendar.week().of(Weekday::Monday).len(), 2);
    assert_eq!(settings.calendar.week().of(Weekday::Friday).len(), 0);
    assert_eq!(settings.business.fact("phone", Language::Fa), Some("02112345678"));
    assert_eq!(settings.business.fact("address", Language::En), Some("Tehran"));
}

#[test]
fn without_settings_the_embedded_defaults_hold() {
    let (settings, warnings) = read("");
    assert_eq!(warnings, []);
    assert_eq!(settings.web.listen.to_string(), "127.0.0.1:8484");
    assert_eq!(settings.data_dir, Path::new("data"));
    assert_eq!(settings.business.languages, [Language::Fa, Language::En]);
    assert!(settings.email.is_empty() && settings.telegram.is_empty());
    assert_eq!(settings.targets.decision, Span::BusinessDays(3));
}

#[test]
fn json_settings_are_read_too() {
    let (settings, _) = read(
        "{\"business\": {\"name\": \"Shop\", \"languages\": [\"en\"]},\n\t\"targets\": {\"decision\": \"2d\"}}",
    );
    assert_eq!(settings.business.name(Language::En), "Shop");
    assert_eq!(settings.targets.decision, Span::BusinessDays(2));
}

#[test]
fn a_literal_secret_works_and_warns_without_repeating_it() {
    let (settings, warnings) = read("telegram: [ { name: shop, token: \"123:abc\" } ]");
    assert_eq!(settings.telegram[0].token.expose_secret(), "123:abc");
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["pasokh.yaml:1:34: warning: the bot's token is written in the settings"]);
    assert!(!format!("{settings:?}").contains("123:abc"));
}

#[test]
fn commands_that_sign_in_nowhere_do_without_secrets() {
    let yaml = "telegram: [ { token: { env: PASOKH_TEST_VARIABLE_THAT_IS_NOT_SET } } ]";
    let (settings, warnings) = parse(&text(yaml), None, Secrets::Optional).unwrap();
    assert_eq!(settings.telegram[0].token.expose_secret(), "");
    assert_eq!(warnings.len(), 1);
}

#[test]
fn secrets_and_holidays_are_read_relative_to_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::create_dir(root.join("holidays")).unwrap();
    std::fs::write(root.join("token.txt"), "123:abc\n").unwrap();
    std::fs::write(root.join("holidays/1405.yaml"), "- { date: 1405-01-01, name: نوروز }\n").unwrap();
    std::fs::write(root.join("holidays/2026.yaml"), "- { date: 2026-12-25, name: Christmas }\n").unwrap();
    std::fs::write(root.join("holidays/notes.txt"), "not YAML: [\n").unwrap();
    let file = root.join("pasokh.yaml");
    let yaml =
        "telegram: [ { token: { file: token.txt } } ]\ncalendar: { holidays: holidays/ }\ndata_dir: here\n";
    std::fs::write(&file, yaml).unwrap();
    let (settings, _) = load(Some(&file), Secrets::Required).unwrap();
    assert_eq!(settings.telegram[0].token.expose_secret(), "123:abc");
    assert_eq!(settings.calendar.holiday(date(2026, 3, 21)), Some("نوروز"));
    assert_eq!(settings.calendar.holiday(date(2026, 12, 25)), Some("Christmas"));
    assert_eq!(settings.data_dir, root.join("here"));
    assert_eq!(settings.intents_dir, None);
    assert_eq!(settings.file, Some(file));
}

#[test]
fn tls_none_is_for_loopback_only() {
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "\"::1\"", "\"[::1]\""] {
        let yaml = format!(
            "email: [ {{ address: a@b.c, imap: {{ host: {host}, tls: none, password: {{ env: PATH }} }}, smtp: {{ host: {host}, tls: none }} }} ]"
        );
        let (settings, _) = read(&yaml);
        assert_eq!((settings.email[0].imap.port, settings.email[0].smtp.port), (143, 25), "{host}");
        assert!(settings.email[0].smtp.login.is_none());
    }
    for host in ["10.0.0.1", "localhost.example", "shop.example", "0.0.0.0"] {
        let yaml = format!(
            "email: [ {{ address: a@b.c, imap: {{ host: {host}, tls: none, password: {{ env: PATH }} }}, smtp: {{ host: localhost, tls: none }} }} ]"
        );
        assert!(mistakes(&yaml)[0].contains("for everybody to read"), "{host}");
    }
}

#[test]
fn dns_is_asked_at_the_system_s_server_or_at_one_of_ones_own_or_not_at_all() {
    let dns = |written: &str| read(&format!("dns: {written}")).0.dns;
    let server = |address: &str| Dns::Server(address.parse().unwrap());
    assert_eq!(read("").0.dns, Dns::System);
    for (written, wanted) in [
        ("", Dns::System),
        ("system", Dns::System),
        ("off", Dns::Off),
        ("{ server: 127.0.0.1:5353 }", server("127.0.0.1:5353")),
        ("{ server: 10.0.0.2 }", server("10.0.0.2:53")),
        ("{ server: localhost:5353 }", server("127.0.0.1:5353")),
        ("{ server: \"::1\" }", server("[::1]:53")),
        ("{ server: \"[::1]:5353\" }", server("[::1]:5353")),
    ] {
        assert_eq!(dns(written), wanted, "{written}");
    }
    for (wrong, told) in [
        ("of", "`dns` cannot be `of`"),
        ("[off]", "`dns` must be a text"),
        ("{}", "`server` is missing in `dns`"),
        ("{ server: dns.example }", "must be the address of a DNS server, not `dns.example`"),
        ("{ server: 127.0.0.1:99999 }", "must be the address of a DNS server"),
        ("{ sever: 127.0.0.1 }", "unknown key `sever` in `dns`"),
    ] {
        let found = mistakes(&format!("dns: {wrong}"));
        assert!(found.iter().any(|mistake| mistake.contains(told)), "{wrong}: {found:?}");
    }
}

#[test]
fn whoever_acts_alone_has_nobody_to_review_and_limits_are_numbers() {
    let people = |list: &str| read(&format!("staff: {{ people: [{list}] }}\n")).0.policy;
    assert!(people("").alone);
    assert!(people("{ name: Sara }, { name: Vera, role: viewer }").alone);
    assert!(!people("{ name: Sara }, { name: Lena, role: lead }").alone);
    let policy = read("complaints: { approval_above: 5000000, reopen_days: 14, ask: [order_no] }\n").0.policy;
    assert_eq!((policy.approval_above, policy.reopen_days), (Some(5_000_000), 14));
    assert_eq!(policy.asked, Asked::only(&[Field::OrderNo]));
    assert_eq!(read("complaints: { ask: [] }\n").0.policy.asked, Asked::only(&[]));
    assert_eq!(mistakes("complaints: { ask: [order_no, shoe_size] }\n").len(), 1);
    assert_eq!(read("").0.policy, Policy { alone: true, ..Policy::default() });
    assert_eq!(mistakes("complaints: { approval_above: much }\n").len(), 1);
}

#[test]
fn two_channels_never_share_a_name() {
    let told = mistakes("telegram: [ { name: x, token: { env: PATH } }, { name: x, token: { env: PATH } } ]");
    assert_eq!(told, ["pasokh.yaml:1:48: error: two bots are called `x`"]);
}

#[test]
fn a_proxy_password_is_not_repeated_in_an_error() {
    let told = mistakes("telegram: [ { token: { env: PATH }, proxy: \"ftp://user:hunter2@proxy\" } ]");
    assert!(!told[0].contains("hunter2"), "{told:?}");
}

#[test]
fn a_settings_file_that_is_not_there_is_told() {
    let told = load(Some(Path::new("/nowhere/pasokh.yaml")), Secrets::Required).unwrap_err();
    assert!(told[0].to_string().starts_with("/nowhere/pasokh.yaml: error: the settings cannot be read"));
}

#[test]
fn times_are_read_in_every_unit() {
    let span = |written: &str| read(&format!("targets: {{ decision: {written} }}")).0.targets.decision;
    let expected = BTreeMap::from([
        ("45m", Span::BusinessMinutes(45)),
        ("8h", Span::BusinessMinutes(480)),
        ("۳d", Span::BusinessDays(3)),
        ("calendar 90m", Span::CalendarMinutes(90)),
        ("calendar 2d", Span::CalendarMinutes(2880)),
    ]);
    for (written, wanted) in expected {
        assert_eq!(span(written), wanted, "{written}");
    }
    for wrong in ["30s", "0h", "-3d", "3", "h", "3 weeks", "calendar", "calendar3d", "999999999d"] {
        assert!(
            parse(&text(&format!("targets: {{ decision: {wrong} }}")), None, Secrets::Required).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn arbitrary_text_is_no_reason_to_panic() {
    for wild in [
        "[]",
        "- 1",
        "\"",
        "{",
        "business: []",
        "email: { a: b }",
        "email: [[[]]]",
        "web: 3",
        "? [a]\n: b",
        "a: &x *x",
        "calendar: { week: [] }",
    ] {
        let _ = parse(&text(wild), None, Secrets::Optional);
    }
}

#[test]
fn the_holidays_of_iran_come_by_name() {
    let (settings, warnings) = read("calendar: { holidays: iran }");
    assert_eq!(warnings, []);
    let holiday = |text: &str| {
        let date = crate::domain::text::dates::parse_date(text).unwrap();
        settings.calendar.holiday(date).map(str::to_owned)
    };
    for year in ["1405", "1406"] {
        for day in ["01-01", "01-02", "01-03", "01-04", "01-12", "01-13", "03-14", "03-15", "11-22", "12-29"]
        {
            assert!(holiday(&format!("{year}-{day}")).is_some(), "{year}-{day} is a holiday by law");
        }
    }
    // Lunar ones: Ashura 1448, the last day of Safar 1449, Fitr 1448.
    for day in ["1405-04-05", "1406-05-12", "1405-12-19"] {
        assert!(holiday(day).is_some(), "{day}");
    }
    assert_eq!(holiday("1405-02-20"), None);
    let (empty, _) = read("calendar: { holidays: none }");
    assert_eq!(empty.calendar.holiday(date(2026, 3, 21)), None);
}

#[test]
fn dated_days_may_have_hours_and_last_several_days() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::write(
        root.join("days.yaml"),
        "- { date: 1405-12-28, name: Before Nowruz, hours: [\"09:00-21:00\"] }\n\
         - { from: 1405-11-20, until: 1405-12-19, name: Ramadan, hours: [\"09:00-14:00\"] }\n\
         - { from: 1405-05-10, until: 1405-05-12, name: Summer }\n",
    )
    .unwrap();
    let file = root.join("pasokh.yaml");
    std::fs::write(&file, "calendar: { holidays: [iran, days.yaml] }\n").unwrap();
    let (settings, _) = load(Some(&file), Secrets::Optional).unwrap();
    let hours = |text: &str| {
        let date = crate::domain::text::dates::parse_date(text).unwrap();
        settings.calendar.hours_of(date).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(hours("1405-12-28"), "09:00-21:00", "a Friday");
    assert_eq!(hours("1405-11-24"), "09:00-14:00", "a Saturday in Ramadan");
    assert_eq!(hours("1405-11-23"), "", "a Friday in Ramadan");
    assert_eq!(hours("1405-11-22"), "", "a holiday in Ramadan");
    assert_eq!(hours("1405-05-11"), "");
}

#[test]
fn promises_are_read_by_severity_and_targets_are_stronger() {
    let promise = |yaml: &str, kind, severity| {
        read(yaml).0.promises.of(kind, severity).map(|limit| limit.to_string()).unwrap_or_default()
    };
    let yaml = "promises:\n  decision: { 2: 4d max 5d, 4: 10d }\n  update: 7d\n  legal_cap: calendar 30d\n\
                targets: { first_response: 90m }\n";
    assert_eq!(promise(yaml, ClockKind::Decision, 2), "4 business days, at most 120 hours");
    assert_eq!(promise(yaml, ClockKind::Decision, 3), "3 business days, at most 72 hours", "the default");
    assert_eq!(promise(yaml, ClockKind::Decision, 4), "10 business days");
    assert_eq!(promise(yaml, ClockKind::Update, 1), "7 business days");
    assert_eq!(promise(yaml, ClockKind::LegalCap, 3), "720 hours around the clock");
    assert_eq!(promise("", ClockKind::LegalCap, 3), "");
    for severity in 1..=4 {
        assert_eq!(promise(yaml, ClockKind::FirstResponse, severity), "90 business minutes");
    }
    let (settings, _) = read("promises: { external: [48h, 24h] }");
    assert_eq!(settings.promises.external_hours, [48, 24]);
}

#[test]
fn promises_that_are_none_are_told_at_their_place() {
    let yaml = "promises:\n  decision: { 5: 3d, 3: soon }\n  update: 3d max 2\n  answer: 1h\n  \
                external: [90m]\n  ack: calendar 2m max 1h\n";
    insta::assert_snapshot!(mistakes(yaml).join("\n"), @"
    pasokh.yaml:2:15: error: unknown key `5` in the severities of `decision`
    pasokh.yaml:2:25: error: `decision` must be a length of time, not `soon`
    pasokh.yaml:3:11: error: `update` must be a length of time, not `3d max 2`
    pasokh.yaml:4:3: error: unknown key `answer` in `promises`
    pasokh.yaml:5:14: error: `external` must be whole hours, not `90m`
    pasokh.yaml:6:8: error: `ack` must be a length of time, not `calendar 2m max 1h`
    ");
}

#[test]
fn people_have_roles_hours_deputies_and_absences() {
    let (settings, warnings) = read(
        "staff:\n  quiet: \"23:00-06:30\"\n  people:\n    - { name: Sara, deputy: Reza, bale: 5, on_call: true, \
         hours: { sat: [\"09:00-10:00\"] }, absent: { from: 1405-05-01, until: 1405-05-10 } }\n    \
         - { name: Reza, role: manager, department: sales }\n",
    );
    assert_eq!(warnings, []);
    let [sara, reza] = &settings.staff.people[..] else { panic!("two people") };
    assert_eq!((sara.role.as_str(), sara.bale, sara.on_call), ("agent", Some(5), true));
    assert_eq!(sara.absences.len(), 1);
    assert!(sara.hours.as_ref().is_some_and(|week| week.of(Weekday::Saturday).len() == 1));
    assert_eq!((reza.role.as_str(), reza.department.as_deref()), ("manager", Some("sales")));
    assert_eq!(settings.staff.quiet.from.to_string(), "23:00:00");
}

#[test]
fn what_is_wrong_about_people_is_told_at_its_place() {
    let yaml = "staff:\n  quiet: late\n  people:\n    - { name: Sara, role: boss, deputy: Nobody, on_call: maybe }\n    \
                - { name: Reza, deputy: Reza, absent: { from: 1405-05-10, until: 1405-05-01 } }\n    \
                - { name: Mina, absent: { from: yesterday } }\n";
    insta::assert_snapshot!(mistakes(yaml).join("\n"), @"
    pasokh.yaml:2:10: error: `quiet` must be a pair of times, not `late`
    pasokh.yaml:4:27: error: `boss` is no role
    pasokh.yaml:4:41: error: `Nobody` cannot stand in for Sara
    pasokh.yaml:4:58: error: `on_call` must be true or false, not `maybe`
    pasokh.yaml:5:29: error: `Reza` cannot stand in for Reza
    pasokh.yaml:5:43: error: this absence ends before it begins
    pasokh.yaml:6:29: error: `until` is missing in this absence
    pasokh.yaml:6:37: error: `yesterday` is no date
    ");
}

#[test]
fn dated_days_that_make_no_sense_are_told_in_their_own_file() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::write(
        root.join("days.yaml"),
        "- { date: 1405-01-01, from: 1405-01-01, until: 1405-01-02, name: both }\n\
         - { from: 1405-01-05, until: 1405-01-02, name: backwards }\n\
         - { from: 1405-01-05, name: endless }\n\
         - { date: 1405-01-06, name: hours, hours: [\"9-17\"] }\n",
    )
    .unwrap();
    let file = root.join("pasokh.yaml");
    std::fs::write(&file, "calendar: { holidays: days.yaml }\n").unwrap();
    let told = load(Some(&file), Secrets::Optional).unwrap_err();
    let told: Vec<String> =
        told.iter().map(|one| one.to_string().replace(&format!("{}/", root.display()), "")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    days.yaml:1:3: error: `date` is one day, `from` and `until` are several: write one or the other
    days.yaml:2:3: error: 2026-03-25 to 2026-03-22 is no stretch of days: it must not run backwards, nor be longer than a year
    days.yaml:3:3: error: `until` is missing in this holiday
    days.yaml:4:44: error: `9-17` is no pair of times like 09:00-17:00
    ");
}
