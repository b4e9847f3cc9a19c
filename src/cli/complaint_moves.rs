//! The commands of the complaint process: assess, ask, decide, and what follows.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use crate::cli::Failure;
use crate::report::moves::{WireAssessment, WireDecision, WireMove};

#[derive(Debug, Subcommand)]
pub enum Process {
    /// Say how bad it is; suggestions and criticisms are marked as reviewed
    Assess(Assess),
    /// Ask the customer, and wait for the answer
    Ask {
        code: String,
        /// The question; `-` reads standard input
        text: String,
        /// Until when we wait: 1405-10-01 or 2026-12-22
        #[arg(long = "by", value_name = "DATE")]
        until: String,
    },
    /// Decide a complaint; the customer is told at once
    Decide(Box<Decide>),
    /// The remedy was carried out
    RemedyDone {
        code: String,
        /// What shows it: a receipt, a parcel number
        #[arg(long)]
        proof: String,
    },
    /// Why it happened, and what is done so that it does not happen again
    RootCause {
        code: String,
        cause: String,
        /// single, recurring or systemic
        #[arg(long, default_value = "single")]
        recurrence: String,
    },
    /// What is corrected, who does it and until when
    Correct {
        code: String,
        action: String,
        #[arg(long)]
        owner: Option<String>,
        #[arg(long, value_name = "DATE")]
        due: Option<String>,
    },
    /// The other case sounds alike, and is another matter: it is not offered again
    Distinct { code: String, from: String },
    /// No alerts of a clock for an hour, twice at most and never past its due time
    Snooze {
        code: String,
        /// first_response, decision … as `complaint clocks` names them
        clock: String,
    },
    /// It goes on in another case of the same customer; its code keeps working
    Merge {
        code: String,
        #[arg(long, value_name = "CODE")]
        into: String,
    },
    /// It is no case at all: spam, a test, meant for somebody else
    Void {
        code: String,
        /// spam, test or wrong_address
        #[arg(long)]
        reason: String,
    },
    /// An outside body has the case, or has ended it
    External {
        code: String,
        /// Who has it now
        #[arg(long, required_unless_present = "result")]
        body: Option<String>,
        /// Their number of the case
        #[arg(long = "ref", value_name = "REF", requires = "body")]
        reference: Option<String>,
        /// What came of it, and our answer to that
        #[arg(long, conflicts_with = "body")]
        result: Option<String>,
        /// settlement, recommendation or decision
        #[arg(long, default_value = "decision", requires = "result")]
        end: String,
    },
    /// Set the severity, 1 (the worst) to 4
    Severity {
        code: String,
        severity: u8,
        #[arg(long)]
        reason: String,
    },
    /// The customer takes it back, in their own words
    Withdraw {
        code: String,
        #[arg(long)]
        words: String,
    },
    /// The customer accepts the decision, said where the machine could not hear it
    Accept {
        code: String,
        #[arg(long)]
        words: String,
    },
    /// The customer refuses the decision: another person reviews it
    Refuse {
        code: String,
        #[arg(long)]
        words: String,
    },
    /// The time that was agreed for a call
    Schedule { code: String, slot: String },
    /// The customer was called
    Called {
        code: String,
        /// Nobody answered; three times ends it
        #[arg(long)]
        no_answer: bool,
    },
    /// Fill in the form: order_no, product, amount, occurred_at, remedy_requested …
    Record { code: String, field: String, text: String },
}

#[derive(Debug, Args)]
pub struct Assess {
    pub code: String,
    /// Safety or health, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    safety: u8,
    /// Money against the order's value, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    money: u8,
    /// Privacy or security, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    privacy: u8,
    /// Law or an outside body, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    legal: u8,
    /// How long they have waited already, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    waiting: u8,
    /// One customer or many, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    spread: u8,
    /// How much they depend on it, 0 to 3
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    vulnerability: u8,
    /// What went wrong: not_delivered, defective, refund_late …
    #[arg(long)]
    category: Option<String>,
    /// 1 to 3
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    complexity: u8,
    /// Something can be done at once
    #[arg(long)]
    immediate: bool,
    /// It has happened before
    #[arg(long)]
    recurring: bool,
    /// Why it is less severe than it was taken for
    #[arg(long)]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct Decide {
    pub code: String,
    /// upheld, partly, not-upheld or no-finding
    finding: String,
    /// What was found and why; the customer reads it. `-` reads standard input
    #[arg(long)]
    reasons: String,
    /// deliver, replace, repair, refund_full, apology … ; may be given several times
    #[arg(long = "remedy", value_name = "REMEDY")]
    remedies: Vec<String>,
    /// What the remedy is worth, in the shop's currency
    #[arg(long)]
    value: Option<u64>,
    /// When it will have been carried out
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// What keeps it from happening again; the customer reads it
    #[arg(long)]
    prevention: Option<String>,
    /// What is offered instead of what was asked for
    #[arg(long)]
    alternative: Option<String>,
    /// Who approved a remedy above the limit
    #[arg(long, value_name = "NAME")]
    approver: Option<String>,
    /// Who else has read a case of severity 1 or 2
    #[arg(long = "second-reader", value_name = "NAME")]
    second_reader: Option<String>,
}

