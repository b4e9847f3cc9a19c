//! Who the business is: name, languages, time zone and the facts that replies quote.

use std::collections::BTreeMap;

use jiff::tz::{Offset, TimeZone};

use crate::diagnostic::nearest;
use crate::domain::compose::FACTS;
use crate::domain::message::Language;
use crate::domain::rules::Business;
use crate::settings::place::Place;
use crate::yaml::{Key, Node, Value};

const DEFAULT_ZONE: &str = "Asia/Tehran";

pub(super) struct Read {
    pub business: Business,
    pub timezone: TimeZone,
}

pub(super) fn read(place: &mut Place, node: Option<&Node>) -> Read {
    let fields = node.and_then(|node| {
        place.reader.fields(node, "`business`", &["name", "languages", "timezone", "facts"])
    });
    let field =
        |name: &str| fields.as_ref().and_then(|fields| fields.get(name)).filter(|node| !node.is_nothing());
    let name =
        field("name").map_or_else(sample_name, |node| by_language(place, node, "the name of the business"));
    let languages = field("languages").map_or_else(both, |node| languages(place, node));
    let timezone = field("timezone").map_or_else(tehran, |node| zone(place, node));
    let facts = field("facts").map(|node| facts(place, node)).unwrap_or_default();
    Read { business: Business { name, languages, facts, own_addresses: Vec::new() }, timezone }
}

fn sample_name() -> BTreeMap<Language, String> {
    BTreeMap::from([(Language::Fa, "فروشگاه نمونه".to_owned()), (Language::En, "Sample Shop".to_owned())])
}

fn both() -> Vec<Language> {
    vec![Language::Fa, Language::En]
}

/// A text for both languages, or `{ fa: …, en: … }`.
fn by_language(place: &mut Place, node: &Node, what: &str) -> BTreeMap<Language, String> {
    if let Value::Text(_) = node.value {
        let text = place.reader.text(node, what).map(|text| text.trim().to_owned());
        return text
            .map(|text| BTreeMap::from([(Language::Fa, text.clone()), (Language::En, text)]))
            .unwrap_or_default();
    }
    let Some(fields) = place.reader.fields(node, what, &["fa", "en"]) else { return BTreeMap::new() };
    let texts: BTreeMap<Language, String> = [Language::Fa, Language::En]
        .into_iter()
        .filter_map(|language| {
            let text = place.reader.optional_text(&fields, language.tag())?;
            Some((language, text.trim().to_owned()))
        })
        .collect();
    if texts.is_empty() && fields.get("fa").is_none() && fields.get("en").is_none() {
        place.reader.error(node.mark, format!("{what} is empty"));
    }
    texts
}

fn languages(place: &mut Place, node: &Node) -> Vec<Language> {
    let mut languages = Vec::new();
    for (tag, mark) in place.reader.texts(node, "`languages`") {
        match Language::from_tag(tag.trim()) {
            Some(language) if !languages.contains(&language) => languages.push(language),
            Some(_) => place.reader.error(mark, format!("the language `{tag}` stands here twice")),
            None => place.reader.error_with_help(
                mark,
                format!("the language `{tag}` is not spoken here"),
                "fa and en are",
            ),
        }
    }
    if languages.is_empty() {
        place.reader.error(node.mark, "`languages` names no language");
        return both();
    }
    languages
}

fn tehran() -> TimeZone {
    // A small container may have no zone data; Iran has kept +03:30 all year since 2022.
    TimeZone::get(DEFAULT_ZONE)
        .unwrap_or_else(|_| TimeZone::fixed(Offset::from_seconds(12_600).unwrap_or(Offset::UTC)))
}

fn zone(place: &mut Place, node: &Node) -> TimeZone {
    let Some(name) = place.reader.text(node, "`timezone`") else { return tehran() };
    if name.trim() == DEFAULT_ZONE {
        return tehran();
    }
    TimeZone::get(name.trim()).unwrap_or_else(|_| {
        place.reader.error_with_help(
            node.mark,
            format!("no time zone is called `{}`", name.trim()),
            "write it as in the tz database, like Asia/Tehran or Europe/Berlin",
        );
        tehran()
    })
}

fn facts(place: &mut Place, node: &Node) -> BTreeMap<String, BTreeMap<Language, String>> {
    let Some(entries) = place.reader.map(node, "`facts`") else { return BTreeMap::new() };
    let mut facts = BTreeMap::new();
    for (key, value) in entries {
        if value.is_nothing() {
            continue;
        }
        check_name(place, key);
        let texts = by_language(place, value, &format!("the fact `{}`", key.name));
        check_address(place, key, value, &texts);
        if !texts.is_empty() {
            facts.insert(key.name.clone(), texts);
        }
    }
    facts
}

/// Own names are fine; one that nearly is a known name is probably a slip.
fn check_name(place: &mut Place, key: &Key) {
    let well_formed = key.name.starts_with(|c: char| c.is_ascii_lowercase())
        && key.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !well_formed {
        place.reader.error_with_help(
            key.mark,
            format!("`{}` is no name for a fact", key.name),
            "use small Latin letters, digits and _, beginning with a letter",
        );
    } else if !FACTS.contains(&key.name.as_str())
        && let Some(known) = nearest(&key.name, FACTS)
    {
        place.reader.warning(
            key.mark,
            format!("the built-in replies know no fact `{}`", key.name),
            format!("did you mean `{known}`?"),
        );
    }
}

fn check_address(place: &mut Place, key: &Key, node: &Node, texts: &BTreeMap<Language, String>) {
    let is_address = key.name.ends_with("_url") || key.name == "website";
    let wrong = texts.values().find(|text| {
        !url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    });
    if let Some(text) = wrong.filter(|_| is_address) {
        place.reader.error_with_help(
            node.mark,
            format!("the fact `{}` must be a web address, `{text}` is none", key.name),
            "write it whole: https://shop.example/returns",
        );
    }
}
