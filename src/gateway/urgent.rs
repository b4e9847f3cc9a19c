//! What staff hear of at once, whatever the clocks say: a forger at work, and threats of violence.
//!
//! Invariant: the word is committed with the decision, and holds nothing that the customer wrote.

use jiff::Timestamp;

use crate::domain::alert::{self, Told};
use crate::domain::classify::SUSPICIOUS_REPORT;
use crate::domain::code::TrackingCode;
use crate::domain::event::Event;
use crate::domain::message::{Language, Message};
use crate::gateway::Gateway;
use crate::store::StoreError;

impl Gateway {
    /// The events, and the word to staff that they are worth.
    pub(super) fn with_urgent_word(
        &self,
        mut events: Vec<Event>,
        message: &Message,
        code: Option<TrackingCode>,
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let report = events.iter().find_map(|event| match event {
            Event::Filed { filing, .. } if filing.topic.as_deref() == Some(SUSPICIOUS_REPORT) => {
                Some(filing.code)
            }
            _ => None,
        });
        if let Some(code) = report {
            let names = self.operators(now);
            events.extend(self.word(names, |language| alert::suspicious(code, language), now)?);
        }
        if let Some(code) = code.filter(|_| self.rules().conduct.threatens(&message.visible)) {
            let names = self.leader_names(now);
            events.extend(self.word(names, |language| alert::threatened(code, language), now)?);
        }
        Ok(events)
    }

    fn word(
        &self,
        names: Vec<String>,
        words: impl Fn(Language) -> String,
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let language = self.rules().business.default_language();
        let text = words(language);
        let subject = text.lines().next().unwrap_or_default().to_owned();
        let told = Told { subject, text, buttons: Vec::new(), language, conversation: None };
        self.told_to(&told, names, now)
    }
}
