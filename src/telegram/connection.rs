//! The clients of one bot, made from its settings.
//!
//! A [`TelegramBot`] of the settings comes in, a [`Connection`] comes out: one
//! client for questions that must be answered soon, one for files, and both
//! once more behind teloxide's throttle for what is sent to chats.
//!
//! Invariant: the token leaves this value only inside requests; every error
//! passes through [`Connection::failure`], which takes secrets out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Proxy};
use secrecy::ExposeSecret;
use teloxide::adaptors::Throttle;
use teloxide::adaptors::throttle::{Limits, Settings};
use teloxide::payloads::SetMyCommandsSetters;
use teloxide::requests::Requester;
use teloxide::types::BotCommand;
use teloxide::{Bot, RequestError};
use tokio::sync::watch;

use super::failure::Failure;
use crate::settings::TelegramBot;

/// How long Telegram may hold a poll open. A line that died in the meantime is noticed
/// [`ANSWER`] later, so that we are back soon after an outage's end.
pub const POLL: Duration = Duration::from_secs(10);

/// How long an answer may take once it could have been given.
const ANSWER: Duration = Duration::from_secs(6);

const CONNECT: Duration = Duration::from_secs(5);

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
    pub(super) ask: Bot,
    pub(super) files: Bot,
    pub(super) send: Throttle<Bot>,
    pub(super) send_files: Throttle<Bot>,
    secrets: Arc<[String]>,
    username: Arc<watch::Sender<Option<String>>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("bot", &self.name).finish_non_exhaustive()
    }
}

/// Builds the clients; must be called inside the runtime, where the throttle's workers
/// then run until the last clone is dropped. Connects to nothing.
pub fn connect(bot: &TelegramBot) -> Result<Connection, TelegramError> {
    let token = bot.token.expose_secret().trim();
    if token.is_empty() {
        return Err(TelegramError::Token { bot: bot.name.clone() });
    }
    let api_url = api_url(bot)?;
    let client = |limit: fn(ClientBuilder) -> ClientBuilder| {
        let built = limit(client(bot)?).build();
        built.map_err(|e| TelegramError::Client { bot: bot.name.clone(), what: e.without_url().to_string() })
    };
    let make = |client: Client| Bot::with_client(token, client).set_api_url(api_url.clone());
    let ask = make(client(|builder| builder.timeout(POLL + ANSWER))?);
    let send = make(client(|builder| builder.timeout(SEND))?);
    let files = make(client(|builder| builder.timeout(FILE))?);
    let password = bot.proxy.as_ref().and_then(|proxy| proxy.password());
    Ok(Connection {
        name: bot.name.clone(),
        ask,
        send: throttled(send),
        send_files: throttled(files.clone()),
        files,
        secrets: std::iter::once(token).chain(password).map(str::to_owned).collect(),
        username: Arc::new(watch::Sender::new(None)),
    })
}

fn api_url(bot: &TelegramBot) -> Result<reqwest::Url, TelegramError> {
    let mut url = bot.api_url.clone();
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    let error = || TelegramError::ApiUrl { bot: bot.name.clone() };
    // The method's name is appended as further segments: a final slash would make an empty one.
    url.path_segments_mut().map_err(|()| error())?.pop_if_empty();
    if usable { Ok(url) } else { Err(error()) }
}

fn client(bot: &TelegramBot) -> Result<ClientBuilder, TelegramError> {
    let builder = Client::builder()
        .connect_timeout(CONNECT)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(15))
        // A connection that the server has closed in the meantime makes an outcome unknown.
        .pool_idle_timeout(Duration::from_secs(20))
        // The address holds the token: it must not be carried to another host.
        .redirect(Policy::none())
        .referer(false);
    let Some(url) = &bot.proxy else { return Ok(builder.no_proxy()) };
    let error = || TelegramError::Proxy { bot: bot.name.clone() };
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || !url.has_host() {
        return Err(error());
    }
    Ok(builder.proxy(Proxy::all(url.as_str()).map_err(|_| error())?))
}

/// "My bot is hitting limits" (Bot FAQ): one message a second to a chat, 20 a minute to a
/// group, 30 a second in all. A 429 is told to the outbox, which waits without holding a row.
fn throttled(bot: Bot) -> Throttle<Bot> {
    let limits = Limits {
        messages_per_sec_chat: 1,
        messages_per_min_chat: 60,
        messages_per_min_channel_or_supergroup: 20,
        messages_per_sec_overall: 30,
    };
    Throttle::spawn_with_settings(bot, Settings::default().limits(limits).no_retry())
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
        let me = self.ask.get_me().await.map_err(|error| self.failure(&error))?;
        self.username.send_replace(Some(me.username().to_owned()));
        Ok(())
    }

    /// What an error means, with every secret taken out of its words.
    pub(super) fn failure(&self, error: &RequestError) -> Failure {
        let failure = Failure::from(error);
        Failure { what: self.redact(&failure.what), ..failure }
    }

    pub(super) fn redact(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "[secret]"))
    }
}

/// Registers the menu of commands in both languages; English is what everybody else sees.
/// Best effort: servers other than Telegram's own may not know it.
pub async fn set_commands(connection: &Connection) {
    const ENGLISH: [(&str, &str); 3] =
        [("start", "Begin"), ("help", "What I can do"), ("status", "Where my request stands")];
    const PERSIAN: [(&str, &str); 3] =
        [("start", "شروع گفت‌وگو"), ("help", "راهنما"), ("status", "پیگیری با کد رهگیری")];
    for (language, commands) in [(None, ENGLISH), (Some("en"), ENGLISH), (Some("fa"), PERSIAN)] {
        let commands = commands.map(|(command, description)| BotCommand::new(command, description));
        let mut request = connection.ask.set_my_commands(commands);
        if let Some(language) = language {
            request = request.language_code(language);
        }
        if let Err(error) = request.await {
            let what = connection.failure(&error).what;
            tracing::info!(bot = connection.name, "The menu of commands could not be set: {what}");
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

    #[tokio::test]
    async fn debug_output_has_no_secret() {
        let connection =
            connect(&bot("https://api.telegram.org", Some("http://u:hunter2@127.0.0.1:1"))).unwrap();
        let shown = format!("{connection:?} {}", connection.redact(&format!("x {TOKEN} hunter2")));
        assert!(!shown.contains("AAFake") && !shown.contains("hunter2"), "{shown}");
    }

    #[tokio::test]
    async fn unusable_addresses_are_refused() {
        let refused = |api_url: &str, proxy: Option<&str>| connect(&bot(api_url, proxy)).unwrap_err();
        assert!(matches!(refused("ftp://x.example", None), TelegramError::ApiUrl { .. }));
        assert!(matches!(refused("mailto:a@b.example", None), TelegramError::ApiUrl { .. }));
        assert!(matches!(refused("http://x.example", Some("ftp://p.example")), TelegramError::Proxy { .. }));
        for proxy in ["http://p:1", "https://p:1", "socks5://p:1", "socks5h://u:p@p:1"] {
            assert!(connect(&bot("http://x.example/bots/", Some(proxy))).is_ok(), "{proxy}");
        }
    }
}
