//! The figures once more, counted in another way straight from the journal. Shares no code with
//! `domain::numbers`: neither its types nor its calendar.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::cases::{Books, Case, Letter, Talk, Who, read, time, word};
use super::hours::{DAY, business, calendar, spread};

type Figures = Vec<(String, Value)>;

/// Pointers into the JSON of the report, and what must stand there.
pub fn figures(events: &[Value], from: Timestamp, until: Timestamp) -> Figures {
    let books = read(events);
    let until = until.min(last(&books));
    let scope = |from, until| Scope { books: &books, from, until };
    let now = scope(from, until);
    let then = scope(from - until.duration_since(from), from);
    let everything: Vec<&Talk> = books.talks.values().collect();
    let mut figures = Vec::new();
    let messages = |scope: &Scope<'_>| books.letters.values().filter(|one| scope.holds(one.at)).count();
    figures.push(("/messages/count".to_owned(), json!(messages(&now))));
    figures.push(("/messages/before".to_owned(), json!(messages(&then))));
    now.kpis("/total", &everything, &mut figures);
    then.kpis("/before", &everything, &mut figures);
    for dimension in ["channel", "kind", "intent", "severity", "department"] {
        let mut groups: BTreeMap<(bool, Option<String>), Vec<&Talk>> = BTreeMap::new();
        for talk in &everything {
            if let Some(label) = label(dimension, talk, &now) {
                groups.entry((label.is_none(), label)).or_default().push(talk);
            }
        }
        let mut place = 0;
        for ((_, name), talks) in groups {
            let mut of_group = Vec::new();
            let pointer = format!("/groups/{dimension}/{place}");
            now.kpis(&pointer, &talks, &mut of_group);
            if of_group.iter().any(|(pointer, value)| tells_something(pointer, value)) {
                figures.push((format!("{pointer}/name"), json!(name)));
                figures.append(&mut of_group);
                place += 1;
            }
        }
    }
    now.iso(&everything, &mut figures);
    figures
}

/// Nothing lies beyond the last thing that happened: the world's clock stands at the end.
fn last(_: &Books) -> Timestamp {
    super::simulate::LAST.parse().unwrap()
}

fn tells_something(pointer: &str, value: &Value) -> bool {
    let counts = pointer.contains("/counts/")
        || pointer.contains("/calendar/count")
        || (pointer.contains("/rates/") && pointer.ends_with("/whole"));
    counts && value.as_u64().is_some_and(|count| count > 0)
}

fn label(dimension: &str, talk: &Talk, scope: &Scope<'_>) -> Option<Option<String>> {
    scope.first_message(talk)?;
    let case = scope.case(talk);
    let answered = talk.answered.iter().find(|(at, _)| *at < scope.until);
    match dimension {
        "channel" => Some(Some(talk.channel.clone())),
        "kind" => {
            Some(case.map(|case| case.kind.clone()).or_else(|| answered.map(|_| "question".to_owned())))
        }
        "intent" => Some(intent(talk)),
        "severity" => case.map(|case| case.severity.map(|severity| severity.to_string())),
        "department" => case.map(|case| {
            let owner = case.owner.as_deref()?;
            let department = match owner {
                "Sara" => "sales",
                "Reza" | "Mina" => "logistics",
                _ => return None,
            };
            Some(department.to_owned())
        }),
        other => panic!("{other}"),
    }
}

fn intent(talk: &Talk) -> Option<String> {
    match &talk.case {
        Some(case) => case.topic.clone(),
        None => talk.answered.first().map(|(_, topics)| topics[0].clone()),
    }
}

/// A period, and the books.
struct Scope<'b> {
    books: &'b Books,
    from: Timestamp,
    until: Timestamp,
}

impl<'b> Scope<'b> {
    fn holds(&self, at: Timestamp) -> bool {
        at >= self.from && at < self.until
    }

