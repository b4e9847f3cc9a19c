//! What is done with messages, seen from outside: dispositions, answers, silence.

use jiff::SignedDuration;
use pasokh::domain::desk::Action;
use pasokh::domain::guard::Reason;
use pasokh::domain::message::Contact;
use pasokh::domain::outbox::Outcome;

use crate::world::{Mail, WEDNESDAY_MORNING, World};

#[test]
fn a_common_question_gets_its_prepared_reply_and_is_asked_whether_it_helped() {
    let mut world = World::new();
    let message = world.telegram_from(7, "سفارشم کجاست؟");
    assert_eq!(world.disposition(message), "answered confident_intent");
    let reply = world.expect_reply("telegram:7");
    assert!(reply.text().contains("خودکار"), "it says that it is automatic: {}", reply.text());
    assert!(reply.labels().iter().any(|label| label.contains("بله")), "{:?}", reply.labels());
    assert!(reply.labels().iter().any(|label| label.contains("نه")), "{:?}", reply.labels());
}

#[test]
fn one_mail_gets_one_mail_in_its_own_thread() {
    let mut world = World::new();
    let mut mail = Mail::from("ann@example.org", "Where is my order?").subject("My parcel");
    mail.message_id = Some("first@example.org".to_owned());
    world.mail(mail);
    let reply = world.expect_reply("ann@example.org");
    assert_eq!(reply.header("Subject").as_deref(), Some("Re: My parcel"));
    assert_eq!(reply.header("In-Reply-To").as_deref(), Some("<first@example.org>"));
    assert_eq!(reply.header("Auto-Submitted").as_deref(), Some("auto-replied"));
    world.expect_no_reply("ann@example.org");
}

#[test]
fn the_same_mail_under_another_number_is_answered_once() {
    let mut world = World::new();
    let mail = Mail::from("ann@example.org", "Where is my order?");
    let raw = world.raw_mail(&mail);
    let first = world.accept(raw.clone());
    world.run();
    world.expect_reply("ann@example.org");
    let mut again = raw;
    again.key = pasokh::mail::key("support", 2, 900, &again.bytes);
    assert_eq!(world.accept(again), first);
    world.run();
    world.expect_no_reply("ann@example.org");
}

#[test]
fn machines_and_lists_are_never_answered() {
    let mut world = World::new();
    for (header, reason) in [
        ("Auto-Submitted: auto-generated", Reason::AutoSubmitted),
        ("List-Id: <news.example.org>", Reason::MailingList),
        ("Precedence: bulk", Reason::Bulk),
    ] {
        let message = world.mail(Mail::from("ann@example.org", "Where is my order?").header(header));
        world.expect_silence(message, reason);
    }
    let message = world.mail_from("help@shop.example", "Where is my order?");
    world.expect_silence(message, Reason::OwnAddress);
}

#[test]
fn the_budget_of_an_address_files_in_silence_what_exceeds_it() {
    let mut world = World::new();
    for number in 0..5 {
        world.mail_from(
            "ann@example.org",
            &format!("My cup number {number} arrived broken, nobody answers me"),
        );
        world.expect_reply("ann@example.org");
    }
    let sixth = world.mail_from("ann@example.org", "The sixth cup arrived broken, nobody answers me");
    assert_eq!(world.disposition(sixth), "filed dissatisfied");
    world.expect_no_reply("ann@example.org");
}

#[test]
fn a_temporary_fault_is_retried_within_five_seconds_and_a_refusal_never() {
    let mut world = World::new();
    world.next_sends([Outcome::Later { reason: "451 try later".to_owned(), after: None }]);
    let message = world.mail_from("ann@example.org", "Where is my order?");
    world.expect_no_reply("ann@example.org");
    assert_eq!(world.outcome(message).delivery.map(|delivery| delivery.name()), Some("waiting"));
    world.advance(jiff::SignedDuration::from_secs(5));
    world.expect_reply("ann@example.org");
    assert_eq!(world.outcome(message).delivery.map(|delivery| delivery.name()), Some("delivered"));

    world.next_sends([Outcome::Refused { reason: "550 no such user".to_owned() }]);
    let refused = world.mail_from("bob@example.org", "Where is my order?");
    world.advance(jiff::SignedDuration::from_hours(24));
    world.expect_no_reply("bob@example.org");
    assert_eq!(world.outcome(refused).delivery.map(|delivery| delivery.name()), Some("refused"));
}

#[test]
fn an_unknown_outcome_is_repeated_once_with_the_same_message_id() {
    let mut world = World::new();
    let unknown = || Outcome::Unknown { reason: "the line went dead after the last byte".to_owned() };
    world.next_sends([unknown(), unknown()]);
    let message = world.mail_from("ann@example.org", "Where is my order?");
    let first = world.expect_reply("ann@example.org");
    world.advance(jiff::SignedDuration::from_mins(10));
    let second = world.expect_reply("ann@example.org");
    assert_eq!(first.message_id, second.message_id);
    world.advance(jiff::SignedDuration::from_hours(48));
    world.expect_no_reply("ann@example.org");
    assert_eq!(world.outcome(message).delivery.map(|delivery| delivery.name()), Some("unknown"));
}

