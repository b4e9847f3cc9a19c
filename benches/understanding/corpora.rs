//! Public messages with what they want, divided into five parts.
//!
//! CSV files come in; out comes a [`Corpus`] in which every message has a part (fold): the
//! k-th message of an intent is in part k mod 5, so that each part holds its share of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const FOLDS: usize = 5;

#[derive(Clone)]
pub struct Message {
    pub text: String,
    pub label: String,
    pub fold: usize,
}

pub struct Corpus {
    pub name: &'static str,
    pub messages: Vec<Message>,
}

impl Corpus {
    /// The corpus, or where it was looked for.
    pub fn read(name: &'static str, file: &str) -> Result<Corpus, String> {
        let path = folder().join(file);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{name} is missing: {}: {error}", path.display()))?;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let messages = records(&text)
            .into_iter()
            .skip(1)
            .filter_map(|record| <[String; 2]>::try_from(record).ok())
            .map(|[text, label]| {
                let seen = counts.entry(label.clone()).or_default();
                *seen += 1;
                Message { text, label, fold: (*seen - 1) % FOLDS }
            })
            .collect();
        Ok(Corpus { name, messages })
    }

    pub fn training(&self, fold: usize) -> Vec<&Message> {
        self.messages.iter().filter(|message| message.fold != fold).collect()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/intents")
}

/// RFC 4180: fields may be quoted, a quote inside is doubled, a line may break inside quotes.
fn records(csv: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut chars) = (false, csv.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => record.push(std::mem::take(&mut field)),
            '\n' if !is_quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !is_quoted => {}
            _ => field.push(c),
        }
    }
    if !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}
