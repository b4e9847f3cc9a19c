//! The inbox against a Bot API on loopback: what is durable when, and what faults do.

use std::sync::Arc;

use pasokh::domain::intake::Raw;
use pasokh::domain::message::MessageKey;
use pasokh::settings::TelegramBot;
use pasokh::telegram;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::fakes::bot_api::{BotApi, Fault};
use crate::fakes::carrier_proxy::{CarrierProxy, Kind};
use crate::fakes::update_intake::UpdateIntake;

const CURSOR: &str = "telegram:shop";

pub fn bot(api_url: &str, proxy: Option<&str>) -> TelegramBot {
    TelegramBot {
        name: "shop".to_owned(),
        token: SecretString::from(BotApi::TOKEN.to_owned()),
        api_url: api_url.parse().unwrap(),
        proxy: proxy.map(|proxy| proxy.parse().unwrap()),
    }
}

/// A running inbox.
struct Inbox {
    running: JoinHandle<()>,
    intake: UpdateIntake,
    shutdown: CancellationToken,
}

impl Inbox {
    fn start(bot: TelegramBot, intake: &UpdateIntake) -> Inbox {
        let connection = telegram::connect(&bot).unwrap();
        let shutdown = CancellationToken::new();
        let intake = intake.of_a_process();
        let own = Arc::new(intake.clone());
        let running = tokio::spawn(telegram::inbox::run(connection, bot, own, shutdown.clone()));
        Inbox { running, intake, shutdown }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(std::time::Duration::from_secs(4), self.running).await.unwrap().unwrap();
    }

    /// As `kill -9`: in the middle of whatever it was doing.
    fn crash(self) {
        self.intake.kill();
        self.running.abort();
    }
}

fn update(raw: &Raw) -> Value {
    serde_json::from_slice(&raw.bytes).unwrap()
}

fn texts(intake: &UpdateIntake) -> Vec<String> {
    let text = |raw: &Raw| update(raw).pointer("/message/text").and_then(Value::as_str).map(str::to_owned);
    intake.accepted().iter().filter_map(text).collect()
}

fn ids(intake: &UpdateIntake) -> Vec<i64> {
    let id = |raw: &Raw| match raw.key {
        MessageKey::Telegram { update_id, .. } => update_id,
        _ => panic!("not an update"),
    };
    intake.accepted().iter().map(id).collect()
}

#[tokio::test]
async fn what_waited_at_the_first_start_and_what_comes_later_is_stored_and_confirmed() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.push_message(1, "سلام");
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("the waiting message is stored", |intake| texts(intake) == ["سلام"]).await;
    let last = api.push_in_message(2, json!({"text": "later", "field_of_the_future": {"x": [1.5, null]}}));
    api.until("both are confirmed", |api| api.unconfirmed().is_empty()).await;
    assert_eq!(intake.cursor_of(CURSOR), Some((last + 1).to_string()));
    let raw = intake.accepted().pop().unwrap();
    assert_eq!(update(&raw)["message"]["field_of_the_future"], json!({"x": [1.5, null]}), "nothing is lost");
    assert!(matches!(
        raw.key,
        MessageKey::Telegram { chat_id: Some(2), message_id: Some(_), edit: false, .. }
    ));
    assert!(intake.polls().iter().all(Result::is_ok));
    let first = api.calls("GetUpdates").remove(0).params;
    assert_eq!(first.get("offset"), None);
    assert_eq!(
        first["allowed_updates"],
        json!(["message", "edited_message", "callback_query", "my_chat_member"])
    );
    inbox.stop().await;
}

#[tokio::test]
async fn nothing_is_confirmed_while_it_cannot_be_stored() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.push_message(1, "one");
    let second = api.push_in_message(1, json!({"text": "two"}));
    intake.refuse_accepts(2);
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake
        .until("the second attempt has failed too", |i| i.polls().iter().filter(|p| p.is_err()).count() == 2)
        .await;
    assert_eq!((intake.accepted().len(), intake.cursor_of(CURSOR)), (0, None));
    assert_eq!(api.unconfirmed().len(), 2);
    let told = intake.polls().into_iter().find_map(Result::err).unwrap();
    assert_eq!(told, "Could not store the message: the disk is full");
    api.until("the third has worked", |api| api.unconfirmed().is_empty()).await;
    assert_eq!((texts(&intake), intake.seen_again()), (vec!["one".into(), "two".into()], 0));
    assert_eq!(intake.cursor_of(CURSOR), Some((second + 1).to_string()));
    inbox.stop().await;
}

#[tokio::test]
async fn a_crash_between_storing_and_moving_brings_the_same_update_again() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.push_message(1, "once");
    intake.refuse_moves(usize::MAX);
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("it is stored", |intake| texts(intake) == ["once"]).await;
    inbox.crash();
    assert_eq!(api.unconfirmed().len(), 1);
    intake.refuse_moves(0);
    let seen_before = intake.seen_again();
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    api.until("it is confirmed", |api| api.unconfirmed().is_empty()).await;
    assert_eq!(texts(&intake), ["once"]);
    assert!(intake.seen_again() > seen_before, "it came again and was known");
    inbox.stop().await;
}

