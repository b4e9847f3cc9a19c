//! Who may ask for the state of a complaint by mail, and how the check of that fits into the work.

use std::net::SocketAddr;

use jiff::SignedDuration;
use pasokh::domain::intake::Raw;
use pasokh::domain::message::MessageId;
use pasokh::domain::proof::Proof;
use pasokh::mail;

use crate::fakes::dns::{Answer, FakeDns};
use crate::fakes::signer::{rsa_record, signed};
use crate::world::World;

/// A world that asks a DNS of its own.
fn world_with_dns() -> (World, FakeDns) {
    let mut world = World::new();
    let dns = world.block_on(FakeDns::start());
    dns.txt("rsa._domainkey.example.org", rsa_record(""));
    let address: SocketAddr = dns.address;
    world.ask_dns(address);
    (world, dns)
}

fn mail(number: u32, subject: &str, text: &str) -> String {
    format!(
        "From: Ann <ann@example.org>\r\nTo: support@shop.example\r\nSubject: {subject}\r\n\
         Date: Wed, 11 Nov 2026 06:30:00 +0000\r\nMessage-ID: <{number}@example.org>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
}

fn hand_in(world: &mut World, uid: u32, mail: &str) -> MessageId {
    let bytes = mail.as_bytes().to_vec();
    world.accept(Raw { key: mail::key("support", 1, uid, &bytes), bytes, files: Vec::new() })
}

fn proof(world: &World, message: MessageId) -> Option<Proof> {
    world.outcome(message).verdict.expect("a verdict").proof
}

#[test]
fn the_owner_of_a_complaint_is_told_its_state_and_a_forger_a_fixed_text() {
    let (mut world, _dns) = world_with_dns();
    let complaint = mail(1, "Cup", "The cup arrived broken and nobody answers me.");
    let filed = hand_in(&mut world, 1, &signed(&complaint, "example.org", "rsa"));
    world.run_until_decided(filed);
    let acknowledgement = world.expect_reply("ann@example.org");
    let code = acknowledgement.code();
    assert_eq!(proof(&world, filed), Some(Proof::Signed));

    let forged = hand_in(&mut world, 2, &mail(2, "x", &format!("وضعیت {code}")));
    world.run_until_decided(forged);
    let reply = world.expect_reply("ann@example.org");
    assert_eq!(world.outcome(forged).verdict.unwrap().reply.as_deref(), Some("acknowledge_unverified"));
    assert!(!reply.text().contains(&code), "{}", reply.text());
    assert_eq!(proof(&world, forged), Some(Proof::Unsigned));

    let asked = signed(&mail(3, "x", &format!("وضعیت {code}")), "example.org", "rsa");
    let asked = hand_in(&mut world, 3, &asked);
    world.run_until_decided(asked);
    let reply = world.expect_reply("ann@example.org");
    assert_eq!(world.disposition(asked), "commanded status");
    assert!(reply.text().contains(&code), "{}", reply.text());
}

#[test]
fn mail_that_waits_for_dns_keeps_its_order_and_holds_up_nothing_else() {
    let (mut world, dns) = world_with_dns();
    dns.set("slow._domainkey.example.org", Answer::Held(rsa_record("")));
    let first = signed(&mail(1, "Order", "Where is my order?"), "example.org", "slow");
    let first = hand_in(&mut world, 1, &first);
    let second = hand_in(&mut world, 2, &mail(2, "Shipping", "How much does shipping to Tabriz cost?"));
    let chat = world.chat_from("session", "سفارشم کجاست؟");
    assert!(world.is_decided(chat), "a chat does not wait for mail");
    world.expect_reply("chat:session");
    assert!(!world.is_decided(first), "it waits for DNS");
    assert!(!world.is_decided(second), "the later mail of a mailbox does not overtake the first");
    dns.release();
    world.run_until_decided(second);
    assert_eq!(proof(&world, first), Some(Proof::Signed));
    assert_eq!(proof(&world, second), Some(Proof::Unsigned));
    let [one, two] = [world.expect_reply("ann@example.org"), world.expect_reply("ann@example.org")];
    assert!(one.row.id.0 < two.row.id.0);
    assert_eq!(one.row.answers, Some(first));
}

#[test]
fn what_waited_for_dns_in_a_crash_is_looked_up_again() {
    let (mut world, dns) = world_with_dns();
    dns.set("slow._domainkey.example.org", Answer::Held(rsa_record("")));
    let message =
        hand_in(&mut world, 1, &signed(&mail(1, "Order", "Where is my order?"), "example.org", "slow"));
    world.run();
    assert!(!world.is_decided(message));
    world.crash_and_restart();
    dns.release();
    world.run_until_decided(message);
    assert_eq!(proof(&world, message), Some(Proof::Signed));
    assert_eq!(world.disposition(message), "answered confident_intent");
    world.expect_reply("ann@example.org");
    // What was found stays with the decision, also when the database is built anew.
    world.delete_the_sled_store_and_restart();
    assert_eq!(proof(&world, message), Some(Proof::Signed));
}

#[test]
fn mail_goes_on_unproven_when_dns_is_down() {
    let (mut world, dns) = world_with_dns();
    dns.set("rsa._domainkey.example.org", Answer::ServFail);
    let many: Vec<MessageId> = (0..3)
        .map(|number| {
            let complaint =
                mail(number, "Cup", &format!("The cup number {number} arrived broken, nobody answers me."));
            hand_in(&mut world, number + 1, &signed(&complaint, "example.org", "rsa"))
        })
        .collect();
    for message in many {
        world.run_until_decided(message);
        assert_eq!(proof(&world, message), Some(Proof::DnsFailed));
        let acknowledgement = world.expect_reply("ann@example.org");
        assert_eq!(world.outcome(message).verdict.unwrap().reply.as_deref(), Some("acknowledge_unverified"));
        assert!(!acknowledgement.text().contains("cup"), "{}", acknowledgement.text());
    }
    world.advance(SignedDuration::from_secs(1));
}
