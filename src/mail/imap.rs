//! IMAP commands that fail when they failed.
//!
//! A thin layer over async-imap's parser: it sends a command, hands every untagged response
//! to whoever asked, and looks at the tagged status. Silence, end of stream and anything
//! unreadable are a lost connection.
//!
//! Invariant: after a fault the connection is not used again; every call takes it apart.

mod fetch;

use std::future::Future;
use std::time::Duration;

use async_imap::Client;
use async_imap::imap_proto::{Capability, MailboxDatum, Response, Status};
use secrecy::ExposeSecret;
use tokio::io::{AsyncWriteExt, BufWriter};

use super::tls::{self, ConnectFault, Wire};
use crate::settings::{Imap, Tls};

/// To connect, and to agree on TLS.
const CONNECT: Duration = Duration::from_secs(10);
/// A server that says nothing for so long in the middle of a command is gone.
const QUIET: Duration = Duration::from_secs(14);
/// Opening and searching a large folder may keep a slow server busy for a while.
const QUIET_AT_WORK: Duration = Duration::from_secs(60);
/// No command takes longer, however much the server has to say.
const COMMAND: Duration = Duration::from_secs(600);

/// What went wrong with a mailbox, in words for the operator. No secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImapFault {
    #[error(transparent)]
    Connect(#[from] ConnectFault),
    #[error("{0} offers no STARTTLS. Set `tls: implicit` and its port, usually 993.")]
    NoStartTls(String),
    #[error("The server does not let `{username}` in: {answer}. Check user name and password.")]
    SignIn { username: String, answer: String },
    #[error("The server refused {command}: {answer}")]
    Refused { command: &'static str, answer: String },
    #[error("The connection was lost during {0}.")]
    Lost(&'static str),
    #[error("The server has fallen silent during {0}.")]
    Silent(&'static str),
    #[error("The server sent something unreadable during {0}.")]
    Unreadable(&'static str),
}

/// What EXAMINE told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Folder {
    pub uidvalidity: u32,
    pub uidnext: Option<u32>,
}

/// A mail in the mailbox, not fetched yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub uid: u32,
    /// Bytes.
    pub size: u32,
}

/// How an IDLE ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    News,
    Quiet,
}

type Wired = BufWriter<Wire>;

/// One signed-in connection.
pub struct Connection {
    client: Client<Wired>,
    commands: u32,
    /// Messages in the folder, as the server last said.
    pub exists: u32,
    pub can_idle: bool,
}

impl Connection {
    /// Connects, makes the connection secure as the settings say, and signs in.
    pub async fn open(settings: &Imap) -> Result<Connection, ImapFault> {
        let stream = tls::connect(&settings.host, settings.port, CONNECT).await?;
        let secure = async |stream| {
            let made = tls::secure(stream, &settings.host, settings.ca_file.as_deref(), CONNECT).await?;
            Ok::<Wire, ImapFault>(Wire::secured(made))
        };
        let wire = match settings.tls {
            Tls::Implicit => secure(stream).await?,
            Tls::StartTls | Tls::None => Wire::plain(stream),
        };
        let mut connection = Connection::over(wire);
        connection.greeting().await?;
        if settings.tls == Tls::StartTls {
            connection.command("STARTTLS", "STARTTLS", |_| {}).await.map_err(|fault| match fault {
                ImapFault::Refused { .. } => ImapFault::NoStartTls(settings.host.clone()),
                fault => fault,
            })?;
            // What was read ahead is dropped with the client: RFC 9051 §6.2.1 allows nothing there.
            let plain = connection.client.into_inner().into_inner().into_plain();
            connection = Connection::over(secure(plain.ok_or(ImapFault::Lost("STARTTLS"))?).await?);
        }
        connection.sign_in(settings).await?;
        connection.ask_capabilities().await?;
        Ok(connection)
    }

    fn over(mut wire: Wire) -> Connection {
        wire.set_quiet(Some(QUIET));
        Connection { client: Client::new(BufWriter::new(wire)), commands: 0, exists: 0, can_idle: false }
    }

    async fn greeting(&mut self) -> Result<(), ImapFault> {
        let step = "the greeting";
        match self.client.read_response().await {
            Ok(Some(response)) => match response.parsed() {
                Response::Data { status: Status::Ok | Status::PreAuth, .. } => Ok(()),
                Response::Data { outcome, .. } => Err(ImapFault::Refused {
                    command: "the connection",
                    answer: shown(outcome.information.as_deref()),
                }),
                _ => Err(ImapFault::Unreadable(step)),
            },
            Ok(None) => Err(ImapFault::Lost(step)),
            Err(error) => Err(fault(&error, step)),
        }
    }

    /// LOGIN written by hand: the library would put the password into its log.
    async fn sign_in(&mut self, settings: &Imap) -> Result<(), ImapFault> {
        let (user, password) = (settings.username.as_str(), settings.password.expose_secret());
        let tag = "login";
        let bare = |text: &str| text.chars().all(|c| matches!(c, ' '..='~'));
        if bare(user) && bare(password) {
            self.write(&format!("{tag} LOGIN {} {}\r\n", quoted(user), quoted(password))).await?;
        } else {
            // RFC 4616: UTF-8 goes through SASL only.
            use base64::Engine;
            let plain = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"));
            self.write(&format!("{tag} AUTHENTICATE PLAIN\r\n")).await?;
            self.await_continue("the sign-in", tag).await?;
            self.write(&format!("{plain}\r\n")).await?;
        }
        self.finish("the sign-in", tag, |_| {}).await.map_err(|fault| match fault {
            ImapFault::Refused { answer, .. } => ImapFault::SignIn { username: user.to_owned(), answer },
            fault => fault,
        })
    }

    async fn ask_capabilities(&mut self) -> Result<(), ImapFault> {
        let mut can_idle = false;
        self.command("CAPABILITY", "CAPABILITY", |response| {
            if let Response::Capabilities(found) = response {
                can_idle |= found
                    .iter()
                    .any(|one| matches!(one, Capability::Atom(name) if name.eq_ignore_ascii_case("IDLE")));
            }
        })
        .await?;
        self.can_idle = can_idle;
        Ok(())
    }

    /// Asks whether the server is still there.
    pub async fn noop(&mut self) -> Result<(), ImapFault> {
        self.command("NOOP", "NOOP", |_| {}).await
    }

    pub async fn log_out(&mut self) {
        // RFC 9051 §6.1.3: a courtesy; the server may already be gone.
        let _ = tokio::time::timeout(Duration::from_secs(1), self.command("LOGOUT", "LOGOUT", |_| {})).await;
    }

    /// RFC 2177: waits until the server has news, `slice` is over or `stop` is ready, and ends
    /// the IDLE, which shows that the connection lives.
    pub async fn idle(&mut self, slice: Duration, stop: impl Future<Output = ()>) -> Result<Idle, ImapFault> {
        let tag = "idle";
        self.write(&format!("{tag} IDLE\r\n")).await?;
        let before = self.exists;
        self.await_continue("IDLE", tag).await?;
        self.client.get_mut().get_mut().set_quiet(None);
        let waited = {
            let news = async {
                while self.exists == before {
                    self.next("IDLE").await?;
                }
                Ok::<(), ImapFault>(())
            };
            tokio::select! {
                news = news => Some(news),
                () = tokio::time::sleep(slice) => None,
                () = stop => None,
            }
        };
        let outcome = match waited {
            Some(Ok(())) => Idle::News,
            Some(Err(fault)) => return Err(fault),
            None => Idle::Quiet,
        };
        self.client.get_mut().get_mut().set_quiet(Some(QUIET));
        self.write("DONE\r\n").await?;
        self.finish("IDLE", tag, |_| {}).await?;
        Ok(if self.exists == before { outcome } else { Idle::News })
    }

    async fn command(
        &mut self,
        name: &'static str,
        command: &str,
        on: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapFault> {
        let run = async {
            self.commands += 1;
            let tag = format!("p{}", self.commands);
            self.write(&format!("{tag} {command}\r\n")).await?;
            let busy = matches!(name, "EXAMINE" | "UID SEARCH");
            self.client.get_mut().get_mut().set_quiet(Some(if busy { QUIET_AT_WORK } else { QUIET }));
            self.finish(name, &tag, on).await
        };
        tokio::time::timeout(COMMAND, run).await.unwrap_or(Err(ImapFault::Silent(name)))
    }

    /// Reads up to the tagged answer, which must be OK.
    async fn finish(
        &mut self,
        name: &'static str,
        tag: &str,
        mut on: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapFault> {
        loop {
            let response = match self.client.read_response().await {
                Ok(Some(response)) => response,
                Ok(None) => return Err(ImapFault::Lost(name)),
                Err(error) => return Err(fault(&error, name)),
            };
            match response.parsed() {
                Response::Done { tag: found, status, outcome } if found.0 == tag => {
                    let answer = || shown(outcome.information.as_deref());
                    return match status {
                        Status::Ok => Ok(()),
                        _ => Err(ImapFault::Refused { command: name, answer: answer() }),
                    };
                }
                // RFC 9051 §7.1.5: the server is about to close the connection.
                Response::Data { status: Status::Bye, .. } if name != "LOGOUT" => {
                    return Err(ImapFault::Lost(name));
                }
                other => {
                    count(&mut self.exists, other);
                    on(other);
                }
            }
        }
    }

    /// Waits for `+`; a tagged answer instead is a refusal.
    async fn await_continue(&mut self, name: &'static str, tag: &str) -> Result<(), ImapFault> {
        loop {
            let response = match self.client.read_response().await {
                Ok(Some(response)) => response,
                Ok(None) => return Err(ImapFault::Lost(name)),
                Err(error) => return Err(fault(&error, name)),
            };
            match response.parsed() {
                Response::Continue(_) => return Ok(()),
                Response::Done { tag: found, outcome, .. } if found.0 == tag => {
                    let answer = shown(outcome.information.as_deref());
                    return Err(ImapFault::Refused { command: name, answer });
                }
                Response::Data { status: Status::Bye, .. } => return Err(ImapFault::Lost(name)),
                other => count(&mut self.exists, other),
            }
        }
    }

    /// One untagged response while idling.
    async fn next(&mut self, name: &'static str) -> Result<(), ImapFault> {
        match self.client.read_response().await {
            Ok(Some(response)) => match response.parsed() {
                Response::Data { status: Status::Bye, .. } => Err(ImapFault::Lost(name)),
                other => {
                    count(&mut self.exists, other);
                    Ok(())
                }
            },
            Ok(None) => Err(ImapFault::Lost(name)),
            Err(error) => Err(fault(&error, name)),
        }
    }

    /// A whole line in one write, past the library's log.
    async fn write(&mut self, line: &str) -> Result<(), ImapFault> {
        let wire = self.client.get_mut();
        let written = async {
            wire.write_all(line.as_bytes()).await?;
            wire.flush().await
        };
        match tokio::time::timeout(QUIET, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(ImapFault::Lost("a command")),
            Err(_) => Err(ImapFault::Silent("a command")),
        }
    }
}

fn count(exists: &mut u32, response: &Response<'_>) {
    match response {
        Response::MailboxData(MailboxDatum::Exists(found)) => *exists = *found,
        // RFC 9051 §7.5.1: every expunge makes the folder one message smaller.
        Response::Expunge(_) => *exists = exists.saturating_sub(1),
        _ => {}
    }
}

fn fault(error: &std::io::Error, step: &'static str) -> ImapFault {
    match error.kind() {
        std::io::ErrorKind::TimedOut => ImapFault::Silent(step),
        // The library's text holds what was read, which may be somebody's mail.
        std::io::ErrorKind::Other => ImapFault::Unreadable(step),
        _ => ImapFault::Lost(step),
    }
}

/// The server's words, short and without control characters.
fn shown(information: Option<&str>) -> String {
    let text: String =
        information.unwrap_or("no reason given").chars().filter(|c| !c.is_control()).take(200).collect();
    text.trim().to_owned()
}

/// RFC 9051 §4.3: a quoted string; what cannot stand in one is left out.
fn quoted(text: &str) -> String {
    let inner: String = text
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n' | '\0'))
        .flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain(Some(c)))
        .collect();
    format!("\"{inner}\"")
}