#[tokio::test]
async fn a_restart_goes_on_from_the_stored_offset() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    let first = api.push_in_message(1, json!({"text": "before"}));
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("it is stored", |intake| intake.cursor_of(CURSOR).is_some()).await;
    inbox.stop().await;
    let polls = api.calls("GetUpdates").len();
    api.push_message(1, "while we were off");
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("both are stored", |intake| texts(intake) == ["before", "while we were off"]).await;
    assert_eq!(api.calls("GetUpdates")[polls].params["offset"], first + 1);
    inbox.stop().await;
}

#[tokio::test]
async fn floods_conflicts_and_cut_lines_are_survived_and_told() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.fail("GetUpdates", Fault::Flood(2));
    api.fail("GetUpdates", Fault::Cut);
    api.fail("GetUpdates", Fault::Api(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"));
    api.push_message(1, "after all");
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("it is stored", |intake| texts(intake) == ["after all"]).await;
    let told: Vec<String> = intake.polls().into_iter().filter_map(Result::err).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0], "too many requests, again in 2 s");
    assert!(told[1].contains("connection closed before message completed"), "{told:?}");
    assert!(told[2].ends_with("or delete the bot's webhook"), "{told:?}");
    assert_eq!(intake.polls().last(), Some(&Ok(())));
    inbox.stop().await;
}

#[tokio::test]
async fn a_bad_gateway_and_an_outage_are_left_within_25_seconds_of_their_end() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.fail("GetUpdates", Fault::BadGateway);
    api.push_message(1, "through");
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("the bad gateway is told", |intake| intake.polls().iter().any(Result::is_err)).await;
    api.set_down(true);
    intake.until("the outage is told", |i| i.polls().iter().filter(|poll| poll.is_err()).count() == 4).await;
    assert!(texts(&intake).is_empty());
    api.set_down(false);
    let end = tokio::time::Instant::now();
    intake.until("it is stored", |intake| texts(intake) == ["through"]).await;
    assert!(end.elapsed().as_secs() < 25, "{:?}", end.elapsed());
    inbox.stop().await;
}

#[tokio::test]
async fn every_kind_of_update_is_consumed_even_one_that_is_no_json() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    let corpus = std::fs::read_to_string("tests/it/telegram_updates.jsonl").unwrap();
    let updates: Vec<Value> = corpus.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let pushed: Vec<i64> = updates.iter().map(|update| api.push_update(update.clone())).collect();
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    api.until("all are confirmed", |api| api.unconfirmed().is_empty()).await;
    assert_eq!(ids(&intake), pushed);
    let poison = r#"{"ok":true,"result":[{"update_id":600000000,"message":{"text":"\ud800"}}]}"#;
    // The poll that is open does not count: it was answered before the fault is taken.
    api.fail("GetUpdates", Fault::Body(poison));
    api.fail("GetUpdates", Fault::Body(poison));
    api.push_message(1, "wakes the open poll");
    intake.until("the poison is stored", |intake| ids(intake).contains(&600_000_000)).await;
    assert_eq!(update(intake.accepted().last().unwrap())["update_id"], 600_000_000);
    inbox.stop().await;
}

#[tokio::test]
async fn a_file_comes_with_its_message_and_its_absence_does_not_stop_it() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.keep_file("here", b"content of the file");
    api.fail("file", Fault::Cut);
    let document = |id: &str, size: u64| json!({"document": {"file_id": id, "file_name": "a.pdf", "mime_type": "application/pdf", "file_size": size}});
    api.push_in_message(1, document("here", 19));
    api.push_in_message(1, document("missing", 19));
    api.push_in_message(1, document("here", 21 * 1024 * 1024));
    let in_a_group =
        json!({"chat": {"id": -5, "type": "group", "title": "g"}, "document": {"file_id": "here"}});
    api.push_in_message(1, in_a_group);
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("all four are stored", |intake| intake.accepted().len() == 4).await;
    let files: Vec<_> = intake.accepted().into_iter().map(|raw| raw.files).collect();
    assert_eq!(files[0].len(), 1, "a cut download is tried again");
    assert_eq!((files[0][0].name.as_str(), files[0][0].media_type.as_str()), ("a.pdf", "application/pdf"));
    assert_eq!(files[0][0].bytes, b"content of the file");
    assert!(files[1..].iter().all(Vec::is_empty), "missing, too big, not for us");
    assert_eq!(api.calls("GetFile").len(), 3);
    inbox.stop().await;
}

