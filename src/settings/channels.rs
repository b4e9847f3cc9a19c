//! Mailboxes and bots.

use std::net::IpAddr;
use std::time::Duration;

use crate::diagnostic::suggest;
use crate::domain::message::EmailAddress;
use crate::settings::place::Place;
use crate::settings::{EmailAccount, Imap, Smtp, TelegramBot, Tls, secret, time};
use crate::yaml::{Fields, Mark, Node};

const TELEGRAM_API: &str = "https://api.telegram.org";
const EMAIL_KEYS: [&str; 7] =
    ["name", "address", "aliases", "display_name", "imap", "smtp", "trusted_authserv_id"];
const IMAP_KEYS: [&str; 8] = ["host", "port", "tls", "ca_file", "username", "password", "folder", "poll"];
const SMTP_KEYS: [&str; 6] = ["host", "port", "tls", "ca_file", "username", "password"];
const DEFAULT_POLL: Duration = Duration::from_secs(60);

pub(super) fn own_addresses(accounts: &[EmailAccount]) -> Vec<EmailAddress> {
    accounts
        .iter()
        .flat_map(|account| std::iter::once(&account.address).chain(&account.aliases))
        .cloned()
        .collect()
}

pub(super) fn email(place: &mut Place, node: Option<&Node>) -> Vec<EmailAccount> {
    let nodes = node.map(|node| place.reader.list(node, "`email`")).unwrap_or_default();
    let read: Vec<(Mark, Option<EmailAccount>)> =
        nodes.into_iter().map(|node| (node.mark, account(place, node))).collect();
    let accounts: Vec<(Mark, EmailAccount)> =
        read.into_iter().filter_map(|(mark, account)| Some((mark, account?))).collect();
    let names = accounts.iter().map(|(mark, account)| (*mark, account.name.clone())).collect();
    tell_repeated_names(place, "mailboxes", names);
    accounts.into_iter().map(|(_, account)| account).collect()
}

/// Names are parts of keys in the store: two channels with one name would be one.
fn tell_repeated_names(place: &mut Place, what: &str, names: Vec<(Mark, String)>) {
    let mut seen: Vec<&str> = Vec::new();
    for (mark, name) in &names {
        if seen.contains(&name.as_str()) {
            place.reader.error(*mark, format!("two {what} are called `{name}`"));
        }
        seen.push(name);
    }
}

fn account(place: &mut Place, node: &Node) -> Option<EmailAccount> {
    let fields = place.reader.fields(node, "a mailbox", &EMAIL_KEYS)?;
    let address =
        place.reader.required(&fields, "address", "this mailbox").and_then(|node| address(place, node));
    let aliases = fields.get("aliases").map(|node| addresses(place, node)).unwrap_or_default();
    let name = place.reader.optional_text(&fields, "name");
    let display_name = place.reader.optional_text(&fields, "display_name");
    let trusted_authserv_id = place.reader.optional_text(&fields, "trusted_authserv_id");
    let sign_in = address.as_ref().map_or("", EmailAddress::as_str).to_owned();
    let imap =
        place.reader.required(&fields, "imap", "this mailbox").and_then(|node| imap(place, node, &sign_in));
    let smtp =
        place.reader.required(&fields, "smtp", "this mailbox").and_then(|node| smtp(place, node, &sign_in));
    let address = address?;
    Some(EmailAccount {
        name: name.unwrap_or_else(|| address.as_str().to_owned()),
        address,
        aliases,
        display_name,
        imap: imap?,
        smtp: smtp?,
        trusted_authserv_id,
    })
}

pub(super) fn address(place: &mut Place, node: &Node) -> Option<EmailAddress> {
    let text = place.reader.text(node, "an e-mail address")?;
    let address = EmailAddress::parse(&text);
    if address.is_none() {
        place.reader.error(node.mark, format!("`{}` is no e-mail address", text.trim()));
    }
    address
}

fn addresses(place: &mut Place, node: &Node) -> Vec<EmailAddress> {
    let items = place.reader.list(node, "`aliases`");
    items.into_iter().filter_map(|item| address(place, item)).collect()
}

fn imap(place: &mut Place, node: &Node, address: &str) -> Option<Imap> {
    let fields = place.reader.fields(node, "`imap`", &IMAP_KEYS)?;
    let server = server(place, &fields, "`imap`", |tls| if tls == Tls::Implicit { 993 } else { 143 });
    let username = place.reader.optional_text(&fields, "username").unwrap_or_else(|| address.to_owned());
    let password = place
        .reader
        .required(&fields, "password", "`imap`")
        .and_then(|node| secret::read(place, node, "the IMAP password"));
    let folder = place.reader.optional_text(&fields, "folder").unwrap_or_else(|| "INBOX".to_owned());
    let poll = fields.get("poll").map_or(Some(DEFAULT_POLL), |node| time::poll(place, node));
    let (host, port, tls, ca_file) = server?;
    Some(Imap { host, port, tls, ca_file, username, password: password?, folder, poll: poll? })
}

