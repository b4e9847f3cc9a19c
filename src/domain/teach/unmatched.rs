//! Messages that no intent serves, gathered by likeness.
//!
//! Texts come in, oldest first; out come groups, the largest first, each with
//! the words that set it apart: what an owner needs to write a new intent.
//! Words count by their first letters, so that endings do not part them, and
//! the rarer a word the more it counts (TF-IDF, cosine).
//!
//! Invariant: the same texts in the same order give the same groups.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::text::tokenise;
use crate::domain::understanding::IntentName;

/// Persian and English endings begin about here.
const STEM_LETTERS: usize = 4;
/// So alike is a message to the group that takes it in.
const ALIKE: f64 = 0.3;
const MOST_KEYWORDS: usize = 6;
/// A keyword must stand in so many messages of its group.
const KEYWORD_IN: u32 = 2;
const MOST_SAMPLES: usize = 3;

/// One message that was filed with no intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    pub text: String,
    /// The intent that came nearest, though not near enough.
    pub nearest: Option<IntentName>,
}

/// Messages about the same thing, as far as their words tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Places of the messages in what was given.
    pub members: Vec<usize>,
    /// Places of the most typical ones, at most three.
    pub samples: Vec<usize>,
    /// Words that stand here and seldom elsewhere, the strongest first.
    pub keywords: Vec<String>,
    /// The intent that came nearest for most of them.
    pub nearest: Option<IntentName>,
}

type Weights = BTreeMap<String, f64>;

/// Groups the messages. `others` are messages that were understood: words that are common
/// there are no keywords here. `fillers` say nothing.
pub fn groups(messages: &[Unmatched], others: &[String], fillers: &BTreeSet<String>) -> Vec<Group> {
    let read: Vec<Words> = messages.iter().map(|message| Words::of(&message.text, fillers)).collect();
    let others: Vec<Words> = others.iter().map(|text| Words::of(text, fillers)).collect();
    let weights = weigh(&read);
    let mut gathered = gather(&weights);
    gathered.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), group.members.first().copied()));
    gathered
        .into_iter()
        .map(|found| Group {
            keywords: keywords(&found.members, &read, &others),
            nearest: nearest(&found.members, messages),
            samples: samples(&found, &weights),
            members: found.members,
        })
        .collect()
}

/// A text's stems, each with the word that it stood for.
struct Words {
    stems: BTreeMap<String, String>,
}

impl Words {
    fn of(text: &str, fillers: &BTreeSet<String>) -> Words {
        let tokens = tokenise(text).into_iter().map(|token| token.word);
        let telling = tokens.filter(|word| {
            word.chars().count() > 1 && !fillers.contains(word) && word.chars().any(char::is_alphabetic)
        });
        Words { stems: telling.map(|word| (word.chars().take(STEM_LETTERS).collect(), word)).collect() }
    }

    fn has(&self, stem: &str) -> bool {
        self.stems.contains_key(stem)
    }
}

/// Each text as a vector of length one.
fn weigh(read: &[Words]) -> Vec<Weights> {
    let mut found_in: BTreeMap<&String, u32> = BTreeMap::new();
    for stem in read.iter().flat_map(|words| words.stems.keys()) {
        *found_in.entry(stem).or_default() += 1;
    }
    let all = read.len() as f64;
    // A word that stands in one message binds it to nothing: it weighs no more than one in two.
    let rarity =
        |stem: &String| (1.0 + all / f64::from(found_in.get(stem).copied().unwrap_or(1).max(2))).ln();
    let weights =
        read.iter().map(|words| words.stems.keys().map(|stem| (stem.clone(), rarity(stem))).collect());
    weights.map(of_length_one).collect()
}

fn of_length_one(weights: Weights) -> Weights {
    let length = length(&weights);
    weights.into_iter().map(|(stem, weight)| (stem, weight / length)).collect()
}

/// Never 0, so that nothing is divided by it.
fn length(weights: &Weights) -> f64 {
    weights.values().map(|weight| weight * weight).sum::<f64>().sqrt().max(f64::MIN_POSITIVE)
}

struct Gathered {
    members: Vec<usize>,
    /// Sum of the members' vectors.
    sum: Weights,
    /// Its length.
    length: f64,
}

impl Gathered {
    fn around(place: usize, weight: &Weights) -> Gathered {
        Gathered { members: vec![place], sum: weight.clone(), length: length(weight) }
    }

    fn take(&mut self, place: usize, weight: &Weights) {
        self.members.push(place);
        for (stem, weight) in weight {
            *self.sum.entry(stem.clone()).or_default() += weight;
        }
        self.length = length(&self.sum);
    }

    /// The cosine of the angle between a vector of length one and the group's.
    fn likeness(&self, weight: &Weights) -> f64 {
        let product: f64 =
            weight.iter().filter_map(|(stem, weight)| Some(weight * self.sum.get(stem)?)).sum();
        product / self.length
    }
}

/// Each message joins the group that it is most like, or begins one.
fn gather(weights: &[Weights]) -> Vec<Gathered> {
    let mut groups: Vec<Gathered> = Vec::new();
    for (place, weight) in weights.iter().enumerate() {
        let best = groups
            .iter_mut()
            .map(|group| (group.likeness(weight), group))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        match best {
            Some((_, group)) => group.take(place, weight),
            None => groups.push(Gathered::around(place, weight)),
        }
    }
    groups
}

