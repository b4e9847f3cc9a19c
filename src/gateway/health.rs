//! How the daemon is doing: the store, the rules, and each channel's last good poll.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::gateway::{Gateway, lock};
use crate::settings::Settings;
use crate::web::{ChannelHealth, Health, Readiness};

/// What was last heard from each channel, and of the rules.
#[derive(Debug, Default)]
pub struct HealthBook {
    channels: Mutex<BTreeMap<(String, String), Heard>>,
}

#[derive(Debug, Clone, Default)]
struct Heard {
    last_good: Option<Timestamp>,
    last_error: Option<String>,
    watched_since: Option<Timestamp>,
}

impl HealthBook {
    pub fn for_channels(settings: &Settings) -> HealthBook {
        let mut channels = BTreeMap::new();
        for account in &settings.email {
            channels.insert(("email".to_owned(), account.name.clone()), Heard::default());
        }
        for bot in &settings.telegram {
            channels.insert(("telegram".to_owned(), bot.name.clone()), Heard::default());
        }
        HealthBook { channels: Mutex::new(channels) }
    }

    pub fn polled(&self, channel: &str, account: &str, result: Result<(), String>, now: Timestamp) {
        let mut channels = lock(&self.channels);
        let heard = channels.entry((channel.to_owned(), account.to_owned())).or_default();
        let labels = [("channel", channel.to_owned()), ("account", account.to_owned())];
        match result {
            Ok(()) => {
                if heard.last_error.take().is_some() {
                    tracing::info!(channel, account, "The channel works again");
                }
                heard.last_good = Some(now);
                metrics::gauge!("pasokh_channel_up", &labels).set(1.0);
                metrics::gauge!("pasokh_channel_last_good_seconds", &labels).set(now.as_second() as f64);
            }
            Err(reason) => {
                if heard.last_error.as_deref() != Some(reason.as_str()) {
                    tracing::warn!(channel, account, "{reason}");
                }
                heard.last_error = Some(reason);
                metrics::gauge!("pasokh_channel_up", &labels).set(0.0);
                metrics::counter!("pasokh_channel_errors_total", &labels).increment(1);
            }
        }
    }

    /// Channels that have not been read for so long: kind, name, since when, and why.
    pub fn silent(
        &self,
        now: Timestamp,
        longest: SignedDuration,
    ) -> Vec<(String, String, Timestamp, Option<String>)> {
        let channels = lock(&self.channels);
        let silent = channels.iter().filter_map(|((kind, name), heard)| {
            // A channel that has never been read counts from the first look at it.
            let since = heard.last_good.or(heard.watched_since)?;
            (now.duration_since(since) > longest)
                .then(|| (kind.clone(), name.clone(), since, heard.last_error.clone()))
        });
        let silent = silent.collect();
        drop(channels);
        for heard in lock(&self.channels).values_mut() {
            heard.watched_since.get_or_insert(now);
        }
        silent
    }

    /// Kind and name of every channel that has been read since the start; of the others nobody
    /// knows yet how they do.
    pub fn read_since_start(&self) -> Vec<(String, String)> {
        let channels = lock(&self.channels);
        let read = channels.iter().filter(|(_, heard)| heard.last_good.is_some());
        read.map(|(names, _)| names.clone()).collect()
    }

    /// Whether the rules on disk are those in force.
    pub fn rules_read(&self, fine: bool) {
        metrics::gauge!("pasokh_rules_current").set(if fine { 1.0 } else { 0.0 });
    }
}

impl Health for Gateway {
    fn ready(&self) -> Readiness {
        let store = self.store.writable().map_err(|error| error.to_string());
        let channels = lock(&self.health.channels)
            .iter()
            .map(|((kind, name), heard)| ChannelHealth {
                kind: kind.clone(),
                name: name.clone(),
                last_good: heard.last_good,
                last_error: heard.last_error.clone(),
            })
            .collect();
        // Mail or bot servers that are down are listed, and do not make us unready. Nor do
        // mistakes in the rules on disk: the last good ones are loaded and in force.
        Readiness { store, rules: Ok(()), channels }
    }
}
