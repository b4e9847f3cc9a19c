//! However a word is spelt, spaced or mistyped, and in whatever letters, it is the same word.
//!
//! Small rules of our own, asked for their phrases; and the starter rules, whose verdict on
//! a message must not change with its spelling.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use pasokh::domain::classify::{GateSource, IntentSource, Matcher};
use pasokh::domain::message::Language;
use pasokh::domain::rules::{IntentKind, Rules};
use pasokh::domain::understanding::{Conclusion, Understanding};
use pasokh::rules;
use pasokh::settings::{self, Secrets};
use proptest::prelude::*;

use crate::misspell::{self, Gaps};

static STARTER: LazyLock<Rules> = LazyLock::new(|| {
    let (settings, _) = settings::load(None, Secrets::Optional).unwrap();
    rules::load(&settings).unwrap().0
});

/// An intent for each phrase, of the phrase's own name.
fn matcher(phrases: &[&str]) -> Matcher {
    let intent = |phrase: &&str| IntentSource {
        name: (*phrase).to_owned(),
        kind: IntentKind::Question,
        phrases: BTreeMap::from([(Language::Fa, vec![(*phrase).to_owned()])]),
        patterns: Vec::new(),
        not: BTreeMap::new(),
        negation_cancels: false,
        max_words: None,
        examples: BTreeMap::new(),
        counterexamples: BTreeMap::new(),
        fuzzy_off: BTreeSet::new(),
    };
    let intents: Vec<IntentSource> = phrases.iter().map(intent).collect();
    Matcher::compile(&intents, &GateSource::default()).unwrap()
}

fn found<'m>(matcher: &'m Matcher, text: &str) -> BTreeSet<&'m str> {
    matcher.phrases_in(text).into_iter().map(|standing| standing.phrase).collect()
}

fn finds(phrase: &str, text: &str) -> bool {
    found(&matcher(&[phrase]), text).contains(phrase)
}

#[test]
fn words_are_found_written_together_and_apart() {
    for (phrase, text) in [
        ("کتابها", "کتاب‌ها رو میخوام"),
        ("کتابها", "کتاب ها رو میخوام"),
        ("کتاب‌ها", "کتابها رو میخوام"),
        ("پیگیری", "برای پی گیری"),
        ("پی گیری", "برای پیگیری"),
        ("پیش‌فاکتور", "پیش فاکتور میدید"),
        ("کد رهگیری", "کدرهگیری من"),
        ("کد رهگیری", "کد‌رهگیری من"),
        ("کد رهگیری سفارش", "کدرهگیریسفارش"),
        ("کلاهبردار*", "کلاه بردارید"),
        ("بسته", "بسته ام کو"),
        ("هزینه", "هزینه ی ارسال"),
        ("login", "cannot log in"),
        ("log in", "cannot login"),
        ("log in", "cannot log-in"),
        ("checkout", "at check out"),
        ("email", "my e mail, e-mail"),
        ("refund policy", "refundpolicy?"),
        ("فروش", "بفروش می‌رسد"),
    ] {
        assert!(finds(phrase, text), "«{phrase}» in «{text}»");
    }
}

#[test]
fn words_that_only_touch_are_not_one() {
    for (phrase, text) in [
        ("پیگیری", "پی، گیری"),
        ("پیگیری", "پی. گیری"),
        ("login", "the log, in it"),
        ("پیگیری", "پی و گیری"),
        ("its", "it's"),
        ("red", "transferred"),
        ("lied", "applied"),
        ("سفارش", "سفارشگیرنده‌ها"),
        ("کد رهگیری", "کد من رو ندید، رهگیری"),
    ] {
        assert!(!finds(phrase, text), "«{phrase}» in «{text}»");
    }
}

#[test]
fn two_ways_to_write_it_in_the_rules_are_two_things() {
    // Has called, and is rusty.
    let matcher = matcher(&["زنگ زده", "زنگ‌زده"]);
    assert_eq!(found(&matcher, "کسی زنگ زده"), BTreeSet::from(["زنگ زده"]));
    assert!(found(&matcher, "درش زنگ‌زده").contains("زنگ‌زده"));
}

#[test]
fn affixes_and_stretched_letters_do_not_hide_a_word() {
    for (phrase, text) in [
        ("سفارش", "سفارشم سفارشت سفارشش"),
        ("سفارش", "سفارشمون"),
        ("سفارش", "سفارش‌هاتون"),
        ("سفارش", "سفارشها"),
        ("سفارش", "سفارش های"),
        ("سفارش", "سفارشی"),
        ("سفارش", "سفارشمو"),
        ("سفارش", "سفارشه"),
        ("کد", "کدهای تخفیف"),
        ("میخوام", "می‌خوام"),
        ("می‌خوام", "می خوام"),
        ("نمی خوام", "نمیخوام"),
        ("رسد", "به فروش می‌رسد"),
        ("سلام", "سلاااام"),
        ("please", "pleaseeee"),
        ("address", "two addresses"),
    ] {
        assert!(finds(phrase, text), "«{phrase}» in «{text}»");
    }
    assert!(!finds("رسد", "به فروش نمی‌رسد"));
}

#[test]
fn persian_in_latin_letters_is_found_and_answered_in_persian() {
    for (text, intent) in [
        ("sefaresham koja hast", "order_status"),
        ("Salam, sefaresham kojast?", "order_status"),
        ("hazine ersal be tabriz chande?", "shipping"),
        ("kode takhfif darid?", "discount_code"),
        ("chejoori kala ro marjoo konam", "return_howto"),
        ("in kafsh mojood hast?", "availability"),
        ("in kafsh mojud hast?", "availability"),
        ("ramzam yadam rafte", "account_password"),
        ("faktor mikham", "invoice"),
        ("lotfan sefaresham ro laghv konid", "cancel_order"),
        ("pardaxt namovafagh bood", "payment_problem"),
    ] {
        let understanding = STARTER.matcher.understand(text, None);
        assert_eq!(understanding.conclusion, Conclusion::One(intent.to_owned()), "{text}: {understanding:?}");
        assert_eq!(understanding.language, Language::Fa, "{text}");
    }
}

