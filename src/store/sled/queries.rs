//! Questions to the state, answered by indexes.
//!
//! Every question works on any view, so that the writer asks its draft with
//! the same words as a reader asks the database.
//!
//! Invariant: no question walks through more than its answer, budgets' time
//! windows and `verify` aside.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::alert::Notice;
use crate::domain::calendar::Closure;
use crate::domain::code::TrackingCode;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::message::{BlobId, Contact, MessageId, MessageKey};
use crate::domain::outbox::{Delivery, OutboxId, OutboxRow};
use crate::store::Route;
use crate::store::names::Names;
use crate::store::sled::layout::{self, Counted, Key};
use crate::store::sled::{View, head, unreadable};
use crate::store::{ComplaintFilter, Due, MessageRow, Received, Spent, StoreError, Versioned, wire};

/// Stops a scan after that many entries; 0: never.
fn below(limit: usize, found: usize) -> bool {
    limit == 0 || found < limit
}

/// Ends of keys that begin with `prefix`, as numbers.
fn numbers(view: &dyn View, prefix: &Key, limit: usize) -> Result<Vec<u64>, StoreError> {
    let mut ends = Vec::new();
    view.scan_prefix(prefix, &mut |key, _| {
        ends.push(head::number(key));
        below(limit, ends.len())
    })?;
    ends.into_iter().collect()
}

pub fn seen(view: &dyn View, names: &Names, key: &MessageKey) -> Result<Option<MessageId>, StoreError> {
    for identity in key.identities() {
        let key = layout::identity(names.identity(&identity));
        if let Some(number) = head::number_at(view, &key)? {
            return Ok(Some(MessageId(number)));
        }
    }
    Ok(None)
}

fn event(view: &dyn View, key: &Key) -> Result<Option<Event>, StoreError> {
    let Some(json) = view.get(key)? else { return Ok(None) };
    wire::read(&json).map(Some).map_err(|_| unreadable("an event"))
}

pub fn received(view: &dyn View, id: MessageId) -> Result<Option<Received>, StoreError> {
    match event(view, &layout::message(id))? {
        Some(Event::Received { message, key, raw, files, at }) => {
            Ok(Some(Received { id: message, key, raw, files, at }))
        }
        Some(_) => Err(unreadable("a message")),
        None => Ok(None),
    }
}

/// Raw copies that must not be kept, except those that a message waiting to be decided still needs.
pub fn unwanted(view: &dyn View) -> Result<Vec<BlobId>, StoreError> {
    let mut found = Vec::new();
    let all = layout::all(layout::UNWANTED);
    view.scan(&all, &layout::end_of(&all.0), &mut |key, _| {
        let name = key.get(1..).map(|name| String::from_utf8_lossy(name).into_owned());
        found.extend(name.map(BlobId));
        true
    })?;
    if !found.is_empty() {
        let needed: Vec<BlobId> = undecided(view)?.into_iter().map(|received| received.raw).collect();
        found.retain(|blob| !needed.contains(blob));
    }
    Ok(found)
}

pub fn is_decided(view: &dyn View, id: MessageId) -> Result<bool, StoreError> {
    Ok(view.get(&layout::decision(id))?.is_some())
}

pub fn undecided(view: &dyn View) -> Result<Vec<Received>, StoreError> {
    let waiting = numbers(view, &layout::all(layout::UNDECIDED), 0)?;
    let received = waiting.into_iter().map(|number| received(view, MessageId(number)));
    received.filter_map(Result::transpose).collect()
}

pub fn message(view: &dyn View, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
    let Some(received) = received(view, id)? else { return Ok(None) };
    let (verdict, conversation, mail_id) = match event(view, &layout::decision(id))? {
        Some(Event::Decided { conversation, verdict, mail_id, .. }) => (Some(verdict), conversation, mail_id),
        Some(_) => return Err(unreadable("a decision")),
        None => (None, None, None),
    };
    let delivery = match head::number_at(view, &layout::answer(id))? {
        Some(row) => head::row(view, OutboxId(row))?.map(|state| state.delivery()),
        None => None,
    };
    Ok(Some(MessageRow { received, verdict, conversation, mail_id, delivery }))
}

pub fn messages_after(
    view: &dyn View,
    after: MessageId,
    limit: usize,
) -> Result<Vec<MessageRow>, StoreError> {
    let Some(first) = after.0.checked_add(1).filter(|_| limit > 0) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let end = layout::end_of(&layout::all(layout::MESSAGE).0);
    view.scan(&layout::message(MessageId(first)), &end, &mut |key, _| {
        found.push(head::number(key));
        found.len() < limit
    })?;
    let rows = found.into_iter().map(|number| message(view, MessageId(number?)));
    rows.filter_map(Result::transpose).collect()
}

