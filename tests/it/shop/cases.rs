//! What happened to each conversation, taken down from the journal's events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

/// One conversation.
#[derive(Debug, Default, Clone)]
pub struct Talk {
    pub channel: String,
    pub customer: String,
    /// Who, when, when taken in, which message.
    pub said: Vec<(Who, Timestamp, Timestamp, Option<u64>)>,
    pub answered: Vec<(Timestamp, Vec<String>)>,
    pub judged: Vec<Value>,
    pub case: Option<Case>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Customer,
    Machine,
    Person,
}

#[derive(Debug, Default, Clone)]
pub struct Case {
    pub filed_at: Timestamp,
    pub kind: String,
    pub topic: Option<String>,
    pub owner: Option<String>,
    pub severity: Option<u64>,
    pub category: Option<String>,
    pub states: Vec<(Timestamp, String)>,
    pub assigned: Vec<Timestamp>,
    pub called_complaint: Vec<Timestamp>,
    /// Name and time of what was put on the record.
    pub facts: Vec<(String, Timestamp)>,
    pub surveys: Vec<Asked>,
    pub clocks: Vec<Clock>,
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub sent: Timestamp,
    pub first_answer: Option<Timestamp>,
    pub scores: BTreeMap<String, u64>,
}

#[derive(Debug, Clone)]
pub struct Clock {
    pub kind: String,
    pub started: Timestamp,
    pub due: Timestamp,
    pub stopped: Option<Timestamp>,
    pub paused: Option<Timestamp>,
}

/// One message as it was received, decided and answered.
#[derive(Debug, Clone)]
pub struct Letter {
    pub at: Timestamp,
    pub disposition: Option<String>,
    pub reason: String,
    pub read: bool,
    pub kind: Option<String>,
    pub delivered: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub struct Books {
    pub talks: BTreeMap<u64, Talk>,
    /// Numbers of the talks with each customer.
    pub customers: BTreeMap<String, Vec<u64>>,
    pub letters: BTreeMap<u64, Letter>,
}

pub fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_else(|| panic!("a time: {value}")).parse().unwrap()
}

pub fn word(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a word: {value}")).to_owned()
}

pub fn read(events: &[Value]) -> Books {
    let mut books = Books::default();
    let mut rows: BTreeMap<u64, u64> = BTreeMap::new();
    for event in events {
        let kind = event["event"].as_str().unwrap();
        match kind {
            "received" => {
                let letter = Letter {
                    at: time(&event["at"]),
                    disposition: None,
                    reason: String::new(),
                    read: false,
                    kind: None,
                    delivered: None,
                };
                books.letters.insert(event["message"].as_u64().unwrap(), letter);
            }
            "decided" => {
                let letter = books.letters.get_mut(&event["message"].as_u64().unwrap()).unwrap();
                let verdict = &event["verdict"];
                letter.disposition = Some(word(&verdict["disposition"]));
                letter.reason = word(&verdict["reason"]);
                letter.read = !verdict["understanding"].is_null();
                letter.kind = verdict["kind"].as_str().map(str::to_owned);
            }
            "queued" => {
                if let Some(message) = event["row"]["answers"].as_u64() {
                    rows.insert(event["row"]["id"].as_u64().unwrap(), message);
                }
            }
            "settled" => {
                let message = rows.get(&event["row"].as_u64().unwrap());
                if event["outcome"]["outcome"] == "delivered"
                    && let Some(letter) = message.and_then(|message| books.letters.get_mut(message))
                {
                    letter.delivered = Some(time(&event["at"]));
                }
            }
            _ => {
                if let Some(number) = event["conversation"].as_u64() {
                    happened(books.talks.entry(number).or_default(), kind, event);
                }
            }
        }
    }
    for (number, talk) in &books.talks {
        books.customers.entry(talk.customer.clone()).or_default().push(*number);
    }
    books
}

fn channel(tagged: &Value) -> String {
    match tagged {
        Value::Object(fields) => {
            fields.get("channel").map_or_else(|| fields.keys().next().unwrap().clone(), word)
        }
        other => panic!("a channel: {other}"),
    }
}