fn smtp(place: &mut Place, node: &Node, address: &str) -> Option<Smtp> {
    let fields = place.reader.fields(node, "`smtp`", &SMTP_KEYS)?;
    let server = server(place, &fields, "`smtp`", |tls| match tls {
        Tls::Implicit => 465,
        Tls::StartTls => 587,
        Tls::None => 25,
    });
    let username = place.reader.optional_text(&fields, "username");
    let password = match fields.get("password") {
        Some(node) => Some(secret::read(place, node, "the SMTP password")?),
        None => None,
    };
    if let (Some(key), None) = (fields.key("username"), &password) {
        place.reader.error_with_help(
            key.mark,
            "`username` stands here without `password`",
            "give both to sign in, or neither to send without signing in",
        );
    }
    let (host, port, tls, ca_file) = server?;
    let login = password.map(|password| (username.unwrap_or_else(|| address.to_owned()), password));
    Some(Smtp { host, port, tls, ca_file, login })
}

type Server = (String, u16, Tls, Option<std::path::PathBuf>);

fn server(place: &mut Place, fields: &Fields<'_>, what: &str, usual_port: fn(Tls) -> u16) -> Option<Server> {
    let host = place.reader.required_text(fields, "host", what).map(|host| host.trim().to_owned());
    let tls = fields.get("tls").map_or(Some(Tls::Implicit), |node| tls(place, node));
    let port = match fields.get("port") {
        Some(node) => {
            place.reader.number(node, "`port`", 1..=65_535).and_then(|port| u16::try_from(port).ok())
        }
        None => tls.map(usual_port),
    };
    let ca_file = place.file(fields, "ca_file");
    let host = host?;
    if tls == Some(Tls::None) && !is_loopback(&host) {
        place.reader.error_with_help(
            fields.get("tls").map_or(fields.mark, |node| node.mark),
            format!("`tls: none` would send the password to {host} for everybody to read"),
            "it is allowed on this machine only (localhost, 127.0.0.1, ::1); use implicit or starttls",
        );
    }
    Some((host, port?, tls?, ca_file))
}

fn tls(place: &mut Place, node: &Node) -> Option<Tls> {
    let text = place.reader.text(node, "`tls`")?;
    match text.trim() {
        "implicit" => Some(Tls::Implicit),
        "starttls" => Some(Tls::StartTls),
        "none" => Some(Tls::None),
        other => {
            let help = suggest(other, ["implicit", "starttls", "none"]);
            place.reader.error_with_help(node.mark, format!("`tls` cannot be `{other}`"), help);
            None
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(super) fn telegram(place: &mut Place, node: Option<&Node>) -> Vec<TelegramBot> {
    let nodes = node.map(|node| place.reader.list(node, "`telegram`")).unwrap_or_default();
    let bots: Vec<(Mark, TelegramBot)> =
        nodes.into_iter().filter_map(|node| Some((node.mark, bot(place, node)?))).collect();
    let names = bots.iter().map(|(mark, bot)| (*mark, bot.name.clone())).collect();
    tell_repeated_names(place, "bots", names);
    bots.into_iter().map(|(_, bot)| bot).collect()
}

fn bot(place: &mut Place, node: &Node) -> Option<TelegramBot> {
    let fields = place.reader.fields(node, "a bot", &["name", "token", "api_url", "proxy"])?;
    let name = place.reader.optional_text(&fields, "name").unwrap_or_else(|| "telegram".to_owned());
    let token = place
        .reader
        .required(&fields, "token", "this bot")
        .and_then(|node| secret::read(place, node, "the bot's token"));
    let api_url = match fields.get("api_url") {
        Some(node) => web_address(place, node, "`api_url`", &["https", "http"]),
        None => url::Url::parse(TELEGRAM_API).ok(),
    };
    let proxy = match fields.get("proxy").filter(|node| !node.is_nothing()) {
        Some(node) => Some(web_address(place, node, "`proxy`", &["http", "https", "socks5", "socks5h"])?),
        None => None,
    };
    Some(TelegramBot { name, token: token?, api_url: api_url?, proxy })
}

pub(super) fn heartbeat(place: &mut Place, node: Option<&Node>) -> Option<url::Url> {
    let node = node.filter(|node| !node.is_nothing())?;
    let fields = place.reader.fields(node, "`heartbeat`", &["url"])?;
    let url = place.reader.required(&fields, "url", "`heartbeat`")?;
    web_address(place, url, "`url`", &["https", "http"])
}

pub(super) fn web_address(place: &mut Place, node: &Node, what: &str, schemes: &[&str]) -> Option<url::Url> {
    let text = place.reader.text(node, what)?;
    let url = url::Url::parse(text.trim()).ok();
    let usable = url.filter(|url| schemes.contains(&url.scheme()) && url.has_host());
    if usable.is_none() {
        // The address may hold a password: it is not repeated.
        place.reader.error_with_help(
            node.mark,
            format!("{what} is no usable address"),
            format!("write it whole, beginning with {}://", schemes.join("://, ")),
        );
    }
    usable
}
