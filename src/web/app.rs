//! What the handlers share.
//!
//! The gateway gives a [`WebState`]; the web adds its own limits: the pace of
//! each session and how many uploads and streams may be open at once.
//!
//! Invariant: everything here is bounded, whatever the number of visitors.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::tz::TimeZone;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::chat_desk::{ChatDesk, ChatLine};
use super::console::Presence;
use super::health::Health;
use super::pace::Pace;
use super::refusal::Refusal;
use super::session::Session;
use super::staff_desk::StaffDesk;
use crate::domain::intake::Intake;
use crate::domain::message::Language;
use crate::domain::rules::Business;

/// Uploads whose bytes may lie in memory at the same time.
const UPLOADS: usize = 8;
/// Open event streams and long polls; who comes later polls.
const STREAMS: usize = 2_000;

/// What the web needs of the program around it.
#[derive(Clone)]
pub struct WebState {
    pub intake: Arc<dyn Intake>,
    pub desk: Arc<dyn ChatDesk>,
    pub staff: Arc<dyn StaffDesk>,
    pub health: Arc<dyn Health>,
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
    pub shop: Shop,
    /// Cancelled when the daemon stops: ends event streams and long polls.
    pub closing: CancellationToken,
}

/// The business, as the page shows it.
#[derive(Debug, Clone)]
pub struct Shop {
    pub name: BTreeMap<Language, String>,
    /// The first is the default.
    pub languages: Vec<Language>,
    /// For the times on a page without scripts.
    pub timezone: TimeZone,
}

impl Shop {
    pub fn of(business: &Business, timezone: TimeZone) -> Shop {
        Shop { name: business.name.clone(), languages: business.languages.clone(), timezone }
    }

    /// The name in the language, or in the other one.
    pub fn name(&self, language: Language) -> &str {
        self.name.get(&language).or_else(|| self.name.values().next()).map_or("", String::as_str)
    }

    pub fn default_language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::Fa)
    }
}

/// The state of the router.
pub struct App {
    pub state: WebState,
    pub pace: Pace,
    pub uploads: Semaphore,
    /// Hashing a password takes 19 MB and a core; whoever guesses many waits in line.
    pub hashing: Semaphore,
    pub streams: Arc<Semaphore>,
    pub presence: Presence,
    /// A day's limits need no calendar: they are measured from here.
    started: Instant,
}

impl App {
    pub fn new(state: WebState) -> App {
        App {
            state,
            pace: Pace::default(),
            uploads: Semaphore::new(UPLOADS),
            hashing: Semaphore::new(1),
            streams: Arc::new(Semaphore::new(STREAMS)),
            presence: Presence::default(),
            started: Instant::now(),
        }
    }

    /// Counts one message of this session against its pace.
    pub fn pace(&self, session: &Session) -> Result<(), Refusal> {
        self.pace
            .take(session.id(), self.started.elapsed())
            .map_err(|wait| Refusal::TooManyMessages { seconds: wait.as_secs() + 1 })
    }

    /// The session's lines above `after`, read off the reactor.
    pub async fn lines(&self, session: &Session, after: u64) -> Result<Vec<ChatLine>, Refusal> {
        let desk = Arc::clone(&self.state.desk);
        let id = session.id().to_owned();
        off_reactor(move || desk.lines(&id, after)).await
    }
}

/// Runs a blocking question to the store; its failure is logged and told as "try again".
pub async fn off_reactor<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(ask).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::error!(%error, "The live chat could not reach the store");
            Err(Refusal::Unavailable)
        }
        Err(error) => {
            tracing::error!(%error, "A question of the live chat to the store broke off");
            Err(Refusal::Unavailable)
        }
    }
}