/// The conversation as its head knows it: events that are written meanwhile do not show.
pub fn conversation(view: &dyn View, id: ConversationId) -> Result<Option<Versioned>, StoreError> {
    let Some(head) = head::conversation(view, id)? else { return Ok(None) };
    let mut events = Vec::new();
    let end = layout::conversation_event(id, head.version);
    view.scan(&layout::conversation_events(id), &end.0, &mut |_, json| {
        events.push(wire::read(json));
        true
    })?;
    let mut conversation: Option<Conversation> = None;
    for event in events {
        let event = event.map_err(|_| unreadable("an event"))?;
        match &mut conversation {
            Some(conversation) => conversation.apply(&event),
            None => conversation = Conversation::open(&event),
        }
    }
    let conversation = conversation.ok_or_else(|| unreadable("a conversation"))?;
    Ok(Some(Versioned { conversation, version: head.version }))
}

pub fn version(view: &dyn View, id: ConversationId) -> Result<u64, StoreError> {
    Ok(head::conversation(view, id)?.map_or(0, |head| head.version))
}

pub fn conversations_of(
    view: &dyn View,
    names: &Names,
    contact: &Contact,
    limit: usize,
) -> Result<Vec<ConversationId>, StoreError> {
    let prefix = layout::contact_conversations(names.contact(contact));
    Ok(numbers(view, &prefix, limit)?.into_iter().map(ConversationId).collect())
}

pub fn conversation_by_code(
    view: &dyn View,
    code: TrackingCode,
) -> Result<Option<ConversationId>, StoreError> {
    Ok(head::number_at(view, &layout::code(code))?.map(ConversationId))
}

pub fn conversation_by_mail_id(
    view: &dyn View,
    names: &Names,
    mail_id: &str,
) -> Result<Option<ConversationId>, StoreError> {
    Ok(head::number_at(view, &layout::mail_id(names.mail_id(mail_id)))?.map(ConversationId))
}

pub fn conversation_by_external(
    view: &dyn View,
    names: &Names,
    contact: &Contact,
    external: &str,
) -> Result<Option<ConversationId>, StoreError> {
    let key = layout::external(names.contact(contact), names.external(external));
    Ok(head::number_at(view, &key)?.map(ConversationId))
}

pub fn complaints(view: &dyn View, filter: &ComplaintFilter) -> Result<Vec<ConversationId>, StoreError> {
    let wanted = match filter.open {
        Some(open) => vec![open],
        None => vec![true, false],
    };
    let mut found = BTreeSet::new();
    for open in wanted {
        let mut seen = 0;
        view.scan_prefix(&layout::complaints(open), &mut |key, _| {
            // Behind the two letters that tell open from closed stand the time and the number.
            found.extend(key.split_at_checked(2).map(|(_, rest)| rest.to_vec()));
            seen += 1;
            below(filter.limit, seen)
        })?;
    }
    let limit = if filter.limit == 0 { usize::MAX } else { filter.limit };
    found.iter().take(limit).map(|key| head::number(key).map(ConversationId)).collect()
}

pub fn judged(view: &dyn View) -> Result<Vec<ConversationId>, StoreError> {
    Ok(numbers(view, &layout::all(layout::JUDGED), 0)?.into_iter().map(ConversationId).collect())
}

pub fn row(view: &dyn View, id: OutboxId) -> Result<Option<OutboxRow>, StoreError> {
    match event(view, &layout::row(id))? {
        Some(Event::Queued { row }) => Ok(Some(row)),
        Some(_) => Err(unreadable("an outbox row")),
        None => Ok(None),
    }
}

pub fn outbox_row(view: &dyn View, id: OutboxId) -> Result<Option<(OutboxRow, Delivery)>, StoreError> {
    let Some(state) = head::row(view, id)? else { return Ok(None) };
    Ok(row(view, id)?.map(|row| (row, state.delivery())))
}

pub fn unsent(view: &dyn View) -> Result<Vec<(OutboxRow, Delivery)>, StoreError> {
    let unsent = numbers(view, &layout::all(layout::UNSENT), 0)?;
    let rows = unsent.into_iter().map(|number| outbox_row(view, OutboxId(number)));
    rows.filter_map(Result::transpose).collect()
}

/// Rows that were handed out and not settled.
pub fn held(view: &dyn View) -> Result<Vec<OutboxId>, StoreError> {
    Ok(numbers(view, &layout::all(layout::HELD), 0)?.into_iter().map(OutboxId).collect())
}

