use jiff::Timestamp;

use super::*;
use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::store::wire::{read, write};

fn assessments() -> Vec<Fact> {
    let full = Assessment {
        scores: Factor::ALL.into_iter().fold(Scores::default(), |scores, factor| scores.with(factor, 2)),
        category: Some(Category::ChargedTwice),
        complexity: 3,
        immediate_action_possible: true,
        recurring: true,
        reason: Some("دلیل".to_owned()),
        implicit: true,
    };
    vec![Fact::Assessed(full), Fact::Assessed(Assessment::default())]
}

fn decisions() -> Vec<Fact> {
    let bare = Decision {
        finding: Finding::NoFinding,
        reasons: "r".to_owned(),
        remedies: Vec::new(),
        value: None,
        due: None,
        prevention: None,
        alternative: None,
        approver: None,
        second_reader: None,
    };
    let some = || Some("x".to_owned());
    let full = Decision {
        finding: Finding::Partly,
        remedies: Remedy::ALL.to_vec(),
        value: Some(u64::MAX),
        due: Some(Date::constant(2026, 12, 1)),
        prevention: some(),
        alternative: some(),
        approver: some(),
        second_reader: some(),
        ..bare.clone()
    };
    vec![Fact::Decided(bare), Fact::Decided(full)]
}

fn lists() -> Vec<Fact> {
    let text = || "متن".to_owned();
    let mut facts: Vec<Fact> =
        Field::ALL.map(|field| Fact::Filled { field, text: text() }).into_iter().collect();
    facts.extend(Factor::ALL.map(|factor| Fact::Noticed { factor, score: 3, word: text() }));
    facts.extend(Severity::ALL.map(|severity| Fact::SeveritySet { severity, reason: text() }));
    facts.extend(Authority::ALL.map(|to| Fact::Escalated { to }));
    facts.extend(Recurrence::ALL.map(|recurrence| Fact::RootCause { cause: text(), recurrence }));
    facts.extend(ExternalEnd::ALL.map(|end| Fact::ExternalEnded { end, result: text() }));
    facts.extend(VoidReason::ALL.map(|reason| Fact::Voided { reason }));
    facts.extend(Closing::ALL.map(|reason| Fact::Closed { reason }));
    facts.extend(
        [SurveyQuestion::Handling, SurveyQuestion::Outcome]
            .map(|question| Fact::Survey { question, score: 5 }),
    );
    facts
}

fn single() -> Vec<Fact> {
    let text = || "words".to_owned();
    let code = TrackingCode::from_seed(22_222_222);
    let date = Date::constant(2026, 12, 1);
    vec![
        Fact::Asked { question: text(), by: date },
        Fact::Reminded,
        Fact::Answered(Acceptance::Accepted { words: text() }),
        Fact::Answered(Acceptance::Refused { words: text() }),
        Fact::Answered(Acceptance::Assumed),
        Fact::OutsideTold,
        Fact::RemedyDone { proof: text() },
        Fact::CorrectiveAction { action: text(), owner: Some(text()), due: Some(date) },
        Fact::CorrectiveAction { action: text(), owner: None, due: None },
        Fact::ExternalOpened { body: text(), reference: text() },
        Fact::Released,
        Fact::Reopened,
        Fact::MergedInto { code },
        Fact::Absorbed { code },
        Fact::ToldApart { code },
        Fact::Withdrawn { words: text() },
        Fact::Called { reached: true },
        Fact::Inquired { field: Field::Phone },
        Fact::DelayTold { until: Timestamp::UNIX_EPOCH },
        Fact::SurveySent,
        Fact::FollowUp { why: text() },
        Fact::FollowedUp,
    ]
}

#[test]
fn every_fact_comes_back_as_it_was_written() {
    let facts = [assessments(), decisions(), lists(), single()].concat();
    for fact in facts {
        let event = Event::Recorded {
            conversation: ConversationId(7),
            fact,
            by: "Sara".to_owned(),
            at: Timestamp::from_second(1_790_000_000).unwrap(),
        };
        let json = write(&event).unwrap();
        assert_eq!(read(&json).unwrap(), event, "{}", String::from_utf8_lossy(&json));
    }
}

#[test]
fn a_fact_that_nobody_knows_is_an_error_that_names_it() {
    let json = r#"{"event":"recorded","conversation":1,"by":"x","at":"2026-01-01T00:00:00Z","record":{"fact":"closed","reason":"bored"}}"#;
    let error = read(json.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("`bored`") && error.contains("newer pasokh"), "{error}");
}
