//! The imperative shell: takes in, asks the domain, commits, sends, wakes.
//!
//! Each file is one of its steps, and each step can be called by itself:
//! `intake` makes a message durable, `check` looks up who sent it, `work` decides
//! about it, `deliver` sends what was queued, `alerts` watches the clocks, `desk` acts
//! for staff, `teach` keeps what people taught.
//! `daemon` runs them all until it is told to stop.
//!
//! Invariant: what a step did is committed before the next one can see it, so
//! a crash between any two loses nothing and repeats nothing.

mod alerts;
mod chat;
mod check;
pub mod clocks;
mod console;
pub mod courier;
pub mod daemon;
mod delays;
mod deliver;
mod digest;
pub use deliver::Couriers;
pub mod desk;
pub mod door;
pub mod explain;
pub mod export;
mod followups;
mod health;
mod heartbeat;
mod intake;
mod knowledge;
mod linking;
mod machine;
pub mod now;
mod numbers;
mod parse;
pub mod people;
mod queue;
mod readiness;
mod reload;
pub mod socket;
mod sms;
mod rules_view;
mod staff;
mod stuck;
mod summary;
mod teach;
mod urgent;
mod telling;
mod warning;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::{Notify, watch};

use crate::domain::alert;
use crate::domain::code::TrackingCode;
use crate::domain::conversation::ConversationId;
use crate::domain::decide::Fresh;
use crate::domain::message::MessageId;
use crate::domain::outbox::OutboxId;
use crate::domain::rules::Rules;
use crate::domain::short_code::ShortCode;
use crate::mail::authenticity::Checker;
use crate::settings::Settings;
use crate::store::{Route, Store, StoreError};

pub use health::HealthBook;
pub use now::Now;

pub type BotName = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// All that the steps share.
pub struct Gateway {
    pub store: Arc<dyn Store>,
    pub settings: Settings,
    /// The people of the settings, with their ways.
    staff: alert::Staff,
    pub now: Now,
    rules: ArcSwap<Rules>,
    /// For Message-IDs that only we can have made.
    secret: [u8; 32],
    pub health: HealthBook,
    /// Who says a bot's user name at Telegram, once it is known; by the name in the settings.
    bot_usernames: Mutex<BTreeMap<String, BotName>>,
    /// Routes whose server is out of reach.
    closed: Mutex<BTreeMap<Route, deliver::Closed>>,
    chat_watchers: Mutex<HashMap<String, watch::Sender<u64>>>,
    checks: check::Checks,
    /// Messages that cannot be decided as long as this process lives.
    held_up: Mutex<BTreeSet<MessageId>>,
    /// Rows on their way, by route.
    under_way: Mutex<BTreeMap<Route, usize>>,
    has_work: Arc<Notify>,
    /// What `data/learned/` holds, once it has been made of the journal.
    lessons: Mutex<Option<teach::Lessons>>,
    has_mail: Notify,
    has_clock: Notify,
    pulse: heartbeat::Pulse,
    looked_at_machine: Mutex<Option<jiff::Timestamp>>,
    /// Rings when any case may have changed.
    desk_bell: watch::Sender<u64>,
    /// Where the web server really listens, once it does.
    bound: OnceLock<std::net::SocketAddr>,
    failures: people::Failures,
    redeeming: people::OneAtATime,
    queue: queue::Queue,
    dismissing: Mutex<()>,
    /// Of the last rules that could not be taken.
    mistakes: Mutex<Option<(jiff::Timestamp, Vec<String>)>>,
}

impl Gateway {
    pub fn new(
        store: Arc<dyn Store>,
        settings: Settings,
        rules: Rules,
        secret: [u8; 32],
        now: Now,
    ) -> Gateway {
        let health = HealthBook::for_channels(&settings);
        let gateway = Gateway {
            store,
            staff: staff::staff(&settings),
            settings,
            now,
            rules: ArcSwap::from_pointee(rules),
            secret,
            health,
            bot_usernames: Mutex::new(BTreeMap::new()),
            closed: Mutex::new(BTreeMap::new()),
            chat_watchers: Mutex::new(HashMap::new()),
            checks: check::Checks::default(),
            held_up: Mutex::new(BTreeSet::new()),
            under_way: Mutex::new(BTreeMap::new()),
            has_work: Arc::new(Notify::new()),
            lessons: Mutex::new(None),
            has_mail: Notify::new(),
            has_clock: Notify::new(),
            pulse: heartbeat::Pulse::default(),
            looked_at_machine: Mutex::new(None),
            desk_bell: watch::Sender::new(0),
            bound: OnceLock::new(),
            failures: people::Failures::default(),
            redeeming: people::OneAtATime::default(),
            queue: queue::Queue::default(),
            dismissing: Mutex::new(()),
            mistakes: Mutex::new(None),
        };
        // The closures that staff added are part of the calendar from the start.
        gateway.replace_rules(Rules::clone(&gateway.rules()));
        gateway
    }

    /// Mail is checked for signatures of its sender, by this checker if there is one.
    pub fn checking(mut self, checker: Option<Checker>) -> Gateway {
        self.checks = check::Checks::with(checker);
        self
    }

    /// The rules in force; a reload does not change what a caller already holds.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.load_full()
    }

    pub fn replace_rules(&self, rules: Rules) {
        self.rules.store(Arc::new(self.with_closures(rules)));
    }

    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// Who says what a bot is called at Telegram.
    pub fn know_bot(&self, bot: &str, name: BotName) {
        lock(&self.bot_usernames).insert(bot.to_owned(), name);
    }

    fn bot_username(&self, bot: &str) -> Option<String> {
        lock(&self.bot_usernames).get(bot).and_then(|name| name())
    }

    /// Identifiers for one decision.
    fn fresh(&self) -> Result<Fresh, StoreError> {
        Ok(Fresh {
            conversation: ConversationId(self.store.fresh_number()?),
            row: OutboxId(self.store.fresh_number()?),
            code: TrackingCode::from_seed(random_seed()?),
            other_row: OutboxId(self.store.fresh_number()?),
            one_time: ShortCode::from_value(random()?),
        })
    }
}

/// A random seed of a tracking code. The slight bias of the remainder gives nothing away.
fn random_seed() -> Result<u32, StoreError> {
    let number = u32::try_from(random()? >> 32).unwrap_or_default();
    let (first, last) = (*TrackingCode::SEEDS.start(), *TrackingCode::SEEDS.end());
    Ok(first + number % (last - first + 1))
}

fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(|error| StoreError::Other(format!("No random numbers: {error}")))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
