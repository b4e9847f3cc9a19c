//! Complaints as `complaint list` and `complaint show` print them.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::complaint::Complaint;
use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::message::{Attachment, Contact, Language};
use crate::domain::suggestion::Suggestion;
use crate::domain::text::dates;
use crate::report::record::{self, RecordSheet};

/// One row of `complaint list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComplaintRow {
    pub code: String,
    pub kind: String,
    pub state: String,
    pub owner: Option<String>,
    pub channel: String,
    pub received_at: Timestamp,
    /// When the next answer is due; null when no clock runs.
    pub due: Option<Timestamp>,
    pub topic: Option<String>,
    pub language: String,
    pub filed_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// 1 is the worst.
    #[serde(default)]
    pub severity: u8,
    /// Why it ended; null while it is open.
    #[serde(default)]
    pub closing: Option<String>,
    /// Why somebody is to look after the customer, even when it is closed.
    #[serde(default)]
    pub follow_up: Option<String>,
}

/// All of one complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComplaintSheet {
    #[serde(flatten)]
    pub row: ComplaintRow,
    /// What the customer was told: an answer by then.
    pub promised: Timestamp,
    pub customer: CustomerLine,
    /// What `complaint reply CODE --suggested` would send now.
    #[serde(default)]
    pub suggestion: Option<SuggestionLine>,
    pub conversation: u64,
    pub messages: Vec<MessageLine>,
    pub notes: Vec<NoteLine>,
    pub clocks: Vec<ClockLine>,
    pub history: Vec<HistoryEntry>,
    #[serde(default)]
    pub record: RecordSheet,
    /// Commands that are possible now, by their names.
    #[serde(default)]
    pub possible: Vec<String>,
    /// Open cases of the same customer that may be the same matter, the likeliest first.
    #[serde(default)]
    pub alike: Vec<AlikeLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlikeLine {
    pub code: String,
    /// From 0 to 1.
    pub likeness: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerLine {
    pub name: Option<String>,
    /// The address, or the chat's number; for the live chat the beginning of the session only.
    pub contact: String,
    /// Other contacts that the customer has linked with this one, as `e-mail ali@example.org`.
    #[serde(default)]
    pub linked: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestionLine {
    pub intents: Vec<String>,
    /// Names of the prepared replies.
    pub replies: Vec<String>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageLine {
    pub by: String,
    /// Number of the message that came in; null for what we said.
    #[serde(default)]
    pub message: Option<u64>,
    pub at: Timestamp,
    pub subject: Option<String>,
    pub text: String,
    pub attachments: Vec<AttachmentLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttachmentLine {
    pub name: String,
    pub media_type: String,
    pub size: u64,
    pub sha256: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteLine {
    pub by: String,
    pub at: Timestamp,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockLine {
    pub clock: String,
    pub started_at: Timestamp,
    pub due: Timestamp,
    pub stopped_at: Option<Timestamp>,
    /// It stands still since then: we wait for the customer.
    #[serde(default)]
    pub paused_at: Option<Timestamp>,
    /// Levels in per cent about which staff have been told.
    pub alerted: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub what: String,
    pub by: String,
    pub at: Timestamp,
}

impl ComplaintRow {
    /// None when the conversation has no complaint.
    pub fn of(conversation: &Conversation) -> Option<ComplaintRow> {
        let complaint = conversation.complaint.as_ref()?;
        Some(ComplaintRow {
            code: complaint.code.to_string(),
            kind: complaint.kind.name().to_owned(),
            state: complaint.state.name().to_owned(),
            owner: complaint.owner.clone(),
            channel: conversation.contact.channel().name().to_owned(),
            received_at: complaint.received_at,
            due: complaint.next_due(),
            topic: complaint.topic.clone(),
            language: conversation.language.tag().to_owned(),
            filed_at: complaint.filed_at,
            updated_at: complaint.updated_at.max(conversation.last_at()),
            closed_at: complaint.closed_at,
            severity: complaint.severity().number(),
            closing: complaint.record.closing.map(|closing| closing.name().to_owned()),
            follow_up: complaint.record.follow_up.clone(),
        })
    }
}

impl ComplaintSheet {
    pub fn of(conversation: &Conversation) -> Option<ComplaintSheet> {
        let complaint = conversation.complaint.as_ref()?;
        Some(ComplaintSheet {
            row: ComplaintRow::of(conversation)?,
            promised: complaint.promised,
            customer: CustomerLine {
                name: conversation.customer_name.clone(),
                contact: contact_line(&conversation.contact),
                linked: Vec::new(),
            },
            suggestion: None,
            conversation: conversation.id.0,
            messages: messages(conversation),
            notes: complaint
                .notes
                .iter()
                .map(|note| NoteLine { by: note.by.clone(), at: note.at, text: note.text.clone() })
                .collect(),
            clocks: clocks(complaint),
            history: complaint
                .history
                .iter()
                .map(|line| HistoryEntry { what: line.what.clone(), by: line.by.clone(), at: line.at })
                .collect(),
            record: RecordSheet::of(complaint),
            possible: Vec::new(),
            alike: Vec::new(),
        })
    }
}

impl ComplaintSheet {
    pub fn with_suggestion(mut self, suggestion: Option<Suggestion>) -> ComplaintSheet {
        self.suggestion = suggestion.map(|Suggestion { topics, replies, text }| SuggestionLine {
            intents: topics,
            replies,
            text,
        });
        self
    }
}

impl ComplaintSheet {
    /// Cases that go on in this one are read as one.
    pub fn with_absorbed(mut self, absorbed: &[Conversation]) -> ComplaintSheet {
        self.messages.extend(absorbed.iter().flat_map(messages));
        self.messages.sort_by_key(|line| line.at);
        self
    }
}

/// A contact with its channel.
pub fn linked_line(contact: &Contact) -> String {
    format!("{} {}", contact.channel().name(), contact_line(contact))
}

fn contact_line(contact: &Contact) -> String {
    match contact {
        Contact::Email(address) => address.to_string(),
        Contact::Telegram { bot, chat } => format!("{bot}:{chat}"),
        // The whole session token would let its reader speak as the customer.
        Contact::Chat(session) => session.chars().take(8).collect(),
    }
}

fn messages(conversation: &Conversation) -> Vec<MessageLine> {
    conversation
        .entries
        .iter()
        .map(|entry| MessageLine {
            by: speaker(&entry.by).to_owned(),
            message: entry.message.map(|message| message.0),
            at: entry.at,
            subject: entry.subject.clone(),
            text: entry.text.clone(),
            attachments: entry.attachments.iter().map(AttachmentLine::of).collect(),
        })
        .collect()
}

impl AttachmentLine {
    fn of(attachment: &Attachment) -> AttachmentLine {
        AttachmentLine {
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            size: attachment.size,
            sha256: attachment.blob.as_ref().map(|blob| blob.0.clone()),
        }
    }
}

fn clocks(complaint: &Complaint) -> Vec<ClockLine> {
    complaint
        .clocks
        .iter()
        .map(|clock| ClockLine {
            clock: clock.kind.name().to_owned(),
            started_at: clock.started_at,
            due: clock.due,
            stopped_at: clock.stopped_at,
            paused_at: clock.paused_at,
            alerted: clock.fired.iter().map(|level| level.0).collect(),
        })
        .collect()
}

fn speaker(by: &Speaker) -> &str {
    match by {
        Speaker::Customer => "customer",
        Speaker::Machine => "machine",
        Speaker::Staff(name) => name,
    }
}

/// `complaint list` for people: one line each, the earliest due first.
pub fn list_text(rows: &[ComplaintRow], zone: &TimeZone, language: Language) -> String {
    if rows.is_empty() {
        return "No complaints.\n".to_owned();
    }
    let mut text = String::new();
    for row in rows {
        let due = row.due.map_or_else(|| "-".to_owned(), |due| dates::write_date_time(due, zone, language));
        let owner = row.owner.as_deref().unwrap_or("nobody");
        let topic = row.topic.as_deref().unwrap_or("-");
        let _ = writeln!(
            text,
            "{}  {:<10} {:<16} {:<8} owner: {owner}  topic: {topic}  due: {due}",
            row.code, row.kind, row.state, row.channel
        );
        if let Some(why) = &row.follow_up {
            let _ = writeln!(text, "             look after the customer: {why} (a note settles it)");
        }
    }
    text
}

/// `complaint show` for people.
pub fn sheet_text(sheet: &ComplaintSheet, zone: &TimeZone, language: Language) -> String {
    let when = |at: Timestamp| dates::write_date_time(at, zone, language);
    let row = &sheet.row;
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}  {}", row.code, row.kind, row.state);
    let _ = writeln!(
        text,
        "Customer: {} ({}, {})",
        sheet.customer.name.as_deref().unwrap_or("-"),
        sheet.customer.contact,
        row.channel
    );
    for linked in &sheet.customer.linked {
        let _ = writeln!(text, "Writes to us as well from: {linked} (they have proven it)");
    }
    let _ = writeln!(text, "Owner: {}", row.owner.as_deref().unwrap_or("nobody"));
    let _ = writeln!(text, "Received: {}   promised: {}", when(row.received_at), when(sheet.promised));
    text.push_str(&record::record_text(&sheet.record));
    for clock in &sheet.clocks {
        let end = match (clock.stopped_at, clock.paused_at) {
            (Some(at), _) => format!("stopped {}", when(at)),
            (None, Some(at)) => format!("stands still since {}", when(at)),
            (None, None) => "running".to_owned(),
        };
        let _ = writeln!(text, "Clock {}: due {}, {end}", clock.clock, when(clock.due));
    }
    for message in &sheet.messages {
        let _ = writeln!(text, "\n--- {} · {}", message.by, when(message.at));
        if let Some(subject) = &message.subject {
            let _ = writeln!(text, "Subject: {subject}");
        }
        let _ = writeln!(text, "{}", message.text.trim_end());
        for attachment in &message.attachments {
            let _ = writeln!(
                text,
                "[{} · {} · {} bytes]",
                attachment.name, attachment.media_type, attachment.size
            );
        }
    }
    if let Some(suggestion) = &sheet.suggestion {
        let _ = writeln!(text, "\n>>> suggested: {}", suggestion.replies.join(", "));
        let _ = writeln!(text, "{}", suggestion.text.trim_end());
        let _ = writeln!(text, "(to send it: pasokh complaint reply {} --suggested)", row.code);
    }
    for note in &sheet.notes {
        let _ = writeln!(text, "\n*** note by {} · {}\n{}", note.by, when(note.at), note.text);
    }
    text.push_str("\nHistory:\n");
    for line in &sheet.history {
        let _ = writeln!(text, "  {}  {} ({})", when(line.at), line.what, line.by);
    }
    for alike in &sheet.alike {
        let (code, percent) = (&alike.code, (alike.likeness * 100.0).round());
        let _ = writeln!(text, "\nPerhaps the same matter as {code} ({percent} % alike). To make them one:");
        let _ = writeln!(text, "pasokh complaint merge {} --into {code}", row.code);
        let _ = writeln!(text, "If they are two matters: pasokh complaint distinct {} {code}", row.code);
    }
    if !sheet.possible.is_empty() {
        let _ =
            writeln!(text, "\nPossible now: pasokh complaint {} {}", sheet.possible.join(" | "), row.code);
    }
    text
}
