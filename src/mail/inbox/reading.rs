//! From where to read a folder, and reading it.
//!
//! Invariant: the cursor never passes a mail that the intake has not accepted, and a mail that
//! cannot be fetched holds up the others for seconds, not for ever.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use mail_parser::MessageParser;

use super::cursor::{Cursor, Epoch};
use super::{Fault, Mailbox};
use crate::domain::intake::{Accepted, Intake, IntakeError, Raw};
use crate::mail::imap::{Connection, Entry, Folder};
use crate::mail::key::mark;
use crate::mail::{headers, key};

/// Bytes. Of larger mails the header and the beginning are taken; people find the rest in the mailbox.
const WHOLE_MAIL: u32 = 35 * 1024 * 1024;
/// Bytes of text taken of a mail that is too large.
const BEGINNING: u32 = 256 * 1024;
/// Mails accepted before the cursor is moved.
const BATCH: usize = 20;
/// Mails of the first day that are remembered by a mark.
const MARKED: usize = 1000;
/// Trouble with a mail after which only its header is asked for, and after which nothing is.
const HEADER_ONLY: u32 = 6;
const GIVEN_UP: u32 = 12;

impl Mailbox {
    /// From the first start on mail is ours to answer, whether or not the server can be reached by
    /// then: the time is kept before the first connection.
    pub(super) async fn begin_watching(&self) -> Result<(), Fault> {
        let names = self.names();
        if self.stored(&names.0).await?.is_none() && self.stored(&names.1).await?.is_none() {
            let epoch = Epoch { at: Timestamp::now(), before: BTreeSet::new() };
            self.store(&names.1, epoch.encode()).await?;
        }
        Ok(())
    }

    /// Decides where reading begins and takes in what lies before it; gives the first UID to read.
    pub(super) async fn begin(&self, connection: &mut Connection, folder: Folder) -> Result<u32, Fault> {
        let names = self.names();
        let cursor = self.stored(&names.0).await?.and_then(|text| Cursor::parse(&text));
        let epoch = self.stored(&names.1).await?.and_then(|text| Epoch::parse(&text));
        let next = match (cursor, epoch) {
            (Some(cursor), _) if cursor.uidvalidity == folder.uidvalidity => cursor.last.saturating_add(1),
            (None, epoch) => {
                let at = epoch.map_or_else(Timestamp::now, |epoch| epoch.at);
                self.first_session(connection, folder, at).await?
            }
            (Some(_), epoch) => self.read_again(connection, folder, epoch).await?,
        };
        self.take_older(connection, folder, next).await?;
        Ok(next)
    }

    fn names(&self) -> (String, String) {
        let (account, folder) = (&self.account.name, &self.account.imap.folder);
        (Cursor::name(account, folder), Epoch::name(account, folder))
    }

    /// Of what is here already only that is read which came since the first start, when the server
    /// may have been out of reach. What the rest was is remembered for the day when the server
    /// counts its mails anew.
    async fn first_session(
        &self,
        connection: &mut Connection,
        folder: Folder,
        at: Timestamp,
    ) -> Result<u32, Fault> {
        let next = next_uid(connection, folder).await?;
        let lately = connection.search_since(day_before(at)).await?;
        let (mut before, mut since) = (BTreeSet::new(), Vec::new());
        for uid in lately.iter().rev().filter(|uid| **uid < next).take(MARKED) {
            let Some(head) = self.fetch_head(connection, *uid).await? else { continue };
            // Trace lines tell whole seconds.
            if delivered(&head).is_some_and(|seconds| seconds > at.as_second()) {
                since.push(*uid);
            } else {
                before.insert(mark(&head));
            }
        }
        since.sort_unstable();
        for entry in sizes_of(connection, &since, next).await? {
            if let Some(bytes) = self.fetch(connection, folder.uidvalidity, entry).await? {
                self.accept(folder.uidvalidity, entry.uid, bytes).await?;
            }
        }
        let names = self.names();
        self.store(&names.1, Epoch { at, before }.encode()).await?;
        self.move_to(folder.uidvalidity, next.saturating_sub(1)).await?;
        Ok(next)
    }

    /// The header of a mail; none when it is gone, or when asking for it has gone wrong before.
    async fn fetch_head(&self, connection: &mut Connection, uid: u32) -> Result<Option<Vec<u8>>, Fault> {
        if self.begin_fetch(uid) >= HEADER_ONLY {
            tracing::warn!(account = %self.account.name, uid, "the header of an older mail cannot be read; passing it over");
            self.with_state(|state| state.fetching = None);
            return Ok(None);
        }
        let head = connection.fetch_head(uid).await?;
        self.with_state(|state| state.fetching = None);
        Ok(head)
    }

