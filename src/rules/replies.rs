//! `replies/<name>.yaml`: what we say.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, suggest};
use crate::domain::compose::{ButtonTarget, Reply, ReplyButton, Template};
use crate::domain::message::{Channel, Language};
use crate::rules::files::RuleFile;
use crate::rules::intents::{by_language, name};
use crate::yaml::{self, Mark, Node, Reader};

const KEYS: [&str; 4] = ["reply", "text", "variants", "buttons"];
const CHANNELS: [&str; 3] = ["email", "telegram", "chat"];

/// A template and where its first line stands in the file.
#[derive(Debug, Clone)]
pub struct Placed {
    pub template: Template,
    pub language: Language,
    pub mark: Mark,
}

/// One reply, and where everything in it stood.
#[derive(Debug, Clone)]
pub struct ReplyFile {
    pub source: yaml::Source,
    pub built_in: bool,
    pub reply: Reply,
    pub name_mark: Mark,
    pub text_mark: Mark,
    pub templates: Vec<Placed>,
    /// Intents that buttons name.
    pub button_intents: Vec<(String, Mark)>,
}

/// Reads one file. A file with mistakes may still give a reply, so that the other checks run.
pub fn read(file: &RuleFile, found: &mut Vec<Diagnostic>) -> Option<ReplyFile> {
    let node = match yaml::parse(&file.source) {
        Ok(node) => node,
        Err(broken) => {
            found.push(broken);
            return None;
        }
    };
    let mut reader = Reader::new(&file.source);
    let reply = read_node(&mut reader, &node, file);
    found.append(&mut reader.diagnostics);
    reply
}

fn read_node(reader: &mut Reader, node: &Node, file: &RuleFile) -> Option<ReplyFile> {
    let fields = reader.fields(node, "a reply", &KEYS)?;
    let (name, name_mark) = name(reader, &fields, "reply", &file.stem)?;
    let mut templates = Vec::new();
    let text_node = reader.required(&fields, "text", "this reply");
    let text = text_node.map(|node| texts(reader, node, &mut templates)).unwrap_or_default();
    let variants =
        fields.get("variants").map(|node| variants(reader, node, &mut templates)).unwrap_or_default();
    let mut button_intents = Vec::new();
    let nodes = fields.get("buttons").map(|node| reader.list(node, "`buttons`")).unwrap_or_default();
    let buttons = nodes.into_iter().filter_map(|node| button(reader, node, &mut button_intents)).collect();
    Some(ReplyFile {
        source: file.source.clone(),
        built_in: file.built_in,
        reply: Reply { name, text, variants, buttons },
        name_mark,
        text_mark: fields.key("text").map_or(name_mark, |key| key.mark),
        templates,
        button_intents,
    })
}

fn texts(reader: &mut Reader, node: &Node, templates: &mut Vec<Placed>) -> BTreeMap<Language, Template> {
    let mut texts = BTreeMap::new();
    for (language, node) in by_language(reader, node, "`text`") {
        if let Some(template) = template(reader, node, &format!("the text in `{}`", language.tag())) {
            templates.push(Placed { template: template.clone(), language, mark: node.mark });
            texts.insert(language, template);
        }
    }
    texts
}

fn template(reader: &mut Reader, node: &Node, what: &str) -> Option<Template> {
    let text = reader.text(node, what)?;
    match Template::parse(&text) {
        Ok(template) => Some(template),
        Err(error) => {
            reader.error_with_help(
                if error.line > 1 { reader.line(node.mark.line + error.line - 1) } else { node.mark },
                format!("{what} has a broken placeholder: {}", error.message),
                "a value is written {{ code }}, a condition {% if name %} … {% endif %}",
            );
            None
        }
    }
}

fn variants(
    reader: &mut Reader,
    node: &Node,
    templates: &mut Vec<Placed>,
) -> BTreeMap<Channel, BTreeMap<Language, Template>> {
    let mut variants: BTreeMap<Channel, BTreeMap<Language, Template>> = BTreeMap::new();
    for node in reader.list(node, "`variants`") {
        let Some(fields) = reader.fields(node, "a variant", &["channel", "text"]) else { continue };
        let channel =
            reader.required(&fields, "channel", "this variant").and_then(|node| channel(reader, node));
        let text = reader.required(&fields, "text", "this variant");
        let texts = text.map(|node| texts(reader, node, templates)).unwrap_or_default();
        let Some(channel) = channel else { continue };
        if variants.contains_key(&channel) {
            reader.error(fields.mark, format!("two variants are for `{}`", channel.name()));
        }
        variants.entry(channel).or_insert(texts);
    }
    variants
}

fn channel(reader: &mut Reader, node: &Node) -> Option<Channel> {
    let name = reader.text(node, "`channel`")?;
    let channel = Channel::from_name(name.trim());
    if channel.is_none() {
        let help = suggest(name.trim(), CHANNELS);
        reader.error_with_help(node.mark, format!("unknown channel `{}`", name.trim()), help);
    }
    channel
}

fn button(reader: &mut Reader, node: &Node, intents: &mut Vec<(String, Mark)>) -> Option<ReplyButton> {
    let fields = reader.fields(node, "a button", &["label", "intent", "url"])?;
    let label = reader.required(&fields, "label", "this button").map(|node| label(reader, node))?;
    let target = match (fields.get("intent"), fields.get("url")) {
        (Some(node), None) => {
            let intent = reader.text(node, "`intent`")?.trim().to_owned();
            intents.push((intent.clone(), node.mark));
            ButtonTarget::Intent(intent)
        }
        (None, Some(node)) => ButtonTarget::Url(template(reader, node, "`url`")?),
        _ => {
            reader.error_with_help(
                fields.mark,
                "a button needs either `intent` or `url`",
                "`intent: refund_info` asks what that intent asks, `url: https://…` opens a page",
            );
            return None;
        }
    };
    Some(ReplyButton { label, target })
}

fn label(reader: &mut Reader, node: &Node) -> BTreeMap<Language, String> {
    if let yaml::Value::Text(_) = node.value {
        let text = reader.text(node, "`label`").map(|text| text.trim().to_owned());
        return text
            .map(|text| BTreeMap::from([(Language::Fa, text.clone()), (Language::En, text)]))
            .unwrap_or_default();
    }
    by_language(reader, node, "`label`")
        .into_iter()
        .filter_map(|(language, node)| Some((language, reader.text(node, "the label")?.trim().to_owned())))
        .collect()
}
