//! What people did teaches it: lessons, the owner's word on them, and how ready an intent is.

use std::path::PathBuf;

use pasokh::domain::complaint::ComplaintKind;
use pasokh::domain::desk::Action;
use pasokh::domain::judgement::{Fit, Label};
use pasokh::report::learned::LearnedRow;
use pasokh::report::readiness::ReadinessRow;
use pasokh::rules::taught;

use crate::world::{WEDNESDAY_MORNING, World};

/// A text that no intent knows, full of what must not be kept.
const UNKNOWN: &str = "I am Ann, my number is 09123456789: can I rent out the blue tent?";

fn set(intent: &str) -> Action {
    let fit = if intent == "none" { Fit::Nothing } else { Fit::Intent(intent.to_owned()) };
    Action::Set { intent: Some(fit), kind: None }
}

fn set_kind(kind: ComplaintKind) -> Action {
    Action::Set { intent: None, kind: Some(kind) }
}

/// Files the text from a Telegram chat and gives its code.
fn filed(world: &mut World, chat: i64, text: &str) -> String {
    let message = world.telegram_from(chat, text);
    assert!(world.disposition(message).starts_with("filed"), "{}", world.disposition(message));
    world.expect_reply(&format!("telegram:{chat}")).code()
}

fn file(world: &World, name: &str) -> PathBuf {
    world.data_dir().join(taught::DIRECTORY).join(name)
}

