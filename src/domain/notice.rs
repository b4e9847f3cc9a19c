//! What a customer is told about the course of a case, in the owner's words.
//!
//! A [`Notice`] and the complaint as it is now come in; out comes a text with
//! its buttons, and what the machine asks with it. In a mail, buttons become
//! numbered lines, and the text says so.
//!
//! Invariant: nothing is said that is not on the record; what is not known is
//! left out by the template, not made up here.

use jiff::Timestamp;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::moves::Notice;
use crate::domain::complaint::record::{Decision, Field, SurveyQuestion};
use crate::domain::complaint::{Closing, Complaint, ComplaintKind};
use crate::domain::compose::{self, Values};
use crate::domain::conversation::{Conversation, Question};
use crate::domain::decide::wording;
use crate::domain::message::{Channel, Language, Press};
use crate::domain::outbox::{Button, ButtonAction};
use crate::domain::rules::Rules;
use crate::domain::text::dates;

/// Scores from here down get an apology.
const LOW_SCORE: u8 = 2;

/// A text that is ready for its channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Name of the prepared reply.
    pub reply: &'static str,
    pub text: String,
    pub buttons: Vec<Vec<Button>>,
    /// What is asked with it, so that a number or a yes is understood.
    pub question: Option<Question>,
}

/// Where and in which language it is said.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    pub rules: &'a Rules,
    pub conversation: &'a Conversation,
    pub language: Language,
}

/// The words of a notice about this complaint.
pub fn letter(desk: Desk<'_>, complaint: &Complaint, notice: Notice) -> Letter {
    let writer = Writer { desk, complaint };
    match notice {
        Notice::Question => writer.plain("asked"),
        Notice::QuestionAgain => writer.plain("asked_again"),
        Notice::Delay => writer.plain("delay_notice"),
        Notice::Decision => writer.decision(None),
        Notice::DecisionAgain => writer.decision(Some("decision_reminder")),
        Notice::Accepted => writer.plain("accepted"),
        Notice::Review => writer.plain("review_begun"),
        Notice::Outside => writer.plain("outside_options"),
        Notice::Closed => writer.closed(),
        Notice::Reopened => writer.plain("reopened"),
        Notice::Withdrawn => writer.plain("withdrawn"),
        Notice::Merged => writer.plain("merged"),
        Notice::CallMissed => writer.plain("call_missed"),
        Notice::Survey => writer.survey("survey", SurveyQuestion::Handling),
        Notice::SurveyMore => writer.survey_more(),
        Notice::SurveyThanks => writer.thanks(),
    }
}

/// "Do you really withdraw it?"
pub fn withdraw_question(desk: Desk<'_>, complaint: &Complaint) -> Letter {
    let writer = Writer { desk, complaint };
    let conversation = desk.conversation.id.0;
    let press = |yes| Press::Withdraw { conversation, yes };
    let buttons = vec![vec![
        writer.button("withdraw_yes_label", press(true)),
        writer.button("withdraw_no_label", press(false)),
    ]];
    writer.asking("withdraw_question", buttons, Question::Withdraw)
}

/// It was not withdrawn after all.
pub fn withdraw_kept(desk: Desk<'_>, complaint: &Complaint) -> Letter {
    Writer { desk, complaint }.plain("withdraw_kept")
}

struct Writer<'a> {
    desk: Desk<'a>,
    complaint: &'a Complaint,
}

