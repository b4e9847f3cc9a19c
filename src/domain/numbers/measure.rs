//! What is measured, and how many values become one number.

/// How often something happened, or how much there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Matters whose first message came in the period.
    Begun,
    /// Matters given to people in the period.
    Filed,
    /// Cases that were closed in the period and still were at its end.
    Closed,
    /// Cases open at the end of the period.
    Open,
    /// Open cases at the end to which no person has written yet.
    AwaitingFirstResponse,
    /// Questions of the period: answered automatically, or filed as such.
    Questions,
    AutoAnswered,
}

impl Count {
    pub const ALL: [Count; 7] = [
        Count::Begun,
        Count::Filed,
        Count::Closed,
        Count::Open,
        Count::AwaitingFirstResponse,
        Count::Questions,
        Count::AutoAnswered,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Count::Begun => "begun",
            Count::Filed => "filed",
            Count::Closed => "closed",
            Count::Open => "open",
            Count::AwaitingFirstResponse => "awaiting_first_response",
            Count::Questions => "questions",
            Count::AutoAnswered => "auto_answered",
        }
    }
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interval {
    /// Received → acknowledgement accepted by the channel.
    Acknowledgement,
    /// First inbound message → first message of a person.
    FirstResponse,
    /// Every gap from the oldest unanswered message of the customer to the next message of a person.
    NextResponse,
    /// The same without the first gap of each matter.
    LaterResponse,
    /// Filed → an owner has it.
    Assignment,
    /// First inbound message → last closing.
    Resolution,
    /// First inbound message → first closing.
    FirstResolution,
    /// Time in which we waited for the customer, of the cases that were closed; 0 where we never did.
    Paused,
}

impl Interval {
    pub const ALL: [Interval; 8] = [
        Interval::Acknowledgement,
        Interval::FirstResponse,
        Interval::NextResponse,
        Interval::LaterResponse,
        Interval::Assignment,
        Interval::Resolution,
        Interval::FirstResolution,
        Interval::Paused,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Interval::Acknowledgement => "acknowledgement",
            Interval::FirstResponse => "first_response",
            Interval::NextResponse => "next_response",
            Interval::LaterResponse => "later_response",
            Interval::Assignment => "assignment",
            Interval::Resolution => "resolution",
            Interval::FirstResolution => "first_resolution",
            Interval::Paused => "paused",
        }
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rate {
    /// Answered automatically ÷ questions.
    AutoAnswered,
    /// "It helped" pressed ÷ answered automatically.
    Confirmed,
    /// (Not helped + marked as wrong by staff) ÷ answered automatically.
    Wrong,
    /// No reaction within 48 hours ÷ answered automatically.
    NoReaction,
    /// Questions closed as helped ÷ all questions.
    Deflection,
    /// Promises met ÷ promises due in the period.
    PromisesKept,
    /// Closed cases that were opened again at least once ÷ closed cases.
    Reopened,
    /// Resolved without a second contact of the customer in 7 days ÷ resolved.
    FirstContactResolution,
    /// Filed cases that staff relabelled to complaint ÷ filed cases.
    Mislabelled,
    /// Answers 4 and 5 about our handling ÷ all such answers.
    CsatHandling,
    /// Answers 4 and 5 about the outcome ÷ all such answers.
    CsatOutcome,
    /// Surveys with an answer ÷ surveys sent in the period.
    SurveyResponse,
}

impl Rate {
    pub const ALL: [Rate; 12] = [
        Rate::AutoAnswered,
        Rate::Confirmed,
        Rate::Wrong,
        Rate::NoReaction,
        Rate::Deflection,
        Rate::PromisesKept,
        Rate::Reopened,
        Rate::FirstContactResolution,
        Rate::Mislabelled,
        Rate::CsatHandling,
        Rate::CsatOutcome,
        Rate::SurveyResponse,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Rate::AutoAnswered => "auto_answered",
            Rate::Confirmed => "confirmed",
            Rate::Wrong => "wrong",
            Rate::NoReaction => "no_reaction",
            Rate::Deflection => "deflection",
            Rate::PromisesKept => "promises_kept",
            Rate::Reopened => "reopened",
            Rate::FirstContactResolution => "first_contact_resolution",
            Rate::Mislabelled => "mislabelled",
            Rate::CsatHandling => "csat_handling",
            Rate::CsatOutcome => "csat_outcome",
            Rate::SurveyResponse => "survey_response",
        }
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    pub part: usize,
    pub whole: usize,
}

impl Share {
    /// How many of these are so.
    pub fn of(flags: impl IntoIterator<Item = bool>) -> Share {
        let mut share = Share::default();
        for flag in flags {
            share.whole += 1;
            share.part += usize::from(flag);
        }
        share
    }

    /// From 0 to 1; none of nothing.
    pub fn value(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^52 cases")]
        let value = self.part as f64 / self.whole as f64;
        (self.whole > 0).then_some(value)
    }
}

/// Many lengths of time as two: in seconds, none of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    pub count: usize,
    pub median: Option<i64>,
    pub p90: Option<i64>,
}

impl Spread {
    pub fn of(seconds: impl IntoIterator<Item = i64>) -> Spread {
        let mut sorted: Vec<i64> = seconds.into_iter().collect();
        sorted.sort_unstable();
        Spread { count: sorted.len(), median: quantile(&sorted, 500), p90: quantile(&sorted, 900) }
    }
}

/// Linear between the two nearest values, as PERCENTILE.INC of spreadsheets has it
/// (Hyndman and Fan 1996, definition 7), to the nearest second.
fn quantile(sorted: &[i64], permille: usize) -> Option<i64> {
    let place = sorted.len().checked_sub(1)? * permille;
    let low = *sorted.get(place / 1000)?;
    let high = sorted.get(place / 1000 + 1).copied().unwrap_or(low);
    let rest = i64::try_from(place % 1000).unwrap_or(0);
    Some(low + ((high - low) * rest + 500).div_euclid(1000))
}

/// The same stretches in both kinds of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timed {
    pub business: Spread,
    pub calendar: Spread,
}
