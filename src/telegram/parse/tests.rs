use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::message::BlobId;

fn parsed(update: &Value) -> Message {
    parsed_with(update, &[])
}

fn parsed_with(update: &Value, files: &[Attachment]) -> Message {
    let bytes = serde_json::to_vec(update).unwrap();
    parse(Update {
        id: MessageId(7),
        bytes: &bytes,
        files,
        received_at: Timestamp::UNIX_EPOCH,
        bot_name: "shop",
        bot_username: Some("Shop_Bot"),
        staff_group: Some(-100),
    })
}

fn private(fields: Value) -> Value {
    let mut message = json!({
        "message_id": 5, "date": 1,
        "chat": {"id": 42, "type": "private", "first_name": "Sara"},
        "from": {"id": 42, "is_bot": false, "first_name": "Sara", "last_name": "Amini", "language_code": "fa-IR"},
    });
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"update_id": 9, "message": message})
}

fn group(id: i64, fields: Value) -> Value {
    let mut update = private(fields);
    update["message"]["chat"] = json!({"id": id, "type": "supergroup", "title": "Group"});
    update
}

#[test]
fn a_private_text_is_for_us() {
    let message = parsed(&private(json!({"text": "سفارشم کجاست؟"})));
    assert_eq!((message.text.as_str(), message.visible.as_str()), ("سفارشم کجاست؟", "سفارشم کجاست؟"));
    assert_eq!(message.contact, Contact::Telegram { bot: "shop".into(), chat: 42 });
    assert_eq!(message.name.as_deref(), Some("Sara Amini"));
    assert_eq!(message.language_hint, Some(Language::Fa));
    assert_eq!((message.unanswerable, message.edited, message.update_id), (None, false, Some(9)));
    assert_eq!(message.authenticity, Authenticity::Pass);
}

#[test]
fn an_edit_is_marked_and_its_key_says_so() {
    let mut update = private(json!({"text": "new words"}));
    let body = update.as_object_mut().unwrap().remove("message").unwrap();
    update["edited_message"] = body;
    assert!(parsed(&update).edited);
    let expected = MessageKey::Telegram {
        bot: "shop".into(),
        update_id: 9,
        chat_id: Some(42),
        message_id: Some(5),
        edit: true,
    };
    assert_eq!(key("shop", &update), Some(expected));
}

#[test]
fn our_own_name_in_a_command_is_not_for_the_reader_of_commands() {
    let visible = |text: &str| parsed(&private(json!({"text": text}))).visible;
    assert_eq!(visible("/status@shop_bot 482-917-508"), "/status 482-917-508");
    assert_eq!(visible("/start"), "/start");
    assert_eq!(visible("/start@another_bot"), "/start@another_bot");
    let text = parsed(&private(json!({"text": "/help@Shop_Bot"}))).text;
    assert_eq!(text, "/help@Shop_Bot", "people see what was typed");
}

#[test]
fn a_group_is_answered_only_when_it_addresses_us() {
    let reason = |fields: Value| parsed(&group(-5, fields)).unanswerable;
    assert_eq!(reason(json!({"text": "hello all"})), Some(Reason::NotForUs));
    assert_eq!(reason(json!({"text": "ask @shop_bot2 or me@shop_bot"})), Some(Reason::NotForUs));
    assert_eq!(reason(json!({"text": "/help"})), Some(Reason::NotForUs));
    assert_eq!(reason(json!({"text": "/help@shop_bot"})), None);
    assert_eq!(reason(json!({"text": "hi @SHOP_BOT"})), None);
    let reply = |name: &str| json!({"text": "yes", "reply_to_message": {"message_id": 3, "from": {"username": name}}});
    assert_eq!(reason(reply("shop_bot")), None);
    assert_eq!(reason(reply("sara")), Some(Reason::NotForUs));
    assert_eq!(parsed(&group(-5, reply("shop_bot"))).reply_to, Some(3));
}

#[test]
fn the_mention_is_taken_off() {
    let visible = |text: &str| parsed(&group(-5, json!({"text": text}))).visible;
    assert_eq!(visible("@shop_bot, where is my parcel?"), "where is my parcel?");
    assert_eq!(visible("سلام @Shop_Bot سفارشم کجاست؟"), "سلام سفارشم کجاست؟");
    assert_eq!(visible("where is it @shop_bot"), "where is it");
}

