//! What may be put on the record of a complaint, one fact at a time.
//!
//! Invariant: a name written once keeps its meaning; the journal has them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::code::TrackingCode;
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::lists::{Category, ExternalEnd, Finding, Recurrence, Remedy, VoidReason};
use crate::domain::complaint::severity::{Factor, Scores, Severity};
use crate::domain::complaint::state::Closing;

/// A line of the form that somebody filled in; plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The complainant's name, where it is not that of the contact.
    Complainant,
    Organisation,
    Phone,
    /// Who speaks for the complainant, and on what basis.
    Representative,
    OrderNo,
    Product,
    Seller,
    Amount,
    OccurredAt,
    Description,
    RemedyRequested,
    Expectation,
    /// Staff members whom it is about; they neither own nor assess nor decide it.
    StaffConcerned,
    ReferredBy,
    CustomerNo,
    /// The time that was agreed for a call.
    Slot,
}

impl Field {
    pub const ALL: [Field; 16] = [
        Field::Complainant,
        Field::Organisation,
        Field::Phone,
        Field::Representative,
        Field::OrderNo,
        Field::Product,
        Field::Seller,
        Field::Amount,
        Field::OccurredAt,
        Field::Description,
        Field::RemedyRequested,
        Field::Expectation,
        Field::StaffConcerned,
        Field::ReferredBy,
        Field::CustomerNo,
        Field::Slot,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Field::Complainant => "complainant",
            Field::Organisation => "organisation",
            Field::Phone => "phone",
            Field::Representative => "representative",
            Field::OrderNo => "order_no",
            Field::Product => "product",
            Field::Seller => "seller",
            Field::Amount => "amount",
            Field::OccurredAt => "occurred_at",
            Field::Description => "description",
            Field::RemedyRequested => "remedy_requested",
            Field::Expectation => "expectation",
            Field::StaffConcerned => "staff_concerned",
            Field::ReferredBy => "referred_by",
            Field::CustomerNo => "customer_no",
            Field::Slot => "slot",
        }
    }

    pub fn from_name(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// The initial assessment (ISO 10002, clause 7.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    pub scores: Scores,
    pub category: Option<Category>,
    /// 1 to 3; sets the target, not the severity.
    pub complexity: u8,
    pub immediate_action_possible: bool,
    pub recurring: bool,
    /// Why it is less severe than it was taken for.
    pub reason: Option<String>,
    /// Nobody filled the form: answering or deciding a small matter says that it is one.
    pub implicit: bool,
}

/// The decision about a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub finding: Finding,
    /// What the customer reads: what was found, and why.
    pub reasons: String,
    pub remedies: Vec<Remedy>,
    /// In the shop's currency.
    pub value: Option<u64>,
    /// When the remedy will have been carried out.
    pub due: Option<Date>,
    /// What keeps it from happening again, for the customer to read.
    pub prevention: Option<String>,
    /// What is offered instead of what was asked for.
    pub alternative: Option<String>,
    pub approver: Option<String>,
    pub second_reader: Option<String>,
}

impl Decision {
    /// Something still has to be done about it.
    pub fn has_remedy(&self) -> bool {
        self.remedies.iter().any(|remedy| remedy.needs_doing())
    }
}

/// What the customer made of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// By these words, or a button.
    Accepted {
        words: String,
    },
    Refused {
        words: String,
    },
    /// The customer said nothing in time. It never counts as accepted.
    Assumed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SurveyQuestion {
    /// How we handled it.
    Handling,
    /// What came out.
    Outcome,
}

impl SurveyQuestion {
    pub fn name(self) -> &'static str {
        match self {
            SurveyQuestion::Handling => "handling",
            SurveyQuestion::Outcome => "outcome",
        }
    }

    pub fn from_name(name: &str) -> Option<SurveyQuestion> {
        [SurveyQuestion::Handling, SurveyQuestion::Outcome].into_iter().find(|one| one.name() == name)
    }
}

/// One thing put on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An empty text takes the value out again.
    Filled {
        field: Field,
        text: String,
    },
    Assessed(Assessment),
    /// The machine noticed a word that stands for a factor.
    Noticed {
        factor: Factor,
        score: u8,
        word: String,
    },
    /// A person set the severity, and said why.
    SeveritySet {
        severity: Severity,
        reason: String,
    },
    Escalated {
        to: Authority,
    },
    /// We asked the customer, and need the answer by then.
    Asked {
        question: String,
        by: Date,
    },
    /// The customer was reminded of what we wait for.
    Reminded,
    Decided(Decision),
    Answered(Acceptance),
    /// The customer was told where else to go.
    OutsideTold,
    RemedyDone {
        proof: String,
    },
    RootCause {
        cause: String,
        recurrence: Recurrence,
    },
    CorrectiveAction {
        action: String,
        owner: Option<String>,
        due: Option<Date>,
    },
    ExternalOpened {
        body: String,
        reference: String,
    },
    ExternalEnded {
        end: ExternalEnd,
        result: String,
    },
    /// Nobody owns it any more: somebody else is to take it.
    Released,
    Reopened,
    MergedInto {
        code: TrackingCode,
    },
    /// Another case of the same customer goes on in this one.
    Absorbed {
        code: TrackingCode,
    },
    /// Staff looked at another case that sounds alike: it is another matter.
    ToldApart {
        code: TrackingCode,
    },
    Voided {
        reason: VoidReason,
    },
    Withdrawn {
        words: String,
    },
    Called {
        reached: bool,
    },
    /// The customer was told that it takes longer, and until when they will hear from us.
    DelayTold {
        until: Timestamp,
    },
    /// The customer was asked for this detail.
    Inquired {
        field: Field,
    },
    SurveySent,
    Survey {
        question: SurveyQuestion,
        score: u8,
    },
    /// Somebody is to look after this customer although the case is closed.
    FollowUp {
        why: String,
    },
    FollowedUp,
    Closed {
        reason: Closing,
    },
}

impl Fact {
    /// For the history and the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Fact::Filled { .. } => "filled",
            Fact::Assessed(_) => "assessed",
            Fact::Noticed { .. } => "noticed",
            Fact::SeveritySet { .. } => "severity_set",
            Fact::Escalated { .. } => "escalated",
            Fact::Asked { .. } => "asked",
            Fact::Reminded => "reminded",
            Fact::Decided(_) => "decided",
            Fact::Answered(Acceptance::Accepted { .. }) => "accepted",
            Fact::Answered(Acceptance::Refused { .. }) => "refused",
            Fact::Answered(Acceptance::Assumed) => "assumed",
            Fact::OutsideTold => "outside_told",
            Fact::RemedyDone { .. } => "remedy_done",
            Fact::RootCause { .. } => "root_cause",
            Fact::CorrectiveAction { .. } => "corrective_action",
            Fact::ExternalOpened { .. } => "external_opened",
            Fact::ExternalEnded { .. } => "external_ended",
            Fact::Released => "released",
            Fact::Reopened => "reopened",
            Fact::MergedInto { .. } => "merged_into",
            Fact::Absorbed { .. } => "absorbed",
            Fact::ToldApart { .. } => "told_apart",
            Fact::Voided { .. } => "voided",
            Fact::Withdrawn { .. } => "withdrawn",
            Fact::Called { .. } => "called",
            Fact::DelayTold { .. } => "delay_told",
            Fact::Inquired { .. } => "inquired",
            Fact::SurveySent => "survey_sent",
            Fact::Survey { .. } => "survey",
            Fact::FollowUp { .. } => "follow_up",
            Fact::FollowedUp => "followed_up",
            Fact::Closed { .. } => "closed_as",
        }
    }
}
