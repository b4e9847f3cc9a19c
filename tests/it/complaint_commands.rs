//! The complaint process as its users run it: the real binary, beside the daemon.

use jiff::SignedDuration;
use pasokh::domain::code::TrackingCode;
use pasokh::domain::desk::Action;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fakes::daemon::Daemon;
use crate::world::{Mail, World};

const SETTINGS: &str = r#"
business: { name: { fa: فروشگاه نمونه, en: Sample Shop }, languages: [en, fa] }
web: { listen: "127.0.0.1:0" }
complaints: { approval_above: 1000 }
staff: { people: [ { name: Sara, role: agent }, { name: Lena, role: lead }, { name: Vera, role: viewer } ] }
"#;

struct Desk {
    daemon: Daemon,
    code: String,
}

impl Desk {
    /// What is said on standard error must contain these words; the exit code is that of a mistake.
    fn refuses(&self, arguments: &[&str], words: &str) {
        let output = self.daemon.command(&self.with_code(arguments));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }

    fn does(&self, arguments: &[&str]) -> Value {
        self.daemon.json(&[&self.with_code(arguments)[..], &["--json"]].concat())
    }

    /// The verb, the code, and the rest; Sara acts where nobody is named.
    fn with_code<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let (verb, rest) = arguments.split_first().unwrap();
        let mut all = vec!["complaint", verb, self.code.as_str()];
        all.extend(rest);
        if !rest.contains(&"--as") {
            all.extend(["--as", "Sara"]);
        }
        all
    }
}

