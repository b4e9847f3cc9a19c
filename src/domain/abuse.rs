//! Insults, and what comes of them: a calm word, then a warning, then the live chat rests for a day.
//!
//! A text comes in; out comes whether it insults somebody. The matter itself is
//! filed and handled like any other, and no insult makes it more or less severe.
//! Only words that are meant for people count: an angry word about a parcel, an
//! accusation, an oath are no insults, and whoever complains is to be heard. The
//! owner may add words to the lists and take some out; politics are nothing to
//! us unless the owner lists words for them.
//!
//! Invariant: what was written is kept as it is; nothing here changes what is filed.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::message::{Channel, Contact};
use crate::domain::text::fold;

/// Earlier insults than this are forgotten.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The live chat rests so long after the third.
const REST: SignedDuration = SignedDuration::from_hours(24);
const ENOUGH: usize = 3;

/// Words that stand side by side.
const INSULTS: [&str; 42] = [
    "احمق",
    "احمق ها",
    "احمقا",
    "احمقید",
    "احمقین",
    "بی شعور",
    "بیشعور",
    "بیشعورا",
    "بیشعورها",
    "بی شعورها",
    "کثافت ها",
    "کثافتا",
    "عوضی ها",
    "عوضیا",
    "پفیوز",
    "حرومزاده",
    "حرامزاده",
    "حروم زاده",
    "گوساله",
    "الاغ",
    "الاغ ها",
    "خفه شو",
    "خفه شید",
    "خفه شین",
    "مرتیکه",
    "نفهم",
    "نفهم ها",
    "لاشخور",
    "idiot",
    "idiots",
    "moron",
    "morons",
    "asshole",
    "assholes",
    "bastard",
    "bastards",
    "scum",
    "fuck you",
    "fuck off",
    "screw you",
    "shut up",
    "imbeciles",
];

/// The same, of violence against people or their place.
const THREATS: [&str; 22] = [
    "می کشمت",
    "میکشمت",
    "می کشمتون",
    "میکشمتون",
    "می کشمتان",
    "خونتون رو می ریزم",
    "خونتونو می ریزم",
    "آتیشتون می زنم",
    "آتیش می زنم مغازتون",
    "مغازتونو آتیش می زنم",
    "مغازتون رو آتیش می زنم",
    "فروشگاهتان را آتش می زنم",
    "با چاقو میام",
    "میام با چاقو",
    "سرتونو می برم",
    "i will kill you",
    "ill kill you",
    "i ll kill you",
    "going to kill you",
    "i will burn your",
    "i ll burn your",
    "i will stab",
];

/// What is said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// This is no place for politics.
    Political,
    Calm,
    Warning,
    /// The live chat rests until then.
    Rest(Timestamp),
}

/// What nobody should write here: the built-in lists as the owner has changed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    insults: Phrases,
    threats: Phrases,
    /// None, unless the owner writes some.
    political: Phrases,
}

/// Folded words that stand side by side, joined: how they are spaced does not matter.
type Phrases = BTreeSet<String>;

/// A phrase of more words is found no more.
const MOST_WORDS: usize = 8;

impl Default for Conduct {
    fn default() -> Conduct {
        Conduct::new(&Listed::default())
    }
}

/// What the owner has written about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Besides the built-in ones.
    pub insults: Vec<String>,
    pub threats: Vec<String>,
    pub political: Vec<String>,
    /// Built-in ones that are none here.
    pub except: Vec<String>,
}

impl Conduct {
    pub fn new(listed: &Listed) -> Conduct {
        let except: Phrases = listed.except.iter().map(|text| joined(text)).collect();
        let all = |built_in: &[&str], own: &[String]| -> Phrases {
            let built_in = built_in.iter().map(|text| joined(text)).filter(|phrase| !except.contains(phrase));
            built_in.chain(own.iter().map(|text| joined(text))).filter(|phrase| !phrase.is_empty()).collect()
        };
        Conduct {
            insults: all(&INSULTS, &listed.insults),
            threats: all(&THREATS, &listed.threats),
            political: all(&[], &listed.political),
        }
    }

    pub fn is_abusive(&self, text: &str) -> bool {
        says(text, &self.insults)
    }

    /// Does it threaten somebody with violence? A lawyer, a bad review, an outside body are no such threats.
    pub fn threatens(&self, text: &str) -> bool {
        says(text, &self.threats)
    }

