//! Warnings to all customers, when somebody writes in the shop's name.
//!
//! Whoever has proven in the time asked for that an address is theirs gets one
//! row; addresses that somebody merely claimed get none, and machines neither.
//!
//! Invariant: nobody is warned twice within a day, also when sending broke off
//! in the middle and is asked for again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::access::Right;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::guard::Guard;
use crate::domain::message::{Channel, MessageId};
use crate::domain::proof::Authenticity;
use crate::domain::warning;
use crate::gateway::Gateway;
use crate::gateway::desk::DeskError;
use crate::report::warning::WarningSheet;
use crate::store::{Commit, MessageRow, StoreError};

const AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);
const PAGE: usize = 1000;
/// Customers in one commit.
const AT_ONCE: usize = 200;

impl Gateway {
    /// Shows the warning and whom it would reach; with `send` the owner approves it.
    pub fn warn_customers(&self, since: Timestamp, send: bool, by: &str) -> Result<WarningSheet, DeskError> {
        // Where the settings name nobody, whoever has the command line is the owner.
        if send && !self.staff.people.is_empty() && !self.allowed(by, Right::Warn) {
            return Err(DeskError::MayNotWarn(by.to_owned()));
        }
        let (now, rules) = (self.now.get(), self.rules());
        let mut sheet = WarningSheet { sent: send, ..WarningSheet::default() };
        for language in &rules.business.languages {
            let text = warning::text(&rules, *language, Channel::Email);
            sheet.texts.extend(text.map(|text| (language.tag().to_owned(), text)));
        }
        let mut reached = Vec::new();
        for newest in self.customers_since(since)?.into_values() {
            let told = self.store.cursor(&cursor_of(&newest))?.and_then(|at| at.parse::<Timestamp>().ok());
            if told.is_some_and(|at| now.duration_since(at) < AGAIN_AFTER) {
                sheet.warned_lately += 1;
                continue;
            }
            *sheet.customers.entry(newest.contact.channel().name().to_owned()).or_default() += 1;
            reached.push(newest);
        }
        if !send {
            return Ok(sheet);
        }
        for some in reached.chunks(AT_ONCE) {
            let mut events = Vec::new();
            for newest in some {
                let Some(row) = warning::row(&rules, newest, self.fresh_row()?, now) else { continue };
                events.push(Event::Queued { row });
                events.push(Event::CursorMoved { name: cursor_of(newest), value: now.to_string() });
            }
            self.store.commit(&Commit { events, expects: Vec::new() })?;
            self.has_mail.notify_one();
        }
        tracing::info!(customers = reached.len(), by, "A warning goes out to customers");
        Ok(sheet)
    }

    /// The newest conversation of everybody who has written since then, by contact.
    fn customers_since(&self, since: Timestamp) -> Result<BTreeMap<String, Conversation>, StoreError> {
        let mut found: BTreeMap<String, Conversation> = BTreeMap::new();
        let mut after = MessageId(0);
        loop {
            let rows = self.store.messages_after(after, PAGE)?;
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.received.id;
            for id in rows
                .iter()
                .filter(|row| row.received.at >= since && is_persons(row))
                .filter_map(|row| row.conversation)
            {
                let Some(one) = self.store.conversation(id)?.map(|found| found.conversation) else {
                    continue;
                };
                if one.contact.channel() == Channel::Chat || self.store.contact_state(&one.contact)?.is_some()
                {
                    continue;
                }
                found.insert(one.contact.key(), one);
            }
        }
    }
}

/// A person wrote it, and the address is theirs.
fn is_persons(row: &MessageRow) -> bool {
    row.verdict.as_ref().is_some_and(|verdict| {
        let proven = verdict.proof.is_none_or(|proof| proof.authenticity() == Authenticity::Pass);
        verdict.guard == Guard::Human && proven
    })
}

fn cursor_of(newest: &Conversation) -> String {
    format!("warned:{}", newest.contact.key())
}
