//! The page of a case and what is beside it: every act of the process, who else is there, mails, and
//! what is stuck.

use pasokh::domain::alert::Role;
use pasokh::domain::outbox::Outcome;
use pasokh::web::{Member, StaffDesk};
use serde_json::{Value, json};

use crate::console::{PEOPLE, Person, hidden, signed_in, start};
use crate::fakes::browser::Browser;
use crate::fakes::daemon::Daemon;
use crate::world::{Mail, WEDNESDAY_MORNING, World};

const COMPLAINT: &str = "کالای شکسته فرستادید و کسی هم جواب نمی‌دهد";

fn sheet(daemon: &Daemon, code: &str) -> Value {
    daemon.json(&["complaint", "show", code, "--json"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_runs_its_whole_course_from_its_page() {
    let (_directory, daemon) = start(PEOPLE);
    let code = daemon.filed(COMPLAINT).await;
    let mut sara = Person::joined(&daemon, "Sara").await;
    let mut lena = Person::joined(&daemon, "Lena").await;
    let done = |page: crate::console::Page| assert_eq!(page.status, 303, "{}", page.text);

    done(
        sara.act(
            &code,
            "assess",
            &[
                ("safety", "0"),
                ("money", "3"),
                ("legal", "2"),
                ("category", "defective"),
                ("complexity", "2"),
                ("immediate", "true"),
            ],
        )
        .await,
    );
    let assessed = sheet(&daemon, &code);
    assert_eq!(
        (assessed["state"].as_str(), assessed["record"]["category"].as_str()),
        (Some("assessed"), Some("defective"))
    );
    done(sara.act(&code, "severity", &[("severity", "1"), ("text", "مشتری بیمار است")]).await);
    done(sara.act(&code, "record", &[("field", "order_no"), ("text", "12345")]).await);
    done(sara.act(&code, "snooze", &[("clock", "first_response")]).await);
    assert_eq!(sheet(&daemon, &code)["record"]["fields"]["order_no"], "12345");

    // Severity 2 needs somebody else's eyes: refused in the language of the page, with what was written.
    let decision = [
        ("finding", "upheld"),
        ("text", "حق با شماست"),
        ("remedy", "replace"),
        ("remedy", "apology"),
        ("until", "1499-01-01"),
    ];
    let refused = sara.act(&code, "decide", &decision).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("second reader") && refused.text.contains("حق با شماست</textarea>"),
        "{}",
        refused.text
    );
    let read = [&decision[..], &[("second_reader", "Lena")]].concat();
    done(sara.act(&code, "decide", &read).await);
    assert_eq!(sheet(&daemon, &code)["state"], "decided");
    done(sara.act(&code, "accept", &[("text", "پای تلفن گفت می‌پذیرم")]).await);
    let page = lena.get(&format!("/desk/cases/{code}")).await;
    assert!(page.text.contains("value=\"remedy_done\""), "the promised remedy can be told done");
    done(lena.act(&code, "root_cause", &[("text", "بسته‌بندی نازک"), ("recurrence", "recurring")]).await);
    done(lena.act(&code, "correct", &[("text", "کارتن دولایه"), ("owner", "Omid"), ("until", "")]).await);
    done(lena.act(&code, "remedy_done", &[("text", "بارنامهٔ ۷۷")]).await);
    let closed = sheet(&daemon, &code);
    assert_eq!(
        (closed["state"].as_str(), closed["closing"].as_str()),
        (Some("closed"), Some("resolved_accepted"))
    );
    assert_eq!(
        closed["record"]["root_cause"]["words"].as_str().or(closed["record"]["root_cause"]["text"].as_str()),
        Some("بسته‌بندی نازک")
    );
    done(lena.act(&code, "reopen", &[]).await);
    assert_ne!(sheet(&daemon, &code)["state"], "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_and_a_strange_act_does_nothing() {
    let (_directory, daemon) = start(PEOPLE);
    let code = daemon.filed(COMPLAINT).await;
    let mut sara = Person::joined(&daemon, "Sara").await;
    let before = sheet(&daemon, &code);
    for (act, fields, told) in [
        ("explode", vec![], "There is no act"),
        ("severity", vec![("severity", "7"), ("text", "x")], "There is no severity"),
        ("ask", vec![("text", "?"), ("until", "soon")], "is no date"),
        ("merge", vec![("code", "abc")], "is no tracking code"),
        ("merge", vec![("code", code.as_str())], "merged into itself"),
        ("snooze", vec![("clock", "remedy")], "cannot be put off"),
        ("note", vec![("text", " ")], "The text is empty"),
    ] {
        let page = sara.act(&code, act, &fields).await;
        assert_eq!(page.status, 422, "{act}");
        assert!(page.text.contains(told), "{act}: {}", page.text);
    }
    let after = sheet(&daemon, &code);
    assert_eq!(
        (before["messages"].clone(), before["history"].clone()),
        (after["messages"].clone(), after["history"].clone())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_one_case_see_each_other_and_commands_are_found_by_typing() {
    let (_directory, daemon) = start(PEOPLE);
    let code = daemon.filed(COMPLAINT).await;
    let mut lena = Person::joined(&daemon, "Lena").await;
    let mut vera = Person::joined(&daemon, "Vera").await;
    let browser = Browser::start().await;
    signed_in(&daemon, &browser, "Sara").await;
    browser.open(&format!("http://{}/desk/cases/{code}", daemon.address)).await;
    let form = hidden(&lena.get(&format!("/desk/cases/{code}")).await.text, "form");
    let here = format!("/desk/cases/{code}/here");
    let page = lena.post(&here, &[("form", &form), ("does", "viewing")]).await;
    assert_eq!(
        serde_json::from_str::<Value>(&page.text).unwrap(),
        json!([{ "name": "Sara", "writing": false }])
    );
    browser.until("document.querySelector('#here').textContent.includes('Lena')").await;
    browser.keys("#reply", "سلام").await;
    let mut seen = Value::Null;
    for _ in 0..50 {
        seen = serde_json::from_str(&lena.post(&here, &[("form", &form), ("does", "writing")]).await.text)
            .unwrap();
        if seen[0]["writing"] == true {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(seen, json!([{ "name": "Sara", "writing": true }]));
    browser.until("document.querySelector('#here').textContent.includes('Lena\u{2069} دارد می‌نویسد')").await;
    lena.post(&here, &[("form", &form), ("does", "left")]).await;
    browser.until("document.querySelector('#here').hidden").await;
    // Another session's token, or none, learns nothing.
    assert_eq!(vera.post(&here, &[("form", &form), ("does", "viewing")]).await.status, 403);

    // What the customer will see, while it is written.
    assert_eq!(browser.run("return document.querySelector('#preview').textContent").await, json!("سلام"));
    // The command bar: a section is opened and its first field has the focus; then Enter takes a case.
    browser.keys("body", "\u{E00C}:").await;
    browser.until("document.querySelector('#commands').open").await;
    browser.keys("#command", "سنجيدن").await;
    browser.keys("#command", "\u{E007}").await;
    browser.until("document.activeElement.id === 'f-safety'").await;
    browser.run("document.activeElement.blur()").await;
    browser.keys("body", ":").await;
    browser.keys("#command", "من رسیدگی").await;
    browser.keys("#command", "\u{E007}").await;
    browser.until("document.querySelector('.told')").await;
    assert_eq!(sheet(&daemon, &code)["owner"], "Sara");
}

#[test]
fn a_mail_is_shown_as_a_letter_that_does_nothing_and_only_to_who_may_see_the_case() {
    let mut world = World::at(WEDNESDAY_MORNING);
    let html = "<h1 onclick=x()>کالا شکسته</h1><script>alert(1)</script><img src=\"https://t.example/p.gif\">";
    let id = world.mail(
        Mail::from("ali@example.org", &format!("{html} کالای شکسته فرستادید و کسی هم جواب نمیده"))
            .header("X-Kind: letter"),
    );
    let code = world.expect_reply("ali@example.org").code();
    let gateway = world.gateway();
    let sara = Member { name: "Sara".to_owned(), role: Role::Agent };
    let case = StaffDesk::case(&**gateway, &sara, &code).unwrap().unwrap();
    assert_eq!(case.mails.iter().copied().collect::<Vec<_>>(), [id.0]);
    let verdict = &case.verdicts[&id.0];
    assert_eq!(verdict.disposition, "filed");
    let page = gateway.mail(&sara, &code, id.0).unwrap().unwrap();
    assert!(page.contains("کالا شکسته") && !page.contains("<script") && !page.contains("<img"), "{page}");
    assert_eq!(gateway.mail(&sara, &code, id.0 + 1).unwrap(), None);
    let field = pasokh::domain::complaint::record::Field::StaffConcerned;
    let fill = pasokh::domain::complaint::moves::Move::Fill { field, text: "Sara".to_owned() };
    world.staff_member("Mina", &code, &pasokh::domain::desk::Action::Process(fill)).unwrap();
    assert_eq!(
        world.gateway().mail(&sara, &code, id.0).unwrap(),
        None,
        "nor the mail of a case about oneself"
    );
    assert_eq!(world.gateway().code_seen(&sara, &code).unwrap(), None);
}

#[test]
fn what_was_given_up_goes_out_again_once_or_is_left() {
    let mut world = World::at(WEDNESDAY_MORNING);
    world.next_sends([1, 2].map(|_| Outcome::Refused { reason: "550 mailbox full".to_owned() }));
    world.mail_from("ali@example.org", "ساعت کاری شما چیه؟");
    world.mail_from("sara@example.org", "ساعت کاری شما چیه؟");
    let viewer = Member { name: "Vera".to_owned(), role: Role::Viewer };
    let sara = Member { name: "Sara".to_owned(), role: Role::Agent };
    let stuck = world.gateway().stuck(&sara).unwrap();
    assert_eq!((stuck.given_up, stuck.waiting), (2, 0));
    let rows: Vec<u64> = stuck.unsent.iter().map(|row| row.row).collect();
    assert!(!world.gateway().dismiss(&viewer, rows[0], true).unwrap(), "who may only look does not send");
    assert!(world.gateway().dismiss(&sara, rows[0], true).unwrap());
    assert!(!world.gateway().dismiss(&sara, rows[0], true).unwrap(), "once");
    assert!(world.gateway().dismiss(&sara, rows[1], false).unwrap());
    world.run();
    let sent = world.expect_reply("ali@example.org");
    assert!(sent.text().contains("۹"), "{}", sent.text());
    assert_eq!(world.gateway().stuck(&sara).unwrap().given_up, 0);
    world.crash_and_restart();
    assert_eq!(world.gateway().stuck(&sara).unwrap().given_up, 0, "nor after a restart");
}

#[test]
fn who_a_case_is_about_learns_nothing_of_it_from_what_is_stuck() {
    let mut world = World::at(WEDNESDAY_MORNING);
    world.next_sends([Outcome::Refused { reason: "550 mailbox full".to_owned() }]);
    let id = world.mail_from("ali@example.org", "Sara به من توهین کرد و کسی هم جواب نمیده");
    let code = world.outcome(id).verdict.unwrap().code.unwrap().to_string();
    let sara = Member { name: "Sara".to_owned(), role: Role::Agent };
    let row = world.gateway().stuck(&sara).unwrap().unsent[0].row;
    let field = pasokh::domain::complaint::record::Field::StaffConcerned;
    let fill = pasokh::domain::complaint::moves::Move::Fill { field, text: "Sara".to_owned() };
    world.staff_member("Mina", &code, &pasokh::domain::desk::Action::Process(fill)).unwrap();
    assert_eq!(world.gateway().stuck(&sara).unwrap().unsent, []);
    assert!(!world.gateway().dismiss(&sara, row, true).unwrap());
    let mina = Member { name: "Mina".to_owned(), role: Role::Manager };
    assert_eq!(world.gateway().stuck(&mina).unwrap().unsent.len(), 1);
    world.alerts();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_are_shown_with_what_is_wrong_and_a_message_is_tried() {
    let directory = tempfile::TempDir::new().unwrap();
    let intents = directory.path().join("intents");
    std::fs::create_dir(&intents).unwrap();
    let thanks = "intent: hours\ntitle: { fa: ساعت, en: Hours }\nkind: question\nreply: hours\nphrases: { fa: [ساعت کاری], en: [opening hours] }\n";
    std::fs::write(intents.join("hours.yaml"), thanks).unwrap();
    let replies = directory.path().join("replies");
    std::fs::create_dir(&replies).unwrap();
    let reply =
        "reply: hours\ntext: { fa: \"<b>۹ تا ۱۷</b> {{ hours }}\", en: \"Nine to five {{ hours }}\" }\n";
    std::fs::write(replies.join("hours.yaml"), reply).unwrap();
    let daemon = Daemon::start(directory.path(), &crate::console::settings(PEOPLE));
    let mut vera = Person::joined(&daemon, "Vera").await;
    let page = vera.get("/desk/rules?text=opening+hours").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Hours") && page.text.contains("Nine to five {{ hours }}"), "{}", page.text);
    assert!(page.text.contains("intent: hours, score"), "the message is tried: {}", page.text);
    assert!(!page.text.contains("stay in force"));
    std::fs::write(intents.join("hours.yaml"), "intent: hours\nkind: questoin\n").unwrap();
    for _ in 0..100 {
        if vera.get("/desk/rules").await.text.contains("stay in force") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let page = vera.get("/desk/rules").await.text;
    assert!(page.contains("hours.yaml:2:7") && page.contains("questoin"), "{page}");
    assert!(page.contains("Nine to five"), "the last good ones are shown");
    std::fs::write(intents.join("hours.yaml"), thanks).unwrap();
    for _ in 0..100 {
        if !vera.get("/desk/rules").await.text.contains("stay in force") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("mended rules are no mistake any more");
}
