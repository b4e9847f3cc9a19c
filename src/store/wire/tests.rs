use std::collections::BTreeSet;

use super::*;
use crate::domain::alert::{Notice, To};
use crate::domain::calendar::{Closure, Hours};
use crate::domain::clocks::{Basis, Clock, Level, Limit, Move, MoveReason, Span};
use crate::domain::code::TrackingCode;
use crate::domain::complaint::ComplaintState;
use crate::domain::complaint::record::{Field, SurveyQuestion};
use crate::domain::complaint::{ComplaintKind, Filing, Note};
use crate::domain::conversation::{ConversationId, Entry, Question, Speaker};
use crate::domain::decide::{Disposition, Verdict, Withheld};
use crate::domain::guard::{Guard, Reason};
use crate::domain::judgement::{Fit, Judged, Judgement, Label, Taught};
use crate::domain::message::{Attachment, BlobId, Contact, EmailAddress, MessageId, MessageKey, Press};
use crate::domain::outbox::{Button, ButtonAction, OutboxId, OutboxRow, Outcome, Recipient, Thread};
use crate::domain::proof::Proof;
use crate::domain::rules::Mode;
use crate::domain::understanding::{Conclusion, Evidence, Scored, Understanding};

const ID: ConversationId = ConversationId(u64::MAX);

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_790_000_000 + second, 123_456_789).unwrap()
}

fn contacts() -> Vec<Contact> {
    vec![
        Contact::Email(EmailAddress::parse("Ann.Ö@example.org").unwrap()),
        Contact::Telegram { bot: "shop".to_owned(), chat: -1_001_234_567_890 },
        Contact::Chat("token".to_owned()),
    ]
}

fn files() -> Vec<Attachment> {
    let file = |name: &str, blob| Attachment {
        name: name.to_owned(),
        media_type: "image/jpeg".to_owned(),
        size: u64::MAX,
        blob,
    };
    vec![file("عکس.jpg", Some(BlobId("ab".repeat(32)))), file("big.bin", None)]
}

fn keys() -> Vec<MessageKey> {
    vec![
        MessageKey::Email {
            account: "support".to_owned(),
            uidvalidity: u32::MAX,
            uid: 1,
            digest: "d".to_owned(),
        },
        MessageKey::Telegram {
            bot: "shop".to_owned(),
            update_id: i64::MAX,
            chat_id: Some(-5),
            message_id: None,
            edit: true,
        },
        MessageKey::Chat { session: "s".to_owned(), nonce: "n".to_owned() },
    ]
}

fn verdicts() -> Vec<Verdict> {
    let scored = |score| Some(Scored { intent: "order_status".to_owned(), score });
    let one = "order_status".to_owned();
    let conclusions = [
        Conclusion::One(one.clone()),
        Conclusion::Both(one.clone(), "hours".to_owned()),
        Conclusion::Either(one.clone(), "hours".to_owned()),
        Conclusion::Complaint { topic: Some(one.clone()) },
        Conclusion::Complaint { topic: None },
        Conclusion::Nothing,
    ];
    let understood = conclusions.into_iter().map(|conclusion| Understanding {
        language: Language::Fa,
        conclusion,
        best: scored(0.1 + 0.2),
        runner_up: scored(f64::MIN_POSITIVE),
        dissatisfaction: 3,
        evidence: vec![Evidence {
            phrase: "سفارش کجا*".to_owned(),
            matched: "سفارشم کجاست".to_owned(),
            speaks_for: one.clone(),
        }],
    });
    let verdict = |understanding, disposition, guard| Verdict {
        disposition,
        reason: "confident_intent".to_owned(),
        guard,
        understanding,
        kind: Some(ComplaintKind::Callback),
        reply: Some(one.clone()),
        code: Some(TrackingCode::from_seed(12_345_678)),
        visible: "\u{2068}متن\u{2069}\n\"quoted\"".to_owned(),
        proof: None,
        mode: Some(Mode::Shadow),
        withheld: Some(Withheld {
            disposition: Disposition::Answered,
            reason: "confident_intent".to_owned(),
            reply: Some(one.clone()),
        }),
    };
    let mut verdicts: Vec<Verdict> = understood
        .map(|understanding| verdict(Some(understanding), Disposition::Filed, Guard::Human))
        .collect();
    verdicts.extend(Disposition::ALL.map(|disposition| verdict(None, disposition, Guard::Human)));
    verdicts.extend(Reason::ALL.map(|reason| verdict(None, Disposition::Ignored, Guard::Silent(reason))));
    verdicts.extend(
        Proof::ALL
            .map(|proof| Verdict { proof: Some(proof), ..verdict(None, Disposition::Filed, Guard::Human) }),
    );
    verdicts
}

