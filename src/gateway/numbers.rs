//! The numbers of a period: gathers what the store knows and has it counted.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::decide::{Disposition, Verdict};
use crate::domain::message::MessageId;
use crate::domain::numbers::reading::{Inbound, matter};
use crate::domain::numbers::{Figures, Matter, Period, Volume, figures};
use crate::gateway::Gateway;
use crate::report::numbers::{About, NumbersReport};
use crate::store::{ComplaintFilter, MessageRow, StoreError};

/// Whether a matter was settled at once is known a week after it began; a day more for the zones.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(8 * 24);

impl Gateway {
    /// The report of a period; what lies ahead is left out.
    pub fn numbers(&self, from: Timestamp, until: Timestamp) -> Result<NumbersReport, StoreError> {
        let now = self.now.get();
        let rules = self.rules();
        let figures = self.figures(Period { from, until: until.min(now) })?;
        let about = About {
            business: &rules.business,
            intents: &rules.intents,
            zone: rules.calendar.zone(),
            made_at: now,
        };
        Ok(NumbersReport::of(&figures, &about))
    }

    pub fn figures(&self, period: Period) -> Result<Figures, StoreError> {
        let since = period.before().from.saturating_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
        let mut volumes = Vec::new();
        let mut conversations: BTreeSet<ConversationId> =
            self.store.complaints(&ComplaintFilter { open: None, limit: 0 })?.into_iter().collect();
        self.walk_after(self.last_before(since)?, |row| {
            if row.received.at < period.until {
                conversations.extend(row.conversation);
                volumes.extend(volume(row));
            }
        })?;
        let rules = self.rules();
        let mut matters: Vec<Matter> = Vec::new();
        for id in conversations {
            if let Some(versioned) = self.store.conversation(id)? {
                let inbound = self.inbound(&versioned.conversation)?;
                matters.extend(matter(&versioned.conversation, &inbound, &rules.departments));
            }
        }
        Ok(figures(&matters, &volumes, &rules.calendar, period))
    }

    /// What the customer wrote in this conversation, and what it was taken for.
    fn inbound(&self, conversation: &Conversation) -> Result<Vec<Inbound>, StoreError> {
        let mut inbound = Vec::new();
        for entry in &conversation.entries {
            let Some(message) = entry.message else { continue };
            let row = self.store.message(message)?;
            let verdict = row.as_ref().and_then(|row| row.verdict.as_ref());
            let delivery = row.as_ref().and_then(|row| row.delivery.as_ref());
            inbound.push(Inbound::of(message, entry.at, verdict, delivery));
        }
        Ok(inbound)
    }

    /// A message before which all were received earlier: numbers ascend with the time of receipt.
    pub(super) fn last_before(&self, since: Timestamp) -> Result<MessageId, StoreError> {
        let (mut low, mut step) = (0_u64, 1_u64 << 40);
        while step > 0 {
            let next = self.store.messages_after(MessageId(low + step - 1), 1)?;
            if next.first().is_some_and(|row| row.received.at < since) {
                low += step;
            }
            step /= 2;
        }
        Ok(MessageId(low))
    }
}

/// None for what staff pressed in their own chats: no customer wrote that.
fn volume(row: &MessageRow) -> Option<Volume> {
    let by_staff = |verdict: &Verdict| {
        verdict.disposition == Disposition::Commanded && verdict.reason.starts_with("staff_")
    };
    let verdict = row.verdict.as_ref();
    (!verdict.is_some_and(by_staff)).then(|| Volume {
        channel: row.received.key.channel(),
        at: row.received.at,
        disposition: verdict.map(|verdict| verdict.disposition),
    })
}