fn rows(world: &World, name: &str) -> Vec<LearnedRow> {
    let text = std::fs::read_to_string(file(world, name)).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn intent_file(world: &World, intent: &str) -> String {
    std::fs::read_to_string(world.intents_dir().join(format!("{intent}.yaml"))).unwrap()
}

fn accept(world: &World, id: &str) -> (bool, String) {
    let outcomes = world.gateway().accept_lessons(&[id.to_owned()], None, "Sara").unwrap();
    (outcomes[0].done, outcomes[0].message.clone())
}

#[test]
fn what_staff_set_becomes_a_masked_example() {
    let mut world = World::new();
    let code = filed(&mut world, 7, UNKNOWN);
    assert!(rows(&world, taught::EXAMPLES).is_empty());
    world.staff(&code, set("availability"));
    let examples = rows(&world, taught::EXAMPLES);
    assert_eq!(examples.len(), 1);
    assert_eq!(examples[0].text, "I am ***, my number is 0000***0000: can I rent out the blue tent?");
    assert_eq!((examples[0].label.as_str(), examples[0].language.as_str()), ("availability", "en"));
    assert_eq!((examples[0].id.as_str(), examples[0].source.as_str()), (code.as_str(), "staff"));
    let sheet = world.sheet(&code);
    assert_eq!(sheet.row.topic.as_deref(), Some("availability"));
    assert!(sheet.history.iter().any(|line| line.what == "intent:availability" && line.by == "Sara"));
}

#[test]
fn a_correction_of_a_correction_leaves_one_example() {
    let mut world = World::new();
    let code = filed(&mut world, 7, UNKNOWN);
    world.staff(&code, set("availability"));
    world.staff(&code, set("warranty"));
    let labels: Vec<String> = rows(&world, taught::EXAMPLES).into_iter().map(|row| row.label).collect();
    assert_eq!(labels, ["warranty"]);
    world.staff(&code, set("none"));
    assert!(rows(&world, taught::EXAMPLES).is_empty());
    assert_eq!(rows(&world, taught::NEGATIVES).len(), 1);
}

#[test]
fn a_pressed_no_makes_the_question_a_counterexample_and_not_the_no() {
    let mut world = World::new();
    world.telegram_from(7, "سفارشم کجاست؟ اسمم آنه");
    let answer = world.expect_reply("telegram:7");
    world.press(&answer, "نه");
    let code = world.expect_reply("telegram:7").code();
    let examples = rows(&world, taught::EXAMPLES);
    assert_eq!(examples.len(), 1);
    assert_eq!((examples[0].id.clone(), examples[0].source.as_str()), (format!("{code}-no"), "customer"));
    assert_eq!(
        (examples[0].text.as_str(), examples[0].label.as_str()),
        ("سفارشم کجاست؟ اسمم آنه", "not order_status")
    );
    // What staff then say is about the same words.
    world.staff(&code, set("warranty"));
    let labels: Vec<(String, String)> =
        rows(&world, taught::EXAMPLES).into_iter().map(|row| (row.label, row.text)).collect();
    assert_eq!(labels.len(), 2);
    assert!(labels.contains(&("warranty".to_owned(), "سفارشم کجاست؟ اسمم آنه".to_owned())), "{labels:?}");
}

#[test]
fn a_yes_teaches_nothing_new() {
    let mut world = World::new();
    world.telegram_from(7, "سفارشم کجاست؟");
    let answer = world.expect_reply("telegram:7");
    world.press(&answer, "بله");
    world.expect_reply("telegram:7");
    assert!(world.gateway().pending_lessons().unwrap().is_empty());
}

#[test]
fn messages_that_fit_no_intent_are_handed_to_whoever_learns() {
    let mut world = World::new();
    let code = filed(&mut world, 7, UNKNOWN);
    assert!(taught::negatives(&world.data_dir()).is_empty());
    world.staff(&code, set("none"));
    let negatives = taught::negatives(&world.data_dir());
    assert_eq!(negatives.len(), 1);
    assert_eq!(negatives[0].label, Label::Nothing);
    assert!(negatives[0].text.starts_with("I am ***") && negatives[0].language.tag() == "en");
    assert_eq!(accept(&world, &code), (false, "it fits no intent, and is learned from already".to_owned()));
    world.gateway().drop_lessons(&[code], "Sara").unwrap();
    assert!(taught::negatives(&world.data_dir()).is_empty());
}

#[test]
fn the_files_follow_the_journal_whatever_happens_to_them() {
    let mut world = World::new();
    let first = filed(&mut world, 7, UNKNOWN);
    let second = filed(&mut world, 8, "do you buy old tents?");
    world.staff(&first, set("availability"));
    world.staff(&second, set("none"));
    let read = |world: &World| {
        [taught::EXAMPLES, taught::NEGATIVES].map(|name| std::fs::read_to_string(file(world, name)).unwrap())
    };
    let before = read(&world);
    // Killed before the files were written: the journal has it, they have not.
    std::fs::write(file(&world, taught::EXAMPLES), "").unwrap();
    world.crash_and_restart();
    assert_eq!(read(&world), before);
    // Written twice: a restart makes one of it.
    std::fs::write(file(&world, taught::EXAMPLES), before[0].repeat(2)).unwrap();
    world.crash_and_restart();
    assert_eq!(read(&world), before);
    std::fs::remove_dir_all(world.data_dir().join(taught::DIRECTORY)).unwrap();
    world.delete_the_sled_store_and_restart();
    assert_eq!(read(&world), before);
}

#[test]
fn an_accepted_example_stands_in_its_file_and_nothing_else_has_changed() {
    let mut world = World::with_modes(WEDNESDAY_MORNING, "auto", &[("order_status", "suggest")]);
    let code = filed(&mut world, 7, "Could you tell me where my parcel is, please?");
    world.staff(&code, set("order_status"));
    let before = intent_file(&world, "order_status");
    let (done, message) = accept(&world, &code);
    assert!(done && message.contains("order_status.yaml"), "{message}");
    let after = intent_file(&world, "order_status");
    let line = "    - \"Could you tell me where my parcel is, please?\"\n";
    assert_eq!(after.replacen(line, "", 1), before);
    let list = after.find("examples:").unwrap()..after.find("counterexamples:").unwrap();
    assert!(after[list].contains(line));
    // It waits no more, also after a restart, and is not written twice.
    assert!(world.gateway().pending_lessons().unwrap().is_empty());
    world.crash_and_restart();
    assert!(rows(&world, taught::EXAMPLES).is_empty());
    assert!(accept(&world, &code).1.contains("already"));
    assert_eq!(intent_file(&world, "order_status"), after);
}

#[test]
fn an_example_that_the_rules_would_break_over_changes_nothing() {
    let mut world = World::with_modes(WEDNESDAY_MORNING, "suggest", &[]);
    let code = filed(&mut world, 7, "Do you have a money back guarantee?");
    world.staff(&code, set("warranty"));
    let before = intent_file(&world, "warranty");
    let (done, message) = accept(&world, &code);
    assert!(!done && message.contains("`warranty`") && message.contains("nothing was changed"), "{message}");
    assert_eq!(intent_file(&world, "warranty"), before);
    let names: Vec<_> =
        std::fs::read_dir(world.intents_dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{names:?}");
    assert_eq!(world.gateway().pending_lessons().unwrap().len(), 1, "it waits until a phrase knows it");
}

#[test]
fn a_lesson_of_a_kind_goes_to_the_one_intent_of_that_kind() {
    let mut world = World::new();
    let code = filed(&mut world, 7, UNKNOWN);
    world.staff(&code, set_kind(ComplaintKind::Question));
    assert_eq!(world.gateway().pending_lessons().unwrap()[0].label, "kind question");
    let (done, message) = accept(&world, &code);
    assert!(!done && message.contains("--intent"), "{message}");
}

#[test]
fn a_complaint_about_an_order_is_no_example_of_the_question_about_orders() {
    let mut world = World::new();
    let code = filed(&mut world, 7, "کالای شکسته فرستادید و کسی هم جواب نمیده");
    world.staff(&code, set("order_status"));
    assert_eq!(world.sheet(&code).row.topic.as_deref(), Some("order_status"));
    assert_eq!(world.sheet(&code).suggestion, None, "a complaint is never suggested a how-to");
    assert!(world.gateway().pending_lessons().unwrap().is_empty());
}

#[test]
fn a_dropped_lesson_does_not_come_back() {
    let mut world = World::new();
    let code = filed(&mut world, 7, UNKNOWN);
    world.staff(&code, set("availability"));
    let outcomes = world.gateway().drop_lessons(&[code.clone(), "nonsense".to_owned()], "Sara").unwrap();
    assert_eq!(outcomes.iter().map(|outcome| outcome.done).collect::<Vec<_>>(), [true, false]);
    world.crash_and_restart();
    assert!(world.gateway().pending_lessons().unwrap().is_empty());
    assert!(rows(&world, taught::EXAMPLES).is_empty());
}

#[test]
fn what_cannot_be_set_is_refused_with_what_can() {
    let mut world = World::new();
    let code = filed(&mut world, 7, UNKNOWN);
    let refusal = world.gateway().act(&code, &set("nowhere"), "Sara").unwrap_err().to_string();
    assert!(refusal.contains("no intent `nowhere`") && refusal.contains("order_status"), "{refusal}");
    let nothing = Action::Set { intent: None, kind: None };
    assert!(world.gateway().act(&code, &nothing, "Sara").is_err());
}

#[test]
fn the_suggestion_typed_by_hand_is_the_suggestion_sent() {
    let mut world = World::with_modes(WEDNESDAY_MORNING, "suggest", &[]);
    let code = filed(&mut world, 7, "how long is the warranty?");
    let text = world.sheet(&code).suggestion.unwrap().text;
    world.staff(&code, Action::Reply { text: format!(" {text}\n"), wait: false });
    assert_eq!(world.expect_reply("telegram:7").text(), text);
    assert_eq!(readiness(&world, "warranty").right, 1);
    // One key pressed twice sends once.
    let refusal = world.gateway().act(&code, &Action::SendSuggestion { wait: false }, "Sara").unwrap_err();
    assert!(refusal.to_string().contains("Nothing is suggested"), "{refusal}");
}

fn readiness(world: &World, intent: &str) -> ReadinessRow {
    let rows = world.gateway().readiness(0.95, None).unwrap();
    rows.into_iter().find(|row| row.intent == intent).unwrap()
}

#[test]
fn readiness_counts_what_people_said_and_nothing_else() {
    let mut world =
        World::with_modes(WEDNESDAY_MORNING, "auto", &[("warranty", "suggest"), ("shipping", "shadow")]);
    // Answered: one yes, one no, one of which nobody said anything.
    for (chat, press) in [(1, Some("Yes")), (2, Some("No")), (3, None)] {
        world.telegram_from(chat, "where is my parcel?");
        let answer = world.expect_reply(&format!("telegram:{chat}"));
        if let Some(label) = press {
            world.press(&answer, label);
            world.expect_reply(&format!("telegram:{chat}"));
        }
    }
    let row = readiness(&world, "order_status");
    assert_eq!((row.would_answer.auto, row.right, row.wrong, row.unjudged), (3, 1, 1, 1));
    assert_eq!(row.precision, Some(0.5));
    // Wilson for 1 of 2: (0.5 + z²/4 - z·√(0.25/2 + z²/16)) / (1 + z²/2) = 0.0945.
    assert_eq!(row.lower_bound, 0.095);

    // Suggested: sent as it stood, corrected, and set to the same.
    let codes: Vec<String> =
        (11..15).map(|chat| filed(&mut world, chat, "how long is the warranty?")).collect();
    world.staff(&codes[0], Action::SendSuggestion { wait: false });
    world.expect_reply("telegram:11");
    world.staff(&codes[1], set("return_howto"));
    world.staff(&codes[2], set("warranty"));
    world.staff(&codes[3], Action::Reply { text: "Two years, dear Ann.".to_owned(), wait: false });
    world.expect_reply("telegram:14");
    let row = readiness(&world, "warranty");
    assert_eq!((row.would_answer.suggest, row.right, row.wrong, row.unjudged), (4, 2, 1, 1));

    // In shadow staff do not even know that they judge.
    let codes: Vec<String> = (21..24).map(|chat| filed(&mut world, chat, "how much is shipping?")).collect();
    world.staff(&codes[0], set("shipping"));
    world.staff(&codes[1], set("none"));
    world.staff(&codes[2], set_kind(ComplaintKind::Complaint));
    let row = readiness(&world, "shipping");
    assert_eq!((row.would_answer.shadow, row.right, row.wrong, row.unjudged), (3, 1, 2, 0));
    assert!(!row.ready && row.missing.contains("2 of 3 were wrong"), "{}", row.missing);

    // A request is filed in every mode; what is judged is the information that goes with it.
    let code = filed(&mut world, 31, "please cancel my order");
    world.staff(&code, set_kind(ComplaintKind::Question));
    filed(&mut world, 32, "please cancel my order");
    let row = readiness(&world, "cancel_order");
    assert_eq!((row.would_answer.auto, row.right, row.wrong, row.unjudged), (2, 0, 1, 1));

    let row = readiness(&world, "discount_code");
    assert_eq!((row.needed, row.precision, row.lower_bound), (Some(73), None, 0.0));
    assert_eq!(row.missing, "needs 73 more judged messages for a lower bound of 0.95");
}

#[test]
fn the_last_word_of_staff_counts_before_that_of_the_customer() {
    let mut world = World::new();
    world.telegram_from(1, "where is my parcel?");
    let answer = world.expect_reply("telegram:1");
    world.press(&answer, "No");
    let code = world.expect_reply("telegram:1").code();
    assert_eq!(readiness(&world, "order_status").wrong, 1);
    world.staff(&code, set("warranty"));
    world.staff(&code, set("order_status"));
    let row = readiness(&world, "order_status");
    assert_eq!((row.right, row.wrong), (1, 0), "it was understood; only the reply did not help");
}

#[test]
fn unmatched_messages_come_in_groups_with_their_words_and_without_their_writers() {
    let mut world = World::new();
    let texts = [
        "do you gift wrap presents?",
        "can I get gift wrapping for a birthday",
        "gift wrapping for my sister, 09123456789",
        "is your CEO a robot",
    ];
    let mut codes = Vec::new();
    for (chat, text) in (1..).zip(texts) {
        let message = world.telegram_from(chat, text);
        if world.disposition(message) == "filed not_understood" {
            codes.push(world.expect_reply(&format!("telegram:{chat}")).code());
        } else {
            world.expect_reply(&format!("telegram:{chat}"));
        }
    }
    let report = world.gateway().unmatched().unwrap();
    assert_eq!(report.messages, codes.len());
    assert_eq!(report.groups.len(), 1, "{report:#?}");
    let group = &report.groups[0];
    assert!(
        group.keywords.iter().any(|word| word.starts_with("gift") || word.starts_with("wrap")),
        "{group:#?}"
    );
    assert!(group.samples.iter().all(|sample| !sample.contains("912")), "{group:#?}");
    // What staff have named is not unmatched any more.
    let count = report.messages;
    world.staff(&codes[0], set("discount_code"));
    assert_eq!(world.gateway().unmatched().unwrap().messages, count - 1);
}
