//! "Is this message from you?": stamps are confirmed or denied.
//!
//! A forger may copy a stamp from a mail that they got themselves, so that the
//! answer says when, by which way and to whom that message went.

use crate::domain::decide::draft::{Decision, Draft};
use crate::domain::decide::known::{Asked, Stamped};
use crate::domain::decide::verdict::Disposition;
use crate::domain::decide::wording;
use crate::domain::short_code::ShortCode;
use crate::domain::text::isolate;

impl Draft<'_> {
    pub fn verified(self, stamp: Option<ShortCode>) -> Decision {
        let known = self.known;
        match (&known.asked, stamp) {
            (Asked::TooOften, _) => self.told("verify_too_often", "verify_too_often", None),
            (Asked::Ours(stamped), Some(stamp)) => {
                self.told("verify_ours", "verify_ours", Some((stamp, stamped)))
            }
            (Asked::Ours(_) | Asked::NotOurs, _) => self.told("verify_not_ours", "verify_not_ours", None),
        }
    }

    pub fn how_to_verify(self) -> Decision {
        self.told("verify_how", "verify_how", None)
    }

    fn told(
        mut self,
        reply: &'static str,
        reason: &'static str,
        ours: Option<(ShortCode, &Stamped)>,
    ) -> Decision {
        self.join_or_open();
        let mut values = self.values().with("command", "/verify K7M2-XQ9F");
        if let Some((stamp, stamped)) = ours {
            values.set("stamp", &stamp.to_string());
            values.set("date", &self.due_text(stamped.at));
            values.set("way", wording::way(stamped.channel, self.language));
            values.set("writer", wording::writer(stamped.by_person, self.language));
            if let Some(to) = &stamped.to {
                values.set("to", &isolate(to));
            }
        }
        let (text, buttons) = self.compose(reply, &values);
        self.verdict.reply = Some(reply.to_owned());
        self.say(text, buttons);
        self.finish(Disposition::Commanded, reason)
    }
}
