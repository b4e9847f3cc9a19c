//! Staff in chats: the people of the settings, and the buttons under alerts.
//!
//! Invariant: a button is obeyed only when the chat is the staff group or the
//! member's own, and the member is one of ours who may act.

use jiff::Timestamp;

use crate::domain::alert::{Path, Person, Role, Staff, Told};
use crate::domain::code::TrackingCode;
use crate::domain::conversation::ConversationId;
use crate::domain::decide::{Disposition, Verdict};
use crate::domain::desk::{self, Action};
use crate::domain::event::Event;
use crate::domain::guard::Guard;
use crate::domain::message::{Contact, Language, Message, Press, StaffPress};
use crate::domain::outbox::{Button, ButtonAction};
use crate::domain::text::isolate;
use crate::gateway::Gateway;
use crate::settings::Settings;
use crate::store::{Commit, StoreError, Versioned};

/// People who are shown as buttons; the command line knows all of them.
const MOST_COLLEAGUES: usize = 20;
/// Name of the bot, among those of `telegram`, by which people with a `bale` chat are reached.
const BALE: &str = "bale";

/// The people with their ways: Telegram, Bale, e-mail.
pub(super) fn staff(settings: &Settings) -> Staff {
    let bot = settings.telegram.iter().find(|bot| bot.name != BALE).map(|bot| bot.name.clone());
    let bale = settings.telegram.iter().find(|bot| bot.name == BALE).map(|bot| bot.name.clone());
    let account = settings.email.first().map(|account| account.name.clone());
    let chat =
        |bot: &Option<String>, chat: Option<i64>| Some(Path::Telegram { bot: bot.clone()?, chat: chat? });
    let people = settings.staff.people.iter().map(|person| {
        let phone = person.phone.clone().filter(|_| settings.staff.sms.is_some());
        let phone = phone.map(|number| Path::Phone { number });
        let mail = account.clone().zip(person.email.clone());
        let mail = mail.map(|(account, address)| Path::Email { account, address });
        Person {
            name: person.name.clone(),
            role: Role::from_name(&person.role).unwrap_or(Role::Agent),
            department: person.department.clone(),
            deputy: person.deputy.clone(),
            absences: person.absences.clone(),
            hours: person
                .hours
                .clone()
                .or_else(|| settings.departments.week(person.department.as_deref()?).cloned()),
            on_call: person.on_call,
            paths: [chat(&bot, person.telegram), chat(&bale, person.bale), mail, phone]
                .into_iter()
                .flatten()
                .collect(),
        }
    });
    Staff { people: people.collect(), group: chat(&bot, settings.staff.telegram_group) }
}

/// What a button came to: for the record, and for those who read the chat.
struct Pressed {
    reason: &'static str,
    events: Vec<Event>,
    said: Option<String>,
    code: Option<TrackingCode>,
    buttons: Vec<Vec<Button>>,
}

impl Pressed {
    fn nothing(reason: &'static str) -> Pressed {
        Pressed { reason, events: Vec::new(), said: None, code: None, buttons: Vec::new() }
    }

    fn said(reason: &'static str, said: String, code: TrackingCode) -> Pressed {
        Pressed { said: Some(said), code: Some(code), ..Pressed::nothing(reason) }
    }
}

