//! One bot, made from its settings.
//!
//! A [`TelegramBot`] of the settings comes in, a [`Connection`] comes out, by
//! which the inbox asks and the outbox sends: the server's methods, the pace
//! that Telegram allows, and the bot's name once it is known.
//!
//! Invariant: the token leaves this value only inside requests; every failure
//! passes through [`Connection::redacted`], which takes secrets out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Response;
use reqwest::multipart::Form;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use teloxide::payloads::{GetMe, SetMyCommands, SetMyCommandsSetters};
use teloxide::requests::Payload;
use teloxide::types::BotCommand;
use tokio::sync::watch;

use super::api::Api;
use super::failure::{Failure, Meaning};
use super::pace::Pace;
use crate::settings::TelegramBot;

/// How long Telegram may hold a poll open. A line that died in the meantime is noticed
/// [`ANSWER`] later, so that we are back soon after an outage's end.
pub const POLL: Duration = Duration::from_secs(10);

/// How long an answer may take once it could have been given.
const ANSWER: Duration = Duration::from_secs(6);

/// How long a message that was given to the server may stay without an answer.
const SEND: Duration = Duration::from_secs(20);

/// How long a file may take, up or down.
pub const FILE: Duration = Duration::from_secs(120);

/// Why a bot cannot be set up. Nothing has been sent when one of these comes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TelegramError {
    #[error("telegram.{bot}: the token is empty")]
    Token { bot: String },
    #[error("telegram.{bot}: api_url must be an http or https address with a host")]
    ApiUrl { bot: String },
    #[error("telegram.{bot}: proxy must be an http, https, socks5 or socks5h address with a host")]
    Proxy { bot: String },
    #[error("telegram.{bot}: could not set up the client: {what}")]
    Client { bot: String, what: String },
}

/// One bot, ready to be asked and to send. Clones share their limits.
#[derive(Clone)]
pub struct Connection {
    name: String,
    api: Arc<Api>,
    pace: Arc<Pace>,
    secrets: Arc<[String]>,
    username: Arc<watch::Sender<Option<String>>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("bot", &self.name).finish_non_exhaustive()
    }
}

/// Makes the connection; connects to nothing.
pub fn connect(bot: &TelegramBot) -> Result<Connection, TelegramError> {
    let token = bot.token.expose_secret().trim();
    if token.is_empty() {
        return Err(TelegramError::Token { bot: bot.name.clone() });
    }
    let password = bot.proxy.as_ref().and_then(|proxy| proxy.password());
    Ok(Connection {
        name: bot.name.clone(),
        api: Arc::new(Api::new(bot)?),
        pace: Arc::new(Pace::new()),
        secrets: std::iter::once(token).chain(password).map(str::to_owned).collect(),
        username: Arc::new(watch::Sender::new(None)),
    })
}

impl Connection {
    /// Name of the bot in the settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bot's user name at Telegram, without `@`; known once the inbox has reached it.
    pub fn username(&self) -> Option<String> {
        self.username.borrow().clone()
    }

    /// Waits until the user name is known, at most so long.
    pub(super) async fn wait_for_username(&self, limit: Duration) {
        let mut known = self.username.subscribe();
        // Not known in time: the messages of private chats need no name.
        let _ = tokio::time::timeout(limit, known.wait_for(Option::is_some)).await;
    }

    /// Asks the server who we are.
    pub(super) async fn learn_username(&self) -> Result<(), Failure> {
        let me = self.ask(&GetMe::new()).await?;
        let name = me.get("username").and_then(Value::as_str);
        let name =
            name.ok_or_else(|| Failure::new(Meaning::Server, "the bot's name is not in the answer"))?;
        self.username.send_replace(Some(name.to_owned()));
        Ok(())
    }

    /// A question with an answer of some kilobytes.
    pub(super) async fn ask<P: Payload + Serialize>(&self, payload: &P) -> Result<Value, Failure> {
        self.redacted(self.api.call(payload, POLL + ANSWER).await)
    }