    /// Notes what is being fetched; gives the trouble that there was with it.
    fn begin_fetch(&self, uid: u32) -> u32 {
        self.with_state(|state| {
            state.fetching = Some(uid);
            state.trouble.get(&uid).copied().unwrap_or_default()
        })
    }

    /// RFC 9051 §2.3.1.1: with a new UIDVALIDITY all UIDs are new. Everything since the first
    /// start is handed over again, and the intake knows what it has seen by its digest.
    async fn read_again(
        &self,
        connection: &mut Connection,
        folder: Folder,
        epoch: Option<Epoch>,
    ) -> Result<u32, Fault> {
        tracing::warn!(account = %self.account.name, "the server counts the mails of the folder anew; reading them again");
        let next = next_uid(connection, folder).await?;
        let epoch = epoch.unwrap_or(Epoch { at: Timestamp::UNIX_EPOCH, before: BTreeSet::new() });
        let uids = connection.search_since(day_before(epoch.at)).await?;
        let mut entries = sizes_of(connection, &uids, next).await?;
        // A session that broke off is gone on with, as long as this process lives.
        let reached = self.with_state(|state| state.read_again);
        let done = reached.filter(|(validity, _)| *validity == folder.uidvalidity).map_or(0, |(_, uid)| uid);
        entries.retain(|entry| entry.uid > done);
        for entry in entries {
            if let Some(bytes) = self.fetch(connection, folder.uidvalidity, entry).await?
                && !predates(&bytes, &epoch)
            {
                self.accept(folder.uidvalidity, entry.uid, bytes).await?;
            }
            self.with_state(|state| state.read_again = Some((folder.uidvalidity, entry.uid)));
        }
        self.move_to(folder.uidvalidity, next.saturating_sub(1)).await?;
        Ok(next)
    }

    /// What `--since` asks for, once in the life of the process.
    async fn take_older(&self, connection: &mut Connection, folder: Folder, next: u32) -> Result<(), Fault> {
        let Some(since) = self.with_state(|state| state.since) else { return Ok(()) };
        let uids = connection.search_since(since).await?;
        for entry in sizes_of(connection, &uids, next).await? {
            if let Some(bytes) = self.fetch(connection, folder.uidvalidity, entry).await? {
                self.accept(folder.uidvalidity, entry.uid, bytes).await?;
            }
        }
        self.with_state(|state| state.since = None);
        Ok(())
    }

    /// Hands over everything from this UID on; gives the UID to read from next time.
    pub(super) async fn read_on(
        &self,
        connection: &mut Connection,
        uidvalidity: u32,
        mut next: u32,
    ) -> Result<u32, Fault> {
        let entries = connection.list_from(next).await?;
        for batch in entries.chunks(BATCH) {
            for entry in batch {
                if let Some(bytes) = self.fetch(connection, uidvalidity, *entry).await? {
                    self.accept(uidvalidity, entry.uid, bytes).await?;
                }
                next = entry.uid.saturating_add(1);
            }
            self.move_to(uidvalidity, next.saturating_sub(1)).await?;
        }
        Ok(next)
    }

    /// The bytes of a mail as far as they can be had; `None` when it is gone.
    async fn fetch(
        &self,
        connection: &mut Connection,
        uidvalidity: u32,
        entry: Entry,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let uid = entry.uid;
        let bytes = match self.begin_fetch(uid) {
            GIVEN_UP.. => Some(self.placeholder(uidvalidity, uid)),
            HEADER_ONLY.. => connection.fetch_head(uid).await?,
            _ if entry.size > WHOLE_MAIL => connection.fetch_beginning(uid, BEGINNING).await?,
            _ => connection.fetch(uid).await?,
        };
        self.with_state(|state| {
            state.fetching = None;
            state.trouble.remove(&uid);
        });
        Ok(bytes)
    }

    /// Stands for a mail that the server cannot hand over, so that people learn of it.
    fn placeholder(&self, uidvalidity: u32, uid: u32) -> Vec<u8> {
        let folder = &self.account.imap.folder;
        tracing::error!(account = %self.account.name, %folder, uid, "a mail cannot be fetched; look at it in the mailbox");
        format!(
            "Subject: A mail that could not be fetched\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             The mail with UID {uid} (UIDVALIDITY {uidvalidity}) in {folder} could not be fetched. Please read it there.\r\n"
        )
        .into_bytes()
    }

