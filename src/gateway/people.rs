//! People at the console: invitations, passwords, one-time links, sessions.
//!
//! Secrets come in; what is kept of them is a digest, and of passwords an
//! argon2id hash, under names in the journal's cursors. Everything lapses, and
//! a new password ends every session of before.
//!
//! Invariant: an answer never tells whether a name exists; a token works once,
//! or until it lapses.

use std::collections::BTreeMap;
use std::sync::Mutex;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::domain::access::{Right, may};
use crate::domain::alert::{Role, To, Told};
use crate::domain::event::Event;
use crate::domain::message::Language;
use crate::gateway::desk::DeskError;
use crate::gateway::{Gateway, lock};
use crate::store::{Commit, StoreError};
use crate::web::{Member, PASSWORD_CHARS};

const INVITED_FOR: SignedDuration = SignedDuration::from_hours(48);
const LINKED_FOR: SignedDuration = SignedDuration::from_mins(10);
const SIGNED_IN_FOR: SignedDuration = SignedDuration::from_hours(12);
/// Wrong passwords for one name within [`FORGIVEN_AFTER`], and links sent to one.
const MOST_FAILURES: usize = 5;
const FORGIVEN_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// Who signs in where the settings name nobody.
pub const SOLE_PERSON: &str = "owner";

/// What a token in a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To set a password.
    Invitation,
    /// To sign in once.
    SignIn,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Invitation => "invitation",
            Purpose::SignIn => "sign-in",
        }
    }
}

/// Held while a token is used up, so that of two who bring it at once one comes late.
#[derive(Debug, Default)]
pub(super) struct OneAtATime(Mutex<()>);

/// Tries that went wrong, by the name of a person who exists: nobody fills the memory with others.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<BTreeMap<String, Vec<Timestamp>>>);

impl Failures {
    fn are_too_many(&self, name: &str, now: Timestamp) -> bool {
        let mut failures = lock(&self.0);
        failures.retain(|_, at| {
            at.retain(|at| now.duration_since(*at) < FORGIVEN_AFTER);
            !at.is_empty()
        });
        failures.get(name).is_some_and(|at| at.len() >= MOST_FAILURES)
    }

    fn add(&self, name: &str, now: Timestamp) {
        lock(&self.0).entry(name.to_owned()).or_default().push(now);
    }
}

impl Gateway {
    /// Everybody who may sign in: the people of the settings, or else the owner alone.
    pub fn members(&self) -> Vec<Member> {
        if self.staff.people.is_empty() {
            return vec![Member { name: SOLE_PERSON.to_owned(), role: Role::Owner }];
        }
        let people = self.staff.people.iter();
        people.map(|person| Member { name: person.name.clone(), role: person.role }).collect()
    }

    fn named(&self, name: &str) -> Option<Member> {
        self.members().into_iter().find(|member| member.name == name.trim())
    }

    /// A token for a person; with [`Purpose::Invitation`] an owner asks for it, or the operator.
    pub fn token_for(&self, name: &str, purpose: Purpose) -> Result<String, DeskError> {
        let member = self.named(name).ok_or_else(|| DeskError::NoSuchPerson(name.to_owned()))?;
        let (token, now) = (fresh_token()?, self.now.get());
        let life = if purpose == Purpose::Invitation { INVITED_FOR } else { LINKED_FOR };
        let until = now.saturating_add(life).unwrap_or(Timestamp::MAX);
        self.remember(&token_cursor(purpose, &token), &format!("{until} {}", member.name))?;
        Ok(token)
    }

    /// Sends a person their one-time link, by their own ways. Silent about names that do not exist.
    pub fn send_sign_in_link(&self, name: &str) -> Result<(), DeskError> {
        let now = self.now.get();
        let Some(member) = self.named(name) else { return Ok(()) };
        if self.failures.are_too_many(&member.name, now) {
            return Ok(());
        }
        self.failures.add(&member.name, now);
        let token = self.token_for(&member.name, Purpose::SignIn)?;
        let language = self.rules().business.default_language();
        let address = format!("{}/desk/link/{token}", self.address());
        let text = match language {
            Language::Fa => format!("پیوند ورود به میز کارکنان (یک بار، تا ۱۰ دقیقه):\n{address}"),
            Language::En => format!("Your link to the staff desk (once, within 10 minutes):\n{address}"),
        };
        let subject = text.lines().next().unwrap_or_default().to_owned();
        let told = Told { subject, text, buttons: Vec::new(), language, conversation: None };
        let mut rows = Vec::new();
        for path in self.ways(&To::Person(member.name), false)? {
            rows.push(Event::Queued { row: told.row(&path, self.fresh_row()?, now) });
        }
        self.store.commit(&Commit { events: rows, expects: Vec::new() })?;
        self.has_mail.notify_one();
        Ok(())
    }

    /// Where the console is, as browsers reach it.
    pub fn address(&self) -> String {
        let web = &self.settings.web;
        let own = web.url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        let bound = self.bound.get().copied().unwrap_or(web.listen);
        own.unwrap_or_else(|| format!("http://{bound}"))
    }

    /// Whose token this is, as long as it is good.
    pub fn bearer(&self, purpose: Purpose, token: &str) -> Result<Option<Member>, StoreError> {
        let kept = self.store.cursor(&token_cursor(purpose, token))?.unwrap_or_default();
        let Some((until, name)) = kept.split_once(' ') else { return Ok(None) };
        let good = until.parse::<Timestamp>().is_ok_and(|until| self.now.get() < until);
        Ok(self.named(name).filter(|_| good))
    }

