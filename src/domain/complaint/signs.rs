//! Words that say how bad it is: danger, a hacked account, outside bodies.
//!
//! A message comes in, the signs in it come out. Whole words are compared,
//! folded, so that spelling and spacing matter no more than elsewhere.

use crate::domain::complaint::severity::Factor;
use crate::domain::text;

/// A word that stands for a factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    pub factor: Factor,
    pub score: u8,
    /// The words, folded, as they are listed here.
    pub word: String,
}

/// Fire, burns, electricity, poisoning, allergy: harm done or likely.
const SAFETY: &[&str] = &[
    "آتش",
    "آتیش",
    "آتش گرفت",
    "آتش‌گرفت",
    "آتش سوزی",
    "آتش‌سوزی",
    "آتیش گرفت",
    "سوختگی",
    "دستم سوخت",
    "پوستم سوخت",
    "صورتم سوخت",
    "سوزوند",
    "سوزاند",
    "منفجر",
    "منفجر شد",
    "انفجار",
    "ترکید",
    "برق گرفتگی",
    "برق‌گرفتگی",
    "برق گرفت",
    "مسموم",
    "مسموم شدم",
    "مسموم شد",
    "مسمومیت",
    "آلرژی",
    "حساسیت شدید",
    "حساسیت پوستی",
    "خفگی",
    "مجروح",
    "زخمی",
    "زخمی شد",
    "بیمارستان",
    "اورژانس",
    "fire",
    "caught fire",
    "burned my",
    "burnt my",
    "burn",
    "burns",
    "got burned",
    "got burnt",
    "exploded",
    "explosion",
    "electric shock",
    "poisoned",
    "poisoning",
    "food poisoning",
    "allergy",
    "allergic",
    "allergic reaction",
    "injured",
    "injury",
    "choked",
    "choking",
    "hospital",
];

/// Somebody else is in the account, or data got out.
const PRIVACY: &[&str] = &[
    "هک",
    "هک شد",
    "هک شده",
    "هک شدم",
    "هک کردند",
    "هک کردن",
    "حسابم دزدیده",
    "سرقت حساب",
    "نشت اطلاعات",
    "لو رفته",
    "وارد حسابم شده",
    "hacked",
    "hack",
    "account was stolen",
    "account taken over",
    "stole my account",
    "logged into my account",
    "data leak",
    "data breach",
    "leaked my",
    "identity theft",
];

/// Names of outside bodies: the customer threatens to go there.
const OUTSIDE: &[&str] = &[
    "تعزیرات",
    "سازمان حمایت",
    "حمایت از مصرف کننده",
    "حمایت مصرف کننده",
    "حمایت مصرف‌کنندگان",
    "اتحادیه",
    "اینماد",
    "ای نماد",
    "نماد اعتماد",
    "پلیس فتا",
    "شورای حل اختلاف",
    "دادگاه",
    "دادسرا",
    "شکایت قضایی",
    "ombudsman",
    "trading standards",
    "consumer protection",
    "citizens advice",
    "better business bureau",
    "small claims",
    "small claims court",
    "court",
    "enamad",
    "e-namad",
    "cyber police",
    "lawyer",
    "solicitor",
];

/// What the words of a message say about severity, the strongest sign of each factor.
pub fn signs(message: &str) -> Vec<Sign> {
    let said = words(message);
    let lists = [(Factor::Safety, 3, SAFETY), (Factor::Privacy, 3, PRIVACY), (Factor::Legal, 2, OUTSIDE)];
    lists
        .into_iter()
        .filter_map(|(factor, score, list)| {
            let found = list.iter().map(|word| words(word)).find(|word| said.contains(word.as_str()))?;
            Some(Sign { factor, score, word: found.trim().to_owned() })
        })
        .collect()
}

/// Folded words with a blank before, between and after, so that only whole words are found.
fn words(text: &str) -> String {
    let folded = text::fold(text);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_danger_are_found_in_both_languages_however_they_are_typed() {
        for (text, factor) in [
            ("شارژر آتش گرفت!", Factor::Safety),
            ("شارژر آتش‌گرفت", Factor::Safety),
            ("دستم دچار سوختگي شد", Factor::Safety),
            ("بعد از خوردنش مسموم شدیم، مسمومیت", Factor::Safety),
            ("The charger CAUGHT FIRE.", Factor::Safety),
            ("I had an allergic reaction to the cream", Factor::Safety),
            ("حساب من هک شده", Factor::Privacy),
            ("My account was hacked!", Factor::Privacy),
            ("میرم تعزیرات شکایت می‌کنم", Factor::Legal),
            ("I will call the Ombudsman", Factor::Legal),
        ] {
            let found: Vec<Factor> = signs(text).into_iter().map(|sign| sign.factor).collect();
            assert_eq!(found, [factor], "{text}");
        }
    }

    #[test]
    fn anger_and_words_that_only_look_alike_raise_nothing() {
        for text in [
            "You are the worst shop ever, you idiots",
            "Whoever packed this should be fired",
            "Where is my parcel, the courtyard gate was open?",
            "خیلی بی‌شعورید، پولم را پس بدهید",
            "شارژ گوشی تمام شد",
        ] {
            assert_eq!(signs(text), [], "{text}");
        }
    }
}
