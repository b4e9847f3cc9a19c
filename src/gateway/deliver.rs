//! Deliver: outbox rows go out, and what became of them is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::ComplaintState;
use crate::domain::complaint::effects::{Terms, make};
use crate::domain::complaint::moves::{Actor, Move};
use crate::domain::event::Event;
use crate::domain::message::{Attachment, Contact};
use crate::domain::outbox::{OutboxRow, Outcome, Recipient};
use crate::domain::retry;
use crate::domain::text::without_addresses;
use crate::gateway::courier::Courier;
use crate::gateway::{Gateway, lock};
use crate::store::{Claimed, Commit, Route, StoreError};

/// A channel whose server is out of reach is left alone for so long: tried again within 5 s
/// at first, and always soon enough to notice an outage's end within 25 s (DESIGN §7).
const FIRST_CLOSURE: SignedDuration = SignedDuration::from_secs(3);
const LONGEST_CLOSURE: SignedDuration = SignedDuration::from_secs(12);
/// Rows that are claimed together.
const MOST_AT_ONCE: usize = 32;

/// A route whose server is out of reach.
pub(super) struct Closed {
    until: Timestamp,
    /// Failures in a row.
    times: u32,
}

/// Couriers by channel and name of the mailbox or bot.
pub type Couriers = BTreeMap<Route, Arc<dyn Courier>>;

impl Gateway {
    /// Sends everything whose time has come; tells how many rows were tried.
    pub async fn deliver_due(&self, couriers: &Couriers) -> Result<usize, StoreError> {
        let mut tried = 0;
        loop {
            let claimed = tokio::task::block_in_place(|| self.claim())?;
            if claimed.is_empty() {
                return Ok(tried);
            }
            tried += claimed.len();
            let settled = join_all(claimed.iter().map(|one| self.carry(one, couriers))).await;
            settled.into_iter().collect::<Result<Vec<()>, StoreError>>()?;
        }
    }

    /// Starts sending everything whose time has come, without waiting for it; says when to look again.
    pub(super) fn start_due(
        self: &Arc<Self>,
        couriers: &Arc<Couriers>,
        sending: &mut JoinSet<()>,
    ) -> Result<Option<Timestamp>, StoreError> {
        loop {
            let (limit, busy) = self.room(couriers);
            let busy = self.closed_routes().into_iter().chain(busy).collect();
            let now = self.now.get();
            let claimed = tokio::task::block_in_place(|| self.store.claim_except(now, limit, &busy))?;
            if claimed.is_empty() {
                break;
            }
            for one in claimed {
                self.start(one, couriers.clone(), sending);
            }
        }
        let (_, busy) = self.room(couriers);
        let mut closed = self.closed_routes();
        // A busy route is looked at again when one of its rows has gone.
        let waits_for_server = !closed.is_empty();
        closed.extend(busy);
        let next = self.store.next_attempt_except(&closed)?;
        Ok(if waits_for_server {
            Some(next.map_or(self.next_opening(), |next| next.min(self.next_opening())))
        } else {
            next
        })
    }

    fn start(self: &Arc<Self>, one: Claimed, couriers: Arc<Couriers>, sending: &mut JoinSet<()>) {
        let route = route_of(&one.row);
        *lock(&self.under_way).entry(route.clone()).or_default() += 1;
        let gateway = self.clone();
        sending.spawn(async move {
            if let Err(error) = gateway.carry(&one, &couriers).await {
                tracing::error!(row = one.row.id.0, "What became of a message could not be stored: {error}");
            }
            if let Some(count) = lock(&gateway.under_way).get_mut(&route) {
                *count = count.saturating_sub(1);
            }
            // The next row to the same recipient, or by the same courier, may go now.
            gateway.has_mail.notify_one();
        });
    }

    /// How many rows may be claimed so that no courier gets more than it carries at once, and the
    /// routes whose couriers have their hands full.
    fn room(&self, couriers: &Couriers) -> (usize, Vec<Route>) {
        let under_way = lock(&self.under_way);
        let (mut limit, mut busy) = (MOST_AT_ONCE, Vec::new());
        for (route, courier) in couriers {
            match courier.at_once().saturating_sub(under_way.get(route).copied().unwrap_or(0)) {
                0 => busy.push(route.clone()),
                room => limit = limit.min(room),
            }
        }
        (limit, busy)
    }