    /// What this text comes to after all that its sender wrote before; none where nothing is wrong with it.
    pub fn response<'c>(
        &self,
        text: &str,
        contact: &Contact,
        before: impl Iterator<Item = &'c Conversation>,
        now: Timestamp,
    ) -> Option<Response> {
        if !self.is_abusive(text) {
            return says(text, &self.political).then_some(Response::Political);
        }
        let earlier = self.insults(before, now).len();
        Some(match earlier {
            0 => Response::Calm,
            _ if earlier + 1 >= ENOUGH && contact.channel() == Channel::Chat => {
                Response::Rest(now.saturating_add(REST).unwrap_or(Timestamp::MAX))
            }
            _ => Response::Warning,
        })
    }

    /// Does the live chat rest for this sender? A person's word there ends it.
    pub fn rests<'c>(
        &self,
        contact: &Contact,
        before: impl Iterator<Item = &'c Conversation>,
        now: Timestamp,
    ) -> bool {
        if contact.channel() != Channel::Chat {
            return false;
        }
        let insults = self.insults(before, now);
        let last = insults.iter().max();
        insults.len() >= ENOUGH && last.is_some_and(|last| now.duration_since(*last) < REST)
    }

    /// When the sender insulted somebody in the last week and nobody of ours has written since.
    fn insults<'c>(&self, before: impl Iterator<Item = &'c Conversation>, now: Timestamp) -> Vec<Timestamp> {
        let mut insults = Vec::new();
        for conversation in before {
            let by_staff = |by: &Speaker| matches!(by, Speaker::Staff(_));
            let lifted =
                conversation.entries.iter().filter(|entry| by_staff(&entry.by)).map(|entry| entry.at).max();
            let counts = |at: Timestamp| {
                now.duration_since(at) <= REMEMBERED && lifted.is_none_or(|lifted| at > lifted)
            };
            let said = conversation.entries.iter().filter(|entry| entry.by == Speaker::Customer);
            let insulting = said.filter(|entry| counts(entry.at) && self.is_abusive(&entry.text));
            insults.extend(insulting.map(|entry| entry.at));
        }
        insults
    }
}

fn says(text: &str, phrases: &Phrases) -> bool {
    let words = words(text);
    (0..words.len()).any(|start| {
        let mut window = String::new();
        words.iter().skip(start).take(MOST_WORDS).any(|word| {
            window.push_str(word);
            phrases.contains(&window)
        })
    })
}

/// Built-in lists of this kind have these words as one of them.
pub fn is_built_in(text: &str) -> bool {
    let phrase = joined(text);
    INSULTS.iter().chain(&THREATS).any(|one| joined(one) == phrase)
}

fn joined(text: &str) -> String {
    words(text).concat()
}

fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threats_of_violence_are_told_from_anger() {
        for text in [
            "اگه پولم رو پس ندید میام با چاقو",
            "مغازتون رو آتیش می‌زنم",
            "می‌کشمتون به خدا",
            "I'll kill you all",
            "I will burn your shop down",
        ] {
            assert!(Conduct::default().threatens(text), "{text}");
        }
        for text in [
            "از شما شکایت می‌کنم و آبرویتان را می‌برم",
            "شارژر آتیش گرفت",
            "این انتظار منو می‌کشه",
            "I will sue you",
            "this waiting is killing me",
            "my phone nearly burned down",
        ] {
            assert!(!Conduct::default().threatens(text), "{text}");
        }
    }

    #[test]
    fn insults_are_told_from_anger() {
        for text in [
            "شما احمقید",
            "you are idiots, all of you",
            "خفه شو",
            "بی‌شعورها جواب بدید",
            "F*** off? no: fuck off!",
        ] {
            assert!(Conduct::default().is_abusive(text), "{text}");
        }
        for text in [
            "این چه وضعشه، واقعا افتضاحه",
            "جنسی که فرستادید آشغاله",
            "شما کلاهبردارید و دزدید",
            "this is terrible service and I am furious",
            "the damn thing does not work",
            "رنگ گوشی عوضی فرستادید",
            "دستگاه خفه می‌کند",
            "عطر بوی کثافت می‌دهد",
        ] {
            assert!(!Conduct::default().is_abusive(text), "{text}");
        }
    }

    #[test]
    fn the_owners_words_count_and_excepted_ones_do_not() {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let conduct = Conduct::new(&Listed {
            insults: list(&["بی ادب", "clowns"]),
            threats: list(&["حالتون رو جا میارم"]),
            political: list(&["انتخابات"]),
            except: list(&["الاغ"]),
        });
        assert!(conduct.is_abusive("شما بی‌ادب هستید") && conduct.is_abusive("CLOWNS!"));
        assert!(conduct.is_abusive("خفه شو") && !conduct.is_abusive("عروسک الاغ سفارش دادم"));
        assert!(conduct.threatens("حالتون‌رو جا میارم") && conduct.threatens("حالتون رو جا میارم"));
        let contact = Contact::Chat("one".to_owned());
        let response = |text: &str, conduct: &Conduct| {
            conduct.response(text, &contact, std::iter::empty(), Timestamp::UNIX_EPOCH)
        };
        assert_eq!(response("نظرتان دربارهٔ انتخابات چیست", &conduct), Some(Response::Political));
        assert_eq!(response("نظرتان دربارهٔ انتخابات چیست", &Conduct::default()), None, "off by default");
        assert_eq!(response("خفه شو با این انتخابات", &conduct), Some(Response::Calm), "the insult is worse");
    }
}