    async fn accept(&self, uidvalidity: u32, uid: u32, bytes: Vec<u8>) -> Result<Accepted, Fault> {
        let key = key(&self.account.name, uidvalidity, uid, &bytes);
        self.blocking(move |intake| intake.accept(Raw { key, bytes, files: Vec::new() })).await
    }

    async fn move_to(&self, uidvalidity: u32, last: u32) -> Result<(), Fault> {
        let name = self.names().0;
        self.store(&name, Cursor { uidvalidity, last }.encode()).await
    }

    async fn store(&self, name: &str, value: String) -> Result<(), Fault> {
        let name = name.to_owned();
        self.blocking(move |intake| intake.move_cursor(&name, &value)).await
    }

    async fn stored(&self, name: &str) -> Result<Option<String>, Fault> {
        let name = name.to_owned();
        self.blocking(move |intake| intake.cursor(&name)).await
    }

    /// The intake waits for the disk: not on the reactor.
    async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Intake) -> Result<T, IntakeError> + Send + 'static,
    ) -> Result<T, Fault> {
        let intake = Arc::clone(&self.intake);
        let done = tokio::task::spawn_blocking(move || act(intake.as_ref())).await;
        let done = done.unwrap_or_else(|_| Err(IntakeError("the intake broke off".to_owned())));
        Ok(done?)
    }
}

/// RFC 9051 §7.1: UIDNEXT ought to be told, and old servers do not.
async fn next_uid(connection: &mut Connection, folder: Folder) -> Result<u32, Fault> {
    match folder.uidnext {
        Some(next) => Ok(next.max(1)),
        None => Ok(connection.list_from(1).await?.last().map_or(1, |entry| entry.uid.saturating_add(1))),
    }
}

/// These mails with their sizes, those before `next` only.
async fn sizes_of(connection: &mut Connection, uids: &[u32], next: u32) -> Result<Vec<Entry>, Fault> {
    let Some(first) = uids.first() else { return Ok(Vec::new()) };
    let wanted: BTreeSet<u32> = uids.iter().copied().filter(|uid| *uid < next).collect();
    let mut entries = connection.list_from(*first).await?;
    entries.retain(|entry| wanted.contains(&entry.uid));
    Ok(entries)
}

/// The server's day may be one behind ours.
fn day_before(at: Timestamp) -> Date {
    let day = at.to_zoned(TimeZone::UTC).date();
    day.checked_sub(1.day()).unwrap_or(day)
}

/// Whether a mail lay in the mailbox before it was first watched: it is one of those that were
/// seen then, or its delivery is on record as earlier (RFC 5321 §4.4: the topmost trace line).
fn predates(mail: &[u8], epoch: &Epoch) -> bool {
    let mail = headers::to_crlf(mail);
    let (head, _) = headers::split(&mail);
    epoch.before.contains(&mark(head))
        || delivered(head).is_some_and(|seconds| seconds < epoch.at.as_second())
}

/// When the last server put it on record, by its trace line.
fn delivered(head: &[u8]) -> Option<i64> {
    let head = headers::to_crlf(head);
    let fields = headers::fields(&head);
    let trace = headers::first(&fields, "received")?;
    seconds(trace.rsplit_once(';')?.1)
}

fn seconds(date: &str) -> Option<i64> {
    let field = format!("Date: {}\r\n\r\n", date.trim());
    let parsed = MessageParser::default().parse(field.as_bytes())?;
    let date = parsed.date()?;
    date.is_valid().then(|| date.to_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_from_before_the_first_start_is_told_by_mark_or_trace() {
        let at = "2026-05-05T12:00:00Z".parse().expect("a time");
        let known = b"Message-ID: <1@x>\r\nFrom: a@b\r\n\r\nhi";
        let epoch = Epoch { at, before: [mark(known)].into() };
        assert!(predates(known, &epoch));
        let traced = |time: &str| format!("Received: from a by b;\r\n {time}\r\nMessage-ID: <2@x>\r\n\r\nhi");
        assert!(predates(traced("Tue, 05 May 2026 11:59:59 +0000").as_bytes(), &epoch));
        assert!(!predates(traced("Tue, 05 May 2026 15:30:00 +0330").as_bytes(), &epoch));
        assert!(!predates(traced("no date").as_bytes(), &epoch));
        assert!(!predates(b"Date: Tue, 05 May 2020 11:59:59 +0000\r\n\r\nhi", &epoch));
    }
}