    fn claim(&self) -> Result<Vec<Claimed>, StoreError> {
        self.store.claim_except(self.now.get(), MOST_AT_ONCE, &self.closed_routes())
    }

    /// A route on which nobody was there is closed for a moment, longer each time in a row.
    fn watch_route(&self, route: Route, outcome: &Outcome, now: Timestamp) {
        let mut routes = lock(&self.closed);
        if !matches!(outcome, Outcome::Unreachable { .. }) {
            routes.remove(&route);
            return;
        }
        let closed = routes.entry(route).or_insert(Closed { until: now, times: 0 });
        // Rows that were under way together fail together, and count as one time.
        if closed.until <= now {
            let pause = FIRST_CLOSURE.saturating_mul(1 << closed.times.min(4)).min(LONGEST_CLOSURE);
            *closed =
                Closed { until: now.checked_add(pause).unwrap_or(Timestamp::MAX), times: closed.times + 1 };
        }
    }

    /// Routes on which nobody was there a moment ago.
    fn closed_routes(&self) -> BTreeSet<Route> {
        let now = self.now.get();
        let routes = lock(&self.closed);
        routes.iter().filter(|(_, closed)| closed.until > now).map(|(route, _)| route.clone()).collect()
    }

    /// Its server could not be reached the last time.
    pub(super) fn is_out_of_reach(&self, route: &Route) -> bool {
        lock(&self.closed).contains_key(route)
    }

    /// When the first of the closed routes is tried again.
    fn next_opening(&self) -> Timestamp {
        let now = self.now.get();
        lock(&self.closed)
            .values()
            .map(|closed| closed.until)
            .filter(|until| *until > now)
            .min()
            .unwrap_or(now)
    }

    async fn carry(&self, claimed: &Claimed, couriers: &Couriers) -> Result<(), StoreError> {
        let row = &claimed.row;
        let outcome = match couriers.get(&route_of(row)) {
            Some(courier) => {
                let files = tokio::task::block_in_place(|| self.files_of(row))?;
                courier.send(row, &files).await
            }
            None => Outcome::Later {
                reason: format!(
                    "No {} named {} is configured any more",
                    row.to.channel().name(),
                    row.account
                ),
                after: None,
            },
        };
        tokio::task::block_in_place(|| self.settle(claimed, outcome))
    }

    fn settle(&self, claimed: &Claimed, outcome: Outcome) -> Result<(), StoreError> {
        let row = &claimed.row;
        let now = self.now.get();
        self.watch_route(route_of(row), &outcome, now);
        let (outcome, next_at) = next_step(claimed, outcome, now);
        report(row, claimed.attempt, &outcome, next_at);
        self.store.settle(row.id, &outcome, next_at, now)?;
        match &outcome {
            Outcome::Delivered { .. } => self.acknowledged(row, now),
            Outcome::Refused { reason } => {
                self.not_acknowledged(row, now)?;
                if reason.starts_with("blocked") { self.blocked(row, now) } else { Ok(()) }
            }
            Outcome::Later { .. } | Outcome::Unreachable { .. } | Outcome::Unknown { .. } => Ok(()),
        }
    }

    /// The customer has the acknowledgement: the complaint says so, and its clock stops.
    fn acknowledged(&self, row: &OutboxRow, now: Timestamp) -> Result<(), StoreError> {
        let (Some(conversation), Some(_)) = (row.conversation, row.answers) else { return Ok(()) };
        self.change(conversation, |_, found, _| {
            let Some(complaint) = &found.complaint else { return Ok(Vec::new()) };
            let mut events = Vec::new();
            if complaint.state == ComplaintState::Received {
                let (state, by) = (ComplaintState::Acknowledged, "machine".to_owned());
                events.push(Event::StateChanged { conversation, state, by, at: now });
            }
            if complaint.running(ClockKind::Ack).is_some() {
                events.push(Event::ClockStopped { conversation, kind: ClockKind::Ack, at: now });
            }
            Ok(events)
        })
        .map(|_| ())
    }

