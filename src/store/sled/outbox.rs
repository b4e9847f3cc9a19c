//! The outbox's part of the fold: queues, attempts and their outcomes.
//!
//! Rows to one recipient stand in one queue, in the order of the journal; only
//! the head of a queue has a time at which it wants to be sent. It leaves the
//! queue when it has ended, whichever way, and the next one becomes the head.
//!
//! Invariant: of one recipient's rows at most one is in the index of attempts,
//! and none while one is held.

use jiff::Timestamp;

use crate::domain::message::Contact;
use crate::domain::outbox::{OutboxId, OutboxRow, Outcome, Recipient};
use crate::store::StoreError;
use crate::store::names::Name;
use crate::store::sled::View;
use crate::store::sled::fold::{Fold, Place};
use crate::store::sled::head::{self, End, RowState};
use crate::store::sled::layout::{self, Counted};

pub fn queued(fold: &mut Fold<'_, '_>, row: &OutboxRow, json: &[u8], place: Place) -> Result<(), StoreError> {
    let recipient = fold.names.recipient(&row.to);
    let customer = matches!(row.to, Recipient::Customer(_));
    let mut state = RowState::queued(recipient, customer, place, row.created_at);
    state.conversation = row.conversation.map(|id| id.0);
    state.route = layout::route(row.to.channel(), &row.account);
    fold.draft.put(layout::row(row.id), json);
    fold.draft.put(layout::unsent(row.id), []);
    if first_in(fold, recipient)?.is_none() {
        fold.draft.put(layout::attempt(state.next_at, row.id), state.route.as_bytes());
    }
    fold.draft.put(layout::queued(recipient, place.0, place.1), row.id.0.to_be_bytes());
    fold.draft.put(layout::row_state(row.id), head::write(&state)?);
    if let Recipient::Customer(contact) = &row.to {
        answered(fold, row)?;
        counted(fold, row, contact)?;
    }
    Ok(())
}

fn first_in(fold: &Fold<'_, '_>, recipient: Name) -> Result<Option<OutboxId>, StoreError> {
    let mut first = None;
    fold.draft.scan_prefix(&layout::queue(recipient), &mut |_, value| {
        first = Some(value.to_vec());
        false
    })?;
    first.map(|value| head::number(&value).map(OutboxId)).transpose()
}

/// The first row that answers a message is its answer.
fn answered(fold: &mut Fold<'_, '_>, row: &OutboxRow) -> Result<(), StoreError> {
    let Some(message) = row.answers else { return Ok(()) };
    let key = layout::answer(message);
    if fold.draft.get(&key)?.is_none() {
        fold.draft.put(key, row.id.0.to_be_bytes());
    }
    Ok(())
}

/// Budgets count what the machine says to customers, from the moment it is decided.
fn counted(fold: &mut Fold<'_, '_>, row: &OutboxRow, contact: &Contact) -> Result<(), StoreError> {
    if row.by_person {
        return Ok(());
    }
    let name = fold.names.contact(contact);
    let mut counted = vec![Counted::Contact(name), Counted::Everybody];
    if let Contact::Email(address) = contact {
        counted.push(Counted::Domain(fold.names.domain(address)));
    }
    for counted in counted {
        fold.draft.put(layout::sent(counted, row.created_at, row.id), []);
    }
    let key = layout::said(name, fold.names.text(&row.text));
    let at = layout::stamp(row.created_at);
    if fold.draft.get(&key)?.is_none_or(|before| before < at) {
        fold.draft.put(key, at);
    }
    Ok(())
}

pub fn attempted(fold: &mut Fold<'_, '_>, id: OutboxId, at: Timestamp) -> Result<(), StoreError> {
    let Some(mut state) = waiting(fold, id)? else { return Ok(()) };
    fold.draft.delete(layout::attempt(state.next_at, id));
    fold.draft.put(layout::held(id), []);
    state.attempts += 1;
    state.held_since = Some(at);
    fold.draft.put(layout::row_state(id), head::write(&state)?);
    Ok(())
}

fn waiting(fold: &Fold<'_, '_>, id: OutboxId) -> Result<Option<RowState>, StoreError> {
    Ok(head::row(fold.draft, id)?.filter(|state| state.end.is_none()))
}

pub fn settled(
    fold: &mut Fold<'_, '_>,
    id: OutboxId,
    outcome: &Outcome,
    next_at: Option<Timestamp>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut state) = waiting(fold, id)? else { return Ok(()) };
    fold.draft.delete(layout::held(id));
    fold.draft.delete(layout::attempt(state.next_at, id));
    state.held_since = None;
    match judge(outcome, next_at, at, state.uncertain) {
        Step::Again { next_at, uncertain } => {
            state.next_at = next_at;
            state.uncertain = uncertain;
            fold.draft.put(layout::attempt(next_at, id), state.route.as_bytes());
        }
        Step::Ended(end) => {
            leave_queue(fold, &state)?;
            if let End::Delivered { external, .. } = &end {
                fold.draft.delete(layout::unsent(id));
                delivered(fold, &state, external.as_deref())?;
            }
            state.end = Some(end);
        }
    }
    fold.draft.put(layout::row_state(id), head::write(&state)?);
    Ok(())
}

/// A row that was given up leaves the dead letter; one that still waits stays.
pub fn dismissed(fold: &mut Fold<'_, '_>, id: OutboxId) -> Result<(), StoreError> {
    if head::row(fold.draft, id)?.is_some_and(|state| state.end.is_some()) {
        fold.draft.delete(layout::unsent(id));
    }
    Ok(())
}

enum Step {
    Again { next_at: Timestamp, uncertain: bool },
    Ended(End),
}

fn judge(outcome: &Outcome, next_at: Option<Timestamp>, at: Timestamp, uncertain: bool) -> Step {
    match (outcome, next_at) {
        (Outcome::Delivered { external }, _) => {
            Step::Ended(End::Delivered { at, external: external.clone() })
        }
        // This attempt did not arrive, so the repetition is still to come.
        (Outcome::Later { .. } | Outcome::Unreachable { .. }, Some(next_at)) => {
            Step::Again { next_at, uncertain }
        }
        (Outcome::Unknown { .. }, Some(next_at)) if !uncertain => Step::Again { next_at, uncertain: true },
        (Outcome::Unknown { reason }, _) => Step::Ended(End::Unknown { reason: reason.clone() }),
        // Without a next time it was given up.
        (Outcome::Later { reason, .. } | Outcome::Unreachable { reason }, None)
        | (Outcome::Refused { reason }, _) => Step::Ended(End::Refused { reason: reason.clone() }),
    }
}

fn leave_queue(fold: &mut Fold<'_, '_>, state: &RowState) -> Result<(), StoreError> {
    let recipient = state.recipient()?;
    fold.draft.delete(layout::queued(recipient, state.place.0, state.place.1));
    let Some(next) = first_in(fold, recipient)? else { return Ok(()) };
    if let Some(state) = waiting(fold, next)? {
        fold.draft.put(layout::attempt(state.next_at, next), state.route.as_bytes());
    }
    Ok(())
}

/// A later message that points at this one finds its conversation.
fn delivered(fold: &mut Fold<'_, '_>, state: &RowState, external: Option<&str>) -> Result<(), StoreError> {
    if let (true, Some(conversation), Some(external)) = (state.customer, state.conversation, external) {
        let key = layout::external(state.recipient()?, fold.names.external(external));
        fold.draft.put(key, conversation.to_be_bytes());
    }
    Ok(())
}
