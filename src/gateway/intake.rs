//! Intake: what a channel fetched becomes durable, once.

use crate::domain::event::Event;
use crate::domain::intake::{Accepted, Intake, IntakeError, Raw};
use crate::gateway::Gateway;
use crate::store::{Commit, StoreError};

impl Intake for Gateway {
    fn accept(&self, raw: Raw) -> Result<Accepted, IntakeError> {
        let channel = raw.key.channel().name();
        let accepted = self.store.accept(&raw, self.now.get()).map_err(refused)?;
        match accepted {
            Accepted::New(_) => {
                metrics::counter!("pasokh_messages_received_total", "channel" => channel).increment(1);
                self.has_work.notify_one();
            }
            Accepted::Seen(_) => {
                metrics::counter!("pasokh_messages_seen_again_total", "channel" => channel).increment(1);
            }
        }
        Ok(accepted)
    }

    fn cursor(&self, name: &str) -> Result<Option<String>, IntakeError> {
        self.store.cursor(name).map_err(refused)
    }

    fn move_cursor(&self, name: &str, value: &str) -> Result<(), IntakeError> {
        let moved = Event::CursorMoved { name: name.to_owned(), value: value.to_owned() };
        self.store.commit(&Commit { events: vec![moved], expects: Vec::new() }).map_err(refused)
    }

    fn polled(&self, channel: &str, account: &str, result: Result<(), String>) {
        self.health.polled(channel, account, result, self.now.get());
    }
}

fn refused(error: StoreError) -> IntakeError {
    IntakeError(error.to_string())
}