#[tokio::test]
async fn a_server_error_holds_up_neither_the_poll_nor_a_file() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    api.keep_file("f", b"x");
    api.push_in_message(1, json!({"document": {"file_id": "f"}}));
    api.fail("GetUpdates", Fault::BadGateway);
    api.fail("GetFile", Fault::Api(500, "Internal Server Error"));
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("it is stored", |intake| intake.accepted().len() == 1).await;
    assert_eq!(intake.accepted()[0].files[0].bytes, b"x");
    for method in ["GetUpdates", "GetFile"] {
        let calls = api.calls(method);
        let apart = calls[1].at - calls[0].at;
        assert!(apart.as_secs() < 5, "{method}: again after {apart:?}");
    }
    inbox.stop().await;
}

#[tokio::test]
async fn a_press_is_stored_and_then_thanked_for() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    intake.refuse_accepts(1);
    api.press(1, "h:3:y");
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    intake.until("storing it has failed once", |intake| intake.polls().iter().any(Result::is_err)).await;
    assert!(api.calls("AnswerCallbackQuery").is_empty(), "not before it is durable");
    api.until("it is thanked for", |api| api.calls("AnswerCallbackQuery").len() == 1).await;
    assert_eq!(intake.accepted().len(), 1);
    let thanks = api.calls("AnswerCallbackQuery").remove(0).params;
    assert_eq!(thanks["callback_query_id"], update(&intake.accepted()[0])["callback_query"]["id"]);
    assert_eq!(thanks.get("text"), None);
    inbox.stop().await;
}

#[tokio::test]
async fn the_menu_of_commands_is_set_in_both_languages() {
    let (api, intake) = (BotApi::start().await, UpdateIntake::default());
    let inbox = Inbox::start(bot(api.url(), None), &intake);
    api.until("three menus are set", |api| api.calls("SetMyCommands").len() == 3).await;
    let languages: Vec<Value> =
        api.calls("SetMyCommands").iter().map(|call| call.params["language_code"].clone()).collect();
    assert_eq!(languages, [Value::Null, "en".into(), "fa".into()]);
    for menu in api.calls("SetMyCommands") {
        let named: Vec<&str> = menu.params["commands"]
            .as_array()
            .expect("a list of commands")
            .iter()
            .filter_map(|command| command["command"].as_str())
            .collect();
        assert_eq!(named, ["start", "help", "status", "verify", "link"]);
    }
    inbox.stop().await;
}

#[tokio::test]
async fn http_socks5_and_socks5h_proxies_carry_the_bot() {
    let api = BotApi::start().await;
    let target = api.url().trim_start_matches("http://").to_owned();
    let unknown = "http://bot-api.invalid:8081";
    for (scheme, kind, api_url, asked) in [
        ("http", Kind::Http, unknown, "POST http://bot-api.invalid:8081/bot"),
        ("socks5", Kind::Socks5, api.url(), target.as_str()),
        // Only the proxy can resolve the name: it must be asked, not the local resolver.
        ("socks5h", Kind::Socks5, unknown, "bot-api.invalid:8081"),
    ] {
        let (proxy, intake) = (CarrierProxy::start(kind, &target).await, UpdateIntake::default());
        api.push_message(1, scheme);
        let inbox = Inbox::start(bot(api_url, Some(&format!("{scheme}://{}", proxy.address))), &intake);
        intake.until("it is stored", |intake| texts(intake) == [scheme]).await;
        api.until("it is confirmed", |api| api.unconfirmed().is_empty()).await;
        inbox.stop().await;
        let seen = proxy.asked();
        assert!(!seen.is_empty() && seen.iter().all(|line| line.starts_with(asked)), "{scheme}: {seen:?}");
    }
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_an_https_proxy_is_spoken_to_in_tls() {
    let (proxy, intake) = (CarrierProxy::start(Kind::Http, "127.0.0.1:1").await, UpdateIntake::default());
    let through = bot("https://bot-api.invalid", Some(&format!("http://{}", proxy.address)));
    let inbox = Inbox::start(through, &intake);
    intake.until("the dead tunnel is told", |intake| intake.polls().iter().any(Result::is_err)).await;
    inbox.stop().await;
    let asked = proxy.asked();
    assert!(asked.contains(&"CONNECT bot-api.invalid:443 HTTP/1.1".to_owned()), "{asked:?}");
    assert!(asked.contains(&"tls".to_owned()), "{asked:?}");
    assert!(!asked.iter().any(|line| line.contains(BotApi::TOKEN)), "the proxy does not learn the token");

    let (proxy, intake) = (CarrierProxy::start(Kind::Http, "127.0.0.1:1").await, UpdateIntake::default());
    let inbox = Inbox::start(bot("http://127.0.0.1:1", Some(&format!("https://{}", proxy.address))), &intake);
    intake.until("the refusal is told", |intake| intake.polls().iter().any(Result::is_err)).await;
    inbox.stop().await;
    assert!(proxy.asked().iter().all(|line| line == "tls"), "{:?}", proxy.asked());
}
