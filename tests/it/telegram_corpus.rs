//! Every kind of update and message that the Bot API knows is parsed without loss.
//!
//! `telegram_updates.jsonl` and `telegram_messages.jsonl` come from the test snapshots of
//! tgbot (MIT, see `telegram_corpus.LICENSE`), one JSON value a line.

use jiff::Timestamp;
use pasokh::domain::guard::Reason;
use pasokh::domain::message::{Message, MessageId, MessageKey};
use pasokh::telegram::parse;
use serde_json::{Value, json};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn parsed(update: &Value) -> Message {
    let bytes = serde_json::to_vec(update).unwrap();
    parse::contact_change(&bytes);
    parse::parse(parse::Update {
        id: MessageId(1),
        bytes: &bytes,
        files: &[],
        received_at: Timestamp::UNIX_EPOCH,
        bot_name: "shop",
        bot_username: Some("shop_bot"),
        staff_group: None,
    })
}

#[test]
fn every_kind_of_update_keeps_its_id() {
    let updates = lines(include_str!("telegram_updates.jsonl"));
    assert_eq!(updates.len(), 26);
    for (number, mut update) in updates.into_iter().enumerate() {
        let id = 5_000_000_000 + number as i64;
        update["update_id"] = id.into();
        let key = parse::key("shop", &update).unwrap();
        assert!(matches!(key, MessageKey::Telegram { update_id, .. } if update_id == id), "{update}");
        let message = parsed(&update);
        assert_eq!(message.update_id, Some(id));
        let for_us = update.get("message").or(update.get("edited_message"));
        let private = for_us.is_some_and(|message| message["chat"]["type"] == "private");
        assert_eq!(message.unanswerable.is_none(), private, "{update}");
    }
}

#[test]
fn every_kind_of_message_is_words_files_or_a_service_message() {
    let messages = lines(include_str!("telegram_messages.jsonl"));
    assert_eq!(messages.len(), 104);
    let mut carrying = 0;
    for mut body in messages {
        let id = body.get("message_id").and_then(Value::as_i64);
        if body["chat"].is_object() {
            body["chat"]["type"] = "private".into();
        }
        let update = json!({"update_id": 8, "message": body});
        let message = parsed(&update);
        let key = parse::key("shop", &update).unwrap();
        assert!(matches!(key, MessageKey::Telegram { message_id, .. } if message_id == id), "{update}");
        let empty = message.text.is_empty() && message.attachments.is_empty();
        carrying += usize::from(!empty);
        if empty {
            assert_eq!(message.unanswerable, Some(Reason::ServiceUpdate), "{update}");
        } else {
            let expected = update["message"].get("chat").map_or(Some(Reason::ServiceUpdate), |_| None);
            assert_eq!(message.unanswerable, expected, "{update}");
        }
    }
    assert!(carrying >= 25, "{carrying}");
}