#[test]
fn a_reply_from_another_address_opens_a_new_matter() {
    let mut world = World::new();
    world.mail_from("ann@example.org", "The cup arrived broken and nobody answers me");
    let acknowledgement = world.expect_reply("ann@example.org");
    let code = acknowledgement.code();
    let stranger = world
        .mail(Mail::from("eve@example.net", "please send me everything about it").replying(&acknowledgement));
    assert!(world.disposition(stranger).starts_with("filed"), "{}", world.disposition(stranger));
    let answer = world.expect_reply("eve@example.net");
    assert_ne!(answer.code(), code);
    assert_eq!(world.sheet(&code).messages.len(), 2, "nothing was added to Ann's conversation");
}

#[test]
fn unknown_kinds_of_updates_are_consumed() {
    let mut world = World::new();
    let message = world.update(serde_json::json!({ "update_id": 999_001, "something_new": { "a": 1 } }));
    world.expect_silence(message, Reason::ServiceUpdate);
}

#[test]
fn an_edit_of_what_was_filed_is_kept_beside_it() {
    let mut world = World::new();
    world.telegram_from(7, "کالای شکسته فرستادید و کسی هم جواب نمیده");
    let code = world.expect_reply("telegram:7").code();
    let edit = world.update(serde_json::json!({
        "update_id": 5_000,
        "edited_message": {
            "message_id": 1, "date": 1, "edit_date": 2, "text": "کالای شکسته فرستادید، لیوان آبی",
            "chat": {"id": 7, "type": "private", "first_name": "Ann"},
            "from": {"id": 7, "is_bot": false, "first_name": "Ann"},
        },
    }));
    assert_eq!(world.disposition(edit), "appended edited");
    world.expect_no_reply("telegram:7");
    assert!(world.sheet(&code).messages.iter().any(|message| message.text.contains("لیوان آبی")));
}

#[test]
fn deleting_the_sled_store_loses_nothing() {
    let mut world = World::new();
    world.chat_from("s", "کالای شکسته فرستادید و کسی هم جواب نمیده");
    let code = world.expect_reply("chat:s").code();
    let before = world.sheet(&code);
    world.delete_the_sled_store_and_restart();
    world.run();
    assert_eq!(world.sheet(&code), before);
    assert_eq!(world.conversation_count(&Contact::Chat("s".to_owned())).len(), 1);
}

#[test]
fn what_was_accepted_before_a_crash_is_decided_after_it() {
    let mut world = World::new();
    let raw = world.raw_mail(&Mail::from("ann@example.org", "Where is my order?"));
    let message = world.accept(raw);
    world.crash_and_restart();
    world.run();
    assert_eq!(world.disposition(message), "answered confident_intent");
    world.expect_reply("ann@example.org");
}

#[test]
fn a_server_that_is_away_is_tried_within_five_seconds_and_soon_after_its_return() {
    let mut world = World::new();
    let away = || Outcome::Unreachable { reason: "connection refused".to_owned() };
    world.next_sends(std::iter::repeat_with(away).take(5_000));
    world.mail_from("ann@example.org", "Where is my order?");
    // Another customer's answer waits with it and is not lost among the attempts.
    world.mail_from("bob@example.net", "Where is my order?");
    world.expect_no_reply("ann@example.org");
    // A quarter of an hour later the server is back: both have their answer within 25 seconds.
    for _ in 0..180 {
        world.advance(jiff::SignedDuration::from_secs(5));
    }
    world.expect_no_reply("bob@example.net");
    world.deliver_again();
    for _ in 0..5 {
        world.advance(jiff::SignedDuration::from_secs(5));
    }
    world.expect_reply("ann@example.org");
    world.expect_reply("bob@example.net");
}

#[test]
fn the_first_try_after_an_unreachable_server_comes_within_five_seconds() {
    let mut world = World::new();
    world.next_sends([Outcome::Unreachable { reason: "connection refused".to_owned() }]);
    world.mail_from("ann@example.org", "Where is my order?");
    world.expect_no_reply("ann@example.org");
    world.advance(jiff::SignedDuration::from_secs(5));
    world.expect_reply("ann@example.org");
}

#[test]
fn a_parcel_that_came_back_is_filed_in_silence_when_its_subject_reads_like_a_bounce() {
    let mut world = World::new();
    let mail = Mail::from("ann@example.org", "My order 123 never came, it went back to you.");
    let message = world.mail(mail.subject("Returned to sender: order 123"));
    assert_eq!(world.disposition(message), "filed maybe_bounce");
    world.expect_no_reply("ann@example.org");
}

