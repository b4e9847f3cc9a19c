//! A message that begins a matter: answered, asked back, or filed.

use crate::domain::complaint::ComplaintKind;
use crate::domain::conversation::Question;
use crate::domain::decide::draft::{Decision, Draft, inline, paragraphs};
use crate::domain::decide::filing::{Matter, acknowledgement_of};
use crate::domain::decide::verdict::Disposition;
use crate::domain::message::{Channel, Language, Press};
use crate::domain::outbox::{Button, ButtonAction};
use crate::domain::rules::{IntentKind, Mode};
use crate::domain::understanding::{Conclusion, IntentName};

/// Prepared replies, filled in.
#[derive(Default)]
struct Prepared {
    replies: Vec<String>,
    parts: Vec<String>,
    buttons: Vec<Vec<Button>>,
}

impl Draft<'_> {
    /// Decides by meaning alone: no conversation is going on about this.
    pub fn first_contact(self) -> Decision {
        if self.message.visible.trim().is_empty() {
            return self.wordless();
        }
        match self.conclusion() {
            Conclusion::One(intent) => self.one(intent, None),
            Conclusion::Both(first, second) => self.both(first, second),
            Conclusion::Either(first, second) => self.either(first, second),
            Conclusion::Complaint { topic } => self.file(Matter {
                kind: ComplaintKind::Complaint,
                topic,
                reason: "dissatisfied",
                acknowledgement: "acknowledge_complaint",
                conversation: None,
            }),
            Conclusion::Nothing => {
                let reason = self.unknown("not_understood");
                self.file(Matter {
                    kind: ComplaintKind::Question,
                    topic: None,
                    reason,
                    acknowledgement: "acknowledge_question",
                    conversation: None,
                })
            }
        }
    }

    /// One intent, surely: what happens depends on what kind of thing it asks for.
    pub fn one(
        mut self,
        intent: IntentName,
        conversation: Option<&crate::domain::conversation::Conversation>,
    ) -> Decision {
        let kind = self.rules.intents.get(&intent).map(|found| found.kind);
        let filed = |kind, acknowledgement, reason| Matter {
            kind,
            topic: Some(intent.clone()),
            reason,
            acknowledgement,
            conversation,
        };
        match kind {
            // Only a button leads here in shadow: what the customer chose is known, and not acted on.
            Some(_) if self.held == Some(Mode::Shadow) => {
                self.file(filed(ComplaintKind::Question, "acknowledge_question", "shadow"))
            }
            Some(IntentKind::Question | IntentKind::Thanks | IntentKind::Greeting | IntentKind::Status)
                if self.held.is_some() =>
            {
                self.suggest(vec![intent], conversation)
            }
            Some(IntentKind::Question) => self.answer(vec![intent], conversation),
            Some(IntentKind::Thanks) => self.social("thanks", "thanks", conversation),
            Some(IntentKind::Greeting) => self.menu("greeting", conversation),
            Some(IntentKind::Status) => self.status(None),
            Some(IntentKind::Request) => {
                let acknowledgement = if intent == "suspicious_report" {
                    "acknowledge_suspicious"
                } else {
                    "acknowledge_request"
                };
                if self.held.is_some() {
                    self.suggested = self.preparable(vec![intent.clone()]);
                }
                self.file(filed(ComplaintKind::Request, acknowledgement, "request"))
            }
            Some(IntentKind::Complaint) => {
                self.file(filed(ComplaintKind::Complaint, "acknowledge_complaint", "complaint"))
            }
            Some(IntentKind::Suggestion) => {
                self.file(filed(ComplaintKind::Suggestion, "acknowledge_suggestion", "suggestion"))
            }
            Some(IntentKind::Criticism) => {
                self.file(filed(ComplaintKind::Criticism, "acknowledge_criticism", "criticism"))
            }
            Some(IntentKind::Callback) => {
                self.file(filed(ComplaintKind::Callback, "acknowledge_callback", "callback"))
            }
            Some(IntentKind::Human) => {
                self.file(filed(ComplaintKind::Question, "acknowledge_human", "wants_a_person"))
            }
            None => self.file(Matter {
                topic: None,
                ..filed(ComplaintKind::Question, "acknowledge_question", "not_understood")
            }),
        }
    }

    fn both(self, first: IntentName, second: IntentName) -> Decision {
        let is_question = |name: &IntentName| {
            self.rules.intents.get(name).is_some_and(|intent| intent.kind == IntentKind::Question)
        };
        if is_question(&first) && is_question(&second) {
            return self.answer(vec![first, second], None);
        }
        // A request beside a question: a person must act anyway and will see both.
        let request = if is_question(&first) { second } else { first };
        self.one(request, None)
    }

    /// Files it with the reply that a person may send with one key.
    fn suggest(
        mut self,
        topics: Vec<IntentName>,
        conversation: Option<&crate::domain::conversation::Conversation>,
    ) -> Decision {
        self.suggested = self.preparable(topics.clone());
        self.file(Matter {
            kind: ComplaintKind::Question,
            topic: topics.into_iter().next(),
            reason: "suggest",
            acknowledgement: "acknowledge_question",
            conversation,
        })
    }

    /// The topics, if every one of them has a reply that can be filled in; else none.
    fn preparable(&self, topics: Vec<IntentName>) -> Vec<IntentName> {
        if self.prepared(&topics).is_some() { topics } else { Vec::new() }
    }

    /// Sends the prepared replies, and asks whether they helped.
    pub fn answer(
        mut self,
        topics: Vec<IntentName>,
        conversation: Option<&crate::domain::conversation::Conversation>,
    ) -> Decision {
        if self.held.is_some() {
            return self.suggest(topics, conversation);
        }
        let Some(Prepared { replies, mut parts, mut buttons }) =
            self.prepared(&topics).filter(|_| !self.silent)
        else {
            let reason = if self.silent { "budget" } else { "no_reply_prepared" };
            return self.file(Matter {
                kind: ComplaintKind::Question,
                topic: topics.into_iter().next(),
                reason,
                acknowledgement: "acknowledge_question",
                conversation,
            });
        };
        let id = match conversation {
            Some(conversation) => self.join(conversation),
            None => self.open(),
        };
        parts.push(self.phrase("helped_question"));
        buttons.push(vec![
            self.button("helped_yes_label", Press::Helped { conversation: id.0, yes: true }),
            self.button("helped_no_label", Press::Helped { conversation: id.0, yes: false }),
        ]);
        self.verdict.reply = replies.first().cloned();
        let reason = if topics.len() > 1 { "two_questions" } else { "confident_intent" };
        self.answered(topics.clone());
        self.ask(Question::Helped { topics });
        self.say(paragraphs(&parts), buttons);
        self.finish(Disposition::Answered, reason)
    }

    /// The texts for these topics; none when one of them is missing or could not be filled in.
    fn prepared(&self, topics: &[IntentName]) -> Option<Prepared> {
        let values = self.values();
        let mut prepared = Prepared::default();
        for topic in topics {
            let reply = self.rules.intents.get(topic)?.reply.clone()?;
            let composed = self.composed(&reply, &values).filter(|composed| composed.missing.is_empty())?;
            prepared.parts.push(composed.text);
            prepared.buttons.extend(composed.buttons);
            prepared.replies.push(reply);
        }
        Some(prepared)
    }

    /// Two near topics: asked which, where the customer can answer at once; in mail a person decides.
    fn either(mut self, first: IntentName, second: IntentName) -> Decision {
        if self.message.channel == Channel::Email || self.silent || self.held.is_some() {
            return self.file(Matter {
                kind: ComplaintKind::Question,
                topic: Some(first),
                reason: "two_near_topics",
                acknowledgement: "acknowledge_question",
                conversation: None,
            });
        }
        let id = self.open();
        let choices = vec![first, second];
        let mut buttons: Vec<Vec<Button>> = choices
            .iter()
            .enumerate()
            .map(|(number, choice)| {
                let label = self.title(choice);
                vec![Button {
                    label,
                    action: ButtonAction::Press(Press::Which { conversation: id.0, choice: Some(number) }),
                }]
            })
            .collect();
        buttons.push(vec![self.button("neither_label", Press::Which { conversation: id.0, choice: None })]);
        let mut values = self.values();
        let titles: Vec<String> = choices.iter().map(|choice| inline(&self.title(choice))).collect();
        values.set("topics", &titles.join(if self.language == Language::Fa { " یا " } else { " or " }));
        let (text, _) = self.compose("clarify", &values);
        self.verdict.reply = Some("clarify".to_owned());
        self.ask(Question::Which { choices });
        self.say(text, buttons);
        self.finish(Disposition::Clarified, "two_near_topics")
    }

    fn title(&self, intent: &str) -> String {
        self.rules
            .intents
            .get(intent)
            .map_or_else(|| intent.to_owned(), |intent| intent.title(self.language).to_owned())
    }

    /// Thanks and the like: a friendly word, no question behind it.
    pub fn social(
        mut self,
        reply: &'static str,
        reason: &'static str,
        conversation: Option<&crate::domain::conversation::Conversation>,
    ) -> Decision {
        match conversation {
            Some(conversation) => {
                self.join(conversation);
                if conversation.waiting.is_some() {
                    self.settle_question(true);
                }
                if conversation.is_staffed() {
                    return self.finish(Disposition::Appended, reason);
                }
            }
            None => {
                self.open();
            }
        }
        let (text, buttons) = self.compose(reply, &self.values());
        self.verdict.reply = Some(reply.to_owned());
        self.say(text, buttons);
        self.finish(Disposition::Answered, reason)
    }

    /// The greeting with its menu, and the other language where there is one.
    pub fn menu(
        mut self,
        reason: &'static str,
        conversation: Option<&crate::domain::conversation::Conversation>,
    ) -> Decision {
        match conversation {
            Some(conversation) => self.join(conversation),
            None => self.open(),
        };
        let (text, mut buttons) = self.compose("greeting", &self.values());
        if self.message.channel == Channel::Email {
            buttons.clear();
        } else if let Some(other) =
            self.rules.business.languages.iter().find(|other| **other != self.language)
        {
            let label = match other {
                Language::Fa => "فارسی",
                Language::En => "English",
            };
            buttons.push(vec![Button {
                label: label.to_owned(),
                action: ButtonAction::Press(Press::Language(*other)),
            }]);
        }
        self.verdict.reply = Some("greeting".to_owned());
        self.say(text, buttons);
        let disposition = if reason == "menu" { Disposition::Commanded } else { Disposition::Answered };
        self.finish(disposition, reason)
    }

    /// Nothing to read: a picture alone may be evidence, an empty message is asked about.
    fn wordless(mut self) -> Decision {
        if self.message.attachments.is_empty()
            && self.message.text.trim().is_empty()
            && self.message.channel != Channel::Email
        {
            self.open();
            let (text, buttons) = self.compose("empty_message", &self.values());
            self.verdict.reply = Some("empty_message".to_owned());
            self.say(text, buttons);
            return self.finish(Disposition::Clarified, "empty");
        }
        self.file(Matter {
            kind: ComplaintKind::Question,
            topic: None,
            reason: "nothing_to_read",
            acknowledgement: acknowledgement_of(ComplaintKind::Question),
            conversation: None,
        })
    }
}
