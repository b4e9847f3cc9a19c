//! The outbox against a Bot API on loopback: what is sent, and what becomes of a row.

use std::time::Duration;

use jiff::Timestamp;
use pasokh::domain::message::{Attachment, Contact, Language, Press};
use pasokh::domain::outbox::{Button, ButtonAction, OutboxId, OutboxRow, Outcome, Recipient, Thread};
use pasokh::telegram;
use pasokh::telegram::outbox::Sender;
use serde_json::json;

use crate::fakes::bot_api::{BotApi, Fault};
use crate::telegram_inbox::bot;

fn sender(api: &BotApi) -> Sender {
    Sender::new(telegram::connect(&bot(api.url(), None)).unwrap())
}

pub fn row(id: u64, text: &str) -> OutboxRow {
    OutboxRow {
        id: OutboxId(id),
        to: Recipient::Customer(Contact::Telegram { bot: "shop".into(), chat: 42 }),
        account: "shop".into(),
        subject: String::new(),
        text: text.into(),
        buttons: Vec::new(),
        attachments: Vec::new(),
        language: Language::Fa,
        thread: Thread::default(),
        answers: None,
        conversation: None,
        by_person: false,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn press(label: &str, yes: bool) -> Button {
    Button { label: label.into(), action: ButtonAction::Press(Press::Helped { conversation: 7, yes }) }
}

pub fn file(name: &str, media_type: &str, bytes: &[u8]) -> (Attachment, Vec<u8>) {
    let attachment =
        Attachment { name: name.into(), media_type: media_type.into(), size: bytes.len() as u64, blob: None };
    (attachment, bytes.to_vec())
}

#[tokio::test]
async fn a_text_goes_out_plain_with_its_buttons_and_its_id_comes_back() {
    let api = BotApi::start().await;
    let mut answer = row(1, "سلام (خوش آمدید*_[");
    answer.buttons = vec![vec![press("بله", true), press("خیر", false)]];
    let outcome = sender(&api).send(&answer, &[]).await;
    let sent = api.sent().remove(0);
    assert_eq!(outcome, Outcome::Delivered { external: Some(sent.message_id.to_string()) });
    assert_eq!((sent.chat_id, sent.text.as_str()), (42, "سلام (خوش آمدید*_["));
    assert_eq!(sent.params.get("parse_mode"), None);
    assert_eq!(sent.params["link_preview_options"]["is_disabled"], true);
    let expected =
        json!([[{"text": "خیر", "callback_data": "h:7:n"}, {"text": "بله", "callback_data": "h:7:y"}]]);
    assert_eq!(sent.reply_markup.unwrap()["inline_keyboard"], expected);
}

#[tokio::test]
async fn a_long_text_goes_in_parts_and_a_repetition_goes_on_where_it_failed() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    let mut long = row(1, &format!("{}\n\n{}", "یک ".repeat(1300), "two ".repeat(1000)));
    long.buttons = vec![vec![press("بله", true)]];
    api.fail("SendMessage", Fault::Delay(Duration::ZERO));
    api.fail("SendMessage", Fault::Cut);
    let outcome = sender.send(&long, &[]).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    assert_eq!(api.sent().len(), 1);
    let outcome = sender.send(&long, &[]).await;
    let sent = api.sent();
    assert_eq!(sent.len(), 2, "the first part is not sent again");
    assert_eq!(outcome, Outcome::Delivered { external: Some(sent[1].message_id.to_string()) });
    assert!(sent[0].text.starts_with("یک") && sent[1].text.starts_with("two"));
    assert!(sent[0].reply_markup.is_none() && sent[1].reply_markup.is_some());
}

#[tokio::test]
async fn files_go_first_and_keep_their_names() {
    let api = BotApi::start().await;
    let files = [file("عکس.png", "image/png", b"png"), file("فاکتور.pdf", "application/pdf", b"pdf")];
    let mut to_staff = row(1, "see above");
    to_staff.to = Recipient::StaffTelegram(-1001);
    let outcome = sender(&api).send(&to_staff, &files).await;
    let sent = api.sent();
    let methods: Vec<&str> = sent.iter().map(|sent| sent.method.as_str()).collect();
    assert_eq!(methods, ["sendphoto", "senddocument", "sendmessage"]);
    assert!(sent.iter().all(|sent| sent.chat_id == -1001));
    let file = &sent[1].files[0];
    assert_eq!((file.name.as_str(), file.bytes.as_slice()), ("فاکتور.pdf", &b"pdf"[..]));
    assert_eq!(outcome, Outcome::Delivered { external: Some(sent[2].message_id.to_string()) });
    let at = |method: &str| api.calls(method)[0].at;
    for (earlier, later) in [("SendPhoto", "SendDocument"), ("SendDocument", "SendMessage")] {
        let apart = at(later) - at(earlier);
        assert!(apart > Duration::from_millis(800), "files and texts share one pace: {apart:?}");
    }
}

#[tokio::test]
async fn a_picture_that_is_no_photo_for_telegram_goes_as_a_document() {
    let api = BotApi::start().await;
    api.fail("SendPhoto", Fault::Api(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"));
    let outcome = sender(&api).send(&row(1, ""), &[file("long.png", "image/png", b"png")]).await;
    let sent = api.sent();
    assert_eq!((sent.len(), sent[0].method.as_str()), (1, "senddocument"));
    assert_eq!(outcome, Outcome::Delivered { external: Some(sent[0].message_id.to_string()) });
}

#[tokio::test]
async fn a_blocked_bot_and_an_unknown_chat_are_refused() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    api.fail("SendMessage", Fault::Blocked);
    let outcome = sender.send(&row(1, "hi"), &[]).await;
    assert_eq!(
        outcome,
        Outcome::Refused { reason: "blocked: Forbidden: bot was blocked by the user".into() }
    );
    api.fail("SendMessage", Fault::Api(400, "Bad Request: chat not found"));
    let outcome = sender.send(&row(2, "hi"), &[]).await;
    assert_eq!(outcome, Outcome::Refused { reason: "Bad Request: chat not found".into() });
    assert_eq!(
        sender.send(&row(3, " "), &[]).await,
        Outcome::Refused { reason: "there is nothing to send".into() }
    );
}

#[tokio::test]
async fn a_flood_stops_the_bot_for_as_long_as_telegram_says() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    api.fail("SendMessage", Fault::Flood(30));
    assert!(matches!(sender.send(&row(1, "hi"), &[]).await, Outcome::Later { after: Some(30), .. }));
    let outcome = sender.send(&row(2, "hi"), &[]).await;
    assert!(matches!(outcome, Outcome::Later { after: Some(29..=30), .. }), "{outcome:?}");
    assert_eq!(api.calls("SendMessage").len(), 1, "the second was not even tried");
}

#[tokio::test]
async fn a_flood_stops_those_too_that_wait_for_their_turn() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    api.fail("SendMessage", Fault::Flood(30));
    let (first, second) = (row(1, "hi"), row(2, "hi"));
    let (first, second) = tokio::join!(sender.send(&first, &[]), sender.send(&second, &[]));
    assert!(matches!(first, Outcome::Later { after: Some(30), .. }), "{first:?}");
    assert!(matches!(second, Outcome::Later { after: Some(20..=30), .. }), "{second:?}");
    assert_eq!(api.calls("SendMessage").len(), 1);
}