    fn case<'t>(&self, talk: &'t Talk) -> Option<&'t Case> {
        talk.case.as_ref().filter(|case| case.filed_at < self.until)
    }

    fn first_message(&self, talk: &Talk) -> Option<Timestamp> {
        let first = talk.said.iter().find(|(who, ..)| *who == Who::Customer);
        first.map(|(_, at, ..)| *at).filter(|at| *at < self.until)
    }

    fn people(&self, talk: &Talk) -> Vec<Timestamp> {
        let said = talk.said.iter().filter(|(who, at, ..)| *who == Who::Person && *at < self.until);
        said.map(|(_, at, ..)| *at).collect()
    }

    /// The customer's messages with what they were taken for.
    fn letters(&self, talk: &'b Talk) -> Vec<(Timestamp, &'b Letter)> {
        let numbers = talk.said.iter().filter_map(|(_, at, _, message)| Some((*at, (*message)?)));
        let mut letters: Vec<(Timestamp, u64)> = numbers.filter(|(at, _)| *at < self.until).collect();
        letters.sort_unstable();
        letters.into_iter().map(|(at, number)| (at, &self.books.letters[&number])).collect()
    }

    fn states(&self, case: &Case) -> Vec<(Timestamp, String)> {
        let mut states = vec![(case.filed_at, "received".to_owned())];
        states.extend(case.states.iter().filter(|(at, _)| *at < self.until).cloned());
        states
    }

    fn kpis(&self, at: &str, talks: &[&'b Talk], figures: &mut Figures) {
        let mut put = |name: &str, value: Value| figures.push((format!("{at}/{name}"), value));
        let cases: Vec<(&Talk, &Case)> =
            talks.iter().filter_map(|talk| Some((*talk, self.case(talk)?))).collect();
        let is_open = |case: &Case| !ended(&self.states(case).last().unwrap().1);
        let open: Vec<&(&Talk, &Case)> = cases.iter().filter(|(_, case)| is_open(case)).collect();
        let filed: Vec<&(&Talk, &Case)> =
            cases.iter().filter(|(_, case)| self.holds(case.filed_at)).collect();
        let closed: Vec<(&Talk, &Case, Timestamp)> = cases
            .iter()
            .filter_map(|(talk, case)| {
                let (at, state) = self.states(case).pop().unwrap();
                (state == "closed" && self.holds(at)).then_some((*talk, *case, at))
            })
            .collect();
        let answers: Vec<Answer> = talks.iter().flat_map(|talk| self.answers(talk)).collect();
        let answers: Vec<&Answer> = answers.iter().filter(|answer| self.holds(answer.at)).collect();
        let plain = filed.iter().filter(|(talk, case)| {
            case.kind == "question" && talk.answered.iter().all(|(at, _)| *at >= self.until)
        });
        let questions = plain.count() + answers.len();
        let began = talks.iter().filter_map(|talk| self.first_message(talk));

        put("counts/begun", json!(began.filter(|at| self.holds(*at)).count()));
        put("counts/filed", json!(filed.len()));
        put("counts/closed", json!(closed.len()));
        put("counts/open", json!(open.len()));
        let silent = open.iter().filter(|(talk, _)| self.people(talk).is_empty()).count();
        put("counts/awaiting_first_response", json!(silent));
        put("counts/questions", json!(questions));
        put("counts/auto_answered", json!(answers.len()));

        let mut share = |name: &str, part: usize, whole: usize| {
            put(&format!("rates/{name}/part"), json!(part));
            put(&format!("rates/{name}/whole"), json!(whole));
            if whole == 0 {
                put(&format!("rates/{name}/share"), Value::Null);
            }
        };
        let of = |fits: &dyn Fn(&Answer) -> bool| answers.iter().filter(|answer| fits(answer)).count();
        share("auto_answered", answers.len(), questions);
        share("confirmed", of(&|one| one.yes), answers.len());
        share("wrong", of(&|one| one.bad), answers.len());
        let two_days = SignedDuration::from_hours(48);
        let quiet = |one: &Answer| !one.bad && !one.yes && !one.thanks && one.at + two_days <= self.until;
        share("no_reaction", of(&quiet), answers.len());
        share("deflection", of(&|one| !one.bad && (one.yes || one.thanks)), questions);
        let again = closed.iter().filter(|(_, case, _)| {
            let states = self.states(case);
            states.windows(2).any(|pair| ended(&pair[0].1) && !ended(&pair[1].1))
        });
        share("reopened", again.count(), closed.len());
        let relabelled = filed.iter().filter(|(talk, case)| {
            let first = self.filing(talk).and_then(|(_, letter)| letter.kind.clone());
            first.is_some_and(|kind| kind != "complaint")
                && case.called_complaint.iter().any(|at| *at < self.until)
        });
        share("mislabelled", relabelled.count(), filed.len());
        let settled: Vec<bool> = talks.iter().filter_map(|talk| self.settled_at_once(talk)).collect();
        share("first_contact_resolution", settled.iter().filter(|fine| **fine).count(), settled.len());
        let surveys: Vec<_> = cases.iter().flat_map(|(_, case)| &case.surveys).collect();
        for (question, rate) in [("handling", "csat_handling"), ("outcome", "csat_outcome")] {
            let given = surveys.iter().filter(|one| one.first_answer.is_some_and(|at| self.holds(at)));
            let scores: Vec<u64> = given.filter_map(|one| one.scores.get(question).copied()).collect();
            share(rate, scores.iter().filter(|score| **score > 3).count(), scores.len());
        }
        let sent: Vec<_> = surveys.iter().filter(|one| self.holds(one.sent)).collect();
        let back = sent.iter().filter(|one| one.first_answer.is_some_and(|at| at < self.until));
        share("survey_response", back.count(), sent.len());

        let mut promises: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for clock in cases.iter().flat_map(|(_, case)| &case.clocks) {
            let owed =
                !["waiting_customer", "acceptance", "monitoring", "survey"].contains(&clock.kind.as_str());
            let still = clock.paused.is_some() && clock.stopped.is_none();
            if owed && !still && self.holds(clock.due) {
                let given = clock.paused.or(clock.stopped).filter(|at| *at < self.until);
                let promise = promises.entry(clock.kind.clone()).or_default();
                promise.0 += usize::from(given.is_some_and(|at| at <= clock.due));
                promise.1 += 1;
            }
        }
        let kept = promises.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        share("promises_kept", kept.0, kept.1);
        for (name, (part, whole)) in promises {
            put(&format!("promises/{name}/part"), json!(part));
            put(&format!("promises/{name}/whole"), json!(whole));
        }

        let ages: Vec<(Timestamp, Timestamp)> =
            open.iter().map(|(talk, _)| (self.first_message(talk).unwrap(), self.until)).collect();
        for (place, (low, high)) in
            [(0, 2), (2, 4), (4, 8), (8, 15), (15, 31), (31, 100_000)].iter().enumerate()
        {
            let fits = |(from, until): &&(Timestamp, Timestamp)| {
                let days = until.duration_since(*from).as_secs() / DAY;
                days >= *low && days < *high
            };
            put(&format!("backlog/buckets/{place}/count"), json!(ages.iter().filter(fits).count()));
        }
        spread("backlog/age", ages.iter().map(|(from, until)| calendar(*from, *until)).collect(), &mut put);

        let mut times = |name: &str, stretches: Vec<(Timestamp, Timestamp)>| {
            let ended: Vec<_> = stretches.into_iter().filter(|(_, end)| self.holds(*end)).collect();
            let lengths = |measure: fn(Timestamp, Timestamp) -> i64| {
                ended.iter().map(|(from, until)| measure(*from, *until)).collect::<Vec<i64>>()
            };
            spread(&format!("times/{name}/calendar"), lengths(calendar), &mut put);
            spread(&format!("times/{name}/business"), lengths(business), &mut put);
        };
        let first = |talk: &&&Talk| Some((self.first_message(talk)?, *self.people(talk).first()?));
        times("first_response", talks.iter().filter_map(|talk| first(&talk)).collect());
        let gaps: Vec<Vec<(Timestamp, Timestamp)>> = talks.iter().map(|talk| self.gaps(talk)).collect();
        times("next_response", gaps.iter().flatten().copied().collect());
        let later = talks.iter().zip(&gaps).flat_map(|(talk, gaps)| {
            let first = self.people(talk).first().copied();
            gaps.iter().filter(move |(_, end)| Some(*end) != first).copied()
        });
        times("later_response", later.collect());
        let acknowledged = cases.iter().filter_map(|(talk, _)| {
            let (at, letter) = self.filing(talk)?;
            Some((at, letter.delivered.filter(|at| *at < self.until)?))
        });
        times("acknowledgement", acknowledged.collect());
        let assigned = cases.iter().filter_map(|(_, case)| {
            Some((case.filed_at, *case.assigned.first().filter(|at| **at < self.until)?))
        });
        times("assignment", assigned.collect());
        let firsts = cases.iter().filter_map(|(talk, case)| {
            let states = self.states(case);
            let first = states.iter().find(|(_, state)| state == "closed")?;
            Some((self.first_message(talk)?, first.0))
        });
        times("first_resolution", firsts.collect());
        let lasts = closed.iter().map(|(talk, _, at)| (self.first_message(talk).unwrap(), *at));
        times("resolution", lasts.collect());
        let mut paused = |name: &str, measure: fn(Timestamp, Timestamp) -> i64| {
            let of_case = |case: &Case, end: Timestamp| -> i64 {
                let mut states = self.states(case);
                states.push((end, "end".to_owned()));
                let waits = states.windows(2).filter(|pair| pair[0].1 == "waiting_customer");
                waits.map(|pair| measure(pair[0].0, pair[1].0)).sum()
            };
            let lengths = closed.iter().map(|(_, case, at)| of_case(case, *at)).collect();
            spread(&format!("times/paused/{name}"), lengths, &mut put);
        };
        paused("calendar", calendar);
        paused("business", business);
    }

    /// The message that filed the case.
    fn filing(&self, talk: &'b Talk) -> Option<(Timestamp, &'b Letter)> {
        self.letters(talk).into_iter().find(|(_, letter)| letter.disposition.as_deref() == Some("filed"))
    }

    /// Oldest unanswered message of the customer to the next word of a person.
    fn gaps(&self, talk: &'b Talk) -> Vec<(Timestamp, Timestamp)> {
        let mut waiting: Vec<Timestamp> = self
            .letters(talk)
            .iter()
            .filter(|(_, letter)| asks(letter) == Asks::Person)
            .map(|(at, _)| *at)
            .collect();
        let mut gaps = Vec::new();
        for person in self.people(talk) {
            let (before, after): (Vec<_>, Vec<_>) = waiting.iter().partition(|at| **at <= person);
            gaps.extend(before.first().map(|at| (*at, person)));
            waiting = after;
        }
        gaps
    }

    fn answers(&self, talk: &'b Talk) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        for (at, topics) in talk.answered.iter().filter(|(at, _)| *at < self.until) {
            let (at, topics) = (*at, topics.clone());
            answers.push(Answer { at, topics, yes: false, thanks: false, bad: false });
        }
        for judged in talk.judged.iter().filter(|judged| time(&judged["at"]) < self.until) {
            let (at, judgement) = (time(&judged["at"]), &judged["judgement"]);
            if let Some(set) = judgement.get("set") {
                let message = judged["message"].as_u64();
                let entry = talk.said.iter().find(|(_, _, _, one)| one.is_some() && *one == message);
                let taken_in = entry.map(|(_, _, taken_in, _)| *taken_in);
                let Some(answer) = answers.iter_mut().find(|one| Some(one.at) == taken_in) else { continue };
                let other_kind = set["kind"].as_str().is_some_and(|kind| kind != "question");
                let other_intent = match &set["intent"] {
                    Value::Null => false,
                    Value::String(_) => true,
                    fit => !answer.topics.contains(&word(&fit["intent"])),
                };
                answer.bad |= other_kind || other_intent;
            } else if let Some(answer) = answers.iter_mut().rfind(|answer| answer.at <= at) {
                answer.yes |= judgement.get("helped").is_some();
                answer.bad |= judgement.get("not_helped").is_some();
            }
        }
        for (at, letter) in self.letters(talk) {
            if let (Asks::Thanks, Some(answer)) = (asks(letter), answers.iter_mut().rfind(|one| one.at <= at))
            {
                answer.thanks = true;
            }
        }
        if let Some(filed_at) = self.case(talk).map(|case| case.filed_at)
            && let Some(answer) = answers.iter_mut().rfind(|answer| answer.at <= filed_at)
        {
            answer.bad |= !answer.yes;
        }
        answers
    }

    /// None: it is not settled, or seven days have not passed, or had passed before.
    fn settled_at_once(&self, talk: &'b Talk) -> Option<bool> {
        let began = self.first_message(talk)?;
        let week = began + SignedDuration::from_hours(7 * 24);
        let settled = match self.case(talk) {
            Some(case) => self.states(case).into_iter().find(|(_, state)| state == "closed")?.0,
            None => self.helped_at(talk)?,
        };
        if !self.holds(settled.max(week)) {
            return None;
        }
        let second = |at: Timestamp| at > began && at <= week;
        let wrote = self.letters(talk);
        let mut contacts = wrote.iter().filter(|(_, one)| matches!(asks(one), Asks::Person | Asks::Status));
        let again = contacts.by_ref().skip(1).any(|(at, _)| second(*at));
        let topic = intent(talk);
        let others = self.books.customers[&talk.customer].iter().map(|number| &self.books.talks[number]);
        let others = others.filter(|other| topic.is_some() && intent(other) == topic);
        let elsewhere = others.filter_map(|other| self.first_message(other)).any(second);
        Some(!again && !elsewhere)
    }

    /// When the customer said so of the first answer that helped.
    fn helped_at(&self, talk: &'b Talk) -> Option<Timestamp> {
        let answers = self.answers(talk);
        let helped = answers.iter().find(|one| !one.bad && (one.yes || one.thanks))?;
        let next = answers.iter().map(|one| one.at).find(|at| *at > helped.at).unwrap_or(self.until);
        let judged = talk.judged.iter().filter(|one| one["judgement"].get("helped").is_some());
        let pressed = judged.map(|one| time(&one["at"])).find(|at| *at >= helped.at && *at < next);
        let thanked = self
            .letters(talk)
            .into_iter()
            .find(|(at, letter)| *at >= helped.at && *at < next && asks(letter) == Asks::Thanks);
        pressed.filter(|at| *at < self.until).or(thanked.map(|(at, _)| at))
    }

    fn iso(&self, talks: &[&'b Talk], figures: &mut Figures) {
        let complaints: Vec<(&Talk, &Case)> = talks
            .iter()
            .filter_map(|talk| Some((*talk, self.case(talk)?)))
            .filter(|(_, case)| case.kind == "complaint")
            .collect();
        let filed: Vec<_> = complaints.iter().filter(|(_, case)| self.holds(case.filed_at)).collect();
        let mut put = |name: &str, value: Value| figures.push((format!("/iso/{name}"), value));
        put("received", json!(filed.len()));
        let settled: Vec<bool> =
            complaints.iter().filter_map(|(talk, _)| self.settled_at_once(talk)).collect();
        put("resolved_at_first_contact/part", json!(settled.iter().filter(|fine| **fine).count()));
        put("resolved_at_first_contact/whole", json!(settled.len()));
        let marked = |name: &str| {
            let first = |case: &Case| case.facts.iter().find(|(fact, _)| fact == name).map(|(_, at)| *at);
            complaints.iter().filter(|(_, case)| first(case).is_some_and(|at| self.holds(at))).count()
        };
        put("wrongly_prioritised", json!(marked("severity_set")));
        put("referred_outside", json!(marked("external_opened")));
        put("improvements", json!(marked("corrective_action")));
        let decisions = complaints.iter().flat_map(|(_, case)| &case.clocks).filter(|clock| {
            clock.kind == "decision"
                && self.holds(clock.due)
                && (clock.paused.is_none() || clock.stopped.is_some())
        });
        let late: Vec<bool> = decisions
            .map(|clock| {
                let given = clock.paused.or(clock.stopped).filter(|at| *at < self.until);
                given.is_none_or(|at| at > clock.due)
            })
            .collect();
        put("resolved_late/part", json!(late.iter().filter(|late| **late).count()));
        put("resolved_late/whole", json!(late.len()));
        let late = filed.iter().filter(|(talk, case)| {
            let promised = case.clocks.iter().find(|clock| clock.kind == "ack").expect("every case has one");
            let delivered = self.filing(talk).and_then(|(_, letter)| letter.delivered);
            delivered.filter(|at| *at < self.until).is_none_or(|at| at > promised.due)
        });
        put("acknowledged_late/part", json!(late.count()));
        let repeated = filed.iter().filter(|(talk, _)| {
            complaints.iter().any(|(other, _)| {
                let (one, two) = (self.first_message(other).unwrap(), self.first_message(talk).unwrap());
                let (this, that) = (talk.case.as_ref().unwrap(), other.case.as_ref().unwrap());
                let about = intent(talk).is_some() && intent(other) == intent(talk);
                other.customer == talk.customer
                    && (about || this.category.is_some() && this.category == that.category)
                    && one < two
                    && two.duration_since(one).as_secs() <= 90 * DAY
            })
        });
        put("repeated/part", json!(repeated.count()));
        put("repeated/whole", json!(filed.len()));
    }
}