#[test]
fn in_a_group_nobody_is_told_of_anothers_complaint_nor_adds_to_it() {
    let mut world = World::new();
    let group = |id: i64, from: i64, text: &str| {
        serde_json::json!({ "update_id": id, "message": {
            "message_id": id, "date": 1_780_000_000, "text": text,
            "chat": { "id": -200, "type": "supergroup", "title": "Buyers" },
            "from": { "id": from, "is_bot": false, "first_name": "P" },
            "reply_to_message": { "message_id": 1, "date": 1_780_000_000, "text": "…",
                "chat": { "id": -200, "type": "supergroup", "title": "Buyers" },
                "from": { "id": 9, "is_bot": true, "first_name": "Shop", "username": "shop_bot" } },
        } })
    };
    let first = world.update(group(10, 1, "My cup arrived broken and nobody answers me"));
    assert_eq!(world.disposition(first), "filed dissatisfied");
    let code = world.expect_reply("telegram:-200").code();
    let second = world.update(group(11, 2, "status"));
    assert_ne!(world.disposition(second), "commanded status");
    let third = world.update(group(12, 2, "The colour of mine is wrong and I am angry"));
    assert!(world.disposition(third).starts_with("filed"), "{}", world.disposition(third));
    assert_eq!(world.sheet(&code).messages.len(), 2, "the complaint and its acknowledgement");
    world.expect_reply("telegram:-200");
    world.expect_reply("telegram:-200");
}

#[test]
fn asking_where_it_stands_does_not_change_where_it_stands() {
    let mut world = World::new();
    world.telegram_from(7, "My cup arrived broken and nobody answers me");
    let code = world.expect_reply("telegram:7").code();
    let reply = Action::Reply { text: "We are looking at it.".to_owned(), wait: false };
    world.staff(&code, reply);
    world.expect_reply("telegram:7");
    world.advance(SignedDuration::from_mins(5));
    world.telegram_from(7, &format!("status {code}"));
    let first = world.expect_reply("telegram:7").text().to_owned();
    world.advance(SignedDuration::from_mins(30));
    world.telegram_from(7, &format!("status {code}"));
    let second = world.expect_reply("telegram:7").text().to_owned();
    assert!(first.contains("a colleague wrote to you"), "{first}");
    assert_eq!(first, second);
}

#[test]
fn a_wrong_code_sent_twice_by_mail_ends_with_a_person() {
    let mut world = World::new();
    let first = world.mail_from("ann@example.org", "status 482-917-508");
    assert_eq!(world.disposition(first), "commanded status_unknown_code");
    world.expect_reply("ann@example.org");
    let second = world.mail_from("ann@example.org", "status 482-917-508");
    assert!(world.disposition(second).starts_with("filed"), "{}", world.disposition(second));
    world.expect_no_reply("ann@example.org");
}

#[test]
fn a_message_whose_raw_copy_is_damaged_does_not_hold_up_the_others() {
    let mut world = World::new();
    let raw = world.raw_mail(&Mail::from("ann@example.org", "Where is my order?"));
    let damaged = world.accept(raw);
    let blob = world.gateway().store.message(damaged).unwrap().unwrap().received.raw;
    let (shard, rest) = blob.0.split_at(2);
    let file = world.data_dir().join("blobs").join(shard).join(rest);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, "not what it was").unwrap();
    let message = world.telegram_from(7, "سفارشم کجاست؟");
    assert_eq!(world.disposition(message), "answered confident_intent");
    world.expect_reply("telegram:7");
    assert!(!world.is_decided(damaged), "it waits to be restored");
    std::fs::write(&file, whole).unwrap();
    world.crash_and_restart();
    world.run();
    assert_eq!(world.disposition(damaged), "answered confident_intent");
    world.expect_reply("ann@example.org");
}

#[test]
fn the_owners_own_words_count_as_insults_and_politics() {
    let people = "  people: [ { name: Sara, role: agent, telegram: 111 } ]\n";
    let conduct = "conduct: { insults: [بی ادب], political: [انتخابات], except: [الاغ] }\n";
    let mut world = World::staffed(WEDNESDAY_MORNING, people, conduct);
    let mut reply = |chat: i64, text: &str| {
        world.telegram_from(chat, text);
        world.expect_reply(&format!("telegram:{chat}")).text().to_owned()
    };
    assert!(reply(1, "شما خیلی بی‌ادب هستید، کالای من شکسته رسید").contains("محترمانه"));
    assert!(reply(2, "کالای من شکسته رسید، بعد از انتخابات هم همین بود").contains("خرید و خدمات خودمان"));
    let doll = reply(3, "عروسک الاغ من شکسته رسید");
    assert!(!doll.contains("محترمانه") && !doll.contains("توهین"), "{doll}");
}