/// One row that meets a server error and is sent again as soon as that is known.
async fn through_a_server_error(method: &str, files: &[(Attachment, Vec<u8>)], fault: Fault) {
    let api = BotApi::start().await;
    let sender = sender(&api);
    let text = if files.is_empty() { "hi" } else { "" };
    api.fail(method, fault);
    let outcome = sender.send(&row(1, text), files).await;
    assert!(
        matches!(outcome, Outcome::Unreachable { .. } | Outcome::Later { after: None, .. }),
        "{method}: {outcome:?}"
    );
    let outcome = sender.send(&row(1, text), files).await;
    let (calls, sent) = (api.calls(method), api.sent());
    assert_eq!((calls.len(), sent.len()), (2, 1), "{method}");
    assert_eq!(outcome, Outcome::Delivered { external: Some(sent[0].message_id.to_string()) });
    let apart = calls[1].at - calls[0].at;
    assert!(apart < Duration::from_secs(5), "{method}: told {apart:?} after the first call");
    assert_eq!(calls[0].files, calls[1].files);
}

#[tokio::test]
async fn a_server_error_is_told_at_once_and_the_repetition_is_delivered_once() {
    let photo = [file("a.png", "image/png", b"png")];
    let document = [file("a.pdf", "application/pdf", b"pdf")];
    let sorts = [("SendMessage", &[][..]), ("SendPhoto", &photo[..]), ("SendDocument", &document[..])];
    let faults = [Fault::BadGateway, Fault::Api(500, "Internal Server Error")];
    let all = sorts.iter().flat_map(|(method, files)| {
        faults.iter().map(move |fault| through_a_server_error(method, files, fault.clone()))
    });
    futures_util::future::join_all(all).await;
}