fn entries() -> Vec<Entry> {
    let entry = |by, message| Entry {
        by,
        text: "hello".to_owned(),
        subject: Some("Re: x".to_owned()),
        attachments: files(),
        message,
        outbox: Some(OutboxId(4)),
        mail_id: Some("id@example.org".to_owned()),
        at: at(1),
        recorded_at: at(2),
    };
    vec![
        entry(Speaker::Customer, Some(MessageId(3))),
        entry(Speaker::Machine, None),
        entry(Speaker::Staff("Sara".to_owned()), None),
    ]
}

fn rows() -> Vec<OutboxRow> {
    let presses = [
        Press::Helped { conversation: 1, yes: true },
        Press::Which { conversation: 1, choice: None },
        Press::Which { conversation: 1, choice: Some(1) },
        Press::Decision { conversation: u64::MAX, number: 3, yes: false },
        Press::Outside { conversation: 1 },
        Press::Withdraw { conversation: 1, yes: true },
        Press::Detail { conversation: u64::MAX, field: Field::RemedyRequested, choice: Some(u32::MAX) },
        Press::Detail { conversation: 1, field: Field::OrderNo, choice: None },
        Press::Survey { conversation: u64::MAX, question: SurveyQuestion::Handling, score: 5 },
        Press::Topic("hours".to_owned()),
        Press::Language(Language::En),
    ];
    let mut buttons: Vec<Vec<Button>> = presses
        .map(|press| vec![Button { label: "بله".to_owned(), action: ButtonAction::Press(press) }])
        .to_vec();
    buttons.push(vec![Button {
        label: "site".to_owned(),
        action: ButtonAction::Link("https://shop.example".to_owned()),
    }]);
    let mut recipients: Vec<Recipient> = contacts().into_iter().map(Recipient::Customer).collect();
    recipients.push(Recipient::StaffEmail(EmailAddress::parse("sara@shop.example").unwrap()));
    recipients.push(Recipient::StaffTelegram(-7));
    let row = |to| OutboxRow {
        id: OutboxId(9),
        to,
        account: "support".to_owned(),
        subject: "Re: x".to_owned(),
        text: "text".to_owned(),
        buttons: buttons.clone(),
        attachments: files(),
        language: Language::En,
        thread: Thread { in_reply_to: Some("a@b".to_owned()), references: vec!["a@b".to_owned()] },
        answers: Some(MessageId(3)),
        conversation: Some(ID),
        by_person: true,
        created_at: at(0),
    };
    recipients.into_iter().map(row).collect()
}

fn outcomes() -> Vec<Outcome> {
    let reason = || "452 later".to_owned();
    vec![
        Outcome::Delivered { external: Some("77".to_owned()) },
        Outcome::Delivered { external: None },
        Outcome::Later { reason: reason(), after: Some(3) },
        Outcome::Refused { reason: reason() },
        Outcome::Unknown { reason: reason() },
    ]
}

fn every_event() -> Vec<Event> {
    let mut events = Vec::new();
    events.extend(keys().into_iter().map(|key| Event::Received {
        message: MessageId(1),
        key,
        raw: BlobId("cd".repeat(32)),
        files: files(),
        at: at(0),
    }));
    events.extend(verdicts().into_iter().map(|verdict| Event::Decided {
        message: MessageId(1),
        conversation: Some(ID),
        verdict,
        mail_id: Some("a@b".to_owned()),
        at: at(0),
    }));
    events.extend(contacts().into_iter().map(|contact| Event::Opened {
        conversation: ID,
        contact,
        account: "support".to_owned(),
        customer_name: Some("آن".to_owned()),
        language: Language::Fa,
        at: at(0),
    }));
    events.push(Event::RawReplaced { message: MessageId(1), raw: BlobId("ef".repeat(32)), at: at(0) });
    events.extend(contacts().into_iter().map(|contact| Event::ContactChanged {
        contact,
        state: "blocked".to_owned(),
        at: at(0),
    }));
    events.extend(entries().into_iter().map(|entry| Event::Said { conversation: ID, entry }));
    let topics = || vec!["hours".to_owned()];
    let survey = [SurveyQuestion::Handling, SurveyQuestion::Outcome].map(Question::Survey);
    let others =
        [Question::Decision { review: true }, Question::Decision { review: false }, Question::Withdraw];
    let detail =
        [vec![], vec![0, 29_700_000]].map(|choices| Question::Detail { field: Field::Slot, choices });
    let first = [Question::Helped { topics: topics() }, Question::Which { choices: topics() }];
    for question in first.into_iter().chain(survey).chain(others).chain(detail) {
        events.push(Event::Asked { conversation: ID, question, at: at(1) });
    }
    events.extend(complaint_events());
    events.extend(judgement_events());
    events.extend(rows().into_iter().map(|row| Event::Queued { row }));
    events.push(Event::Dismissed { row: OutboxId(9), by: "Sara".to_owned(), at: at(1) });
    events.extend(outcomes().into_iter().map(|outcome| Event::Settled {
        row: OutboxId(9),
        outcome,
        next_at: Some(at(2)),
        at: at(1),
    }));
    events.extend([
        Event::Answered { conversation: ID, topics: topics(), message: Some(MessageId(7)), at: at(0) },
        Event::QuestionSettled { conversation: ID, helped: true, at: at(0) },
        Event::Linked { conversation: ID, with: ConversationId(5), at: at(0) },
        Event::Unlinked { conversation: ID, at: at(0) },
        Event::LanguageChosen { conversation: ID, language: Language::En, at: at(0) },
        Event::Attempted { row: OutboxId(9), at: at(0) },
        Event::CursorMoved { name: "imap:support".to_owned(), value: "1:2".to_owned() },
        Event::ClosureAdded {
            closure: Closure {
                from: jiff::civil::date(2026, 5, 10),
                until: jiff::civil::date(2026, 5, 12),
                name: "برق".to_owned(),
                hours: vec![Hours::parse("10:00-24:00").unwrap()],
            },
            by: "Sara".to_owned(),
            at: at(0),
        },
        Event::NoticeHeld { notice: notice(To::Group) },
        Event::NoticeHeld { notice: notice(To::Person("Sara".to_owned())) },
        Event::NoticesTold { ids: vec![1, u64::MAX], at: at(0) },
        Event::ClosureRemoved { from: jiff::civil::date(2026, 5, 10), by: "Sara".to_owned(), at: at(0) },
    ]);
    events
}

