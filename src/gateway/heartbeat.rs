//! The heartbeat: a file, and on request an address, that tell an outside monitor that all is well.
//!
//! Once a minute, while the store can be written and the clocks are watched,
//! the modification time of `heartbeat` in the data directory moves on and the
//! address is asked for. A daemon that hangs stops both.
//!
//! Invariant: nothing is sent but the request itself; an answer other than 2xx
//! is told in the log once until it is well again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;

pub const FILE_NAME: &str = "heartbeat";
const PERIOD: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(10);
/// Clocks that nobody has watched for so long stand still.
const STILL_SECONDS: i64 = 180;

/// When the clocks were watched last, in seconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Pulse(AtomicI64);

impl Pulse {
    pub fn beat(&self, now: Timestamp) {
        self.0.store(now.as_second(), Ordering::Relaxed);
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        now.as_second() - self.0.load(Ordering::Relaxed) <= STILL_SECONDS
    }
}

impl Gateway {
    /// The clocks are watched and the store takes what comes.
    fn is_well(&self) -> bool {
        self.pulse.is_fresh(self.now.get()) && self.store.writable().is_ok()
    }
}

pub(super) async fn beat(gateway: Arc<Gateway>, shutdown: CancellationToken) {
    let client = reqwest::Client::builder().timeout(PATIENCE).build().ok();
    let mut was_heard = true;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PERIOD) => {}
        }
        if !tokio::task::block_in_place(|| gateway.is_well()) {
            tracing::error!("No heartbeat: the clocks stand still, or the store takes nothing");
            continue;
        }
        let file = gateway.settings.data_dir.join(FILE_NAME);
        if let Err(error) =
            tokio::task::block_in_place(|| std::fs::write(&file, gateway.now.get().to_string()))
        {
            tracing::warn!("The heartbeat file cannot be written: {error}");
        }
        let (Some(url), Some(client)) = (&gateway.settings.heartbeat, &client) else { continue };
        let answer = client.get(url.clone()).send().await.and_then(reqwest::Response::error_for_status);
        match answer {
            Ok(_) => was_heard = true,
            // The address may hold a key: the error is told without it.
            Err(error) if was_heard => {
                was_heard = false;
                tracing::warn!("The heartbeat is not heard: {}", error.without_url());
            }
            Err(_) => {}
        }
    }
}