#[test]
fn complaints_in_latin_letters_are_complaints() {
    for text in [
        "sefaresham hanooz naresid, chera javab nemidid?",
        "kalaye shekaste ferestadid",
        "kolahbardari kardid",
        "poolam ro pas bedid",
        "mikham shekayat konam",
        "do hafte ast montazeram va kesi javab nemide",
        "poole man ro khordid",
        "az kharidam razi nistam",
    ] {
        let understanding = STARTER.matcher.understand(text, None);
        assert!(
            matches!(understanding.conclusion, Conclusion::Complaint { .. }),
            "{text}: {understanding:?}"
        );
    }
    for text in ["lotfan sefaresham ro laghv nakonid", "be man zang nazanid"] {
        assert_eq!(STARTER.matcher.understand(text, None).conclusion, Conclusion::Nothing, "{text}");
    }
}

#[test]
fn english_and_other_languages_are_no_persian() {
    for text in [
        "I bought a Samsng Galaxi yesterdy",
        "trak my pakage plese",
        "can u tel me wen my ordr wil ariv",
        "Wo ist meine Bestellung",
        "donde esta mi pedido",
        "man in the park",
        "Is there a pool in the hotel?",
        "the cost of a boot is ten pound",
        "kojast",
    ] {
        let language = STARTER.matcher.understand(text, None).language;
        // One word alone proves nothing, unless everybody knows it.
        let expected = if text == "kojast" { Language::Fa } else { Language::En };
        assert_eq!(language, expected, "{text}");
    }
}

#[test]
fn a_vague_guess_needs_the_other_words_of_a_phrase() {
    let matcher = matcher(&["کارت", "شماره کارت", "card", "bank card"]);
    // Three letters may be anything, and so may a word with another first letter.
    for text in ["کرت", "fard", "xard"] {
        assert_eq!(found(&matcher, text), BTreeSet::new(), "{text}");
    }
    assert_eq!(found(&matcher, "شماره کرت"), BTreeSet::from(["شماره کارت"]));
    assert_eq!(found(&matcher, "my bank xard"), BTreeSet::from(["bank card"]));
}

#[test]
fn lists_without_guesses_count_as_they_are_written() {
    let source = |fuzzy_off: BTreeSet<Language>| IntentSource {
        name: "order".to_owned(),
        kind: IntentKind::Question,
        phrases: BTreeMap::from([
            (Language::Fa, vec!["سفارش".to_owned(), "کجا".to_owned()]),
            (Language::En, vec!["guarantee".to_owned()]),
        ]),
        patterns: Vec::new(),
        not: BTreeMap::new(),
        negation_cancels: false,
        max_words: None,
        examples: BTreeMap::new(),
        counterexamples: BTreeMap::new(),
        fuzzy_off,
    };
    let count = |off: &[Language], text: &str| {
        let source = source(off.iter().copied().collect());
        Matcher::compile(&[source], &GateSource::default()).unwrap().phrases_in(text).len()
    };
    for text in ["سفارسم", "sefaresham koja", "a garantee"] {
        assert!(count(&[], text) > 0, "{text}");
        assert_eq!(count(&[Language::Fa, Language::En], text), 0, "{text}");
    }
    assert_eq!(count(&[Language::Fa], "a garantee"), 1);
    assert_eq!(count(&[Language::Fa, Language::En], "سفارش‌هام، guarantees"), 2);
}

/// All but the quoted words, which are the customer's own.
fn verdict(understanding: &Understanding) -> String {
    let Understanding { language, conclusion, best, runner_up, dissatisfaction, evidence } = understanding;
    let phrases: Vec<_> = evidence.iter().map(|said| (&said.phrase, &said.speaks_for)).collect();
    format!("{language:?} {conclusion:?} {best:?} {runner_up:?} {dissatisfaction} {phrases:?}")
}

static MESSAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let groups: BTreeMap<String, Vec<String>> =
        serde_yaml::from_str(include_str!("ordinary_questions.yaml")).unwrap();
    groups.into_values().flatten().collect()
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_verdict_is_the_same_however_a_message_is_spelt(
        number in any::<prop::sample::Index>(), seed in any::<u64>(),
    ) {
        let message = number.get(&MESSAGES);
        let spelt = misspell::spelt_otherwise(message, &mut misspell::Dice::new(seed), Gaps::Kept);
        let verdicts = [message, &spelt].map(|text| verdict(&STARTER.matcher.understand(text, None)));
        prop_assert_eq!(&verdicts[0], &verdicts[1], "{} / {}", message, spelt);
    }

    #[test]
    fn joiners_may_be_left_out(number in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let message = number.get(&MESSAGES);
        let spelt = misspell::spelt_otherwise(message, &mut misspell::Dice::new(seed), Gaps::Dropped);
        let verdicts = [message, &spelt].map(|text| verdict(&STARTER.matcher.understand(text, None)));
        prop_assert_eq!(&verdicts[0], &verdicts[1], "{} / {}", message, spelt);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,120}", persian in "[سفارشمکجبیـ\u{200c}\u{202e} .،0۱آئءa-f\u{301}]{0,120}") {
        for text in [text, persian] {
            let understanding = STARTER.matcher.understand(&text, None);
            prop_assert!(understanding.evidence.len() <= 12);
            prop_assert!(understanding.best.is_none_or(|best| (0.0..=1.0).contains(&best.score)));
        }
    }
}
