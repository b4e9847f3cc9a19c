//! The endings that a word of a phrase may carry in a customer's text.
//!
//! Persian nouns take a plural, a possessive and a spoken object or copula,
//! one after the other: «سفارش‌هامو», «کارتمه». English nouns take an s.
//!
//! Invariant: a word of one or two letters takes no ending; «بهت» is not «به».

/// Plural, possessive and last ending; each may be missing.
const PLURALS: [&str; 4] = ["", "ها", "های", "ات"];
/// By their first letter.
const POSSESSIVES: [(char, &[&str]); 5] = [
    ('م', &["م", "مون", "مان"]),
    ('ت', &["ت", "تون", "تان"]),
    ('ش', &["ش", "شون", "شان"]),
    ('ی', &["ی", "یی", "یم", "یت", "یش", "یمون", "یتون", "یشون", "یمان", "یتان"]),
    ('ا', &["ای", "ام", "ات", "اش", "ایم", "اید", "اند"]),
];
const LASTS: [&str; 10] = ["", "و", "رو", "را", "ه", "ست", "س", "هست", "هم", "ن"];

/// The longest ending in letters.
const LONGEST: usize = 10;
const SHORTEST_STEM: usize = 3;

/// Endings that people type as a word of its own: «بسته ام», «هزینه ی».
const APART: [&str; 14] =
    ["ام", "ات", "اش", "ای", "ایم", "اید", "اند", "مان", "تان", "شان", "مون", "تون", "شون", "ی"];

/// Calls `found` with every word that `word` may be an inflected form of, longest first.
pub(super) fn stems<'w>(word: &'w str, mut found: impl FnMut(&'w str)) {
    for (place, _) in word.char_indices().rev().take(LONGEST) {
        let (stem, ending) = word.split_at(place);
        if is_form(stem, ending) {
            found(stem);
        }
    }
}

/// May a word of phrases, the stem, carry this ending?
pub(super) fn is_form(stem: &str, ending: &str) -> bool {
    if stem.is_ascii() {
        let hisses = || stem.ends_with(['s', 'x', 'z']) || stem.ends_with("ch") || stem.ends_with("sh");
        return stem.len() >= SHORTEST_STEM && (ending == "s" || ending == "es" && hisses());
    }
    let is_long = stem.chars().nth(SHORTEST_STEM - 1).is_some();
    // Only a plural shows itself behind two letters: «کدها», but not «بهت».
    (is_long || stem.chars().nth(1).is_some() && ending.starts_with("ها")) && is_ending(ending)
}

/// Is the ending usual after this stem? «خانه‌ام», but «سفرم»: «سفراش» is rather a misspelt «سفارش».
pub(super) fn is_usual(stem: &str, ending: &str) -> bool {
    !ending.starts_with('ا') || stem.ends_with(['ه', 'ی', 'و', 'ا'])
}

/// May the ending stand after the stem with a space between?
pub(super) fn stands_apart(stem: &str, ending: &str) -> bool {
    APART.contains(&ending)
        && stem.chars().nth(SHORTEST_STEM - 1).is_some()
        && !stem.is_ascii()
        && (ending != "ی" || stem.ends_with(['ه', 'ا', 'و']))
}

/// Calls `found` with every word that an English word may be another form of: "returned", "shipping".
pub(super) fn english_stems(word: &str, mut found: impl FnMut(&str)) {
    for ending in ["s", "es", "d", "ed", "ing", "ly", "er", "able", "ment"] {
        let is_stem = |stem: &&str| stem.len() >= SHORTEST_STEM && (ending != "d" || stem.ends_with('e'));
        let Some(stem) = word.strip_suffix(ending).filter(is_stem) else { continue };
        found(stem);
        if ending.starts_with(['e', 'i', 'a']) {
            found(&format!("{stem}e"));
            let mut letters = stem.chars().rev();
            if letters.next().is_some_and(|last| letters.next() == Some(last)) {
                found(stem.get(..stem.len() - 1).unwrap_or_default());
            }
        }
        if let Some(y) = stem.strip_suffix('i') {
            found(&format!("{y}y"));
        }
    }
}

fn is_ending(ending: &str) -> bool {
    // Most letters neither begin nor end one.
    if !ending.starts_with(['ه', 'ا', 'م', 'ت', 'ش', 'ی', 'و', 'ر', 'س', 'ن'])
        || !ending.ends_with(['ا', 'ی', 'ت', 'م', 'ش', 'ن', 'و', 'ه', 'س', 'د'])
    {
        return false;
    }
    PLURALS.iter().filter_map(|plural| ending.strip_prefix(plural)).any(|rest| {
        LASTS.contains(&rest)
            || rest
                .chars()
                .next()
                .and_then(|first| POSSESSIVES.iter().find(|(letter, _)| *letter == first))
                .is_some_and(|(_, possessives)| {
                    possessives
                        .iter()
                        .filter_map(|possessive| rest.strip_prefix(possessive))
                        .any(|last| LASTS.contains(&last))
                })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_form_of(word: &str, stem: &str) -> bool {
        let mut yes = false;
        stems(word, |found| yes |= found == stem);
        assert_eq!(yes, word.strip_prefix(stem).is_some_and(|ending| is_form(stem, ending)));
        yes
    }

    #[test]
    fn persian_endings_come_off() {
        for word in ["سفارشم", "سفارشمو", "سفارشها", "سفارشهامون", "سفارشتون", "سفارشه", "سفارشمه", "سفارشی"]
        {
            assert!(is_form_of(word, "سفارش"), "{word}");
        }
        assert!(is_form_of("هزینهش", "هزینه") && is_form_of("روزهست", "روزه"));
    }

    #[test]
    fn english_words_have_forms() {
        let is_form = |word: &str, stem: &str| {
            let mut yes = false;
            english_stems(word, |found| yes |= found == stem);
            yes
        };
        for (word, stem) in [
            ("returned", "return"),
            ("purchased", "purchase"),
            ("topped", "top"),
            ("shipping", "ship"),
            ("receiving", "receive"),
            ("tries", "try"),
        ] {
            assert!(is_form(word, stem), "{word}");
        }
        assert!(!is_form("stopped", "top") && !is_form("this", "hi"));
    }

    #[test]
    fn some_endings_are_typed_as_words() {
        assert!(stands_apart("بسته", "ام") && stands_apart("هزینه", "ی") && stands_apart("حساب", "تون"));
        assert!(!stands_apart("سفارش", "رو") && !stands_apart("سفارش", "ی") && !stands_apart("به", "ام"));
    }

    #[test]
    fn every_ending_is_one() {
        let possessives =
            || POSSESSIVES.iter().flat_map(|(_, possessives)| possessives.iter().copied()).chain([""]);
        for plural in PLURALS {
            for possessive in possessives() {
                for last in LASTS {
                    let ending = format!("{plural}{possessive}{last}");
                    assert!(ending.is_empty() || is_ending(&ending), "{ending}");
                }
            }
        }
    }

    #[test]
    fn other_words_are_other_words() {
        assert!(!is_form_of("سلامت", "سل"));
        assert!(!is_form_of("بهت", "به"));
        assert!(!is_form_of("سفارشگیر", "سفارش"));
        assert!(
            is_form_of("parcels", "parcel") && is_form_of("addresses", "address") && !is_form_of("his", "hi")
        );
    }
}
