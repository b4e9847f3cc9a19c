//! How well a Latin word spells a Persian one.
//!
//! Consonants decide which words are compared at all; then the letters are laid
//! side by side. Short vowels, which Persian does not write, cost nothing; a
//! long vowel that is not typed, or typed where none stands, costs one.
//!
//! Invariant: a word that is spelt letter for letter costs nothing.

use super::spelling;

/// Longer words are compared by nobody.
const MOST_PERSIAN: usize = 20;
const MOST_LATIN: usize = 32;

/// The consonants of a word, each counted once where it is doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Consonants {
    pub hash: u64,
    pub count: usize,
}

/// The sounds that have a letter of their own; ` ` stands for no sound that counts.
const PERSIAN: [(&[char], char); 21] = [
    (&['ب'], 'b'),
    (&['پ'], 'p'),
    (&['ت', 'ط'], 't'),
    (&['ث', 'س', 'ص'], 's'),
    (&['ج', 'ژ'], 'j'),
    (&['چ'], 'C'),
    (&['ح', 'ه'], 'h'),
    (&['خ'], 'X'),
    (&['د'], 'd'),
    (&['ذ', 'ز', 'ض', 'ظ'], 'z'),
    (&['ر'], 'r'),
    (&['ش'], 'S'),
    (&['غ', 'ق'], 'q'),
    (&['ف'], 'f'),
    (&['ک'], 'k'),
    (&['گ'], 'g'),
    (&['ل'], 'l'),
    (&['م'], 'm'),
    (&['ن'], 'n'),
    (&['ا', 'و', 'ی'], ' '),
    (&['ع'], ' '),
];

/// Two Latin letters for one sound, then one for one.
const LATIN_PAIRS: [(&str, char); 6] =
    [("ch", 'C'), ("sh", 'S'), ("kh", 'X'), ("gh", 'q'), ("zh", 'j'), ("ph", 'f')];

fn sound_of_persian(letter: char) -> Option<char> {
    PERSIAN.iter().find(|(letters, _)| letters.contains(&letter)).map(|(_, sound)| *sound)
}

fn sound_of_latin(letter: u8) -> char {
    match letter {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'v' | b'w' => ' ',
        b'c' => 'k',
        b'x' => 'X',
        _ => char::from(letter),
    }
}

/// The consonants of a word that is written in Persian letters only.
pub(super) fn consonants_of_persian(word: &str) -> Option<Consonants> {
    let mut heard = Heard::default();
    for letter in word.chars() {
        heard.hear(sound_of_persian(letter)?);
    }
    heard.consonants()
}

/// The consonants of each beginning of a word in small Latin letters, with where it ends.
pub(super) fn consonants_of_latin(word: &str) -> Vec<(usize, Consonants)> {
    let mut beginnings = Vec::with_capacity(word.len());
    let mut heard = Heard::default();
    let mut rest = word;
    while let Some(first) = rest.bytes().next() {
        let pair = LATIN_PAIRS.iter().find_map(|(pair, sound)| Some((rest.strip_prefix(pair)?, *sound)));
        let (after, sound) = pair.unwrap_or((rest.get(1..).unwrap_or_default(), sound_of_latin(first)));
        heard.hear(sound);
        rest = after;
        beginnings.extend(heard.consonants().map(|heard| (word.len() - rest.len(), heard)));
    }
    beginnings
}

/// The sounds of a word so far.
#[derive(Default)]
struct Heard {
    hash: u64,
    count: usize,
    last: Option<char>,
    /// An h that counts only if something follows: «هزینه» is "hazine" and "hazineh".
    h: bool,
}

impl Heard {
    fn hear(&mut self, sound: char) {
        if std::mem::take(&mut self.h) {
            self.keep('h');
        }
        match sound {
            ' ' => {}
            'h' => self.h = true,
            _ => self.keep(sound),
        }
    }

    fn keep(&mut self, sound: char) {
        if self.last != Some(sound) {
            self.hash = spelling::join(self.hash, u64::from(sound), 1);
            self.count += 1;
            self.last = Some(sound);
        }
    }

    fn consonants(&self) -> Option<Consonants> {
        (self.count > 0).then_some(Consonants { hash: self.hash, count: self.count })
    }
}

/// How Persian letters are typed, and what each way costs.
fn ways(letter: char, at: usize, last: bool) -> &'static [(&'static str, u32)] {
    match letter {
        'ب' => &[("b", 0)],
        'پ' => &[("p", 0)],
        'ت' | 'ط' => &[("t", 0)],
        'ث' | 'س' | 'ص' => &[("s", 0)],
        'ج' => &[("j", 0)],
        'ژ' => &[("zh", 0), ("j", 0)],
        'چ' => &[("ch", 0)],
        'ح' if last => &[("h", 0), ("", 1)],
        'ح' => &[("h", 0)],
        'ه' if last => &[("h", 0), ("eh", 0), ("e", 0), ("ah", 0), ("a", 1)],
        'ه' => &[("h", 0)],
        'خ' => &[("kh", 0), ("x", 0)],
        'د' => &[("d", 0)],
        'ذ' | 'ز' | 'ض' | 'ظ' => &[("z", 0)],
        'ر' => &[("r", 0)],
        'ش' => &[("sh", 0)],
        'غ' | 'ق' => &[("gh", 0), ("q", 0)],
        'ف' => &[("f", 0), ("ph", 0)],
        'ک' => &[("k", 0), ("c", 0)],
        'گ' => &[("g", 0)],
        'ل' => &[("l", 0)],
        'م' => &[("m", 0)],
        'ن' => &[("n", 0)],
        'ا' if at == 0 => &[("aa", 0), ("a", 0), ("e", 0), ("o", 0), ("i", 0), ("u", 0), ("", 1)],
        'ا' => &[("aa", 0), ("a", 0), ("o", 1), ("", 1)],
        'و' => &[("oo", 0), ("ou", 0), ("ow", 0), ("o", 0), ("u", 0), ("v", 0), ("w", 0), ("", 1)],
        'ی' => &[("ee", 0), ("ey", 0), ("ei", 0), ("iy", 0), ("i", 0), ("y", 0), ("e", 1), ("", 1)],
        'ع' => &[("", 0), ("a", 0), ("e", 0), ("o", 0)],
        _ => &[],
    }
}

