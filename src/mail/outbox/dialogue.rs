//! One SMTP connection, step by step (RFC 5321 §3.3).
//!
//! Invariant: what the peer said at which step decides what a fault means.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Patience;
use crate::domain::message::EmailAddress;
use crate::mail::render::Rendered;
use crate::mail::tls::{self, ConnectFault, Wire};
use crate::settings::{EmailAccount, Smtp, Tls};

/// What went wrong with one mail or its connection. No secrets.
#[derive(Debug, thiserror::Error)]
pub enum SendFault {
    #[error(transparent)]
    Connect(#[from] ConnectFault),
    #[error("{0} offers no STARTTLS. Set `tls: implicit` and its port, usually 465.")]
    NoStartTls(String),
    #[error("The mail server does not let us in: {answer}. Check user name and password under `smtp`.")]
    SignIn { answer: String },
    #[error(
        "The mail server offers no way to sign in that we know (PLAIN, LOGIN). Remove user name and password, or use another port."
    )]
    NoSignIn,
    /// 5xx: this mail will never be taken.
    #[error("The mail server refused it at {step}: {answer}")]
    Refused { step: &'static str, answer: String },
    /// 4xx: not now.
    #[error("The mail server asks to try later at {step}: {answer}")]
    Busy { step: &'static str, answer: String },
    #[error("The connection to the mail server was lost at {step}: {cause}")]
    Lost { step: &'static str, cause: String },
    #[error("The mail has {size} bytes; the mail server takes {limit}.")]
    TooLarge { size: usize, limit: usize },
    #[error("Mail cannot be sent to {0}: the mail server takes no such addresses.")]
    Address(String),
}

impl SendFault {
    /// The connection is gone or going (RFC 5321 §3.8: 421), whatever mail was on it.
    pub fn is_goodbye(&self) -> bool {
        match self {
            SendFault::Lost { .. } => true,
            SendFault::Busy { answer, .. } => answer.starts_with("421"),
            _ => false,
        }
    }
}

pub struct Dialogue {
    connection: AsyncSmtpConnection,
    patience: Patience,
    past_dot: Arc<AtomicBool>,
    /// RFC 1870: the size that the server names; `None` when it does not know the extension.
    size_limit: Option<usize>,
}

impl Dialogue {
    /// Connects, makes the connection secure as the settings say, and signs in.
    pub async fn open(account: &EmailAccount, patience: Patience) -> Result<Dialogue, SendFault> {
        let settings = &account.smtp;
        let hello = hello(account);
        let stream = tls::connect(&settings.host, settings.port, patience.connect).await?;
        let wire = wire(stream, settings, &hello, patience).await?;
        let past_dot = wire.end_of_data();
        let overheard = wire.overhear();
        let connected = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
        let connection =
            within(patience.command, "the greeting", connected).await.map_err(not_about_the_mail)?;
        let mut dialogue = Dialogue { connection, patience, past_dot, size_limit: None };
        // lettre has said EHLO and keeps the extensions it knows to itself; SIZE is not among them,
        // and some servers refuse to be greeted twice.
        let said = overheard.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        dialogue.size_limit = size_limit(&String::from_utf8_lossy(&said));
        dialogue.sign_in(settings).await?;
        Ok(dialogue)
    }

    /// Whether the final dot of a message has been given to this connection and no answer seen.
    pub fn is_past_dot(&self) -> bool {
        self.past_dot.load(Ordering::SeqCst)
    }

    pub async fn lives(&mut self) -> bool {
        within(Duration::from_secs(5), "NOOP", self.connection.command(Noop)).await.is_ok()
    }

    /// Gives one mail to the server. An error means that the connection is not to be used again.
    pub async fn deliver(&mut self, mail: &Rendered) -> Result<(), SendFault> {
        let from = address(&mail.envelope_from)?;
        let to = address(&mail.to)?;
        if let Some(limit) = self.size_limit.filter(|limit| *limit > 0 && mail.bytes.len() > *limit) {
            return Err(SendFault::TooLarge { size: mail.bytes.len(), limit });
        }
        let parameters = self.parameters(mail)?;
        self.say("MAIL FROM", Mail::new(Some(from), parameters)).await?;
        self.say("RCPT TO", Rcpt::new(to, Vec::new())).await?;
        self.say("DATA", Data).await?;
        self.give(&mail.bytes).await
    }

    fn parameters(&self, mail: &Rendered) -> Result<Vec<MailParameter>, SendFault> {
        let server = self.connection.server_info();
        let mut parameters = Vec::new();
        if self.size_limit.is_some() {
            parameters.push(MailParameter::Size(mail.bytes.len()));
        }
        // RFC 6531 §3.4: an address beyond ASCII needs a server that knows of them.
        if !mail.to.as_str().is_ascii() || !mail.envelope_from.as_str().is_ascii() {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(SendFault::Address(mail.to.to_string()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !mail.bytes.is_ascii() && server.supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    async fn give(&mut self, bytes: &[u8]) -> Result<(), SendFault> {
        let hundreds = u32::try_from(bytes.len() / 100_000).unwrap_or(u32::MAX);
        let limit = self.patience.command + self.patience.data.saturating_mul(hundreds);
        let past_dot = Arc::clone(&self.past_dot);
        let step = "the message";
        // The library adds the line end before the dot; a message that has one would get two.
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let mut sending = std::pin::pin!(self.connection.message(bytes));
        let answered = match tokio::time::timeout(limit, &mut sending).await {
            Ok(answered) => answered,
            Err(_) if past_dot.load(Ordering::SeqCst) => {
                let patient = tokio::time::timeout(self.patience.after_dot, &mut sending).await;
                patient.map_err(|_| silent(step))?
            }
            Err(_) => return Err(silent(step)),
        };
        let result = answered.map(|_| ()).map_err(|error| fault(&error, step));
        if !matches!(result, Err(SendFault::Lost { .. })) {
            past_dot.store(false, Ordering::SeqCst);
        }
        result
    }

    async fn sign_in(&mut self, settings: &Smtp) -> Result<(), SendFault> {
        let Some((username, password)) = &settings.login else { return Ok(()) };
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        if self.connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
            return Err(SendFault::NoSignIn);
        }
        let credentials = Credentials::new(username.clone(), password.expose_secret().to_owned());
        let attempt = self.connection.auth(&mechanisms, &credentials);
        match within(self.patience.command, "the sign-in", attempt).await {
            Ok(_) => Ok(()),
            // RFC 4954 §6: 535 and its kin are about us, not about the mail.
            Err(SendFault::Refused { answer, .. }) => Err(SendFault::SignIn { answer }),
            Err(fault) => Err(fault),
        }
    }

    async fn say(
        &mut self,
        step: &'static str,
        command: impl std::fmt::Display,
    ) -> Result<Response, SendFault> {
        let answer = within(self.patience.command, step, self.connection.command(command)).await;
        answer.map_err(|fault| match fault {
            // RFC 4954 §6: the server wants a sign-in first, or another one.
            SendFault::Refused { answer, .. }
                if ["530", "534", "535", "538"].iter().any(|code| answer.starts_with(code)) =>
            {
                SendFault::SignIn { answer }
            }
            fault => fault,
        })
    }
}

async fn within<T>(
    limit: Duration,
    step: &'static str,
    attempt: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, SendFault> {
    match tokio::time::timeout(limit, attempt).await {
        Ok(answered) => answered.map_err(|error| fault(&error, step)),
        Err(_) => Err(silent(step)),
    }
}

/// RFC 5321 §3.1: a 554 greeting turns away whoever connects, with whatever mail.
fn not_about_the_mail(fault: SendFault) -> SendFault {
    match fault {
        SendFault::Refused { step, answer } => SendFault::Busy { step, answer },
        fault => fault,
    }
}

fn silent(step: &'static str) -> SendFault {
    SendFault::Lost { step, cause: "no answer in time".to_owned() }
}

fn fault(error: &lettre::transport::smtp::Error, step: &'static str) -> SendFault {
    let answer = shown(error);
    if error.is_permanent() {
        SendFault::Refused { step, answer }
    } else if error.is_transient() {
        SendFault::Busy { step, answer }
    } else if error.is_client() {
        SendFault::Address(answer)
    } else {
        SendFault::Lost { step, cause: answer }
    }
}

/// Code and words of the server, or the cause below; short and on one line.
fn shown(error: &lettre::transport::smtp::Error) -> String {
    let cause =
        std::error::Error::source(error).map(ToString::to_string).unwrap_or_else(|| error.to_string());
    let text = match error.status() {
        Some(code) if !cause.starts_with(&code.to_string()) => format!("{code} {cause}"),
        _ => cause,
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

fn address(address: &EmailAddress) -> Result<Address, SendFault> {
    address.as_str().parse().map_err(|_| SendFault::Address(address.to_string()))
}

fn hello(account: &EmailAccount) -> ClientId {
    let domain = account.address.domain();
    let plain = domain.is_ascii() && domain.contains('.');
    if plain { ClientId::Domain(domain.to_owned()) } else { ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST) }
}

/// RFC 1870 §4: `SIZE`, with or without a number; 0 is no limit.
fn size_limit(said: &str) -> Option<usize> {
    said.lines().find_map(|line| {
        let extension = line.strip_prefix("250-").or_else(|| line.strip_prefix("250 "))?;
        let mut words = extension.split_whitespace();
        let named = words.next()?.eq_ignore_ascii_case("SIZE");
        named.then(|| words.next().and_then(|number| number.parse().ok()).unwrap_or(0))
    })
}

async fn wire(
    stream: TcpStream,
    settings: &Smtp,
    hello: &ClientId,
    patience: Patience,
) -> Result<Wire, SendFault> {
    let ca_file = settings.ca_file.as_deref();
    match settings.tls {
        Tls::None => Ok(Wire::plain(stream)),
        Tls::Implicit => {
            Ok(Wire::secured(tls::secure(stream, &settings.host, ca_file, patience.connect).await?))
        }
        Tls::StartTls => {
            let ready = start_tls(stream, hello, &settings.host);
            let stream =
                tokio::time::timeout(patience.command, ready).await.map_err(|_| silent("STARTTLS"))??;
            let secured = tls::secure(stream, &settings.host, ca_file, patience.connect).await?;
            // The library waits for a greeting, which after STARTTLS does not come.
            Ok(Wire::secured(secured).reading_first(b"220 ready\r\n"))
        }
    }
}

/// RFC 3207. Done here, so that our own pipe stays on top and sees the final dot. Nothing is
/// read beyond the answer: what somebody slipped in behind it breaks the TLS handshake.
async fn start_tls(mut stream: TcpStream, hello: &ClientId, host: &str) -> Result<TcpStream, SendFault> {
    let refused = |_| SendFault::NoStartTls(host.to_owned());
    reply(&mut stream).await?.map_err(|answer| SendFault::Busy { step: "the greeting", answer })?;
    for (command, step) in [(format!("EHLO {hello}\r\n"), "EHLO"), ("STARTTLS\r\n".to_owned(), "STARTTLS")] {
        let written = stream.write_all(command.as_bytes()).await;
        written.map_err(|error| SendFault::Lost { step, cause: error.to_string() })?;
        reply(&mut stream).await?.map_err(refused)?;
    }
    Ok(stream)
}

/// One reply, all of its lines: `Err` inside for 4xx and 5xx.
async fn reply(stream: &mut TcpStream) -> Result<Result<(), String>, SendFault> {
    let step = "STARTTLS";
    loop {
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            let byte =
                stream.read_u8().await.map_err(|error| SendFault::Lost { step, cause: error.to_string() })?;
            line.push(byte);
            if line.len() > 2000 {
                return Err(SendFault::Lost { step, cause: "the answer does not end".to_owned() });
            }
        }
        if line.get(3) != Some(&b'-') {
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            return Ok(if text.starts_with(['2', '3']) { Ok(()) } else { Err(text) });
        }
    }
}