/// The members most like all of the group, in the order of that.
fn samples(group: &Gathered, weights: &[Weights]) -> Vec<usize> {
    let mut ranked: Vec<(f64, usize)> = group
        .members
        .iter()
        .map(|place| (weights.get(*place).map_or(0.0, |weight| group.likeness(weight)), *place))
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    ranked.into_iter().take(MOST_SAMPLES).map(|(_, place)| place).collect()
}

/// Words by log-odds: how much likelier they are in a message of the group than in any other.
fn keywords(members: &[usize], read: &[Words], others: &[Words]) -> Vec<String> {
    let inside: BTreeSet<usize> = members.iter().copied().collect();
    let of_group: Vec<&Words> = members.iter().filter_map(|place| read.get(*place)).collect();
    let elsewhere: Vec<&Words> = read
        .iter()
        .enumerate()
        .filter(|(place, _)| !inside.contains(place))
        .map(|(_, words)| words)
        .chain(others)
        .collect();
    let least = KEYWORD_IN.min(u32::try_from(members.len()).unwrap_or(KEYWORD_IN));
    let stems: BTreeSet<&String> = of_group.iter().flat_map(|words| words.stems.keys()).collect();
    let mut ranked: Vec<(f64, u32, String)> = stems
        .into_iter()
        .filter_map(|stem| {
            let here = count(&of_group, stem);
            let odds = log_odds(here, of_group.len()) - log_odds(count(&elsewhere, stem), elsewhere.len());
            (here >= least && odds > 0.0).then(|| (odds, here, spelling(&of_group, stem)))
        })
        .collect();
    ranked.sort_by(|left, right| {
        right.0.total_cmp(&left.0).then(right.1.cmp(&left.1)).then(left.2.cmp(&right.2))
    });
    ranked.into_iter().take(MOST_KEYWORDS).map(|(_, _, word)| word).collect()
}

fn count(texts: &[&Words], stem: &str) -> u32 {
    texts.iter().map(|words| u32::from(words.has(stem))).sum()
}

/// With half a message added on both sides, so that what never stands anywhere has odds too.
fn log_odds(with: u32, all: usize) -> f64 {
    let with = f64::from(with);
    ((with + 0.5) / (all as f64 - with + 0.5)).ln()
}

/// The spelling that most of the texts use.
fn spelling(texts: &[&Words], stem: &str) -> String {
    let mut spelled: BTreeMap<&String, u32> = BTreeMap::new();
    for word in texts.iter().filter_map(|words| words.stems.get(stem)) {
        *spelled.entry(word).or_default() += 1;
    }
    let most = spelled.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    most.map_or_else(|| stem.to_owned(), |(word, _)| word.clone())
}

/// The nearest intent, when it is the same for at least half of the messages.
fn nearest(members: &[usize], messages: &[Unmatched]) -> Option<IntentName> {
    let mut votes: BTreeMap<&IntentName, usize> = BTreeMap::new();
    for name in members.iter().filter_map(|place| messages.get(*place)?.nearest.as_ref()) {
        *votes.entry(name).or_default() += 1;
    }
    let most = votes.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    most.filter(|(_, count)| count * 2 >= members.len()).map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmatched(text: &str, nearest: Option<&str>) -> Unmatched {
        Unmatched { text: text.to_owned(), nearest: nearest.map(str::to_owned) }
    }

    fn sample() -> Vec<Unmatched> {
        vec![
            unmatched("do you have gift cards?", None),
            unmatched("امکان خرید عمده دارید؟", Some("discount_code")),
            unmatched("can I buy a gift card for my sister", None),
            unmatched("برای خرید عمده تخفیف می‌دهید؟", Some("discount_code")),
            unmatched("is your CEO hiring interns", None),
            unmatched("gift card balance", Some("refund_info")),
            unmatched("قیمت عمده‌تان برای خرید صد عدد؟", None),
        ]
    }

    fn fillers() -> BTreeSet<String> {
        ["do", "you", "have", "can", "for", "my", "is", "your", "برای", "دارید"].map(str::to_owned).into()
    }

    #[test]
    fn messages_about_the_same_thing_come_together_the_largest_group_first() {
        let groups = groups(&sample(), &[], &fillers());
        let members: Vec<&[usize]> = groups.iter().map(|group| group.members.as_slice()).collect();
        assert_eq!(members, [&[0, 2, 5][..], &[1, 3, 6], &[4]]);
        assert_eq!(groups[0].keywords, ["card", "gift"]);
        assert!(groups[1].keywords.contains(&"عمده".to_owned()), "{:?}", groups[1].keywords);
        assert_eq!(groups[1].nearest.as_deref(), Some("discount_code"));
        assert_eq!(groups[0].nearest, None);
        assert!(groups[0].samples.len() == 3 && groups[0].samples.contains(&0));
    }

    #[test]
    fn a_word_that_is_common_elsewhere_is_no_keyword() {
        let others: Vec<String> = (0..20).map(|n| format!("خرید شمارهٔ {n} کجاست")).collect();
        let groups = groups(&sample(), &others, &fillers());
        let keywords = &groups[1].keywords;
        let place = |word: &str| keywords.iter().position(|keyword| keyword == word);
        assert_eq!(place("عمده"), Some(0), "{keywords:?}");
        assert!(place("خرید").is_none_or(|place| place > 0), "{keywords:?}");
    }

    #[test]
    fn nothing_gives_no_groups_and_empty_texts_stay_alone() {
        assert!(groups(&[], &[], &BTreeSet::new()).is_empty());
        let empty = [unmatched("؟", None), unmatched("!", None)];
        assert_eq!(groups(&empty, &[], &BTreeSet::new()).len(), 2);
    }
}
