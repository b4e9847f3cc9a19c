//! One person on several contacts, by proof: a one-time code that is shown on one and typed on the other.
//!
//! Whoever links two contacts sees on each what was filed from the other, so
//! that nobody may be talked into typing a stranger's code: where the code was
//! not asked for from here, it must be typed twice, the second time after
//! reading where it came from; and the other contact is told.
//!
//! Invariant: an address is written to only if it has written to us, and the
//! answer is the same whether it has or not.

use jiff::{SignedDuration, Timestamp};

use crate::domain::compose::{self, Values};
use crate::domain::conversation::{Conversation, ConversationId, Entry, Speaker};
use crate::domain::decide::command::Link;
use crate::domain::decide::draft::{Decision, Draft};
use crate::domain::decide::known::Linkable;
use crate::domain::decide::verdict::Disposition;
use crate::domain::decide::wording;
use crate::domain::event::Event;
use crate::domain::message::{Channel, Contact, Language};
use crate::domain::outbox::{OutboxRow, Recipient};
use crate::domain::short_code::ShortCode;
use crate::domain::text::isolate;
use crate::domain::thread;

/// A code is good for so long.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(15);

/// A code that was given out, as it is kept until it lapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Where it was shown, or sent to.
    pub with: ConversationId,
    pub until: Timestamp,
    /// Where it was asked for, when that was elsewhere.
    pub asked_in: Option<ConversationId>,
}

impl Offer {
    pub fn cursor(code: ShortCode) -> String {
        format!("link:{code}")
    }

    pub fn read(value: &str) -> Option<Offer> {
        let mut parts = value.split_whitespace();
        let with = ConversationId(parts.next()?.parse().ok()?);
        let until = parts.next()?.parse().ok()?;
        let asked_in = match parts.next() {
            Some(number) => Some(ConversationId(number.parse().ok()?)),
            None => None,
        };
        Some(Offer { with, until, asked_in })
    }

    fn written(self) -> String {
        let asked_in = self.asked_in.map(|asked| format!(" {}", asked.0)).unwrap_or_default();
        format!("{} {}{asked_in}", self.with.0, self.until)
    }
}

impl Draft<'_> {
    pub fn link(mut self, link: Link) -> Decision {
        let known = self.known;
        let here = self.join_or_open();
        match (&known.linkable, link) {
            (_, Link::Part) => {
                self.push(Event::Unlinked { conversation: here, at: self.now });
                self.say_of_links("unlinked", None)
            }
            (Linkable::TooOften, _) => self.say_of_links("link_too_often", None),
            (_, Link::Offer) => {
                let values = self.offer(Offer { with: here, until: self.lapses(), asked_in: None });
                self.say_of_links("link_code", Some(values))
            }
            (Linkable::Address(with), Link::Address(_)) => {
                let offer = Offer { with: with.id, until: self.lapses(), asked_in: Some(here) };
                let values = self.offer(offer).with("way", wording::way(self.message.channel, with.language));
                self.say_elsewhere(with, "link_code_mail", values);
                self.say_of_links("link_sent", None)
            }
            (_, Link::Address(_)) => self.say_of_links("link_sent", None),
            (Linkable::Offered { with, asked_here }, Link::Present { code, sure }) => {
                let (way, to) = (with.contact.channel(), address_of(&with.contact));
                let values = self.place(self.values(), way, to.as_deref(), self.language);
                if !asked_here && !sure {
                    let yes = match self.language {
                        Language::Fa => "بله",
                        Language::En => "yes",
                    };
                    let values = values.with("command", &format!("/link {code} {yes}"));
                    return self.say_of_links("link_confirm", Some(values));
                }
                self.linked(here, with, code);
                self.say_of_links("linked", Some(values))
            }
            (_, Link::Present { .. } | Link::Unreadable) => self.say_of_links("link_refused", None),
        }
    }

    fn lapses(&self) -> Timestamp {
        self.now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX)
    }

    /// Keeps the offer; the values that tell of it.
    fn offer(&mut self, offer: Offer) -> Values {
        let code = self.fresh.one_time;
        self.push(Event::CursorMoved { name: Offer::cursor(code), value: offer.written() });
        let mut values = self.values();
        values.set("command", &format!("/link {code}"));
        values.set("until", &self.due_text(offer.until));
        values
    }

    fn linked(&mut self, here: ConversationId, with: &Conversation, code: ShortCode) {
        let at = self.now;
        self.push(Event::Linked { conversation: here, with: with.id, at });
        self.push(Event::Linked { conversation: with.id, with: here, at });
        // A code is used once.
        self.push(Event::CursorMoved { name: Offer::cursor(code), value: String::new() });
        let (way, to) = (self.message.channel, address_of(&self.message.contact));
        let values = self.place(Values::new(), way, to.as_deref(), with.language);
        self.say_elsewhere(with, "linked", values);
    }

    fn place(&self, mut values: Values, way: Channel, to: Option<&str>, language: Language) -> Values {
        values.set("shop", self.rules.business.name(language));
        values.set("command", "/unlink");
        values.set("way", wording::way(way, language));
        if let Some(to) = to {
            values.set("to", &isolate(to));
        }
        values
    }

    fn say_of_links(mut self, reply: &'static str, values: Option<Values>) -> Decision {
        let values = values.unwrap_or_else(|| self.values().with("command", "/link"));
        let (text, buttons) = self.compose(reply, &values);
        self.verdict.reply = Some(reply.to_owned());
        self.say(text, buttons);
        self.finish(Disposition::Commanded, reply)
    }

    /// Writes to the customer's other contact.
    fn say_elsewhere(&mut self, there: &Conversation, reply: &str, values: Values) {
        let Some(prepared) = self.rules.replies.get(reply) else { return };
        let channel = there.contact.channel();
        let composed = compose::compose(prepared, &self.rules.business, there.language, channel, &values);
        let row = OutboxRow {
            id: self.fresh.other_row,
            to: Recipient::Customer(there.contact.clone()),
            account: there.account.clone(),
            subject: thread::conversation_subject(there),
            text: composed.text.clone(),
            buttons: Vec::new(),
            attachments: Vec::new(),
            language: there.language,
            thread: thread::continuing(there),
            answers: None,
            conversation: Some(there.id),
            by_person: false,
            created_at: self.now,
        };
        let entry = Entry::ours(Speaker::Machine, composed.text, row.id, self.now);
        self.push(Event::Said { conversation: there.id, entry });
        self.push(Event::Queued { row });
    }
}

fn address_of(contact: &Contact) -> Option<String> {
    match contact {
        Contact::Email(address) => Some(address.masked()),
        Contact::Telegram { .. } | Contact::Chat(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_read_as_it_was_written() {
        for asked_in in [None, Some(ConversationId(9))] {
            let offer = Offer { with: ConversationId(4), until: Timestamp::UNIX_EPOCH, asked_in };
            assert_eq!(Offer::read(&offer.written()), Some(offer));
        }
        for broken in ["", "4", "x 1970-01-01T00:00:00Z", "4 tomorrow", "4 1970-01-01T00:00:00Z x"] {
            assert_eq!(Offer::read(broken), None, "{broken}");
        }
    }
}
