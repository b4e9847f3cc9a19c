//! The local socket: commands beside a running daemon, one JSON line each way.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;
use crate::gateway::door::{Answer, Fault, Request};

/// A request longer than this is not one of ours; a reply text has room.
const LONGEST_REQUEST_BYTES: u64 = 4 * 1024 * 1024;
/// unix(7): `sun_path` has 108 bytes, the last of them a NUL.
const LONGEST_ADDRESS_BYTES: usize = 107;
const PATIENCE: Duration = Duration::from_secs(60);

pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("pasokh.sock")
}

/// The same place under a name that fits into a socket's address, and what keeps that name valid.
fn short_path(data_dir: &Path) -> (PathBuf, Option<File>) {
    let path = path(data_dir);
    if path.as_os_str().len() <= LONGEST_ADDRESS_BYTES {
        return (path, None);
    }
    match File::open(data_dir) {
        Ok(directory) => {
            let through = format!("/proc/self/fd/{}/pasokh.sock", directory.as_raw_fd());
            (PathBuf::from(through), Some(directory))
        }
        Err(_) => (path, None),
    }
}

/// Opens the socket for the user of the data directory only.
pub fn bind(data_dir: &Path) -> anyhow::Result<UnixListener> {
    let path = path(data_dir);
    // The store's lock is ours by now, so a socket that lies there is a dead process's.
    let _ = std::fs::remove_file(&path);
    let (short, _directory) = short_path(data_dir);
    let listener = UnixListener::bind(short).with_context(|| format!("Could not open {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .with_context(|| format!("Could not protect {}", path.display()))?;
    Ok(listener)
}

pub async fn serve(listener: UnixListener, gateway: Arc<Gateway>, shutdown: CancellationToken) {
    loop {
        let stream = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!("The local socket refused a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let gateway = gateway.clone();
        tokio::spawn(async move {
            if let Err(error) = converse(stream, gateway).await {
                tracing::debug!("A command left the local socket early: {error}");
            }
        });
    }
}

async fn converse(stream: tokio::net::UnixStream, gateway: Arc<Gateway>) -> std::io::Result<()> {
    use tokio::io::AsyncReadExt;
    let (reader, mut writer) = stream.into_split();
    let mut lines = tokio::io::BufReader::new(reader.take(LONGEST_REQUEST_BYTES)).lines();
    while let Some(line) = lines.next_line().await? {
        lines.get_mut().get_mut().set_limit(LONGEST_REQUEST_BYTES);
        let answer = match serde_json::from_str::<Request>(&line) {
            Ok(request) => tokio::task::block_in_place(|| gateway.answer(request)),
            Err(error) => Answer::Failed { fault: Fault::Usage, message: format!("Not a request: {error}") },
        };
        let mut text = serde_json::to_string(&answer).map_err(std::io::Error::other)?;
        text.push('\n');
        writer.write_all(text.as_bytes()).await?;
    }
    Ok(())
}

/// A command's end of the socket.
#[derive(Debug)]
pub struct Line {
    reader: BufReader<UnixStream>,
}

impl Line {
    /// None when no daemon listens there.
    pub fn to_daemon(data_dir: &Path) -> Option<Line> {
        let (short, _directory) = short_path(data_dir);
        let stream = UnixStream::connect(short).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        Some(Line { reader: BufReader::new(stream) })
    }

    pub fn ask(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let mut text = serde_json::to_string(request)?;
        text.push('\n');
        self.reader.get_mut().write_all(text.as_bytes()).context("The daemon does not listen")?;
        let mut answer = String::new();
        self.reader.read_line(&mut answer).context("The daemon does not answer")?;
        serde_json::from_str(&answer).context("The daemon's answer cannot be read; are both of one version?")
    }
}
