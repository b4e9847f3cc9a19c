//! Typos and Persian spellings, one kind at a time; all kinds at once stand in `misspell`.

use crate::misspell::Dice;

/// A mistake in so many of a hundred words of four letters and more: any letter, at any place.
pub fn typos(text: &str, percent: usize, dice: &mut Dice) -> String {
    let mut noisy = String::new();
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if bare.chars().count() >= 4 && dice.below(100) < percent {
            noisy.push_str(&typo(bare, dice));
            noisy.push_str(&word[bare.len()..]);
        } else {
            noisy.push_str(word);
        }
    }
    noisy
}

fn typo(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let letter = |dice: &mut Dice| char::from(b'a' + u8::try_from(dice.below(26)).unwrap());
    let at = dice.below(letters.len());
    match dice.below(4) {
        0 => letters.insert(at, letter(dice)),
        1 => drop(letters.remove(at)),
        2 => letters[at] = letter(dice),
        _ => {
            let at = at.min(letters.len() - 2);
            letters.swap(at, at + 1);
        }
    }
    letters.into_iter().collect()
}

pub type Spelling = fn(&str) -> String;

/// How Persian is spelt otherwise, with every place of a message changed.
pub const SPELLINGS: [(&str, Spelling); 6] = [
    ("Arabic ي and ك", |text| text.replace('ی', "ي").replace('ک', "ك")),
    ("Arabic digits", |text| text.chars().map(arabic_digit).collect()),
    ("kashida", |text| between_letters(text, 'ـ', 3)),
    ("vowel signs", |text| between_letters(text, '\u{064E}', 2)),
    ("ZWNJ dropped", |text| text.replace('\u{200C}', "")),
    ("ZWNJ as a space", |text| text.replace('\u{200C}', " ")),
];

fn arabic_digit(c: char) -> char {
    match c {
        '۰'..='۹' => char::from_u32(u32::from(c) - u32::from('۰') + u32::from('٠')).unwrap(),
        '0'..='9' => char::from_u32(u32::from(c) - u32::from('0') + u32::from('٠')).unwrap(),
        _ => c,
    }
}

/// A mark behind every so many-th Persian letter that has a letter behind it.
fn between_letters(text: &str, mark: char, every: usize) -> String {
    let is_letter = |c: &char| ('\u{0620}'..='\u{06D3}').contains(c) && c.is_alphabetic();
    let letters: Vec<char> = text.chars().collect();
    let mut marked = String::new();
    for (at, c) in letters.iter().enumerate() {
        marked.push(*c);
        if at % every == 0 && is_letter(c) && letters.get(at + 1).is_some_and(is_letter) {
            marked.push(mark);
        }
    }
    marked
}