/// What the spelling costs; `None` when the letters do not fit at all.
pub(super) fn cost(persian: &str, latin: &str) -> Option<u32> {
    let letters: Vec<char> = persian.chars().collect();
    if letters.len() > MOST_PERSIAN || latin.len() > MOST_LATIN {
        return None;
    }
    // For each beginning of the Latin word what it costs to spell the letters so far.
    let mut costs: Vec<Option<u32>> = vec![None; latin.len() + 1];
    *costs.first_mut()? = Some(0);
    for (at, letter) in letters.iter().enumerate() {
        add_vowels(&mut costs, latin);
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied();
        let after = letters.get(at + 1).copied();
        costs = spell(&costs, latin, *letter, at, before, after);
    }
    add_vowels(&mut costs, latin);
    costs.last().copied().flatten()
}

/// Vowels that Persian does not write, and consonants that are typed twice.
fn add_vowels(costs: &mut [Option<u32>], latin: &str) {
    let mut previous = None;
    for (at, letter) in latin.bytes().enumerate() {
        let extra = match letter {
            b'a' | b'e' | b'o' if previous != Some(letter) => Some(0),
            b'a' | b'e' | b'o' | b'i' | b'u' => Some(1),
            _ if previous == Some(letter) => Some(0),
            _ => None,
        };
        previous = Some(letter);
        if let (Some(extra), Some(cost)) = (extra, costs.get(at).copied().flatten()) {
            lower(costs, at + 1, cost + extra);
        }
    }
}

fn spell(
    costs: &[Option<u32>],
    latin: &str,
    letter: char,
    at: usize,
    before: Option<char>,
    after: Option<char>,
) -> Vec<Option<u32>> {
    let mut next = vec![None; costs.len()];
    // «خواستم» is "khastam", «این» is "in", «ممنون» is "mamnoon" with one n too few at most.
    let is_silent = letter == 'و' && before == Some('خ')
        || letter == 'ا' && at == 0 && matches!(after, Some('ی' | 'و'))
        || before == Some(letter);
    for (place, cost) in costs.iter().enumerate().filter_map(|(place, cost)| Some((place, (*cost)?))) {
        if is_silent {
            lower(&mut next, place, cost);
        }
        let rest = latin.get(place..).unwrap_or_default();
        for (written, extra) in ways(letter, at, after.is_none()) {
            if rest.starts_with(written) {
                lower(&mut next, place + written.len(), cost + extra);
            }
        }
    }
    next
}

fn lower(costs: &mut [Option<u32>], at: usize, cost: u32) {
    if let Some(least) = costs.get_mut(at)
        && least.is_none_or(|least| cost < least)
    {
        *least = Some(cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spells(latin: &str, persian: &str) -> Option<u32> {
        let (_, typed) = *consonants_of_latin(latin).last()?;
        if typed == consonants_of_persian(persian)? { cost(persian, latin) } else { None }
    }

    #[test]
    fn words_are_spelt_in_many_ways() {
        for (latin, persian) in [
            ("sefaresh", "سفارش"),
            ("sefaresham", "سفارشم"),
            ("koja", "کجا"),
            ("kojast", "کجاست"),
            ("ersal", "ارسال"),
            ("pardakht", "پرداخت"),
            ("pardaxt", "پرداخت"),
            ("takhfif", "تخفیف"),
            ("mojood", "موجود"),
            ("mojud", "موجود"),
            ("mojod", "موجود"),
            ("bargasht", "برگشت"),
            ("chand", "چند"),
            ("chande", "چنده"),
            ("kharid", "خرید"),
            ("poshtibani", "پشتیبانی"),
            ("shekayat", "شکایت"),
            ("marjoo", "مرجوع"),
            ("marjooi", "مرجوعی"),
            ("hazine", "هزینه"),
            ("hazineh", "هزینه"),
            ("vaziat", "وضعیت"),
            ("mikham", "میخوام"),
            ("khastam", "خواستم"),
            ("mamnoon", "ممنون"),
            ("gheymat", "قیمت"),
            ("qeimat", "قیمت"),
            ("ezafe", "اضافه"),
        ] {
            assert_eq!(spells(latin, persian), Some(0), "{latin} {persian}");
        }
    }

    #[test]
    fn a_vowel_in_the_wrong_place_costs_and_a_consonant_forbids() {
        assert_eq!(spells("poshtbani", "پشتیبانی"), Some(1));
        assert_eq!(spells("kort", "کارت"), Some(1));
        assert_eq!(spells("plese", "پلیس"), Some(1));
        for (latin, persian) in
            [("order", "ارسال"), ("sefares", "سفارش"), ("kharid", "خرما"), ("xyz", "سفارش")]
        {
            assert_eq!(spells(latin, persian), None, "{latin} {persian}");
        }
    }
}
