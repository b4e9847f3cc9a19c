//! The table, printed as it grows, and kept for the peers that print theirs beside it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

pub struct Table {
    rows: Vec<Value>,
    folder: PathBuf,
}

impl Table {
    pub fn new() -> Table {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/understanding");
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).unwrap();
        Table { rows: Vec::new(), folder }
    }

    pub fn heading(&self, text: &str) {
        println!("\n{text}");
    }

    /// One measure of one corpus by one peer, such as `BANKING77`, `right`, `pasokh`.
    pub fn row(&mut self, corpus: &str, measure: &str, by: &str, value: f64, unit: &str) {
        println!("  {:64} {by:22} {value:10.2} {unit}", format!("{corpus}: {measure}"));
        self.rows.push(json!({
            "corpus": corpus, "measure": measure, "by": by, "value": value, "unit": unit,
        }));
    }

    /// What the peers are given: the same messages and rules.
    pub fn hand_over(&self, name: &str, value: &Value) {
        std::fs::write(self.folder.join(format!("{name}.json")), value.to_string()).unwrap();
    }

    pub fn finish(self) {
        self.hand_over("rows", &json!(self.rows));
    }
}