#[tokio::test]
async fn outcomes_tell_not_sent_from_perhaps_sent() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    api.fail("SendMessage", Fault::DoneThenCut);
    assert!(matches!(sender.send(&row(1, "hi"), &[]).await, Outcome::Unknown { .. }));
    api.fail_next("SendMessage", 502);
    assert!(matches!(sender.send(&row(2, "hi"), &[]).await, Outcome::Unreachable { .. }));
    let nobody = Sender::new(telegram::connect(&bot("http://127.0.0.1:1", None)).unwrap());
    assert!(matches!(nobody.send(&row(3, "hi"), &[]).await, Outcome::Unreachable { .. }));
    api.fail("SendMessage", Fault::Api(401, "Unauthorized"));
    assert!(matches!(sender.send(&row(4, "hi"), &[]).await, Outcome::Unreachable { .. }));
}

#[tokio::test]
async fn a_result_of_unknown_shape_is_a_delivery() {
    let api = BotApi::start().await;
    api.fail(
        "SendMessage",
        Fault::Body(r#"{"ok":true,"result":{"message_id":9000000000,"chat":"of another kind"}}"#),
    );
    let outcome = sender(&api).send(&row(1, "hi"), &[]).await;
    assert_eq!(outcome, Outcome::Delivered { external: Some("9000000000".into()) });
}

#[tokio::test]
async fn a_group_that_has_moved_is_followed() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    api.fail("SendMessage", Fault::Moved(-100_200));
    for id in 1..=2 {
        let mut alert = row(id, "alert");
        alert.to = Recipient::StaffTelegram(-5);
        assert!(matches!(sender.send(&alert, &[]).await, Outcome::Delivered { .. }));
    }
    assert_eq!(api.sent().iter().map(|sent| sent.chat_id).collect::<Vec<_>>(), [-100_200, -100_200]);
    assert_eq!(api.calls("SendMessage").len(), 3);
}

#[tokio::test]
async fn messages_to_one_chat_are_spaced_and_those_to_many_are_not() {
    let api = BotApi::start().await;
    let sender = sender(&api);
    let started = tokio::time::Instant::now();
    let many = (0..10).map(|id| {
        let mut to_another = row(id, "hi");
        to_another.to = Recipient::StaffTelegram(1000 + id as i64);
        to_another
    });
    let many: Vec<OutboxRow> = many.collect();
    futures_util::future::join_all(many.iter().map(|row| sender.send(row, &[]))).await;
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    let started = tokio::time::Instant::now();
    for id in 20..23 {
        sender.send(&row(id, "hi"), &[]).await;
    }
    assert!(started.elapsed() > Duration::from_millis(1900), "{:?}", started.elapsed());
}
