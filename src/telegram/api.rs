//! One call to a Bot API server.
//!
//! A request of teloxide's goes out, and its result comes back as JSON, or a
//! [`Failure`]. teloxide's own `Bot` has no part in it: it keeps a server
//! error to itself for ten seconds.
//!
//! Invariant: one call is one request, and its failure is told as soon as it
//! is known. The token is in addresses only, and those are in no error.

use std::time::Duration;

use reqwest::multipart::Form;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Proxy, RequestBuilder, Response, Url};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use teloxide::requests::Payload;

use super::connection::TelegramError;
use super::failure::{self, Failure, Meaning};
use crate::settings::TelegramBot;

const CONNECT: Duration = Duration::from_secs(5);

/// The addresses and the client of one bot. Has no `Debug`: the addresses hold the token.
pub struct Api {
    client: Client,
    methods: Url,
    files: Url,
}

impl Api {
    /// Connects to nothing.
    pub fn new(bot: &TelegramBot) -> Result<Api, TelegramError> {
        let token = format!("bot{}", bot.token.expose_secret().trim());
        let client = client(bot)?.build();
        let client = client.map_err(|error| TelegramError::Client {
            bot: bot.name.clone(),
            what: error.without_url().to_string(),
        })?;
        Ok(Api { client, methods: api_url(bot, &[&token])?, files: api_url(bot, &["file", &token])? })
    }

    /// Asks, and waits at most so long for the whole answer.
    pub async fn call<P: Payload + Serialize>(&self, payload: &P, limit: Duration) -> Result<Value, Failure> {
        self.post(P::NAME, limit, |request| request.json(payload)).await
    }

    /// As [`Api::call`], for the parameters of `P` as a form with files.
    pub async fn upload<P: Payload>(&self, form: Form, limit: Duration) -> Result<Value, Failure> {
        self.post(P::NAME, limit, |request| request.multipart(form)).await
    }

    async fn post(
        &self,
        method: &str,
        limit: Duration,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Value, Failure> {
        let request = self.client.post(below(&self.methods, [method])).timeout(limit);
        let answer = fill(request).send().await.map_err(Failure::of_line)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(Failure::of_line)?;
        failure::result(status, &String::from_utf8_lossy(&body))
    }

    /// Opens a file at the path that getFile gave. The limit holds for its content, too.
    pub async fn open(&self, path: &str, limit: Duration) -> Result<Response, Failure> {
        let request = self.client.get(below(&self.files, path.split('/'))).timeout(limit);
        let answer = request.send().await.map_err(Failure::of_line)?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            status => Err(Failure::new(Meaning::Down, format!("the server answered {status}"))),
        }
    }
}

/// The address with further segments, which cannot lead out of it: `..` is left out.
fn below<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.extend(segments);
    }
    url
}

fn api_url(bot: &TelegramBot, segments: &[&str]) -> Result<Url, TelegramError> {
    let mut url = bot.api_url.clone();
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    let error = || TelegramError::ApiUrl { bot: bot.name.clone() };
    // A final slash would make an empty segment in the middle.
    url.path_segments_mut().map_err(|()| error())?.pop_if_empty().extend(segments);
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

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn api(api_url: &str) -> Api {
        let bot = TelegramBot {
            name: "shop".to_owned(),
            token: SecretString::from("123:abc".to_owned()),
            api_url: api_url.parse().unwrap(),
            proxy: None,
        };
        Api::new(&bot).unwrap()
    }

    #[test]
    fn methods_and_files_lie_below_the_address_whatever_its_path() {
        for (base, below_it) in [
            ("https://api.telegram.org", "https://api.telegram.org/"),
            ("https://x.example/bots/", "https://x.example/bots/"),
            ("http://x.example:81/a%20b/c", "http://x.example:81/a%20b/c/"),
        ] {
            let api = api(base);
            let method = below(&api.methods, ["SendMessage"]);
            assert_eq!(method.as_str(), format!("{below_it}bot123:abc/SendMessage"));
            let file = below(&api.files, "documents/a b?.pdf".split('/'));
            assert_eq!(file.as_str(), format!("{below_it}file/bot123:abc/documents/a%20b%3F.pdf"));
        }
    }

    #[test]
    fn the_path_of_a_file_cannot_leave_the_bots_files() {
        let api = api("https://x.example");
        let file = below(&api.files, "../../../botother/getMe".split('/'));
        assert_eq!(file.as_str(), "https://x.example/file/bot123:abc/botother/getMe");
    }
}
