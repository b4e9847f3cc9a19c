use std::collections::BTreeMap;

use super::*;
use crate::domain::compose::{Composed, FACTS, PLACEHOLDERS, Values, compose};
use crate::domain::message::{Channel, Language};
use crate::domain::rules::Business;
use crate::yaml::Source;

fn settings(yaml: &str) -> Settings {
    let source = Source { name: "pasokh.yaml".into(), text: yaml.into() };
    settings::parse(&source, Some(Path::new("/nowhere/pasokh.yaml")), Secrets::Optional).unwrap().0
}

fn starter() -> Rules {
    load(&settings("")).unwrap_or_else(|mistakes| panic!("{}", diagnostic::report(&mistakes, false))).0
}

/// One moment in which a reply is said: with these facts and these values.
fn moments(reply: &str, language: Language) -> Vec<(Business, Values)> {
    let text = match language {
        Language::Fa => "متن",
        Language::En => "words",
    };
    let value = |name: &str| match (name, language) {
        ("code", _) => "482-917-508",
        ("name", Language::Fa) => "سارا",
        ("name", Language::En) => "Ann",
        _ => text,
    };
    let sure = system::sure(reply);
    let optional: Vec<&str> =
        PLACEHOLDERS.into_iter().filter(|name| !sure.contains(name) && *name != "shop").collect();
    let facts = |names: &[&str]| {
        let both = |name: &str| {
            let fact =
                if name.ends_with("_url") || name == "website" { "https://shop.example/a" } else { text };
            BTreeMap::from([(Language::Fa, fact.to_owned()), (Language::En, fact.to_owned())])
        };
        names.iter().map(|name| ((*name).to_owned(), both(name))).collect::<BTreeMap<_, _>>()
    };
    let business = |names: &[&str]| Business { facts: facts(names), ..settings("").business };
    let values = |names: &[&str]| {
        sure.iter().chain(names).fold(Values::new(), |values, name| values.with(name, value(name)))
    };
    let mut moments = vec![(business(&[]), values(&[])), (business(&FACTS), values(&optional))];
    moments.extend(optional.iter().map(|name| (business(&[]), values(&[name]))));
    moments.extend(FACTS.iter().map(|name| (business(&[name]), values(&[]))));
    moments
}

fn each_text(mut check: impl FnMut(&str, Language, Channel, &Composed)) {
    let rules = starter();
    for (name, reply) in &rules.replies {
        for language in [Language::Fa, Language::En] {
            for channel in [Channel::Email, Channel::Telegram, Channel::Chat] {
                for (business, values) in moments(name, language) {
                    check(name, language, channel, &compose(reply, &business, language, channel, &values));
                }
            }
        }
    }
}