#[test]
fn staff_bots_and_business_chats_are_not_customers() {
    assert_eq!(parsed(&group(-100, json!({"text": "@shop_bot hi"}))).unanswerable, Some(Reason::Staff));
    let bot = json!({"text": "hi", "from": {"id": 1, "is_bot": true, "first_name": "B"}});
    assert_eq!(parsed(&private(bot)).unanswerable, Some(Reason::Bot));
    let business = json!({"text": "hi", "business_connection_id": "x"});
    assert_eq!(parsed(&private(business)).unanswerable, Some(Reason::ServiceUpdate));
    let pinned = json!({"pinned_message": {"message_id": 1}});
    assert_eq!(parsed(&private(pinned)).unanswerable, Some(Reason::ServiceUpdate));
}

#[test]
fn files_are_those_fetched_or_else_those_declared() {
    let update = private(
        json!({"caption": "broken", "document": {"file_id": "d", "file_name": "a.pdf", "file_size": 3}}),
    );
    let declared = parsed(&update);
    assert_eq!((declared.text.as_str(), declared.visible.as_str()), ("broken", "broken"));
    assert_eq!((declared.attachments[0].name.as_str(), &declared.attachments[0].blob), ("a.pdf", &None));
    let stored = Attachment {
        name: "a.pdf".into(),
        media_type: "application/pdf".into(),
        size: 3,
        blob: Some(BlobId("00".into())),
    };
    assert_eq!(parsed_with(&update, std::slice::from_ref(&stored)).attachments, [stored]);
}

#[test]
fn a_place_is_told_to_people_and_not_to_the_matcher() {
    let message = parsed(&private(json!({"location": {"latitude": 35.7, "longitude": 51.4}})));
    assert_eq!((message.text.as_str(), message.visible.as_str()), ("[location 35.7, 51.4]", ""));
    assert_eq!(message.unanswerable, None);
}

#[test]
fn a_press_is_decoded_with_what_stood_on_the_button() {
    let data = Press::Helped { conversation: 12, yes: false }.encode();
    let update = json!({"update_id": 9, "callback_query": {
        "id": "q", "data": data, "from": {"id": 42, "first_name": "Sara", "is_bot": false},
        "message": {"message_id": 77, "chat": {"id": 42, "type": "private"}, "reply_markup": {"inline_keyboard":
            [[{"text": "بله", "callback_data": "h:12:y"}, {"text": "خیر", "callback_data": "h:12:n"}]]}},
    }});
    let message = parsed(&update);
    assert_eq!(message.press, Some(Press::Helped { conversation: 12, yes: false }));
    assert_eq!((message.text.as_str(), message.visible.as_str(), message.reply_to), ("خیر", "", Some(77)));
    assert_eq!((message.unanswerable, message.contact.key().as_str()), (None, "telegram:shop:42"));
    let stale = json!({"update_id": 9, "callback_query": {"id": "q", "data": "old", "from": {"id": 42}}});
    assert_eq!(parsed(&stale).unanswerable, Some(Reason::ServiceUpdate));
}

#[test]
fn a_blocked_bot_is_seen_and_its_return_too() {
    let change = |status: &str| {
        let update = json!({"update_id": 1, "my_chat_member":
            {"chat": {"id": 42, "type": "private"}, "new_chat_member": {"status": status}}});
        assert_eq!(parsed(&update).unanswerable, Some(Reason::ServiceUpdate));
        contact_change(&serde_json::to_vec(&update).unwrap())
    };
    assert_eq!(change("kicked"), Some((42, "blocked")));
    assert_eq!(change("member"), Some((42, "ok")));
    assert_eq!(change("restricted"), None);
    assert_eq!(contact_change(b"nonsense"), None);
}

#[test]
fn bytes_that_are_no_update_become_a_silent_message() {
    for bytes in [&b"\xff\xfe"[..], b"[]", b"null", b"{\"message\": 5, \"update_id\": 3}"] {
        let message = parse(Update {
            id: MessageId(1),
            bytes,
            files: &[],
            received_at: Timestamp::UNIX_EPOCH,
            bot_name: "shop",
            bot_username: None,
            staff_group: None,
        });
        assert_eq!(message.unanswerable, Some(Reason::ServiceUpdate));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z@/ _\\PC]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let keys = prop_oneof![
            Just("message"),
            Just("callback_query"),
            Just("chat"),
            Just("from"),
            Just("text"),
            Just("photo"),
            Just("document"),
            Just("id"),
            Just("file_id"),
            Just("type"),
            Just("caption"),
            Just("data"),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(keys.prop_map(String::from), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_at_all_is_parsed(body in any_json(), kind in "message|edited_message|callback_query|something") {
        let update = json!({"update_id": 3, kind: body});
        prop_assert_eq!(parsed(&update).update_id, Some(3));
        let found = key("shop", &update);
        prop_assert!(matches!(found, Some(MessageKey::Telegram { update_id: 3, .. })), "{:?}", found);
    }
}
