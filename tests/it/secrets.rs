//! Card numbers, PINs and the like: hidden before they are kept, and the customer is told.

use std::path::Path;

use crate::world::{Mail, World};

const CARD: &str = "6037991000000004";

/// Every file below a directory whose bytes contain the words.
fn files_with(directory: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, words));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(words.len()).any(|window| window == words.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_card_number_is_hidden_everywhere_and_the_customer_is_told() {
    let mut world = World::new();
    let mail =
        Mail::from("ann@example.org", &format!("My refund never came and I am angry. My card is {CARD}."));
    let by_mail = world.mail(mail.subject(&format!("Card {CARD}")));
    assert_eq!(world.disposition(by_mail), "filed dissatisfied");
    let reply = world.expect_reply("ann@example.org");
    assert!(reply.text().contains("we've hidden the card"), "{}", reply.text());
    let sheet = world.sheet(&reply.code());
    assert!(sheet.messages[0].text.contains("603799******0004"), "{}", sheet.messages[0].text);

    world.telegram_from(7, "پولم برنگشت و کسی جواب نمی‌دهد، کارتم ۶۰۳۷۹۹۱۰۰۰۰۰۰۰۰۴ است");
    let reply = world.expect_reply("telegram:7");
    assert!(reply.text().contains("پنهان کردیم"), "{}", reply.text());
    world.chat_from("session", &format!("my refund never came, nobody answers, card {CARD}"));
    assert!(world.expect_reply("chat:session").text().contains("we've hidden the card"));

    assert_eq!(files_with(&world.data_dir(), CARD), Vec::<String>::new());
    assert_eq!(files_with(&world.data_dir(), "۶۰۳۷۹۹۱۰۰۰۰۰۰۰۰۴"), Vec::<String>::new());
    let verified = world.gateway().store.verify().unwrap();
    assert_eq!(verified.faults, Vec::<String>::new());
}

#[test]
fn a_raw_copy_that_a_crash_left_is_destroyed_at_the_next_start() {
    let mut world = World::new();
    let message = world.telegram_from(7, &format!("my card {CARD} was charged twice and I am angry"));
    world.expect_reply("telegram:7");
    let store = &world.gateway().store;
    let old = store.put_blob(format!("a copy with {CARD}").as_bytes()).unwrap();
    // As after a crash between the commit and the destruction: the old copy lies there still.
    let kept = store.message(message).unwrap().unwrap().received.raw;
    for raw in [old, kept] {
        let event = pasokh::domain::event::Event::RawReplaced { message, raw, at: world.now() };
        let commit = pasokh::store::Commit { events: vec![event], expects: Vec::new() };
        store.commit(&commit).unwrap();
    }
    assert_eq!(files_with(&world.data_dir(), CARD).len(), 1);
    world.delete_the_sled_store_and_restart();
    world.gateway().store.destroy_unwanted().unwrap();
    assert_eq!(files_with(&world.data_dir(), CARD), Vec::<String>::new());
    assert_eq!(world.gateway().store.verify().unwrap().faults, Vec::<String>::new());
}

#[test]
fn what_staff_need_to_help_is_not_hidden() {
    let mut world = World::new();
    world.telegram_from(
        7,
        "My parcel 123456789012345678901234 never came, call me: 0912 345 6789. I am angry",
    );
    let reply = world.expect_reply("telegram:7");
    assert!(!reply.text().contains("hidden"), "{}", reply.text());
    let sheet = world.sheet(&reply.code());
    assert!(sheet.messages[0].text.contains("0912 345 6789"), "{}", sheet.messages[0].text);
}
