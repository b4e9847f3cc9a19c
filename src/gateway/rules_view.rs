//! The rules as staff see them at the desk: what there is, how it is used, and what is wrong with it.

use jiff::SignedDuration;

use crate::domain::message::{Channel, Language};
use crate::gateway::explain::Explainer;
use crate::gateway::{Gateway, lock};
use crate::report::readiness::ReadinessRow;
use crate::store::StoreError;
use crate::web::{InWords, IntentView, RulesView};

/// Of the use of an intent so much is counted.
const COUNTED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The precision that `learn --readiness` asks for by itself.
const TARGET: f64 = 0.98;

impl Gateway {
    pub(super) fn rules_seen(&self) -> Result<RulesView, StoreError> {
        let rules = self.rules();
        let since = self.now.get().saturating_sub(COUNTED).ok();
        let use_of: Vec<ReadinessRow> = self.readiness(TARGET, since)?;
        let intents = rules.intents.values().map(|intent| {
            let used = use_of.iter().find(|row| row.intent == intent.name);
            let reply = intent.reply.as_ref().and_then(|name| rules.replies.get(name));
            let text = |language: Language| {
                let text = reply.and_then(|reply| reply.text.get(&language));
                text.map(|text| text.source().trim().to_owned()).unwrap_or_default()
            };
            IntentView {
                name: intent.name.clone(),
                title: InWords::by(|language| intent.title(language).to_owned()),
                kind: intent.kind.name(),
                mode: intent.mode.name(),
                reply: intent.reply.clone(),
                text: InWords::by(text),
                answered: used.map_or(0, |row| row.would_answer.auto),
                wrong: used.map_or(0, |row| row.wrong),
            }
        });
        Ok(RulesView { intents: intents.collect(), mistakes: lock(&self.mistakes).clone() })
    }

    /// What would be done with this text, in the words of `explain`.
    pub(super) fn tried(&self, text: &str, language: Language) -> String {
        let rules = self.rules();
        let now = self.now.get();
        let explainer = Explainer { rules: &rules, settings: &self.settings, now, in_detail: true };
        explainer.text(text, Channel::Chat, Some(language)).text()
    }
}