struct Answer {
    at: Timestamp,
    topics: Vec<String>,
    yes: bool,
    thanks: bool,
    bad: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Person,
    Status,
    Thanks,
    Nothing,
}

fn asks(letter: &Letter) -> Asks {
    let reason = letter.reason.as_str();
    match letter.disposition.as_deref() {
        None => Asks::Person,
        Some("ignored" | "quarantined") => Asks::Nothing,
        Some("commanded") if ["status", "reopen_not_needed", "reopen_too_late"].contains(&reason) => {
            Asks::Status
        }
        Some("commanded") if ["reopened", "decision_refused"].contains(&reason) => Asks::Person,
        Some("commanded") => Asks::Nothing,
        Some("answered" | "appended") if reason == "thanks" => Asks::Thanks,
        Some("answered" | "clarified") if reason == "greeting" => Asks::Nothing,
        Some("appended") if reason == "edited" || reason == "pressed" => Asks::Nothing,
        Some("answered" | "filed")
            if !letter.read
                && ["not_helped", "neither_topic", "confident_intent", "two_questions"].contains(&reason) =>
        {
            Asks::Nothing
        }
        Some(_) => Asks::Person,
    }
}

fn ended(state: &str) -> bool {
    ["closed", "withdrawn", "merged", "void"].contains(&state)
}
