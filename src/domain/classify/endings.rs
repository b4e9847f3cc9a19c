//! The endings that a word of a phrase may carry in a customer's text.
//!
//! Persian nouns take a plural, a possessive and a spoken object or copula,
//! one after the other: «سفارش‌هامو», «کارتمه». English nouns take an s.
//!
//! Invariant: a word of one or two letters takes no ending; «بهت» is not «به».

/// Plural, possessive and last ending; each may be missing.
const PLURALS: [&str; 4] = ["", "ها", "های", "ات"];
const POSSESSIVES: [&str; 24] = [
    "", "م", "ت", "ش", "ی", "یی", "ای", "ام", "ات", "اش", "یم", "یت", "یش", "مون", "تون", "شون", "مان",
    "تان", "شان", "یمون", "یتون", "یشون", "یمان", "یتان",
];
const LASTS: [&str; 10] = ["", "و", "رو", "را", "ه", "ست", "س", "هست", "هم", "ن"];

/// The longest ending in letters.
const LONGEST: usize = 10;
const SHORTEST_STEM: usize = 3;

/// Calls `found` with every word that `word` may be an inflected form of, longest first.
pub(super) fn stems<'w>(word: &'w str, mut found: impl FnMut(&'w str)) {
    if word.is_ascii() {
        if word.len() > SHORTEST_STEM
            && let Some(stem) = word.strip_suffix('s')
        {
            found(stem);
        }
        return;
    }
    for (place, _) in word.char_indices().rev().take(LONGEST) {
        let (stem, ending) = word.split_at(place);
        if stem.chars().nth(SHORTEST_STEM - 1).is_some() && is_ending(ending) {
            found(stem);
        }
    }
}

fn is_ending(ending: &str) -> bool {
    PLURALS.iter().filter_map(|plural| ending.strip_prefix(plural)).any(|rest| {
        POSSESSIVES
            .iter()
            .filter_map(|possessive| rest.strip_prefix(possessive))
            .any(|last| LASTS.contains(&last))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_form_of(word: &str, stem: &str) -> bool {
        let mut yes = false;
        stems(word, |found| yes |= found == stem);
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
    fn other_words_are_other_words() {
        assert!(!is_form_of("سلامت", "سل"));
        assert!(!is_form_of("بهت", "به"));
        assert!(!is_form_of("سفارشگیر", "سفارش"));
        assert!(is_form_of("parcels", "parcel") && !is_form_of("his", "hi"));
    }
}