/// The text without what was filled in.
fn own_words(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| {
            match c {
                '\u{2068}' => depth += 1,
                '\u{2069}' => depth -= 1,
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

/// By the rules of UAX #9 (P2): what stands in isolates does not count.
fn first_strong(paragraph: &str) -> Option<Language> {
    own_words(paragraph)
        .chars()
        .find(|c| c.is_alphabetic())
        .map(|c| if ('\u{0600}'..='\u{06FF}').contains(&c) { Language::Fa } else { Language::En })
}

#[test]
fn the_starter_set_is_accepted_without_a_warning() {
    match load(&settings("")) {
        Ok((_, warnings)) => assert_eq!(warnings, [], "{}", diagnostic::report(&warnings, false)),
        Err(mistakes) => panic!("{}", diagnostic::report(&mistakes, false)),
    }
}

#[test]
fn every_system_reply_is_in_the_starter_set() {
    let rules = starter();
    for reply in system::SYSTEM_REPLIES {
        assert!(rules.replies.contains_key(reply.name), "{}", reply.name);
    }
}

#[test]
fn every_starter_reply_can_always_be_filled_in() {
    each_text(|name, language, _, composed| {
        assert!(composed.missing.is_empty(), "{name} {language:?}: {:?}", composed.missing);
        assert!(!composed.text.is_empty(), "{name} {language:?}");
    });
}

#[test]
fn no_starter_text_shows_a_gap_or_is_too_long() {
    each_text(|name, language, _, composed| {
        let text = composed.text.replace(['\u{2068}', '\u{2069}'], "");
        for gap in ["TODO", "{", "}", "none", "undefined", "  ", " .", " ،", "..", "[", "]", " :"] {
            assert!(!text.contains(gap), "{name} {language:?} has `{gap}`: {text}");
        }
        let characters = composed.text.chars().count();
        assert!(characters <= 620, "{name} {language:?} has {characters} characters");
    });
}

#[test]
fn persian_texts_are_spelt_as_persian_is() {
    let loose = regex::Regex::new(r"(^|\s)ن?می\s|\s(ها|های|هایی|تر|ترین)(\s|$)").unwrap();
    each_text(|name, language, _, composed| {
        if language == Language::Fa && name != "acknowledge_unverified" {
            let text = own_words(&composed.text);
            assert!(!text.contains(['ي', 'ى', 'ك', 'ة', '?', ',', ';']), "{name}: {text}");
            assert!(!text.contains(|c: char| c.is_ascii_digit()), "{name}: {text}");
            assert!(!text.contains(|c: char| c.is_ascii_alphabetic()), "{name}: {text}");
            assert!(!loose.is_match(&text), "{name}: {text}");
            for stiff in ["می‌باشد", "گردید", "جهت ", "مشتری محترم", "آقای", "خانم"]
            {
                assert!(!text.contains(stiff), "{name} has `{stiff}`");
            }
        }
    });
}

#[test]
fn every_paragraph_begins_in_the_language_of_its_text() {
    each_text(|name, language, _, composed| {
        for paragraph in composed.text.lines().filter(|line| !line.is_empty()) {
            assert!(!paragraph.starts_with('\u{2068}'), "{name}: {paragraph}");
            if name != "acknowledge_unverified" {
                assert_eq!(first_strong(paragraph), Some(language), "{name}: {paragraph}");
            }
        }
    });
}

#[test]
fn an_unverified_sender_gets_one_fixed_text_in_both_languages() {
    let rules = starter();
    let reply = &rules.replies["acknowledge_unverified"];
    let values = Values::new().with("code", "482-917-508").with("name", "Mallory").with("topic", "spam");
    let text = compose(reply, &rules.business, Language::En, Channel::Email, &values).text;
    insta::assert_snapshot!(text.replace(['\u{2068}', '\u{2069}'], ""), @r"
    We have your message and our team will read it. This mail was sent automatically.
    Tracking code: 482-917-508

    پیام شما به دستمان رسید و همکاران ما آن را می‌خوانند. این نامه خودکار فرستاده شده است.
    کد پیگیری: 482-917-508
    ");
}

#[test]
fn a_complaint_is_acknowledged_in_both_languages() {
    let rules = starter();
    let reply = &rules.replies["acknowledge_complaint"];
    let fa = Values::new()
        .with("code", "482-917-508")
        .with("name", "سارا")
        .with("topic", "بازگشت وجه")
        .with("due", "شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۲:۳۰");
    let en = Values::new().with("code", "482-917-508").with("due", "Saturday, 5 December 2026, 12:30");
    let text = |language, values| {
        compose(reply, &rules.business, language, Channel::Email, values)
            .text
            .replace(['\u{2068}', '\u{2069}'], "|")
    };
    insta::assert_snapshot!(text(Language::Fa, &fa), @r"
    سلام |سارا| گرامی، پیام شما به دستمان رسید و از این‌که چنین مشکلی برایتان پیش آمده متأسفیم.
    موضوع: |بازگشت وجه|
    کد پیگیری: |482-917-508|
    همکار ما آن را بررسی می‌کند و حداکثر تا |شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۲:۳۰| از همین راه به شما پاسخ می‌دهد.
    اگر عکس یا توضیح بیشتری دارید، در پاسخ همین پیام بفرستید.
    برای دیدن وضعیت بنویسید: وضعیت |482-917-508|
    ");
    insta::assert_snapshot!(text(Language::En, &en), @r"
    Hello, we have your message and we're sorry this happened.
    Tracking code: |482-917-508|
    A colleague will look into it and answer you here by Saturday, 5 December 2026, 12:30.
    If you have photos or more details, just reply to this message.
    To see where it stands, write: status |482-917-508|
    ");
}

/// Rules in a directory of their own.
fn written(files: &[(&str, &str)]) -> (tempfile::TempDir, Settings) {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let file = directory.path().join("pasokh.yaml");
    std::fs::write(&file, "business: { name: Shop }").unwrap();
    let (settings, _) = settings::load(Some(&file), Secrets::Optional).unwrap();
    (directory, settings)
}

const INTENT: &str = "intent: moon\ntitle: { en: Moon }\nkind: question\nphrases: { en: [\"blue moon\"] }\nexamples: { en: [\"a blue moon\"] }\n";
const REPLY: &str = "reply: moon\ntext: { fa: ماه., en: Moon. }\n";

#[test]
fn an_owner_without_system_replies_has_the_built_in_ones() {
    let (_kept, settings) = written(&[("intents/moon.yaml", INTENT), ("replies/moon.yaml", REPLY)]);
    let (rules, warnings) = load(&settings).unwrap();
    assert_eq!(warnings, []);
    assert!(rules.replies.contains_key("acknowledge_complaint"));
    assert!(!rules.replies.contains_key("shipping"));
    assert_eq!(rules.intents["moon"].reply.as_deref(), Some("moon"));
    assert!(rules.replies["greeting"].buttons.is_empty(), "its buttons name intents that are not here");
}

#[test]
fn an_owner_may_change_one_reply_of_the_starter_set_only() {
    let (_kept, settings) =
        written(&[("replies/shipping.yaml", "reply: shipping\ntext: { fa: رایگان., en: Free. }\n")]);
    let (rules, _) =
        load(&settings).unwrap_or_else(|mistakes| panic!("{}", diagnostic::report(&mistakes, false)));
    assert_eq!(rules.replies["shipping"].text[&Language::En].source(), "Free.");
    assert!(rules.replies.contains_key("order_status"));
}

#[test]
fn the_hash_changes_with_a_text_and_not_with_the_order_of_writing() {
    let other = (
        "intents/sun.yaml",
        "intent: sun\ntitle: { en: Sun }\nkind: request\nphrases: { en: [\"red sun\"] }\nexamples: { en: [\"a red sun\"] }\n",
    );
    let hash = |files: &[(&str, &str)]| {
        let (_kept, settings) = written(files);
        load(&settings).unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).0.hash
    };
    let one = hash(&[("intents/moon.yaml", INTENT), other, ("replies/moon.yaml", REPLY)]);
    let two = hash(&[other, ("replies/moon.yaml", REPLY), ("intents/moon.yaml", INTENT)]);
    let changed = hash(&[
        ("intents/moon.yaml", INTENT),
        other,
        ("replies/moon.yaml", &REPLY.replace("Moon", "Full moon")),
    ]);
    assert_eq!(one, two);
    assert_ne!(one, changed);
}

#[test]
fn filed_kinds_need_no_reply() {
    let request = INTENT.replace("question", "request");
    let (_kept, settings) = written(&[("intents/moon.yaml", &request)]);
    let (rules, _) = load(&settings).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(rules.intents["moon"].reply, None);
}

#[test]
fn a_check_tells_mistakes_of_settings_and_rules_together() {
    let (kept, _) = written(&[
        ("intents/moon.yaml", &INTENT.replace("question", "qestion")),
        ("replies/moon.yaml", REPLY),
    ]);
    let file = kept.path().join("pasokh.yaml");
    std::fs::write(
        &file,
        "web: { listen: 8484 }\ntelegram: [ { token: { env: PASOKH_TEST_VARIABLE_THAT_IS_NOT_SET } } ]\n",
    )
    .unwrap();
    let told: Vec<String> = check(Some(&file))
        .found
        .iter()
        .map(|told| format!("{} {}", told.severity.name(), told.message))
        .collect();
    assert_eq!(
        told,
        [
            "error `listen` must be an address and a port, not `8484`",
            "warning the environment variable `PASOKH_TEST_VARIABLE_THAT_IS_NOT_SET` is not set, it should hold the bot's token",
            "error unknown kind `qestion`",
        ]
    );
}
