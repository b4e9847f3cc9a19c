//! The desk: what staff ask and do about complaints, whatever door they came through.

use crate::domain::access::{Right, may};
use crate::domain::alert::Role;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::Complaint;
use crate::domain::complaint::alike::{self, Alike};
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::moves::{Move, Policy};
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::desk::{self, Action, Refusal};
use crate::domain::event::Event;
use crate::domain::message::Language;
use crate::domain::outbox::OutboxId;
use crate::domain::text::isolate;
use crate::gateway::Gateway;
use crate::report::complaints::AlikeLine;
use crate::report::moves::Misread;
use crate::store::{Commit, ComplaintFilter, StoreError, Versioned};

/// Merged cases that are followed to where they go on.
const LONGEST_CHAIN: usize = 20;

/// Why a staff member did not get what they asked for.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("{0:?} is not a tracking code. A code has nine digits, as in 482-917-508.")]
    BadCode(String),
    #[error("There is no complaint with the code {0}. `pasokh complaint list` shows all of them.")]
    NoSuchCode(TrackingCode),
    #[error("{0} may only look, not act (their role is `viewer`).")]
    ViewerOnly(String),
    #[error(
        "There is no kind `{0}`. There are: complaint, question, request, suggestion, criticism, callback."
    )]
    NoSuchKind(String),
    #[error(transparent)]
    Misread(#[from] Misread),
    #[error("{0} is not among `staff: people:` in the settings, or may only look.")]
    NoSuchPerson(String),
    #[error("{0} may not approve: a lead, a manager or the owner does (`role` in the settings).")]
    MayNotApprove(String),
    #[error(
        "{0} may not approve a warning to all customers: the owner does (`role: owner` in the settings). Say who acts with --as."
    )]
    MayNotWarn(String),
    #[error("No closure begins on {0}. `pasokh closure list` shows all of them.")]
    NoSuchClosure(jiff::civil::Date),
    /// By a colleague, or by the customer when there is no name.
    #[error("Somebody has written in the meantime.")]
    Overtaken(Option<String>),
    #[error(transparent)]
    Calendar(#[from] crate::domain::calendar::CalendarError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    /// For a page in this language; what can only happen elsewhere has its English sentence.
    pub fn told(&self, language: Language) -> String {
        match (self, language) {
            (DeskError::Refused(refusal), language) => refusal.told(language),
            (DeskError::Misread(misread), language) => misread.told(language),
            (DeskError::ViewerOnly(_), Language::Fa) => "نقش شما فقط دیدن است.".to_owned(),
            (DeskError::NoSuchPerson(name), Language::Fa) => {
                format!("{} در میان همکاران نیست، یا فقط می‌بیند.", isolate(name))
            }
            (DeskError::MayNotApprove(name), Language::Fa) => {
                format!("{} نمی‌تواند تأیید کند: سرپرست، مسئول شکایات یا صاحب کسب‌وکار می‌تواند.", isolate(name))
            }
            (DeskError::NoSuchPerson(name), Language::En) => {
                format!("{name} is not among the staff, or may only look.")
            }
            (DeskError::MayNotApprove(name), Language::En) => {
                format!("{name} may not approve: a lead, a manager or the owner does.")
            }
            (error, _) => error.to_string(),
        }
    }
}

impl Gateway {
    pub fn complaint(&self, code: &str) -> Result<Versioned, DeskError> {
        let parsed = TrackingCode::parse(code).ok_or_else(|| DeskError::BadCode(code.to_owned()))?;
        let id = self.store.conversation_by_code(parsed)?.ok_or(DeskError::NoSuchCode(parsed))?;
        let found = self.store.conversation(id)?.ok_or(DeskError::NoSuchCode(parsed))?;
        Ok(self.going_on(found)?)
    }

    /// The cases that go on in this one, as they were.
    pub(super) fn absorbed(&self, complaint: &Complaint) -> Result<Vec<Conversation>, StoreError> {
        let mut absorbed = Vec::new();
        for code in &complaint.record.absorbed {
            if let Some(id) = self.store.conversation_by_code(*code)? {
                absorbed.extend(self.store.conversation(id)?.map(|versioned| versioned.conversation));
            }
        }
        Ok(absorbed)
    }

    /// Where a merged case goes on; any other one itself.
    pub(super) fn going_on(&self, mut found: Versioned) -> Result<Versioned, StoreError> {
        for _ in 0..LONGEST_CHAIN {
            let merged = found.conversation.complaint.as_ref().and_then(|one| one.record.merged_into);
            let Some(target) = merged else { break };
            let Some(id) = self.store.conversation_by_code(target)? else { break };
            let Some(next) = self.store.conversation(id)? else { break };
            found = next;
        }
        Ok(found)
    }