fn notice(to: To) -> Notice {
    Notice {
        id: 7,
        late: to == To::Group,
        by_mail_too: to == To::Group,
        repeated: to == To::Group,
        to,
        conversation: ID,
        kind: ClockKind::Update,
        started_at: at(0),
        level: Level(150),
        severity: 1,
        not_before: at(60),
        at: at(1),
    }
}

fn basis() -> Basis {
    Basis {
        promise: "1a2b3c4d".to_owned(),
        severity: 2,
        limit: Limit { span: Span::BusinessDays(3), cap: Some(4320) },
        calendar: "0123456789abcdef".to_owned(),
        department: Some("repairs".to_owned()),
    }
}

fn complaint_events() -> Vec<Event> {
    let mut events = Vec::new();
    events.extend(ComplaintKind::ALL.map(|kind| Event::Filed {
        conversation: ID,
        filing: Filing {
            code: TrackingCode::from_seed(99_999_999),
            kind,
            topic: Some("hours".to_owned()),
            received_at: at(-10),
            promised: at(10),
            suggested: vec!["hours".to_owned()],
            about: Some(MessageId(u64::MAX)),
            at: at(0),
        },
    }));
    events.extend(ComplaintState::ALL.map(|state| Event::StateChanged {
        conversation: ID,
        state,
        by: "Sara".to_owned(),
        at: at(0),
    }));
    for kind in ClockKind::ALL {
        let clock = Clock {
            kind,
            started_at: at(0),
            due: at(100),
            levels: vec![(Level(75), at(75)), (Level(100), at(100))],
            stopped_at: Some(at(80)),
            fired: BTreeSet::from([Level(75)]),
            basis: Some(basis()),
            told: Some(at(90)),
            paused_at: Some(at(70)),
            pauses: vec![(at(10), at(20))],
            moves: vec![(MoveReason::Resumed, at(100), at(20))],
            broken_at: Some(at(101)),
            snoozes: vec![at(60)],
        };
        let until = at(60);
        events.push(Event::Snoozed {
            conversation: ID,
            kind,
            started_at: at(0),
            until,
            by: "Sara".to_owned(),
            at: at(50),
        });
        events.push(Event::ClockPaused { conversation: ID, kind, started_at: at(0), at: at(70) });
        for why in MoveReason::ALL {
            let levels = vec![(Level(100), at(120)), (Level(200), at(220))];
            let moved = Move { why, due: at(120), levels, basis: Some(basis()), at: at(80) };
            events.push(Event::ClockMoved { conversation: ID, kind, started_at: at(0), moved });
        }
        let promise = Some("1a2b3c4d".to_owned());
        events.push(Event::PromiseBroken {
            conversation: ID,
            kind,
            started_at: at(0),
            promise,
            due: at(100),
            at: at(100),
        });
        events.push(Event::DelayDue { conversation: ID, kind, told: at(90), due: at(120), at: at(80) });
        events.push(Event::ClockStarted { conversation: ID, clock });
        events.push(Event::ClockStopped { conversation: ID, kind, at: at(1) });
        events.push(Event::AlertFired {
            conversation: ID,
            kind,
            started_at: at(0),
            level: Level(90),
            at: at(90),
        });
    }
    events.push(Event::Assigned {
        conversation: ID,
        owner: "Sara".to_owned(),
        by: "Ali".to_owned(),
        at: at(0),
    });
    let note = Note { by: "Sara".to_owned(), text: "called".to_owned(), at: at(0) };
    events.push(Event::Noted { conversation: ID, note });
    events
}