impl Gateway {
    /// Obeys a button under an alert; false when the message is no such thing.
    pub(super) fn staff_pressed(&self, message: &Message) -> Result<bool, StoreError> {
        let Some(Press::Staff { press, member }) = message.press else { return Ok(false) };
        let id = ConversationId(press.conversation());
        loop {
            let now = self.now.get();
            let found = self.store.conversation(id)?;
            let mut pressed = match (self.member(message, member), &found) {
                (None, _) => Pressed::nothing("staff_only"),
                (Some(_), None) => Pressed::nothing("staff_no_case"),
                (Some(person), Some(found)) => self.pressed(press, person, found, now)?,
            };
            self.answer_press(message, &mut pressed, now)?;
            let expects = found.map(|found| (id, found.version)).into_iter().collect();
            let events = self.with_clocks(pressed.events)?;
            match self.store.commit(&Commit { events, expects }) {
                Ok(()) => {
                    self.has_mail.notify_one();
                    self.has_clock.notify_one();
                    return Ok(true);
                }
                Err(StoreError::Decided) => return Ok(true),
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error),
            }
        }
    }

    /// Who pressed: by the chat's id and the member's own.
    fn member(&self, message: &Message, member: i64) -> Option<&Person> {
        let Contact::Telegram { bot, chat } = &message.contact else { return None };
        let own = Path::Telegram { bot: bot.clone(), chat: member };
        let group = Path::Telegram { bot: bot.clone(), chat: *chat };
        let there = *chat == member || self.staff.group.as_ref() == Some(&group);
        let people = self.staff.people.iter().filter(|person| person.role != Role::Viewer);
        people.filter(|_| there).find(|person| person.paths.contains(&own))
    }

    fn pressed(
        &self,
        press: StaffPress,
        person: &Person,
        found: &Versioned,
        now: Timestamp,
    ) -> Result<Pressed, StoreError> {
        let rules = self.rules();
        let language = rules.business.default_language();
        let Some(complaint) = &found.conversation.complaint else {
            return Ok(Pressed::nothing("staff_no_case"));
        };
        let code = complaint.code;
        let (reason, events, said) = match press {
            StaffPress::Claim { .. } => match self.given(found, &person.name, person, now)? {
                Ok(events) => ("staff_claimed", events, claimed(&person.name, code, language)),
                Err(refusal) => ("staff_refused", Vec::new(), refusal.to_string()),
            },
            StaffPress::Reassign { conversation } => {
                let buttons = self.colleagues(conversation, person, now);
                let said = who_takes(code, buttons.is_empty(), language);
                return Ok(Pressed { buttons, ..Pressed::said("staff_reassigning", said, code) });
            }
            StaffPress::Give { person: number, .. } => {
                let to = self.staff.people.get(usize::from(number)).filter(|to| to.role != Role::Viewer);
                let Some(to) = to else { return Ok(Pressed::nothing("staff_no_person")) };
                match self.given(found, &to.name, person, now)? {
                    Ok(events) => ("staff_given", events, given(&person.name, &to.name, code, language)),
                    Err(refusal) => ("staff_refused", Vec::new(), refusal.to_string()),
                }
            }
            StaffPress::Snooze { kind, .. } => {
                match self.done(found, &Action::Snooze { kind }, person, now)? {
                    Ok(events) => ("staff_snoozed", events, snoozed(&person.name, code, language)),
                    Err(why) => ("staff_refused", Vec::new(), not_snoozed(&why, code, language)),
                }
            }
        };
        Ok(Pressed { events, ..Pressed::said(reason, said, code) })
    }

    /// The case becomes this person's.
    fn given(
        &self,
        found: &Versioned,
        owner: &str,
        by: &Person,
        now: Timestamp,
    ) -> Result<Result<Vec<Event>, desk::Refusal>, StoreError> {
        self.done(found, &Action::Assign { owner: owner.to_owned() }, by, now)
    }

    fn done(
        &self,
        found: &Versioned,
        action: &Action,
        by: &Person,
        now: Timestamp,
    ) -> Result<Result<Vec<Event>, desk::Refusal>, StoreError> {
        let row = self.fresh_row()?;
        let policy = self.policy_for(&by.name);
        Ok(desk::act(&self.rules(), &policy, &found.conversation, action, &by.name, now, row))
    }

    /// A button for each who could take it today, two in a row.
    fn colleagues(&self, conversation: u64, than: &Person, now: Timestamp) -> Vec<Vec<Button>> {
        let today = self.rules().calendar.date_of(now);
        let there = |person: &Person| person.role != Role::Viewer && !person.is_away(today);
        let others = self.staff.people.iter().enumerate();
        let buttons: Vec<Button> = others
            .filter(|(_, person)| there(person) && person.name != than.name)
            .take(MOST_COLLEAGUES)
            .filter_map(|(number, person)| {
                let press = StaffPress::Give { conversation, person: u16::try_from(number).ok()? };
                let action = ButtonAction::Press(Press::Staff { press, member: 0 });
                Some(Button { label: person.name.clone(), action })
            })
            .collect();
        buttons.chunks(2).map(<[Button]>::to_vec).collect()
    }

    /// The message's one disposition, and a word to the chat so that others see it.
    fn answer_press(
        &self,
        message: &Message,
        pressed: &mut Pressed,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let language = self.rules().business.default_language();
        if let (Some(text), Contact::Telegram { bot, chat }) = (pressed.said.take(), &message.contact) {
            let buttons = std::mem::take(&mut pressed.buttons);
            let told = Told { subject: String::new(), text, buttons, language, conversation: None };
            let path = Path::Telegram { bot: bot.clone(), chat: *chat };
            pressed.events.push(Event::Queued { row: told.row(&path, self.fresh_row()?, now) });
        }
        pressed.events.push(Event::Decided {
            message: message.id,
            conversation: None,
            verdict: Verdict {
                disposition: Disposition::Commanded,
                reason: pressed.reason.to_owned(),
                guard: Guard::Human,
                understanding: None,
                kind: None,
                reply: None,
                code: pressed.code,
                visible: String::new(),
                proof: None,
                mode: None,
                withheld: None,
            },
            mail_id: None,
            at: now,
        });
        Ok(())
    }
}

