//! Reload: an edited rule is in force a moment later; a broken one changes nothing.
//!
//! SIGHUP reads the rules at once, where the file system tells nothing of
//! changes, and never ends the daemon.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::{RecursiveMode, Watcher};
use tokio::signal::unix::Signal;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::gateway::{Gateway, lock};
use crate::rules;

/// Editors write a file in several steps; so long must it be quiet before it is read.
const QUIET: Duration = Duration::from_millis(300);

impl Gateway {
    /// Reads the rules again. What is wrong is logged, and the last good rules stay.
    pub fn reload(&self) -> bool {
        match rules::load_and_keep(&self.settings) {
            Ok((rules, warnings)) => {
                for warning in &warnings {
                    tracing::warn!("{warning}");
                }
                self.replace_rules(rules);
                *lock(&self.mistakes) = None;
                self.health.rules_read(true);
                tracing::info!("The rules on disk are in force");
                true
            }
            Err(mistakes) => {
                for mistake in &mistakes {
                    tracing::error!("{mistake}");
                }
                self.health.rules_read(false);
                let told = mistakes.iter().map(ToString::to_string).collect();
                *lock(&self.mistakes) = Some((self.now.get(), told));
                tracing::error!(
                    "The last good rules stay in force; mistakes in those on disk: {}",
                    mistakes.len()
                );
                false
            }
        }
    }
}

/// Watches the two directories until shutdown.
pub(super) async fn watch(gateway: Arc<Gateway>, mut hangups: Signal, shutdown: CancellationToken) {
    let directories = [gateway.settings.intents_dir.clone(), gateway.settings.replies_dir.clone()];
    let (sender, mut changes) = mpsc::channel::<()>(1);
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // Full means that a reload is coming anyway.
            let _ = sender.try_send(());
        }
    });
    // Held to the end: a watcher that is dropped watches nothing.
    let mut watcher = watcher
        .inspect_err(|error| {
            tracing::warn!("Edited rules will not be noticed before SIGHUP or the next start: {error}");
        })
        .ok();
    for directory in directories.iter().flatten() {
        let watched =
            watcher.as_mut().map(|one| one.watch(Path::new(directory), RecursiveMode::NonRecursive));
        if let Some(Err(error)) = watched {
            tracing::warn!(
                "Changes in {} will not be noticed before SIGHUP or the next start: {error}",
                directory.display()
            );
        }
    }
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some(()) = changes.recv() => (),
            Some(()) = hangups.recv() => (),
        }
        while tokio::time::timeout(QUIET, changes.recv()).await.is_ok_and(|change| change.is_some()) {}
        tokio::task::block_in_place(|| gateway.reload());
    }
}