    /// Gives a message to the server. [`Connection::turn`] comes first.
    pub(super) async fn send<P: Payload + Serialize>(&self, payload: &P) -> Result<Value, Failure> {
        self.redacted(self.api.call(payload, SEND).await)
    }

    /// As [`Connection::send`], for a message with a file: `P` as a form.
    pub(super) async fn send_file<P: Payload>(&self, form: Form) -> Result<Value, Failure> {
        self.redacted(self.api.upload::<P>(form, FILE).await)
    }

    /// Opens a file at the path that getFile gave.
    pub(super) async fn open_file(&self, path: &str) -> Result<Response, Failure> {
        self.redacted(self.api.open(path, FILE).await)
    }

    /// Waits until Telegram's limits allow a message to this chat.
    pub(super) async fn turn(&self, chat: i64) {
        self.pace.turn(chat).await;
    }

    fn redacted<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        result.map_err(|failure| Failure { what: self.redact(&failure.what), ..failure })
    }

    pub(super) fn redact(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "[secret]"))
    }
}

/// Registers the menu of commands in both languages; English is what everybody else sees.
/// Best effort: servers other than Telegram's own may not know it.
pub async fn set_commands(connection: &Connection) {
    const ENGLISH: [(&str, &str); 5] = [
        ("start", "Begin"),
        ("help", "What I can do"),
        ("status", "Where my request stands"),
        ("verify", "Is a message really from us?"),
        ("link", "I write from elsewhere too"),
    ];
    const PERSIAN: [(&str, &str); 5] = [
        ("start", "شروع گفت‌وگو"),
        ("help", "راهنما"),
        ("status", "پیگیری با کد رهگیری"),
        ("verify", "این پیام واقعاً از شماست؟"),
        ("link", "از راه دیگری هم می‌نویسم"),
    ];
    for (language, commands) in [(None, ENGLISH), (Some("en"), ENGLISH), (Some("fa"), PERSIAN)] {
        let commands = commands.map(|(command, description)| BotCommand::new(command, description));
        let mut menu = SetMyCommands::new(commands);
        if let Some(language) = language {
            menu = menu.language_code(language);
        }
        if let Err(failure) = connection.ask(&menu).await {
            tracing::info!(bot = connection.name, "The menu of commands could not be set: {}", failure.what);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const TOKEN: &str = "123456:AAFakeTokenForTests";

    fn bot(api_url: &str, proxy: Option<&str>) -> TelegramBot {
        TelegramBot {
            name: "shop".to_owned(),
            token: SecretString::from(TOKEN.to_owned()),
            api_url: api_url.parse().unwrap(),
            proxy: proxy.map(|proxy| proxy.parse().unwrap()),
        }
    }

    #[test]
    fn debug_output_has_no_secret() {
        let connection =
            connect(&bot("https://api.telegram.org", Some("http://u:hunter2@127.0.0.1:1"))).unwrap();
        let shown = format!("{connection:?} {}", connection.redact(&format!("x {TOKEN} hunter2")));
        assert!(!shown.contains("AAFake") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn unusable_addresses_are_refused() {
        let refused = |api_url: &str, proxy: Option<&str>| connect(&bot(api_url, proxy)).unwrap_err();
        assert!(matches!(refused("ftp://x.example", None), TelegramError::ApiUrl { .. }));
        assert!(matches!(refused("mailto:a@b.example", None), TelegramError::ApiUrl { .. }));
        assert!(matches!(refused("http://x.example", Some("ftp://p.example")), TelegramError::Proxy { .. }));
        for proxy in ["http://p:1", "https://p:1", "socks5://p:1", "socks5h://u:p@p:1"] {
            assert!(connect(&bot("http://x.example/bots/", Some(proxy))).is_ok(), "{proxy}");
        }
    }
}