/// What a command asks for.
pub enum Asked {
    Move(String, WireMove),
    Merge { code: String, into: String },
    Distinct { code: String, from: String },
    Snooze { code: String, clock: String },
}

/// The request behind the command; `written` reads what stands for standard input.
pub fn asked(process: &Process, written: impl Fn(&str) -> Result<String, Failure>) -> Result<Asked, Failure> {
    let text = |text: &String| text.clone();
    let (code, made) = match process {
        Process::Merge { code, into } => return Ok(Asked::Merge { code: code.clone(), into: into.clone() }),
        Process::Snooze { code, clock } => {
            return Ok(Asked::Snooze { code: code.clone(), clock: clock.clone() });
        }
        Process::Distinct { code, from } => {
            return Ok(Asked::Distinct { code: code.clone(), from: from.clone() });
        }
        Process::Assess(assess) => (&assess.code, WireMove::Assess(assess.wire())),
        Process::Ask { code, text, until } => {
            (code, WireMove::Ask { question: written(text)?, until: until.clone() })
        }
        Process::Decide(decide) => (&decide.code, WireMove::Decide(Box::new(decide.wire(&written)?))),
        Process::RemedyDone { code, proof } => (code, WireMove::RemedyDone { proof: text(proof) }),
        Process::RootCause { code, cause, recurrence } => {
            (code, WireMove::RootCause { cause: text(cause), recurrence: text(recurrence) })
        }
        Process::Correct { code, action, owner, due } => {
            (code, WireMove::Correct { action: text(action), owner: owner.clone(), due: due.clone() })
        }
        Process::Void { code, reason } => (code, WireMove::Void { reason: text(reason) }),
        Process::External { code, body: Some(body), reference, .. } => {
            let reference = reference.clone().unwrap_or_default();
            (code, WireMove::OpenExternal { body: text(body), reference })
        }
        Process::External { code, result, end, .. } => {
            (code, WireMove::EndExternal { end: text(end), result: result.clone().unwrap_or_default() })
        }
        Process::Severity { code, severity, reason } => {
            (code, WireMove::Severity { severity: *severity, reason: text(reason) })
        }
        Process::Withdraw { code, words } => (code, WireMove::Withdraw { words: text(words) }),
        Process::Accept { code, words } => (code, WireMove::Accept { words: text(words) }),
        Process::Refuse { code, words } => (code, WireMove::Refuse { words: text(words) }),
        Process::Schedule { code, slot } => (code, WireMove::Schedule { slot: text(slot) }),
        Process::Called { code, no_answer } => (code, WireMove::Called { reached: !no_answer }),
        Process::Record { code, field, text: value } => {
            (code, WireMove::Record { field: text(field), text: text(value) })
        }
    };
    Ok(Asked::Move(code.clone(), made))
}

impl Assess {
    fn wire(&self) -> WireAssessment {
        let scores = [
            ("safety", self.safety),
            ("money", self.money),
            ("privacy", self.privacy),
            ("legal", self.legal),
            ("waiting", self.waiting),
            ("spread", self.spread),
            ("vulnerability", self.vulnerability),
        ];
        WireAssessment {
            scores: scores
                .into_iter()
                .map(|(name, score)| (name.to_owned(), score))
                .collect::<BTreeMap<_, _>>(),
            category: self.category.clone(),
            complexity: self.complexity,
            immediate_action_possible: self.immediate,
            recurring: self.recurring,
            reason: self.reason.clone(),
        }
    }
}

impl Decide {
    fn wire(&self, written: impl Fn(&str) -> Result<String, Failure>) -> Result<WireDecision, Failure> {
        Ok(WireDecision {
            finding: self.finding.clone(),
            reasons: written(&self.reasons)?,
            remedies: self.remedies.clone(),
            value: self.value,
            due: self.due.clone(),
            prevention: self.prevention.clone(),
            alternative: self.alternative.clone(),
            approver: self.approver.clone(),
            second_reader: self.second_reader.clone(),
        })
    }
}