    /// Uses up a one-time link: a session.
    pub fn redeem(&self, token: &str) -> Result<Option<String>, StoreError> {
        let _alone = lock(&self.redeeming.0);
        let Some(member) = self.bearer(Purpose::SignIn, token)? else { return Ok(None) };
        self.remember(&token_cursor(Purpose::SignIn, token), "")?;
        self.open_session(&member.name).map(Some)
    }

    /// Uses up an invitation: the password is set, older sessions end, a new one begins.
    /// Nobody gets a session by a password that is too short or too long.
    pub fn accept_invitation(&self, token: &str, password: &str) -> Result<Option<String>, StoreError> {
        if !PASSWORD_CHARS.contains(&password.chars().count()) {
            return Ok(None);
        }
        let _alone = lock(&self.redeeming.0);
        let Some(member) = self.bearer(Purpose::Invitation, token)? else { return Ok(None) };
        let hash = hashed(password)?;
        let now = self.now.get().to_string();
        let moved = |name: String, value: String| Event::CursorMoved { name, value };
        let events = vec![
            moved(password_cursor(&member.name), hash),
            moved(token_cursor(Purpose::Invitation, token), String::new()),
            moved(revoked_cursor(&member.name), now),
        ];
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.open_session(&member.name).map(Some)
    }

    /// A session for the right password. Takes as long for a name that does not exist.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<Option<String>, StoreError> {
        let now = self.now.get();
        let member = self.named(name);
        let kept = match &member {
            Some(member) => self.store.cursor(&password_cursor(&member.name))?,
            None => None,
        };
        let right = is_right(kept.as_deref(), password);
        let Some(member) = member else {
            tracing::warn!("Somebody tried to sign in to the console by a name that does not exist");
            return Ok(None);
        };
        if self.failures.are_too_many(&member.name, now) {
            return Ok(None);
        }
        if right {
            return self.open_session(&member.name).map(Some);
        }
        self.failures.add(&member.name, now);
        tracing::warn!("A sign-in to the console failed");
        Ok(None)
    }

    fn open_session(&self, name: &str) -> Result<String, StoreError> {
        let (token, now) = (fresh_token()?, self.now.get());
        let until = now.saturating_add(SIGNED_IN_FOR).unwrap_or(Timestamp::MAX);
        self.remember(&session_cursor(&token), &format!("{now} {until} {name}"))?;
        Ok(token)
    }

    /// Who has this session, as long as it has not lapsed and is not revoked.
    pub fn member_of(&self, token: &str) -> Result<Option<Member>, StoreError> {
        let kept = self.store.cursor(&session_cursor(token))?.unwrap_or_default();
        let mut parts = kept.splitn(3, ' ');
        let mut time = || parts.next().and_then(|at| at.parse::<Timestamp>().ok());
        let (Some(opened), Some(until)) = (time(), time()) else { return Ok(None) };
        let Some(name) = parts.next() else { return Ok(None) };
        let revoked = self.store.cursor(&revoked_cursor(name))?.and_then(|at| at.parse::<Timestamp>().ok());
        let good = self.now.get() < until && revoked.is_none_or(|revoked| revoked <= opened);
        Ok(self.named(name).filter(|_| good))
    }

    pub fn sign_out(&self, token: &str) -> Result<(), StoreError> {
        self.remember(&session_cursor(token), "")
    }

    /// Ends every session of a person.
    pub fn end_sessions(&self, name: &str) -> Result<(), DeskError> {
        let member = self.named(name).ok_or_else(|| DeskError::NoSuchPerson(name.to_owned()))?;
        Ok(self.remember(&revoked_cursor(&member.name), &self.now.get().to_string())?)
    }

    /// On the very first start, with no people in the settings: a link for the owner.
    pub fn first_link(&self) -> Result<Option<String>, DeskError> {
        let sole = self.staff.people.is_empty() && self.settings.web.listen.ip().is_loopback();
        let has_password = self.store.cursor(&password_cursor(SOLE_PERSON))?.is_some();
        if !sole || has_password {
            return Ok(None);
        }
        let token = self.token_for(SOLE_PERSON, Purpose::Invitation)?;
        Ok(Some(format!("{}/desk/join/{token}", self.address())))
    }

    /// The one place that says whether a person of the settings may do something.
    pub fn allowed(&self, name: &str, right: Right) -> bool {
        self.named(name).is_some_and(|member| may(member.role, right))
    }

    fn remember(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let moved = Event::CursorMoved { name: name.to_owned(), value: value.to_owned() };
        self.store.commit(&Commit { events: vec![moved], expects: Vec::new() })
    }
}

fn fresh_token() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Other(format!("No random numbers: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

fn token_cursor(purpose: Purpose, token: &str) -> String {
    format!("desk:{}:{}", purpose.name(), digest(token))
}

fn session_cursor(token: &str) -> String {
    format!("desk:session:{}", digest(token))
}

fn password_cursor(name: &str) -> String {
    format!("desk:password:{name}")
}

fn revoked_cursor(name: &str) -> String {
    format!("desk:revoked:{name}")
}

fn hashed(password: &str) -> Result<String, StoreError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Other(format!("No random numbers: {error}")))?;
    let failed = |error: argon2::password_hash::Error| StoreError::Other(format!("No hash: {error}"));
    let salt = SaltString::encode_b64(&bytes).map_err(failed)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// The work is done even where there is nothing to compare with.
fn is_right(kept: Option<&str>, password: &str) -> bool {
    /// A hash of nothing that anybody knows, with the cost of the others.
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(hash) = PasswordHash::new(kept.unwrap_or(NOBODYS)) else { return false };
    let fits = password.chars().count() <= *PASSWORD_CHARS.end();
    // What is too long costs as much as what fits, and no more.
    let password = if fits { password } else { "" };
    fits && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && kept.is_some()
}