/// A daemon with one complaint, written in the live chat.
async fn desk(text: &str) -> (TempDir, Desk) {
    let directory = TempDir::new().unwrap();
    let daemon = Daemon::start(directory.path(), SETTINGS);
    let code = daemon.filed(text).await;
    (directory, Desk { daemon, code })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_complaint_is_assessed_asked_about_decided_and_shown_with_what_is_possible() {
    let (_directory, desk) = desk("The cup arrived broken and nobody answers me.").await;

    let shown = desk.daemon.json(&["complaint", "show", &desk.code, "--json"]);
    assert_eq!((&shown["kind"], &shown["record"]["severity"]), (&json!("complaint"), &json!(3)));
    let possible: Vec<&str> =
        shown["possible"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(possible.contains(&"decide") && possible.contains(&"void"), "{possible:?}");
    assert!(!possible.contains(&"reopen") && !possible.contains(&"remedy-done"), "{possible:?}");

    desk.refuses(&["remedy-done", "--proof", "x"], "Possible now: pasokh complaint assess | ");
    desk.refuses(
        &["assess", "--category", "broken"],
        "There is no category `broken`. There are: not_delivered,",
    );
    desk.refuses(&["decide", "upheld", "--reasons", "ours", "--as", "Vera"], "may only look");
    let assessed = desk.does(&["assess", "--money", "2", "--waiting", "2", "--category", "defective"]);
    assert_eq!(assessed["state"], "assessed");
    let record = &assessed["record"];
    assert_eq!((&record["severity"], &record["level"]), (&json!(2), &json!("L2")));
    assert_eq!(record["category"], "defective");

    desk.refuses(&["ask", "Which cup?", "--by", "soon"], "`soon` is no date");
    desk.refuses(&["ask", "Which cup?", "--by", "1420-10-01"], "waited for until");
    let in_a_week = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(7)).to_string();
    assert_eq!(desk.does(&["ask", "Which cup?", "--by", &in_a_week])["state"], "waiting_customer");
    let said = desk.does(&["reply", "We have found it ourselves."]);
    assert_eq!(said["state"], "investigating");

    let decide = ["decide", "upheld", "--reasons", "We packed it badly.", "--remedy", "refund-full"];
    let with = |more: &[&'static str]| [&decide[..], more].concat();
    desk.refuses(&with(&[]), "Severity 1 and 2 need a second reader");
    desk.refuses(&with(&["--second-reader", "Nobody"]), "Nobody is not among");
    desk.refuses(
        &with(&["--second-reader", "Lena", "--value", "2000"]),
        "worth more than 1000 needs an approver",
    );
    desk.refuses(
        &with(&["--second-reader", "Lena", "--value", "2000", "--approver", "Sara"]),
        "Sara may not approve",
    );
    let decided = desk.does(&with(&[
        "--second-reader",
        "Lena",
        "--value",
        "2000",
        "--approver",
        "Lena",
        "--due",
        "1420-10-10",
    ]));
    assert_eq!(decided["state"], "decided");
    let told = decided["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(told["by"], "Sara");
    assert!(told["text"].as_str().unwrap().contains("We packed it badly."), "{told}");
    desk.refuses(&["close"], "seven working days of silence");

    desk.does(&["accept", "--words", "Fine, she said on the phone."]);
    assert_eq!(desk.does(&["remedy-done", "--proof", "transfer 77"])["state"], "remedy");
    let closed = desk.does(&["root-cause", "thin boxes", "--recurrence", "recurring"]);
    assert_eq!((&closed["state"], &closed["closing"]), (&json!("closed"), &json!("resolved_accepted")));

    let output = desk.daemon.command(&["complaint", "show", &desk.code]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "Severity 2, priority 2, level L2 (assessed by Sara: money 2, waiting 2)",
        "Decision: upheld by Sara: We packed it badly.\nRemedy: refund_full worth 2000 until ",
        "Customer's answer: accepted: Fine, she said on the phone.",
        "Root cause: thin boxes",
        "Ended as: resolved_accepted",
        "state:decided (Sara)",
        &format!("Possible now: pasokh complaint root-cause | reopen {}", desk.code),
    ] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_taken_to_an_outside_body_and_another_is_no_case_at_all() {
    let (_directory, desk) = desk("The cup arrived broken and nobody answers me.").await;
    let lowered = desk.does(&["severity", "4", "--reason", "a mug for testing"]);
    assert_eq!(lowered["record"]["severity"], 4);
    let outside = desk.does(&["external", "--body", "Consumer board", "--ref", "12/7"]);
    assert_eq!((&outside["state"], &outside["record"]["level"]), (&json!("external"), &json!("L4")));
    desk.refuses(&["void", "--reason", "test"], "cannot be done with a complaint that is external");
    desk.does(&["reply", "We have answered the board."]);
    let ended = desk.does(&["external", "--result", "half the price", "--end", "settlement"]);
    assert_eq!(
        (&ended["state"], &ended["record"]["external"]["end"]),
        (&json!("closed"), &json!("settlement"))
    );

    let (_directory, other) = self::desk("Nobody answers me, and this is a test.").await;
    other.refuses(&["merge", "--into", &desk.code], "There is no complaint with the code");
    assert_eq!(other.does(&["void", "--reason", "test"])["state"], "void");
}

#[test]
fn what_was_told_twice_is_offered_as_one() {
    let mut world = World::new();
    let (ann, words) = ("ann@example.org", "You sent me a broken lamp and nobody answers.");
    world.mail(Mail::from(ann, words).subject("Broken lamp"));
    let first = world.expect_reply(ann).code();
    world.advance(SignedDuration::from_hours(30));
    world.mail(Mail::from(ann, "nobody answers, you have sent me a broken lamp!").subject("Again"));
    let second = world.expect_reply(ann).code();
    world
        .mail(Mail::from(ann, "The courier was rude to my mother, this is unacceptable.").subject("Courier"));
    let other = world.expect_reply(ann).code();
    // Somebody else's words may be as alike as they like.
    world.mail(Mail::from("ben@example.org", words).subject("Broken lamp"));
    world.expect_reply("ben@example.org");
    let alike = |world: &World, code: &str| {
        let case = world.gateway().complaint(code).unwrap().conversation;
        let found = world.gateway().alike(&case).unwrap();
        found.into_iter().map(|one| one.code).collect::<Vec<_>>()
    };
    assert_ne!(first, second);
    assert_eq!(alike(&world, &second), std::slice::from_ref(&first));
    assert_eq!(alike(&world, &first), std::slice::from_ref(&second));
    assert!(alike(&world, &other).is_empty());
    let into = TrackingCode::parse(&first).unwrap();
    world.staff(&second, Action::Merge { into });
    assert!(world.expect_reply(ann).text().contains(&first));
    assert!(alike(&world, &first).is_empty());
    world.mail(Mail::from(ann, &format!("status {second}")));
    assert!(world.expect_reply(ann).text().contains(&first), "the merged code leads to the other case");
    world.read_all();
}