impl Writer<'_> {
    fn plain(&self, reply: &'static str) -> Letter {
        Letter { reply, text: self.compose(reply), buttons: Vec::new(), question: None }
    }

    fn asking(&self, reply: &'static str, buttons: Vec<Vec<Button>>, question: Question) -> Letter {
        self.asking_with(reply, vec![self.compose(reply)], buttons, question)
    }

    fn asking_with(
        &self,
        reply: &'static str,
        mut parts: Vec<String>,
        buttons: Vec<Vec<Button>>,
        question: Question,
    ) -> Letter {
        if self.channel() == Channel::Email {
            parts.push(self.compose("email_choose"));
        }
        Letter { reply, text: paragraphs(&parts), buttons, question: Some(question) }
    }

    /// Whoever is right is asked whether they accept; whoever is not may have it reviewed.
    fn decision(&self, reminder: Option<&'static str>) -> Letter {
        let record = &self.complaint.record;
        let upheld = record.decision().is_some_and(|decision| decision.finding.is_upheld());
        let first_refusal = !upheld && record.refusals == 0;
        let reply = match (upheld, first_refusal) {
            (true, _) => "decision_upheld",
            (false, true) => "decision_refused",
            (false, false) => "decision_final",
        };
        let conversation = self.desk.conversation.id.0;
        let number = record.decisions.len();
        let press = |yes| Press::Decision { conversation, number, yes };
        let row = if first_refusal {
            vec![
                self.button("review_label", press(false)),
                self.button("outside_label", Press::Outside { conversation }),
            ]
        } else {
            vec![self.button("accept_label", press(true)), self.button("refuse_label", press(false))]
        };
        self.asking(reminder.unwrap_or(reply), vec![row], Question::Decision { review: first_refusal })
    }

    fn closed(&self) -> Letter {
        let record = &self.complaint.record;
        let reply = if record.closing == Some(Closing::External) { "closed_outside" } else { "closed" };
        let asked_at_once = self.complaint.kind == ComplaintKind::Complaint
            && self.channel() != Channel::Email
            && record.survey_sent.is_some()
            && record.survey.is_empty();
        if !asked_at_once {
            return self.plain(reply);
        }
        let question = SurveyQuestion::Handling;
        let parts = vec![self.compose(reply), self.compose("survey_question")];
        self.asking_with(reply, parts, self.scale(question), Question::Survey(question))
    }

    fn survey(&self, reply: &'static str, question: SurveyQuestion) -> Letter {
        self.asking(reply, self.scale(question), Question::Survey(question))
    }

    fn survey_more(&self) -> Letter {
        let mut parts = Vec::new();
        if self.is_low(SurveyQuestion::Handling) {
            parts.push(self.compose("survey_sorry"));
        }
        parts.push(self.compose("survey_more"));
        let question = SurveyQuestion::Outcome;
        self.asking_with("survey_more", parts, self.scale(question), Question::Survey(question))
    }

    fn thanks(&self) -> Letter {
        let low = self.is_low(SurveyQuestion::Outcome) && !self.is_low(SurveyQuestion::Handling);
        self.plain(if low { "survey_sorry" } else { "survey_thanks" })
    }

    fn is_low(&self, question: SurveyQuestion) -> bool {
        self.complaint.record.survey.get(&question).is_some_and(|score| *score <= LOW_SCORE)
    }

    /// One tap, or one number: 1 very unhappy to 5 very happy.
    fn scale(&self, question: SurveyQuestion) -> Vec<Vec<Button>> {
        let conversation = self.desk.conversation.id.0;
        let language = self.desk.language;
        let mail = self.channel() == Channel::Email;
        let button = |score: u8| {
            let digit = wording::number(i64::from(score), language);
            let label = if mail { wording::score(score, language).to_owned() } else { digit };
            Button { label, action: ButtonAction::Press(Press::Survey { conversation, question, score }) }
        };
        vec![(1..=5).map(button).collect()]
    }

    fn button(&self, label: &str, press: Press) -> Button {
        Button { label: self.compose(label), action: ButtonAction::Press(press) }
    }

    fn channel(&self) -> Channel {
        self.desk.conversation.contact.channel()
    }

    fn compose(&self, reply: &str) -> String {
        let Desk { rules, language, .. } = self.desk;
        rules.replies.get(reply).map_or_else(String::new, |prepared| {
            compose::compose(prepared, &rules.business, language, self.channel(), &self.values()).text
        })
    }

    fn values(&self) -> Values {
        let Desk { rules, language, .. } = self.desk;
        let record = &self.complaint.record;
        let mut values = Values::new();
        let mut set = |name: &str, value: Option<String>| values.set(name, &value.unwrap_or_default());
        set("shop", Some(rules.business.name(language).to_owned()));
        set("code", Some(self.complaint.code.to_string()));
        set("reopen_days", Some(wording::number(i64::from(rules.policy.reopen_days), language)));
        set("due", self.next_answer().map(|due| self.date_time(due)));
        set("next_due", record.delayed_until.map(|until| self.date_time(until)));
        set("question", record.asked.as_ref().map(|said| said.value.0.clone()));
        set("date", record.asked.as_ref().map(|said| dates::write_date(said.value.1, language)));
        set("request", record.field(Field::RemedyRequested).map(str::to_owned));
        set("target", record.merged_into.map(|code| code.to_string()));
        set("outcome", record.closing.map(|closing| wording::outcome(closing, language).to_owned()));
        if !rules.policy.alone {
            set("owner", Some(wording::role(record.authority, language).to_owned()));
        }
        if let Some(decision) = record.decision() {
            set("finding", Some(decision.reasons.clone()));
            set("remedy", remedies(decision, language));
            set("remedy_due", decision.due.map(|due| dates::write_date(due, language)));
            set("prevention", decision.prevention.clone());
            set("alternative", decision.alternative.clone().or_else(|| remedies(decision, language)));
        }
        values
    }

    fn next_answer(&self) -> Option<Timestamp> {
        let running = |kind| self.complaint.running(kind).map(|clock| clock.due);
        running(ClockKind::NextResponse).or_else(|| running(ClockKind::FirstResponse))
    }

    fn date_time(&self, at: Timestamp) -> String {
        dates::write_date_time(at, self.desk.rules.calendar.zone(), self.desk.language)
    }
}

/// What is done, in one line; none where nothing is.
fn remedies(decision: &Decision, language: Language) -> Option<String> {
    use crate::domain::complaint::lists::Remedy;
    let titles: Vec<&str> = decision
        .remedies
        .iter()
        .filter(|remedy| **remedy != Remedy::None)
        .map(|remedy| remedy.title(language))
        .collect();
    let comma = if language.is_rtl() { "، " } else { ", " };
    (!titles.is_empty()).then(|| titles.join(comma))
}

fn paragraphs(parts: &[String]) -> String {
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