fn judgement_events() -> Vec<Event> {
    let topics = || vec!["hours".to_owned(), "shipping".to_owned()];
    let judgements = [
        Judgement::Helped { topics: topics() },
        Judgement::NotHelped { topics: topics() },
        Judgement::SuggestionSent { topics: topics() },
        Judgement::Set { intent: Some(Fit::Intent("hours".to_owned())), kind: None },
        Judgement::Set { intent: Some(Fit::Nothing), kind: Some(ComplaintKind::Request) },
        Judgement::Set { intent: None, kind: Some(ComplaintKind::Complaint) },
    ];
    let judged = judgements.into_iter().map(|judgement| Event::Judged {
        conversation: ID,
        judged: Judged { message: Some(MessageId(3)), judgement, by: "Sara".to_owned(), at: at(0) },
    });
    let labels = [
        Label::Intent("hours".to_owned()),
        Label::Not("hours".to_owned()),
        Label::Kind(ComplaintKind::Callback),
        Label::Nothing,
    ];
    let taught = labels.into_iter().map(|label| Event::Taught {
        conversation: ID,
        taught: Taught { label, accepted: true, by: "Sara".to_owned(), at: at(0) },
    });
    judged.chain(taught).collect()
}

/// The name under which an event is written.
fn kind(event: &Event) -> String {
    let json: serde_json::Value = serde_json::from_slice(&write(event).unwrap()).unwrap();
    json["event"].as_str().unwrap().to_owned()
}

#[test]
fn every_event_comes_back_as_it_was_written() {
    let events = every_event();
    for event in &events {
        let json = write(event).unwrap();
        assert_eq!(&read(&json).unwrap(), event, "{}", String::from_utf8_lossy(&json));
        assert!(!json.contains(&b'\n'));
    }
    let kinds: BTreeSet<String> = events.iter().map(kind).collect();
    assert_eq!(kinds.len(), 35, "an event without a sample: {kinds:?}");
}

#[test]
fn fields_that_a_later_version_adds_are_passed_over_and_optional_ones_may_lack() {
    let json = r#"{"event":"cursor_moved","name":"a","value":"b","colour":"red"}"#;
    let event = Event::CursorMoved { name: "a".to_owned(), value: "b".to_owned() };
    assert_eq!(read(json.as_bytes()).unwrap(), event);
    let json = r#"{"event":"settled","row":1,"outcome":{"outcome":"delivered"},"at":"2026-01-01T00:00:00Z"}"#;
    assert!(matches!(
        read(json.as_bytes()).unwrap(),
        Event::Settled { outcome: Outcome::Delivered { external: None }, next_at: None, .. }
    ));
}

#[test]
fn what_is_unknown_is_an_error_that_names_it() {
    for (json, name) in [
        (r#"{"event":"teleported","to":"mars"}"#, "teleported"),
        (
            r#"{"event":"clock_stopped","conversation":1,"kind":"sundial","at":"2026-01-01T00:00:00Z"}"#,
            "clock `sundial`",
        ),
        (
            r#"{"event":"language_chosen","conversation":1,"language":"xx","at":"2026-01-01T00:00:00Z"}"#,
            "language `xx`",
        ),
    ] {
        let error = read(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("newer pasokh"), "{error}");
    }
}

#[test]
fn clocks_of_the_first_version_are_still_read() {
    let json = r#"{"event":"clock_started","conversation":1,"clock":{"kind":"decision",
        "started_at":"2026-12-02T13:25:00Z","due":"2026-12-05T13:25:00Z",
        "levels":[[75,"2026-12-04T13:25:00Z"],[90,"2026-12-05T06:00:00Z"],[100,"2026-12-05T13:25:00Z"]]}}"#;
    let Event::ClockStarted { clock, .. } = read(json.as_bytes()).unwrap() else { panic!("a clock") };
    assert_eq!((clock.kind.name(), clock.levels.len()), ("decision", 3));
    assert_eq!((clock.basis, clock.told, clock.paused_at), (None, None, None));
    let fired = r#"{"event":"alert_fired","conversation":1,"kind":"first_response",
        "started_at":"2026-12-02T13:25:00Z","level":90,"at":"2026-12-02T13:25:00Z"}"#;
    assert!(matches!(read(fired.as_bytes()).unwrap(), Event::AlertFired { level: Level(90), .. }));
}
