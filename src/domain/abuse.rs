//! Insults, and what comes of them: a calm word, then a warning, then the live chat rests for a day.
//!
//! A text comes in; out comes whether it insults somebody. The matter itself is
//! filed and handled like any other, and no insult makes it more or less severe.
//! Only words that are meant for people count: an angry word about a parcel, an
//! accusation, an oath are no insults, and whoever complains is to be heard.
//!
//! Invariant: what was written is kept as it is; nothing here changes what is filed.

use jiff::{SignedDuration, Timestamp};

use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::message::{Channel, Contact};
use crate::domain::text::fold;

/// Earlier insults than this are forgotten.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The live chat rests so long after the third.
const REST: SignedDuration = SignedDuration::from_hours(24);
const ENOUGH: usize = 3;

/// Folded words that stand side by side.
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

pub fn is_abusive(text: &str) -> bool {
    let words = words(text);
    INSULTS.iter().any(|insult| {
        let insult = self::words(insult);
        words.windows(insult.len()).any(|window| *window == insult[..])
    })
}

/// Does it threaten somebody with violence? A lawyer, a bad review, an outside body are no such threats.
pub fn threatens(text: &str) -> bool {
    let words = words(text);
    THREATS.iter().any(|threat| {
        let threat = self::words(threat);
        words.windows(threat.len()).any(|window| *window == threat[..])
    })
}

fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is said to an insult.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    Calm,
    Warning,
    /// The live chat rests until then.
    Rest(Timestamp),
}

/// What this text comes to after all that its sender wrote before; none where it insults nobody.
pub fn response<'c>(
    text: &str,
    contact: &Contact,
    before: impl Iterator<Item = &'c Conversation>,
    now: Timestamp,
) -> Option<Response> {
    if !is_abusive(text) {
        return None;
    }
    let earlier = insults(before, now).len();
    Some(match earlier {
        0 => Response::Calm,
        _ if earlier + 1 >= ENOUGH && contact.channel() == Channel::Chat => {
            Response::Rest(now.saturating_add(REST).unwrap_or(Timestamp::MAX))
        }
        _ => Response::Warning,
    })
}

/// Does the live chat rest for this sender? A person's word there ends it.
pub fn rests<'c>(contact: &Contact, before: impl Iterator<Item = &'c Conversation>, now: Timestamp) -> bool {
    if contact.channel() != Channel::Chat {
        return false;
    }
    let insults = insults(before, now);
    let last = insults.iter().max();
    insults.len() >= ENOUGH && last.is_some_and(|last| now.duration_since(*last) < REST)
}

/// When the sender insulted somebody in the last week and nobody of ours has written since.
fn insults<'c>(before: impl Iterator<Item = &'c Conversation>, now: Timestamp) -> Vec<Timestamp> {
    let mut insults = Vec::new();
    for conversation in before {
        let by_staff = |by: &Speaker| matches!(by, Speaker::Staff(_));
        let lifted =
            conversation.entries.iter().filter(|entry| by_staff(&entry.by)).map(|entry| entry.at).max();
        let counts =
            |at: Timestamp| now.duration_since(at) <= REMEMBERED && lifted.is_none_or(|lifted| at > lifted);
        let said = conversation.entries.iter().filter(|entry| entry.by == Speaker::Customer);
        insults
            .extend(said.filter(|entry| counts(entry.at) && is_abusive(&entry.text)).map(|entry| entry.at));
    }
    insults
}

#[cfg(test)]
mod tests {
    #[test]
    fn threats_of_violence_are_told_from_anger() {
        for text in [
            "اگه پولم رو پس ندید میام با چاقو",
            "مغازتون رو آتیش می‌زنم",
            "می‌کشمتون به خدا",
            "I'll kill you all",
            "I will burn your shop down",
        ] {
            assert!(super::threatens(text), "{text}");
        }
        for text in [
            "از شما شکایت می‌کنم و آبرویتان را می‌برم",
            "شارژر آتیش گرفت",
            "این انتظار منو می‌کشه",
            "I will sue you",
            "this waiting is killing me",
            "my phone nearly burned down",
        ] {
            assert!(!super::threatens(text), "{text}");
        }
    }

    use super::*;

    #[test]
    fn insults_are_told_from_anger() {
        for text in [
            "شما احمقید",
            "you are idiots, all of you",
            "خفه شو",
            "بی‌شعورها جواب بدید",
            "F*** off? no: fuck off!",
        ] {
            assert!(is_abusive(text), "{text}");
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
            assert!(!is_abusive(text), "{text}");
        }
    }
}
