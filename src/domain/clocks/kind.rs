//! Which clocks there are, and at which shares of their time somebody is told.

/// What a clock measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockKind {
    /// First message of the customer → first message of a person.
    FirstResponse,
    /// Message on an open case → next message of a person.
    NextResponse,
    /// First message of the customer → decision sent.
    Decision,
    /// Filed → somebody owns it.
    Unassigned,
    /// The customer accepted → the remedy is done.
    Remedy,
    /// Our question → the customer's answer. While it runs, others may stand still.
    Waiting,
    /// The decision was told: the next reminder, or what silence comes to.
    Acceptance,
    /// The final decision was refused.
    Monitoring,
    /// When the customer is asked how it was.
    Survey,
    /// Filed → the channel took the acknowledgement.
    Ack,
    /// The longest silence: one message that the customer sees → the next.
    Update,
    /// The beginning of an agreed call → the call is logged.
    Callback,
    /// A request that soon is too late (cancel, change of address) → a person acts.
    Request,
    /// An outside body has the case → our answer there.
    External,
    /// First message → final decision, as the law allows at most.
    LegalCap,
}

impl ClockKind {
    /// The order is that of keys in the database: new kinds are added at the end.
    pub const ALL: [ClockKind; 15] = [
        ClockKind::FirstResponse,
        ClockKind::NextResponse,
        ClockKind::Decision,
        ClockKind::Unassigned,
        ClockKind::Remedy,
        ClockKind::Waiting,
        ClockKind::Acceptance,
        ClockKind::Monitoring,
        ClockKind::Survey,
        ClockKind::Ack,
        ClockKind::Update,
        ClockKind::Callback,
        ClockKind::Request,
        ClockKind::External,
        ClockKind::LegalCap,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::NextResponse => "next_response",
            ClockKind::Decision => "decision",
            ClockKind::Unassigned => "unassigned",
            ClockKind::Remedy => "remedy",
            ClockKind::Waiting => "waiting_customer",
            ClockKind::Acceptance => "acceptance",
            ClockKind::Monitoring => "monitoring",
            ClockKind::Survey => "survey",
            ClockKind::Ack => "ack",
            ClockKind::Update => "update",
            ClockKind::Callback => "callback",
            ClockKind::Request => "request",
            ClockKind::External => "external",
            ClockKind::LegalCap => "legal_cap",
        }
    }

    pub fn from_name(name: &str) -> Option<ClockKind> {
        ClockKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Not what we owe the customer, but what is done when its time has come: nobody is alerted,
    /// and no promise is broken.
    pub fn is_follow_up(self) -> bool {
        matches!(self, ClockKind::Waiting | ClockKind::Acceptance | ClockKind::Monitoring | ClockKind::Survey)
    }

    /// Only a person's message stops it; the customer waits for an answer.
    pub fn is_response(self) -> bool {
        matches!(self, ClockKind::FirstResponse | ClockKind::NextResponse | ClockKind::Request)
    }

    /// It stands still while we wait for the customer. Nothing else may pause a clock, and no
    /// other clock may be paused: waiting for a courier or a bank is our own time.
    pub fn pauses(self) -> bool {
        matches!(self, ClockKind::Decision | ClockKind::Update)
    }

    /// The shares of its time at which something happens.
    pub fn ladder(self) -> &'static [Level] {
        match self {
            // Each reminder, and the end, has a clock of its own.
            ClockKind::Ack
            | ClockKind::Waiting
            | ClockKind::Acceptance
            | ClockKind::Monitoring
            | ClockKind::Survey => &[Level(100)],
            _ => &Level::ALL,
        }
    }
}

/// How much of the time is used up, in per cent; above 100 the promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(pub u8);

impl Level {
    pub const DUE: Level = Level(100);
    /// Nobody stands higher.
    pub const LAST: Level = Level(200);
    pub const ALL: [Level; 6] = [Level(50), Level(75), Level(90), Level(100), Level(150), Level(200)];
}
