//! Follow-ups: what is done by itself when its time has come.
//!
//! Reminders, the end that silence comes to, surveys. They wait in the same
//! index of due times as the clocks, and each is one move of the process,
//! committed together with the message that it sends.
//!
//! Invariant: what the process refuses is handed to a person, never forced and
//! never forgotten.

use crate::domain::clocks::{ClockKind, Level};
use crate::domain::complaint::effects::{Moved, Terms, make};
use crate::domain::complaint::moves::{Actor, Move};
use crate::domain::complaint::process::{DECISION_REMINDERS, QUESTION_REMINDERS};
use crate::domain::complaint::{Complaint, ComplaintState};
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::desk;
use crate::domain::event::Event;
use crate::domain::outbox::OutboxId;
use crate::gateway::Gateway;
use crate::store::{Commit, StoreError};

impl Gateway {
    /// Does what this clock was set for.
    pub(super) fn follow_up(
        &self,
        id: ConversationId,
        kind: ClockKind,
        started_at: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        loop {
            let Some(versioned) = self.store.conversation(id)? else {
                return Err(StoreError::Other(format!(
                    "A follow-up waits for conversation {}, which does not exist",
                    id.0
                )));
            };
            let row = OutboxId(self.store.fresh_number()?);
            let now = self.now.get();
            let fired = Event::AlertFired { conversation: id, kind, started_at, level: Level(100), at: now };
            let mut events = vec![fired];
            events.extend(self.followed_up(&versioned.conversation, kind, row));
            let events = self.with_clocks(events)?;
            match self.store.commit(&Commit { events, expects: vec![(id, versioned.version)] }) {
                Ok(()) => break,
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error),
            }
        }
        metrics::counter!("pasokh_follow_ups_total", "clock" => kind.name()).increment(1);
        self.after_action(id);
        Ok(())
    }

    /// A remedy that is late is one level further up (requirements §2.4).
    pub(super) fn remedy_overdue(
        &self,
        conversation: &Conversation,
        kind: ClockKind,
        level: Level,
    ) -> Vec<Event> {
        let Some(complaint) = conversation.complaint.as_ref().filter(|_| kind == ClockKind::Remedy) else {
            return Vec::new();
        };
        if level < Level(100) {
            return Vec::new();
        }
        let rules = self.rules();
        let terms = Terms::of(&rules, conversation, &rules.policy);
        let made = make(complaint, &Move::RemedyOverdue, &Actor::Machine, self.now.get(), &terms);
        made.map_or_else(|_| Vec::new(), |moved| moved.events)
    }

    fn followed_up(&self, conversation: &Conversation, kind: ClockKind, row: OutboxId) -> Vec<Event> {
        let Some(complaint) = &conversation.complaint else { return Vec::new() };
        let (rules, now) = (self.rules(), self.now.get());
        let terms = Terms::of(&rules, conversation, &rules.policy);
        let tried = |made: &Move| make(complaint, made, &Actor::Machine, now, &terms);
        let moved: Option<Moved> = match due_move(complaint, kind) {
            Some(made) => tried(&made).or_else(|_| tried(&Move::HandBack)).ok(),
            None => None,
        };
        match moved {
            Some(moved) => desk::spoken(&rules, conversation, moved, now, row),
            // Nothing is left to do: what it waited for has come otherwise.
            None => vec![Event::ClockStopped { conversation: conversation.id, kind, at: now }],
        }
    }
}

/// What a follow-up comes to, by where the complaint stands.
fn due_move(complaint: &Complaint, kind: ClockKind) -> Option<Move> {
    let reminders = complaint.record.reminders;
    match (kind, complaint.state) {
        (ClockKind::Waiting, ComplaintState::WaitingCustomer) if reminders < QUESTION_REMINDERS => {
            Some(Move::Remind)
        }
        (ClockKind::Waiting, ComplaintState::WaitingCustomer) => Some(Move::Silence),
        (ClockKind::Acceptance, ComplaintState::Decided) if reminders < DECISION_REMINDERS => {
            Some(Move::Remind)
        }
        (ClockKind::Acceptance, ComplaintState::Decided) => Some(Move::NoAnswer),
        (ClockKind::Monitoring, ComplaintState::Decided) => Some(Move::NoContact),
        (ClockKind::Survey, ComplaintState::Closed) => Some(Move::SendSurvey),
        _ => None,
    }
}
