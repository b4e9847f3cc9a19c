//! What the inbox asks Telegram for: updates as they are, and files.
//!
//! An offset goes out and JSON values come in; a file id goes out and bytes
//! come in, or nothing when they cannot be had.
//!
//! Invariant: an update is never reduced to what a library knows of it.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use teloxide::payloads::GetFile;
use teloxide::requests::Payload;
use teloxide::types::FileId;

use super::connection::{Connection, FILE};
use super::content::Media;
use super::failure::{Failure, Meaning};
use crate::domain::intake::RawFile;

/// Bot API, getFile: "bots can download files of up to 20MB in size".
pub const MAX_FILE: u64 = 20 * 1024 * 1024;

/// getUpdates with an offset of 64 bits, which some servers need; the library's has 32.
#[derive(Debug, Clone, Serialize)]
struct GetRawUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: u8,
    /// Seconds.
    timeout: u64,
    allowed_updates: [&'static str; 4],
}

impl Payload for GetRawUpdates {
    type Output = Vec<Value>;
    const NAME: &'static str = "GetUpdates";
}

/// What people send us, and whether they can still be reached.
const ALLOWED: [&str; 4] = ["message", "edited_message", "callback_query", "my_chat_member"];

/// Waits so long for updates from `offset` on, which confirms all before it.
pub async fn updates(
    connection: &Connection,
    offset: Option<i64>,
    limit: u8,
    wait: Duration,
) -> Result<Vec<Value>, Failure> {
    let payload = GetRawUpdates { offset, limit, timeout: wait.as_secs(), allowed_updates: ALLOWED };
    match connection.ask(&payload).await? {
        Value::Array(updates) => Ok(updates),
        _ => Err(Failure::new(Meaning::Server, "the answer holds no list of updates")),
    }
}

/// The content of a file; none when it is too big or cannot be had.
/// A failure that may pass is tried once more.
pub async fn file(connection: &Connection, media: &Media) -> Option<RawFile> {
    if media.size > MAX_FILE {
        return None;
    }
    for attempt in 1..=2 {
        let fetched = match tokio::time::timeout(FILE / 4, download(connection, media)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(Lost { passing: true, what: "it took too long".to_owned() }),
        };
        match fetched {
            Ok(bytes) => {
                return Some(RawFile {
                    name: media.name.clone(),
                    media_type: media.media_type.clone(),
                    bytes,
                });
            }
            Err(lost) => {
                let what = connection.redact(&lost.what);
                tracing::warn!(bot = connection.name(), attempt, "A file could not be fetched: {what}");
                if !lost.passing {
                    return None;
                }
            }
        }
    }
    None
}

/// Why a file was not fetched, and whether it may be had in a moment.
struct Lost {
    passing: bool,
    what: String,
}

impl From<Failure> for Lost {
    fn from(failure: Failure) -> Lost {
        let passing = !matches!(failure.meaning, Meaning::Rejected | Meaning::Forbidden);
        Lost { passing, what: failure.what }
    }
}

async fn download(connection: &Connection, media: &Media) -> Result<Vec<u8>, Lost> {
    let file = connection.ask(&GetFile::new(FileId(media.file_id.clone()))).await?;
    let path = file.get("file_path").and_then(Value::as_str);
    let path =
        path.ok_or_else(|| Lost { passing: false, what: "the server does not say where".to_owned() })?;
    let mut content = connection.open_file(path).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = content.chunk().await.map_err(Failure::of_line)? {
        // The declared size is the sender's word.
        if (bytes.len() + chunk.len()) as u64 > MAX_FILE {
            return Err(Lost { passing: false, what: "it is bigger than it says".to_owned() });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
