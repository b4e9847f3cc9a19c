//! Work: what was received is parsed, decided and committed, one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::{Timestamp, ToSpan};

use crate::domain::decide::{self, Decision, Disposition, Verdict};
use crate::domain::event::Event;
use crate::domain::guard::Guard;
use crate::domain::message::{Contact, Message};
use crate::domain::outbox::Recipient;
use crate::gateway::parse::{Understood, Unparsed};
use crate::gateway::{Gateway, lock};
use crate::store::{Commit, Received, StoreError};

/// A decision is taken again when the conversation changed meanwhile; so often, and no more.
const MOST_TRIES: u32 = 20;

impl Gateway {
    /// Decides about everything that waits for nothing but this; tells how many messages that were.
    pub fn decide_waiting(&self) -> Result<usize, StoreError> {
        let mut decided = 0;
        loop {
            let waiting = self.store.undecided()?;
            let ready = self.ready(&waiting)?;
            if ready.is_empty() {
                return Ok(decided);
            }
            for received in ready {
                self.decide_one(received)?;
                self.checks.forget(received.id);
                decided += 1;
            }
        }
    }

    /// A message whose raw copy cannot be read now, or whose mailbox is not configured any more,
    /// waits until it can be; the others do not wait for it.
    pub(super) fn hold_up(&self, received: &Received, error: &StoreError) {
        if lock(&self.held_up).insert(received.id) {
            metrics::counter!("pasokh_messages_held_up_total").increment(1);
            tracing::error!(
                number = received.id.0,
                "A message cannot be decided now, and waits until the next start: {error}"
            );
        }
    }

    fn decide_one(&self, received: &Received) -> Result<(), StoreError> {
        // A parser that panics on hostile bytes must cost one message, not the service.
        let parsed = catch_unwind(AssertUnwindSafe(|| self.parse(received)));
        let outcome = match parsed {
            Ok(Ok(understood)) => catch_unwind(AssertUnwindSafe(|| self.decide_parsed(understood))),
            Ok(Err(Unparsed::Store(error @ StoreError::Other(_)))) => {
                self.hold_up(received, &error);
                return Ok(());
            }
            Ok(Err(Unparsed::Store(error))) => return Err(error),
            Ok(Err(Unparsed::Unreadable(reason))) => {
                tracing::error!(number = received.id.0, "{reason}");
                return self.quarantine(received);
            }
            Err(panic) => Err(panic),
        };
        match outcome {
            Ok(result) => result,
            Err(_) => self.quarantine(received),
        }
    }

    fn decide_parsed(&self, understood: Understood) -> Result<(), StoreError> {
        if self.staff_pressed(&understood.message)? {
            return Ok(());
        }
        let Understood { message, contact_change, raw_without_secrets } = understood;
        let replaced = raw_without_secrets.map(|bytes| self.store.put_blob(&bytes)).transpose()?;
        for _ in 0..MOST_TRIES {
            let now = self.now.get();
            let (decision, expects) = self.decision(&message, replaced.is_some(), now)?;
            let mut events = decision.events;
            events.extend(contact_change.clone().map(|(contact, state)| Event::ContactChanged {
                contact,
                state,
                at: now,
            }));
            let raw = replaced.clone();
            events.extend(raw.map(|raw| Event::RawReplaced { message: message.id, raw, at: now }));
            let events = self.with_urgent_word(events, &message, decision.verdict.code, now)?;
            let events = self.with_clocks(events)?;
            let commit = Commit { events, expects };
            match self.store.commit(&commit) {
                Ok(()) => {
                    if replaced.is_some() {
                        self.store.destroy_unwanted()?;
                    }
                    self.learn_from_events(&commit.events);
                    self.after_decision(&message, &decision.verdict);
                    return Ok(());
                }
                Err(StoreError::Decided) => return Ok(()),
                Err(StoreError::Conflict | StoreError::CodeTaken) => continue,
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Other(format!(
            "Message {} could not be decided: its conversation never stood still",
            message.id.0
        )))
    }

    fn decision(
        &self,
        message: &Message,
        hid_secrets: bool,
        now: Timestamp,
    ) -> Result<(Decision, Vec<(crate::domain::conversation::ConversationId, u64)>), StoreError> {
        let rules = self.rules();
        let mut knowledge = self.knowledge(&rules, message, now)?;
        knowledge.known.hid_secrets = hid_secrets;
        let fresh = self.fresh()?;
        let decision = decide::decide(&rules, &knowledge.known, message, now, fresh);
        if !self.repeats_itself(&decision, now)? {
            return Ok((decision, knowledge.expects(fresh.conversation)));
        }
        knowledge.known.over_budget = true;
        let silent = decide::decide(&rules, &knowledge.known, message, now, fresh);
        Ok((silent, knowledge.expects(fresh.conversation)))
    }

    /// The very same text to the same address within a week is what loops are made of.
    fn repeats_itself(&self, decision: &Decision, now: Timestamp) -> Result<bool, StoreError> {
        let days = i64::from(self.rules().budgets.same_text_days);
        let since = now.checked_sub((24 * days).hours()).unwrap_or(Timestamp::MIN);
        for event in &decision.events {
            if let Event::Queued { row } = event
                && let Recipient::Customer(contact @ Contact::Email(_)) = &row.to
                && self.store.said_since(contact, &row.text, since)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn after_decision(&self, message: &Message, verdict: &Verdict) {
        metrics::counter!(
            "pasokh_messages_decided_total",
            "channel" => message.channel.name(),
            "disposition" => verdict.disposition.name(),
            "reason" => verdict.reason.clone()
        )
        .increment(1);
        tracing::info!(
            number = message.id.0,
            channel = message.channel.name(),
            disposition = verdict.disposition.name(),
            reason = %verdict.reason,
            code = verdict.code.map(|code| code.to_string()),
            proof = verdict.proof.map(|proof| proof.name()),
            "Decided"
        );
        if let Contact::Chat(session) = &message.contact {
            self.wake_chat(session);
        }
        self.has_mail.notify_one();
        self.has_clock.notify_one();
        self.ring_desk();
    }

    /// The parser failed on it for good: the raw copy is kept and counted, and the rest flows on.
    fn quarantine(&self, received: &Received) -> Result<(), StoreError> {
        tracing::error!(
            number = received.id.0,
            "The message could not be read; it is in quarantine with its raw copy"
        );
        metrics::counter!("pasokh_messages_quarantined_total").increment(1);
        let verdict = Verdict {
            disposition: Disposition::Quarantined,
            reason: "parser_failed".to_owned(),
            guard: Guard::Human,
            understanding: None,
            kind: None,
            reply: None,
            code: None,
            visible: String::new(),
            proof: None,
            mode: None,
            withheld: None,
        };
        let event = Event::Decided {
            message: received.id,
            conversation: None,
            verdict,
            mail_id: None,
            at: self.now.get(),
        };
        match self.store.commit(&Commit { events: vec![event], expects: Vec::new() }) {
            Ok(()) | Err(StoreError::Decided) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