    pub fn complaints(&self, filter: &ComplaintFilter) -> Result<Vec<Versioned>, DeskError> {
        let mut complaints = Vec::new();
        for id in self.store.complaints(filter)? {
            complaints.extend(self.store.conversation(id)?);
        }
        Ok(complaints)
    }

    /// Acts, and gives back the complaint as it is afterwards.
    pub fn act(&self, code: &str, action: &Action, by: &str) -> Result<Versioned, DeskError> {
        self.act_if(code, action, by, |_| Ok(()))
    }

    /// Acts unless `check` has something against it, looking at the case as it is when it is done.
    pub fn act_if(
        &self,
        code: &str,
        action: &Action,
        by: &str,
        check: impl Fn(&Conversation) -> Result<(), DeskError>,
    ) -> Result<Versioned, DeskError> {
        self.authorise(by)?;
        self.people_are_known(action)?;
        let policy = self.policy_for(by);
        loop {
            let Versioned { conversation, version } = self.complaint(code)?;
            check(&conversation)?;
            let row = OutboxId(self.store.fresh_number()?);
            let mut expects = vec![(conversation.id, version)];
            let events = if let Action::Merge { into } = action {
                let target = self.complaint(&into.to_string())?;
                expects.push((target.conversation.id, target.version));
                self.merged(&conversation, &target.conversation, by, row)?
            } else {
                desk::act(&self.rules(), &policy, &conversation, action, by, self.now.get(), row)?
            };
            let events = self.with_clocks(events)?;
            let commit = Commit { events, expects };
            match self.store.commit(&commit) {
                Ok(()) => {
                    self.learn_from_events(&commit.events);
                    self.after_action(conversation.id);
                    return self.complaint(code);
                }
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The one place that says who may act. Names that the settings do not know come from
    /// the command line only, whose user owns the data directory anyway.
    pub(super) fn authorise(&self, by: &str) -> Result<(), DeskError> {
        let person = self.settings.staff.people.iter().find(|person| person.name == by);
        let role = person.and_then(|person| Role::from_name(&person.role));
        if role.is_none_or(|role| may(role, Right::Act)) {
            Ok(())
        } else {
            Err(DeskError::ViewerOnly(by.to_owned()))
        }
    }

    /// Open cases of the same customer that may be the same matter.
    pub fn alike(&self, case: &Conversation) -> Result<Vec<AlikeLine>, StoreError> {
        let mut others = Vec::new();
        others.extend(self.of_same_customer(&case.contact)?);
        let line = |alike: Alike| AlikeLine { code: alike.code.to_string(), likeness: alike.likeness };
        Ok(alike::alike(case, others.iter()).into_iter().map(line).collect())
    }

    /// Both are of one customer when they were written from one contact, which the channel proves,
    /// or from two that the customer has linked.
    fn merged(
        &self,
        source: &Conversation,
        target: &Conversation,
        by: &str,
        row: OutboxId,
    ) -> Result<Vec<Event>, DeskError> {
        let target_contact = target.contact.key();
        let theirs = self.of_same_customer(&source.contact)?;
        let same_customer = theirs.iter().any(|one| one.contact.key() == target_contact);
        Ok(desk::merge(&self.rules(), source, target, same_customer, by, self.now.get(), row)?)
    }

    /// Whoever has the authority needs nobody's approval.
    pub(super) fn policy_for(&self, by: &str) -> Policy {
        let policy = self.rules().policy;
        match self.authority(by) {
            Some(authority) if authority >= Authority::Lead => Policy { approval_above: None, ..policy },
            Some(_) | None => policy,
        }
    }

    fn authority(&self, name: &str) -> Option<Authority> {
        let person = self.settings.staff.people.iter().find(|person| person.name == name)?;
        Authority::of_role(&person.role)
    }

    /// Approvers and second readers are people whom the settings know, where they know any.
    fn people_are_known(&self, action: &Action) -> Result<(), DeskError> {
        let Action::Process(Move::Decide(decision)) = action else { return Ok(()) };
        if self.settings.staff.people.is_empty() {
            return Ok(());
        }
        if let Some(name) = &decision.second_reader {
            self.authority(name).ok_or_else(|| DeskError::NoSuchPerson(name.clone()))?;
        }
        if let Some(name) = &decision.approver {
            let authority = self.authority(name).ok_or_else(|| DeskError::NoSuchPerson(name.clone()))?;
            if authority < Authority::Lead {
                return Err(DeskError::MayNotApprove(name.clone()));
            }
        }
        Ok(())
    }

    pub(super) fn after_action(&self, conversation: ConversationId) {
        if let Ok(Some(versioned)) = self.store.conversation(conversation)
            && let crate::domain::message::Contact::Chat(session) = &versioned.conversation.contact
        {
            self.wake_chat(session);
        }
        self.has_mail.notify_one();
        self.has_clock.notify_one();
        self.ring_desk();
    }
}