fn happened(talk: &mut Talk, kind: &str, event: &Value) {
    match kind {
        "opened" => {
            talk.channel = channel(&event["contact"]);
            talk.customer = event["contact"].to_string().to_lowercase();
        }
        "said" => {
            let entry = &event["entry"];
            let who = match &entry["by"] {
                Value::String(name) if name == "customer" => Who::Customer,
                Value::String(_) => Who::Machine,
                _ => Who::Person,
            };
            let at = time(&entry["at"]);
            let taken_in = if entry["recorded_at"].is_null() { at } else { time(&entry["recorded_at"]) };
            talk.said.push((who, at, taken_in, entry["message"].as_u64()));
        }
        "answered" => {
            let topics = event["topics"].as_array().unwrap().iter().map(word).collect();
            talk.answered.push((time(&event["at"]), topics));
        }
        "judged" => {
            talk.judged.push(event["judged"].clone());
            let set = &event["judged"]["judgement"]["set"];
            if let Some(case) = &mut talk.case {
                if let Some(kind) = set["kind"].as_str() {
                    kind.clone_into(&mut case.kind);
                    if kind == "complaint" {
                        case.called_complaint.push(time(&event["judged"]["at"]));
                    }
                }
                match &set["intent"] {
                    Value::Null => {}
                    Value::String(_) => case.topic = None,
                    fit => case.topic = Some(word(&fit["intent"])),
                }
            }
        }
        "filed" => {
            let filing = &event["filing"];
            talk.case = Some(Case {
                filed_at: time(&filing["at"]),
                kind: word(&filing["kind"]),
                topic: filing["topic"].as_str().map(str::to_owned),
                ..Case::default()
            });
        }
        _ => {
            if let Some(case) = &mut talk.case {
                went_on(case, kind, event);
            }
        }
    }
}

fn went_on(case: &mut Case, kind: &str, event: &Value) {
    match kind {
        "state_changed" => case.states.push((time(&event["at"]), word(&event["state"]))),
        "assigned" => {
            case.owner = Some(word(&event["owner"]));
            case.assigned.push(time(&event["at"]));
        }
        "recorded" => recorded(case, &event["record"], time(&event["at"])),
        "clock_started" => {
            let clock = &event["clock"];
            case.clocks.push(Clock {
                kind: word(&clock["kind"]),
                started: time(&clock["started_at"]),
                due: time(&clock["due"]),
                stopped: None,
                paused: None,
            });
        }
        "clock_stopped" => {
            let running = case.clocks.iter_mut().filter(|clock| clock.stopped.is_none());
            running
                .filter(|clock| event["kind"] == clock.kind.as_str())
                .for_each(|clock| clock.stopped = Some(time(&event["at"])));
        }
        "clock_paused" | "clock_moved" => {
            let named = |clock: &&mut Clock| {
                event["kind"] == clock.kind.as_str() && time(&event["started_at"]) == clock.started
            };
            for clock in case.clocks.iter_mut().filter(named) {
                if kind == "clock_paused" {
                    clock.paused = Some(time(&event["at"]));
                } else {
                    clock.due = time(&event["moved"]["due"]);
                    if event["moved"]["why"] == "resumed" {
                        clock.paused = None;
                    }
                }
            }
        }
        _ => {}
    }
}

fn recorded(case: &mut Case, fact: &Value, at: Timestamp) {
    let name = word(&fact["fact"]);
    match name.as_str() {
        "severity_set" => case.severity = fact["severity"].as_u64(),
        "external_opened" => case.severity = Some(1),
        "noticed" => panic!("no message of the simulation stands for a factor of severity"),
        "assessed" if fact["implicit"] == true => {}
        "assessed" => {
            // Only what it costs is scored here: two points make it 3, less makes it 4.
            case.severity = Some(if fact["scores"]["money"] == 2 { 3 } else { 4 });
            case.category = fact["category"].as_str().map(str::to_owned);
        }
        "released" => case.owner = None,
        "survey_sent" => {
            case.surveys.push(Asked { sent: at, first_answer: None, scores: BTreeMap::new() });
        }
        "survey" => {
            let survey = case.surveys.last_mut().expect("what was answered had been sent");
            survey.first_answer = survey.first_answer.or(Some(at));
            survey.scores.insert(word(&fact["question"]), fact["score"].as_u64().unwrap());
        }
        _ => {}
    }
    case.facts.push((name, at));
}