    /// The customer will not get the acknowledgement: a person has to know.
    fn not_acknowledged(&self, row: &OutboxRow, now: Timestamp) -> Result<(), StoreError> {
        let (Some(id), Some(_)) = (row.conversation, row.answers) else { return Ok(()) };
        let Some(versioned) = self.store.conversation(id)? else { return Ok(()) };
        let Some(complaint) = &versioned.conversation.complaint else { return Ok(()) };
        let rules = self.rules();
        let terms = Terms::of(&rules, &versioned.conversation, &rules.policy);
        let failed = Move::AcknowledgementFailed;
        let Ok(moved) = make(complaint, &failed, &Actor::Machine, now, &terms) else { return Ok(()) };
        let events = self.with_clocks(moved.events)?;
        match self.store.commit(&Commit { events, expects: vec![(id, versioned.version)] }) {
            // Somebody works on it at this moment, and sees the dead letter.
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A customer who has blocked the bot is known as such until they come back.
    fn blocked(&self, row: &OutboxRow, now: Timestamp) -> Result<(), StoreError> {
        let Recipient::Customer(contact @ Contact::Telegram { .. }) = &row.to else { return Ok(()) };
        let event = Event::ContactChanged { contact: contact.clone(), state: "blocked".to_owned(), at: now };
        self.store.commit(&Commit { events: vec![event], expects: Vec::new() })
    }

    fn files_of(&self, row: &OutboxRow) -> Result<Vec<(Attachment, Vec<u8>)>, StoreError> {
        let mut files = Vec::new();
        for attachment in &row.attachments {
            if let Some(blob) = &attachment.blob
                && let Some(bytes) = self.store.blob(blob)?
            {
                files.push((attachment.clone(), bytes));
            }
        }
        Ok(files)
    }
}

fn route_of(row: &OutboxRow) -> Route {
    (row.to.channel(), row.account.clone())
}

/// Whether and when the row is tried again; a temporary fault that lasts for days becomes a refusal.
fn next_step(claimed: &Claimed, outcome: Outcome, now: Timestamp) -> (Outcome, Option<Timestamp>) {
    match outcome {
        Outcome::Later { reason, after } => {
            match retry::next_attempt(claimed.attempt, now, after, claimed.row.id.0) {
                Some(next_at) => (Outcome::Later { reason, after }, Some(next_at)),
                None => (
                    Outcome::Refused {
                        reason: format!("Given up after {} attempts: {reason}", claimed.attempt),
                    },
                    None,
                ),
            }
        }
        Outcome::Unreachable { reason } => match retry::when_reachable(claimed.row.created_at, now) {
            Some(next_at) => (Outcome::Later { reason, after: None }, Some(next_at)),
            None => (Outcome::Refused { reason: format!("Given up after three days: {reason}") }, None),
        },
        Outcome::Unknown { reason } => {
            let next_at = retry::next_repetition(claimed.uncertain, now, claimed.row.id.0);
            (Outcome::Unknown { reason }, next_at)
        }
        Outcome::Delivered { .. } | Outcome::Refused { .. } => (outcome, None),
    }
}

fn report(row: &OutboxRow, attempt: u32, outcome: &Outcome, next_at: Option<Timestamp>) {
    let channel = row.to.channel().name();
    let name = match outcome {
        Outcome::Delivered { .. } => "delivered",
        Outcome::Later { .. } | Outcome::Unreachable { .. } => "later",
        Outcome::Refused { .. } => "refused",
        Outcome::Unknown { .. } => "unknown",
    };
    metrics::counter!("pasokh_deliveries_total", "channel" => channel, "outcome" => name).increment(1);
    let next = next_at.map(|at| at.to_string());
    match outcome {
        Outcome::Delivered { .. } => tracing::info!(row = row.id.0, channel, attempt, "Delivered"),
        Outcome::Later { reason, .. } | Outcome::Unreachable { reason } => {
            let reason = without_addresses(reason);
            tracing::warn!(row = row.id.0, channel, attempt, next, "Not delivered yet: {reason}")
        }
        Outcome::Refused { reason } => {
            let reason = without_addresses(reason);
            tracing::error!(row = row.id.0, channel, attempt, "Not deliverable: {reason}")
        }
        Outcome::Unknown { reason } => {
            let reason = without_addresses(reason);
            tracing::error!(
                row = row.id.0,
                channel,
                attempt,
                next,
                "It is not known whether it arrived: {reason}"
            );
        }
    }
}