/// Heads of queues whose time has come, the longest waiting first; none of a closed route.
pub fn ready(
    view: &dyn View,
    now: Timestamp,
    limit: usize,
    closed: &BTreeSet<Route>,
) -> Result<Vec<OutboxId>, StoreError> {
    let mut found = Vec::new();
    if limit == 0 {
        return Ok(found);
    }
    let closed = written(closed);
    view.scan(&layout::all(layout::ATTEMPT), &layout::attempts_after(now).0, &mut |key, route| {
        if !closed.contains(route) {
            found.extend(layout::read_attempt(key).map(|(_, row)| row));
        }
        found.len() < limit
    })?;
    Ok(found)
}

pub fn next_attempt(view: &dyn View, closed: &BTreeSet<Route>) -> Result<Option<Timestamp>, StoreError> {
    let closed = written(closed);
    let mut next = None;
    view.scan_prefix(&layout::all(layout::ATTEMPT), &mut |key, route| {
        if !closed.contains(route) {
            next = layout::read_attempt(key).map(|(at, _)| at);
        }
        next.is_none()
    })?;
    Ok(next)
}

/// Routes as the index of attempts has them.
fn written(routes: &BTreeSet<Route>) -> BTreeSet<Vec<u8>> {
    routes.iter().map(|(channel, account)| layout::route(*channel, account).into_bytes()).collect()
}

pub fn due(view: &dyn View, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
    let mut found = Vec::new();
    if limit == 0 {
        return Ok(found);
    }
    view.scan(&layout::all(layout::DUE), &layout::dues_after(now).0, &mut |key, _| {
        found.extend(layout::read_due(key));
        found.len() < limit
    })?;
    Ok(found)
}

pub fn next_due(view: &dyn View) -> Result<Option<Timestamp>, StoreError> {
    let mut next = None;
    view.scan_prefix(&layout::all(layout::DUE), &mut |key, _| {
        next = layout::read_due(key).map(|due| due.at);
        false
    })?;
    Ok(next)
}

/// What staff are still to be told, the oldest first.
pub fn notices(view: &dyn View) -> Result<Vec<Notice>, StoreError> {
    let mut found = Vec::new();
    view.scan_prefix(&layout::all(layout::NOTICE), &mut |_, json| {
        found.push(wire::read(json));
        true
    })?;
    let read = found.into_iter().map(|event| match event {
        Ok(Event::NoticeHeld { notice }) => Ok(notice),
        Ok(_) | Err(_) => Err(unreadable("a notice")),
    });
    read.collect()
}

/// By their first day.
pub fn closures(view: &dyn View) -> Result<Vec<Closure>, StoreError> {
    let mut found = Vec::new();
    view.scan_prefix(&layout::all(layout::CLOSURE), &mut |_, json| {
        found.push(wire::read(json));
        true
    })?;
    let read = found.into_iter().map(|event| match event {
        Ok(Event::ClosureAdded { closure, .. }) => Ok(closure),
        Ok(_) | Err(_) => Err(unreadable("a closure of days")),
    });
    read.collect()
}

pub fn spent(view: &dyn View, names: &Names, contact: &Contact, now: Timestamp) -> Result<Spent, StoreError> {
    let ago = |minutes| now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MIN);
    let domain_hour = match contact {
        Contact::Email(address) => count(view, Counted::Domain(names.domain(address)), ago(60))?,
        Contact::Telegram { .. } | Contact::Chat(_) => 0,
    };
    Ok(Spent {
        address_hour: count(view, Counted::Contact(names.contact(contact)), ago(60))?,
        domain_hour,
        ten_minutes: count(view, Counted::Everybody, ago(10))?,
    })
}

fn count(view: &dyn View, counted: Counted, since: Timestamp) -> Result<u32, StoreError> {
    let (from, to) = layout::sent_since(counted, since);
    let mut count = 0;
    view.scan(&from, &to.0, &mut |_, _| {
        count += 1;
        true
    })?;
    Ok(count)
}

pub fn said_since(
    view: &dyn View,
    names: &Names,
    contact: &Contact,
    text: &str,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let key = layout::said(names.contact(contact), names.text(text));
    let last = view.get(&key)?.and_then(|value| layout::unstamp(&value));
    Ok(last.is_some_and(|last| last >= since))
}

pub fn text(view: &dyn View, key: &Key) -> Result<Option<String>, StoreError> {
    let Some(value) = view.get(key)? else { return Ok(None) };
    String::from_utf8(value).map(Some).map_err(|_| unreadable("a text"))
}
