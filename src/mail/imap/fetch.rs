//! Looking into a folder: what is there, and its bytes.
//!
//! Invariant: only `PEEK` and read-only commands; no flag ever changes. INTERNALDATE, ENVELOPE
//! and BODYSTRUCTURE are never asked for: the parser panics on some of their forms.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode};

use super::{Connection, Entry, Folder, ImapFault, quoted};
use crate::mail::utf7;

impl Connection {
    /// Opens the folder read-only, so that not even `\Recent` changes for other clients.
    pub async fn examine(&mut self, folder: &str) -> Result<Folder, ImapFault> {
        let mut found = Folder::default();
        let command = format!("EXAMINE {}", quoted(&utf7::encode(folder)));
        self.command("EXAMINE", &command, |response| {
            if let Response::Data { outcome, .. } = response {
                match outcome.code {
                    Some(ResponseCode::UidValidity(value)) => found.uidvalidity = value,
                    Some(ResponseCode::UidNext(value)) => found.uidnext = Some(value),
                    _ => {}
                }
            }
        })
        .await?;
        Ok(found)
    }

    /// UIDs and sizes from this UID on, ascending.
    pub async fn list_from(&mut self, first: u32) -> Result<Vec<Entry>, ImapFault> {
        let mut entries = Vec::new();
        let command = format!("UID FETCH {first}:* (UID RFC822.SIZE)");
        self.command("UID FETCH", &command, |response| entries.extend(entry(response))).await?;
        // RFC 9051 §6.4.8: `n:*` beyond the last UID means the last message.
        entries.retain(|entry| entry.uid >= first);
        entries.sort_unstable();
        entries.dedup_by_key(|entry| entry.uid);
        Ok(entries)
    }

    /// UIDs of mails that the server received on this day or later, ascending.
    pub async fn search_since(&mut self, day: jiff::civil::Date) -> Result<Vec<u32>, ImapFault> {
        // RFC 9051 §9: the month is an English abbreviation, whatever the locale.
        let command = format!("UID SEARCH SINCE {}", day.strftime("%-d-%b-%Y"));
        let mut uids = Vec::new();
        self.command("UID SEARCH", &command, |response| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                uids.extend(found.iter().copied());
            }
        })
        .await?;
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// The whole mail; `None` when it is no longer there.
    pub async fn fetch(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapFault> {
        let mut parts = self.fetch_parts(uid, "BODY.PEEK[]").await?;
        Ok(if parts.is_empty() { None } else { Some(parts.swap_remove(0)) })
    }

    /// Header and the first bytes of the text.
    pub async fn fetch_beginning(&mut self, uid: u32, bytes: u32) -> Result<Option<Vec<u8>>, ImapFault> {
        let Some(mut head) = self.fetch_head(uid).await? else { return Ok(None) };
        let text = self.fetch_parts(uid, &format!("BODY.PEEK[TEXT]<0.{bytes}>")).await?;
        head.extend(text.into_iter().flatten());
        Ok(Some(head))
    }

    /// The header with the empty line after it.
    pub async fn fetch_head(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapFault> {
        let parts = self.fetch_parts(uid, "BODY.PEEK[HEADER]").await?;
        Ok(parts.into_iter().next())
    }

    async fn fetch_parts(&mut self, uid: u32, what: &str) -> Result<Vec<Vec<u8>>, ImapFault> {
        let mut parts = Vec::new();
        self.command("UID FETCH", &format!("UID FETCH {uid} (UID {what})"), |response| {
            let Response::Fetch(_, attributes) = response else { return };
            let ours =
                attributes.iter().any(|one| matches!(one, AttributeValue::Uid(found) if *found == uid));
            for attribute in attributes.iter().filter(|_| ours) {
                if let AttributeValue::BodySection { data: Some(data), .. } = attribute {
                    parts.push(data.to_vec());
                }
            }
        })
        .await?;
        Ok(parts)
    }
}

fn entry(response: &Response<'_>) -> Option<Entry> {
    let Response::Fetch(_, attributes) = response else { return None };
    let uid = attributes.iter().find_map(|one| match one {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })?;
    let size = attributes.iter().find_map(|one| match one {
        AttributeValue::Rfc822Size(size) => Some(*size),
        _ => None,
    });
    // A flag change of another client also comes as FETCH; it has no size.
    Some(Entry { uid, size: size? })
}
