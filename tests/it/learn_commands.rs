//! `pasokh learn` and its kin as their users run them: the real binary, beside the daemon and alone.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fakes::daemon::Daemon;
use crate::world::{copy_files, manifest};

const SETTINGS: &str = r#"
business: { name: { fa: فروشگاه نمونه, en: Sample Shop }, languages: [en, fa] }
web: { listen: "127.0.0.1:0" }
staff: { people: [ { name: Sara, role: agent, on_call: true }, { name: Vera, role: viewer } ] }
understanding: { mode: suggest }
"#;

fn shop() -> (TempDir, Daemon) {
    let directory = TempDir::new().unwrap();
    for name in ["intents", "replies"] {
        copy_files(&manifest(name), &directory.path().join(name));
    }
    let daemon = Daemon::start(directory.path(), SETTINGS);
    (directory, daemon)
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn code_of(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn read(directory: &Path, file: &str) -> String {
    std::fs::read_to_string(directory.join(file)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_goes_from_the_desk_into_the_rules() {
    let (directory, mut daemon) = shop();
    let path = directory.path();
    let code = daemon.filed("Could you tell me where my parcel is, please? It is number 48213.").await;

    let shown = daemon.json(&["complaint", "show", &code, "--json"]);
    assert_eq!(shown["suggestion"]["replies"], json!(["order_status"]));
    let shown = words(&daemon.command(&["complaint", "show", &code]));
    assert!(shown.contains(&format!("pasokh complaint reply {code} --suggested")), "{shown}");
    assert!(daemon.command(&["complaint", "reply", &code, "--suggested", "--as", "Sara"]).status.success());
    assert_eq!(
        code_of(&daemon.command(&["complaint", "reply", &code, "--suggested"])),
        2,
        "one key, one reply"
    );

    assert_eq!(code_of(&daemon.command(&["complaint", "set", &code])), 2);
    assert_eq!(
        code_of(&daemon.command(&["complaint", "set", &code, "--intent", "order_status", "--as", "Vera"])),
        2
    );
    let set = daemon.command(&[
        "complaint",
        "set",
        &code,
        "--intent",
        "order_status",
        "--kind",
        "question",
        "--as",
        "Sara",
    ]);
    assert!(set.status.success(), "{}", words(&set));

    // Killed with the lesson made; it is there once, and survives the loss of its file.
    daemon.kill();
    std::fs::remove_dir_all(path.join("data/learned")).unwrap();
    daemon.launch(&[]);
    let lessons = daemon.json(&["learn", "--json"]);
    assert_eq!(lessons.as_array().unwrap().len(), 1);
    assert_eq!(lessons[0]["text"], "Could you tell me where my parcel is, please? It is number 00000.");
    assert_eq!(read(path, "data/learned/examples.jsonl").lines().count(), 1);

    let before = read(path, "intents/order_status.yaml");
    assert_eq!(code_of(&daemon.command(&["learn", "accept", &code, "--as", "Vera"])), 2);
    let accepted = daemon.command(&["learn", "accept", &code, "123-456-789", "--as", "Sara"]);
    assert_eq!(code_of(&accepted), 1, "one of the two is no lesson: {}", words(&accepted));
    let line = "    - \"Could you tell me where my parcel is, please? It is number 00000.\"\n";
    assert_eq!(read(path, "intents/order_status.yaml").replacen(line, "", 1), before);
    assert!(daemon.command(&["check"]).status.success());
    assert_eq!(daemon.json(&["learn", "--json"]), json!([]));
    assert!(!path.join("data/learned/examples.jsonl").exists());

    let rows = daemon.json(&["learn", "--readiness", "--json"]);
    let row = rows.as_array().unwrap().iter().find(|row| row["intent"] == "order_status").unwrap();
    assert_eq!(
        (&row["right"], &row["wrong"], &row["would_answer"]["suggest"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(row["needed"], 72);
    let later = daemon.json(&["learn", "--readiness", "--since", "2199-01-01", "--json"]);
    assert!(later.as_array().unwrap().iter().all(|row| row["right"] == 0));
    assert_eq!(code_of(&daemon.command(&["learn", "--readiness", "--target", "1.5"])), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teaching_works_without_the_daemon() {
    let (directory, mut daemon) = shop();
    let path = directory.path();
    let first = daemon.filed("do you rent out blue tents?").await;
    let second = daemon.filed("I want to rent a blue tent").await;
    daemon.stop();
    let unmatched = daemon.json(&["learn", "--unmatched", "--json"]);
    assert_eq!(unmatched["messages"], 2);
    assert_eq!(unmatched["groups"][0]["count"], 2);
    assert!(unmatched["groups"][0]["keywords"].as_array().unwrap().contains(&json!("blue")), "{unmatched}");
    for code in [&first, &second] {
        assert!(daemon.command(&["complaint", "set", code, "--intent", "none"]).status.success());
    }
    assert_eq!(read(path, "data/learned/negatives.jsonl").lines().count(), 2);
    assert!(daemon.command(&["learn", "drop", &first]).status.success());
    let negatives = read(path, "data/learned/negatives.jsonl");
    assert!(negatives.lines().count() == 1 && negatives.contains(&second), "{negatives}");
    let list = words(&daemon.command(&["learn"]));
    assert!(list.contains(&second) && !list.contains(&first), "{list}");
}

/// The program in a shop's directory, with no daemon there.
fn run(directory: &TempDir, arguments: &[&str]) -> Output {
    std::fs::write(directory.path().join("pasokh.yaml"), SETTINGS).unwrap();
    std::process::Command::new(env!("CARGO_BIN_EXE_pasokh"))
        .args(arguments)
        .current_dir(directory.path())
        .output()
        .unwrap()
}

fn explain(directory: &TempDir, text: &str) -> Value {
    serde_json::from_slice(&run(directory, &["explain", text, "--json"]).stdout).unwrap()
}

#[test]
fn explain_tells_what_forbids_an_answer() {
    let directory = TempDir::new().unwrap();
    let objections = |text: &str| {
        let explained = explain(&directory, text);
        assert_eq!(explained["disposition"], "filed", "{text}: {explained}");
        let objections = explained["learnt"]["objections"].as_array().unwrap();
        let told = |one: &Value| format!("{}: {}", one["speaks_for"], one["matched"]).replace('"', "");
        objections.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(objections("please do not cancel my order"), ["negation: not"]);
    assert_eq!(objections("سفارشم رو لغو نکنید"), ["negation: نکنید"]);
    let asked = objections("cancel my order and where is the other parcel, and what is the return policy");
    assert_eq!(asked.first().map(String::as_str), Some("return_howto: what is the return policy"));
    let told = run(&directory, &["explain", "please do not cancel my order"]);
    assert!(words(&told).contains("«not» denies something"), "{}", words(&told));
}

#[test]
fn explain_shows_what_the_mode_withholds() {
    let directory = TempDir::new().unwrap();
    let explained = explain(&directory, "where is my parcel?");
    assert_eq!((&explained["disposition"], &explained["reason"]), (&json!("filed"), &json!("suggest")));
    assert_eq!(explained["mode"], "suggest");
    assert_eq!(
        explained["withheld"],
        json!({ "disposition": "answered", "reason": "confident_intent", "reply": "order_status" })
    );
    assert_eq!(words(&run(&directory, &["learn"])).lines().count(), 1, "nothing is taught yet");
}
