//! Notices made into messages.
//!
//! One notice is told in full, with what can be done about it; several that
//! are due together become one list by department and clock.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::alert::{Notice, Path, words};
use crate::domain::clocks::{Clock, Level};
use crate::domain::complaint::Complaint;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::message::{Language, Press, StaffPress};
use crate::domain::outbox::{Button, ButtonAction, OutboxId, OutboxRow, Recipient, Thread};
use crate::domain::rules::Rules;
use crate::domain::suggestion::suggestion;

/// A list of more cases than this is cut off; the command shows all of them.
const MOST_LINES: usize = 20;

/// The one account of short messages.
pub const PHONE_ACCOUNT: &str = "sms";

/// What is due, with its case and its clock.
type Due<'a> = (&'a Notice, &'a Conversation, &'a Complaint, &'a Clock);

/// A message to staff, without its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub subject: String,
    pub text: String,
    pub buttons: Vec<Vec<Button>>,
    pub language: Language,
    /// The case, when it is about one.
    pub conversation: Option<ConversationId>,
}

/// The clock that a notice is about, while it still goes on.
fn clock<'a>(notice: &Notice, complaint: &'a Complaint) -> Option<&'a Clock> {
    let same = |clock: &&Clock| clock.kind == notice.kind && clock.started_at == notice.started_at;
    complaint.clocks.iter().find(same).filter(|clock| clock.is_ticking())
}

/// There is nothing to tell any more: it was answered, closed, or a higher level is known.
pub fn stale(notice: &Notice, conversation: Option<&Conversation>) -> bool {
    let complaint = conversation.and_then(|one| one.complaint.as_ref());
    let is_claimed = complaint.is_some_and(|complaint| complaint.owner.is_some());
    if notice.repeated && notice.repeats_until_claimed() && is_claimed {
        return true;
    }
    let clock = complaint.and_then(|one| clock(notice, one));
    clock.is_none_or(|clock| clock.fired.last().is_some_and(|fired| *fired > notice.level))
}

/// One message of all notices to one person, or to the group: each with its case. None when all
/// of them are stale.
pub fn message(rules: &Rules, notices: &[(Notice, Conversation)], now: Timestamp) -> Option<Told> {
    let mut due: Vec<Due<'_>> = notices
        .iter()
        .filter_map(|(notice, conversation)| {
            let complaint = conversation.complaint.as_ref()?;
            Some((notice, conversation, complaint, clock(notice, complaint)?))
        })
        .collect();
    // The worst first, then what is due first; each clock once, by its highest level.
    due.sort_by_key(|(notice, _, _, clock)| (notice.severity, clock.due, notice.conversation, notice.kind));
    due.dedup_by_key(|(notice, ..)| (notice.conversation, notice.kind, notice.started_at));
    match due.as_slice() {
        [] => None,
        [(notice, conversation, ..)] => of_one(rules, notice, conversation, now),
        many => Some(of_many(rules, many, now)),
    }
}

/// The whole of one notice, with buttons for those who read it in a chat.
pub fn of_one(rules: &Rules, notice: &Notice, conversation: &Conversation, now: Timestamp) -> Option<Told> {
    let complaint = conversation.complaint.as_ref()?;
    let clock = clock(notice, complaint)?;
    let language = rules.business.default_language();
    let (subject, mut text) = words::words(rules, complaint, clock, notice, language, now);
    if let Some(suggestion) = suggestion(rules, conversation) {
        text.push_str(&words::suggested(&suggestion, &complaint.code.to_string(), language));
    }
    let id = conversation.id;
    let press = |staff: StaffPress| ButtonAction::Press(Press::Staff { press: staff, member: 0 });
    let mut line = vec![Button {
        label: words::claim_label(language).to_owned(),
        action: press(StaffPress::Claim { conversation: id.0 }),
    }];
    if notice.level < Level::DUE {
        line.push(Button {
            label: words::snooze_label(language).to_owned(),
            action: press(StaffPress::Snooze { conversation: id.0, kind: notice.kind }),
        });
    }
    let others = vec![Button {
        label: words::reassign_label(language).to_owned(),
        action: press(StaffPress::Reassign { conversation: id.0 }),
    }];
    Some(Told { subject, text, buttons: vec![line, others], language, conversation: Some(id) })
}

/// The worst cases, sorted already, by department and in each by clock: whose worst is worse comes first.
fn of_many(rules: &Rules, due: &[Due<'_>], now: Timestamp) -> Told {
    let language = rules.business.default_language();
    let cases: BTreeSet<ConversationId> = due.iter().map(|(_, conversation, ..)| conversation.id).collect();
    let head = words::list_head(cases.len(), language);
    let mut lines = vec![head.clone()];
    let shown = due.iter().take(MOST_LINES);
    let by_department = in_order(shown, |(_, _, complaint, _)| rules.departments.of(complaint));
    let several = by_department.len() > 1;
    for (department, cases) in by_department {
        if several {
            lines.push(words::department_line(department, language));
        }
        for (_, cases) in in_order(cases.into_iter(), |(_, _, _, clock)| clock.kind) {
            lines.extend(cases.into_iter().map(|(notice, _, complaint, clock)| {
                words::list_line(complaint, clock, notice, language, now)
            }));
        }
    }
    let shown = due.iter().take(MOST_LINES).map(|(_, conversation, ..)| conversation.id);
    let rest = cases.len() - shown.collect::<BTreeSet<_>>().len();
    if rest > 0 {
        lines.push(words::list_rest(rest, language));
    }
    Told { subject: head, text: lines.join("\n"), buttons: Vec::new(), language, conversation: None }
}

/// What has something in common, together; what comes first keeps coming first.
fn in_order<T, K: PartialEq>(all: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for one in all {
        let key = key(&one);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    groups
}

impl Told {
    /// The row that carries it out by this way.
    pub fn row(&self, path: &Path, id: OutboxId, now: Timestamp) -> OutboxRow {
        let (to, account, buttons) = match path {
            Path::Email { account, address } => {
                (Recipient::StaffEmail(address.clone()), account.clone(), Vec::new())
            }
            Path::Telegram { bot, chat } => {
                (Recipient::StaffTelegram(*chat), bot.clone(), self.buttons.clone())
            }
            Path::Phone { number } => {
                (Recipient::StaffPhone(number.clone()), PHONE_ACCOUNT.to_owned(), Vec::new())
            }
        };
        // A short message is its first line.
        let short = matches!(path, Path::Phone { .. }) && !self.subject.is_empty();
        let text = if short { self.subject.clone() } else { self.text.clone() };
        OutboxRow {
            id,
            to,
            account,
            subject: self.subject.clone(),
            text,
            buttons,
            attachments: Vec::new(),
            language: self.language,
            thread: Thread::default(),
            answers: None,
            conversation: self.conversation,
            by_person: false,
            created_at: now,
        }
    }
}
