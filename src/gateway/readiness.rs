//! What real traffic shows: how right each intent is, and what none of them serves.
//!
//! The stored messages are walked through once, page by page; what they say is
//! counted and grouped by `domain::teach`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::decide::{Disposition, Verdict};
use crate::domain::judgement::{Fit, standing};
use crate::domain::message::MessageId;
use crate::domain::rules::IntentKind;
use crate::domain::teach::mask;
use crate::domain::teach::readiness::{Counts, spoken, was_right};
use crate::domain::teach::unmatched::{self, Group, Unmatched};
use crate::domain::understanding::Conclusion;
use crate::gateway::Gateway;
use crate::report::readiness::ReadinessRow;
use crate::report::unmatched::{UnmatchedGroup, UnmatchedReport};
use crate::rules::gate;
use crate::store::StoreError;

/// The newest so many are grouped, and as many understood ones compared with.
const MOST_GROUPED: usize = 2_000;

impl Gateway {
    /// One row for every intent with a prepared reply, those with most messages first.
    /// Only messages received from `since` on count.
    pub fn readiness(&self, target: f64, since: Option<Timestamp>) -> Result<Vec<ReadinessRow>, StoreError> {
        let rules = self.rules();
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let judged = self.judged_conversations()?;
        self.walk_after(MessageId(0), |row| {
            let in_time = since.is_none_or(|since| row.received.at >= since);
            let verdict = row.verdict.as_ref().filter(|_| in_time);
            let Some(spoken) = verdict.and_then(|verdict| spoken(verdict, &rules.intents)) else { return };
            let conversation = row.conversation.and_then(|id| judged.get(&id));
            let words = conversation.map_or(&[][..], |conversation| &conversation.judged);
            for topic in &spoken.topics {
                let right = was_right(topic, &spoken, row.received.id, words, &rules.intents);
                counts.entry(topic.clone()).or_default().add(spoken.mode, right);
            }
        })?;
        let speaks = |kind| {
            matches!(
                kind,
                IntentKind::Question | IntentKind::Request | IntentKind::Thanks | IntentKind::Greeting
            )
        };
        let intents = rules.intents.values().filter(|intent| intent.reply.is_some() && speaks(intent.kind));
        let mut rows: Vec<(u32, ReadinessRow)> = intents
            .map(|intent| {
                let counts = counts.get(&intent.name).copied().unwrap_or_default();
                (counts.all(), ReadinessRow::of(intent, &counts, target))
            })
            .collect();
        rows.sort_by(|(left, one), (right, other)| right.cmp(left).then(one.intent.cmp(&other.intent)));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn judged_conversations(&self) -> Result<BTreeMap<ConversationId, Conversation>, StoreError> {
        let mut judged = BTreeMap::new();
        for id in self.store.judged()? {
            judged.extend(self.store.conversation(id)?.map(|versioned| (id, versioned.conversation)));
        }
        Ok(judged)
    }

    /// Messages that were filed because nothing was understood, gathered by likeness.
    pub fn unmatched(&self) -> Result<UnmatchedReport, StoreError> {
        let judged = self.judged_conversations()?;
        let (mut filed, mut understood) = (Vec::new(), Vec::new());
        self.walk_after(MessageId(0), |row| {
            let Some(verdict) = &row.verdict else { return };
            let known = row.conversation.and_then(|id| judged.get(&id));
            if is_unmatched(verdict) && !is_named(row.received.id, known) {
                filed.push((row.conversation, unmatched_of(verdict)));
            } else if verdict.understanding.is_some() {
                understood.push(verdict.visible.clone());
            }
        })?;
        let mut messages = Vec::new();
        for (conversation, message) in newest(filed) {
            messages.push(Unmatched { text: self.masked(conversation, &message.text)?, ..message });
        }
        let groups = unmatched::groups(&messages, &newest(understood), &gate::fillers());
        let (groups, alone): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| group.members.len() > 1);
        let sample = |place: &usize| messages.get(*place).map(|message| message.text.clone());
        let groups = groups.into_iter().map(|group| UnmatchedGroup {
            count: group.members.len(),
            samples: group.samples.iter().filter_map(sample).collect(),
            keywords: group.keywords,
            nearest: group.nearest,
        });
        Ok(UnmatchedReport { messages: messages.len(), groups: groups.collect(), alone: alone.len() })
    }

    fn masked(&self, conversation: Option<ConversationId>, text: &str) -> Result<String, StoreError> {
        let found = conversation.map(|id| self.store.conversation(id)).transpose()?.flatten();
        let name = found.and_then(|versioned| versioned.conversation.customer_name);
        Ok(mask(text, name.as_deref()))
    }
}

fn is_unmatched(verdict: &Verdict) -> bool {
    let nothing = verdict.understanding.as_ref().is_some_and(|one| one.conclusion == Conclusion::Nothing);
    nothing && verdict.disposition == Disposition::Filed && !verdict.visible.trim().is_empty()
}

/// Staff have said since which intent it has.
fn is_named(message: MessageId, conversation: Option<&Conversation>) -> bool {
    let fit = conversation.and_then(|one| standing(&one.judged, message).0.cloned());
    matches!(fit, Some(Fit::Intent(_)))
}

fn unmatched_of(verdict: &Verdict) -> Unmatched {
    let best = verdict.understanding.as_ref().and_then(|one| one.best.as_ref());
    Unmatched { text: verdict.visible.clone(), nearest: best.map(|best| best.intent.clone()) }
}

fn newest<T>(mut all: Vec<T>) -> Vec<T> {
    let older = all.len().saturating_sub(MOST_GROUPED);
    all.drain(..older);
    all
}