fn claimed(name: &str, code: TrackingCode, language: Language) -> String {
    match language {
        Language::Fa => format!("{} به پروندهٔ {} رسیدگی می‌کند.", isolate(name), isolate(&code.to_string())),
        Language::En => format!("{name} takes care of {code}."),
    }
}

fn given(by: &str, to: &str, code: TrackingCode, language: Language) -> String {
    match language {
        Language::Fa => {
            format!("{} پروندهٔ {} را به {} سپرد.", isolate(by), isolate(&code.to_string()), isolate(to))
        }
        Language::En => format!("{by} has given {code} to {to}."),
    }
}

fn who_takes(code: TrackingCode, nobody: bool, language: Language) -> String {
    let code = code.to_string();
    match (nobody, language) {
        (false, Language::Fa) => format!("پروندهٔ {} به چه کسی سپرده شود؟", isolate(&code)),
        (false, Language::En) => format!("Who takes {code}?"),
        (true, Language::Fa) => format!("برای پروندهٔ {} امروز همکار دیگری نیست.", isolate(&code)),
        (true, Language::En) => format!("Nobody else is there today for {code}."),
    }
}

fn snoozed(name: &str, code: TrackingCode, language: Language) -> String {
    match language {
        Language::Fa => {
            format!("{} هشدار پروندهٔ {} را یک ساعت عقب انداخت.", isolate(name), isolate(&code.to_string()))
        }
        Language::En => format!("{name} put off the alert about {code} for an hour."),
    }
}

fn not_snoozed(why: &desk::Refusal, code: TrackingCode, language: Language) -> String {
    let code = code.to_string();
    match (why, language) {
        (desk::Refusal::SnoozedTwice, Language::Fa) => {
            format!("هشدار پروندهٔ {} دو بار عقب افتاده است.", isolate(&code))
        }
        (desk::Refusal::SnoozedTwice, Language::En) => {
            format!("The alert about {code} was put off twice already.")
        }
        (_, Language::Fa) => format!("مهلت پروندهٔ {} را دیگر نمی‌شود عقب انداخت.", isolate(&code)),
        (_, Language::En) => format!("{code} is due: it cannot be put off any more."),
    }
}
