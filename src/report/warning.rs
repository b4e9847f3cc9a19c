//! What a warning to all customers says, and whom it reaches.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarningSheet {
    /// By the language's tag.
    pub texts: BTreeMap<String, String>,
    /// Customers who get it, by channel: `email`, `telegram`.
    pub customers: BTreeMap<String, usize>,
    /// Customers who had one within the last day and get none now.
    pub warned_lately: usize,
    /// False while it only shows what would be sent.
    pub sent: bool,
}

impl WarningSheet {
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (language, words) in &self.texts {
            let _ = writeln!(text, "[{language}]\n{}\n", words.trim_end());
        }
        let all: usize = self.customers.values().sum();
        let count = |channel: &str| self.customers.get(channel).copied().unwrap_or_default();
        let done = if self.sent { "It goes out to" } else { "It would go out to" };
        let _ = writeln!(
            text,
            "{done} {all} customers: {} by e-mail, {} by Telegram.",
            count("email"),
            count("telegram")
        );
        if self.warned_lately > 0 {
            let _ = writeln!(text, "Warned within the last day, and left alone: {}.", self.warned_lately);
        }
        if !self.sent && all > 0 {
            text.push_str(
                "Nothing was sent. The words stand in replies/warning.yaml; --send approves them.\n",
            );
        }
        text
    }
}
