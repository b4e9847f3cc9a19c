//! Messages spelt as people spell them: other code points, other joiners, mistakes.
//!
//! Everything comes from a seed, so that a figure can be had again.

/// A small generator of numbers (xorshift64*); good enough to choose letters.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % limit
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn one_of(&mut self, letters: &[char]) -> char {
        letters[self.below(letters.len())]
    }
}

/// What becomes of the joiner that keeps «می‌خوام» one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gaps {
    Kept,
    Dropped,
    Spaces,
}

/// The same message with Arabic ی and ک, other digits, kashidas, vowel signs and direction marks.
pub fn spelt_otherwise(text: &str, dice: &mut Dice, gaps: Gaps) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_persian = |c: &char| ('\u{0620}'..='\u{06D3}').contains(c) && c.is_alphabetic();
    let mut spelt = String::new();
    for (at, c) in letters.iter().enumerate() {
        match c {
            'ی' if dice.percent(50) => spelt.push(dice.one_of(&['ي', 'ى'])),
            'ک' if dice.percent(50) => spelt.push('ك'),
            '۰'..='۹' if dice.percent(60) => {
                spelt.push(char::from_u32(u32::from(*c) - u32::from('۰') + u32::from('٠')).unwrap());
            }
            '\u{200C}' if gaps == Gaps::Dropped => {}
            '\u{200C}' if gaps == Gaps::Spaces => spelt.push(' '),
            _ => spelt.push(*c),
        }
        if is_persian(c) && letters.get(at + 1).is_some_and(is_persian) && dice.percent(8) {
            spelt.extend(std::iter::repeat_n('ـ', 1 + dice.below(4)));
        }
        if is_persian(c) && dice.percent(10) {
            spelt.push(dice.one_of(&['\u{064E}', '\u{064F}', '\u{0650}', '\u{0651}', '\u{0652}']));
        }
        if dice.percent(2) {
            spelt.push(dice.one_of(&['\u{200F}', '\u{200E}', '\u{202B}', '\u{FEFF}']));
        }
    }
    spelt
}

const KEYBOARDS: [[&str; 3]; 2] =
    [["qwertyuiop", "asdfghjkl", "zxcvbnm"], ["ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو"]];

/// The keys beside, above and below a letter's own.
fn neighbours(letter: char) -> Vec<char> {
    let key = |rows: &[&str; 3], row: usize, place: Option<usize>| rows.get(row)?.chars().nth(place?);
    for rows in KEYBOARDS {
        for (row, keys) in rows.iter().enumerate() {
            let Some(place) = keys.chars().position(|key| key == letter) else { continue };
            let left = place.checked_sub(1);
            let above = row.checked_sub(1);
            return [
                key(&rows, row, left),
                key(&rows, row, Some(place + 1)),
                above.and_then(|above| key(&rows, above, Some(place))),
                above.and_then(|above| key(&rows, above, Some(place + 1))),
                key(&rows, row + 1, Some(place)),
                key(&rows, row + 1, left),
            ]
            .into_iter()
            .flatten()
            .collect();
        }
    }
    vec![letter]
}

/// One mistake behind the first letter: a wrong key, a letter too few, one too many, two swapped.
pub fn misspelt(word: &str, dice: &mut Dice) -> String {
    loop {
        let mut letters: Vec<char> = word.chars().collect();
        let at = 1 + dice.below(letters.len() - 1);
        match dice.below(4) {
            0 => letters[at] = dice.one_of(&neighbours(letters[at].to_ascii_lowercase())),
            1 => drop(letters.remove(at)),
            2 => {
                let mut keys = neighbours(letters[at].to_ascii_lowercase());
                keys.push(letters[at]);
                letters.insert(at, dice.one_of(&keys));
            }
            _ if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => {}
        }
        let misspelt: String = letters.into_iter().collect();
        if misspelt != word {
            return misspelt;
        }
    }
}

/// A mistake in so many of a hundred words that have at least so many letters.
pub fn with_mistakes(text: &str, percent: usize, fewest: usize, dice: &mut Dice) -> String {
    let mut spelt = String::new();
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '\u{200C}') {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_plain = bare.chars().all(char::is_alphabetic) && bare.chars().count() >= fewest;
        if is_plain && dice.percent(percent) {
            spelt.push_str(&misspelt(bare, dice));
            spelt.push_str(&word[bare.len()..]);
        } else {
            spelt.push_str(word);
        }
    }
    spelt
}
