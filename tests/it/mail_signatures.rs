//! Our own check of who sent a mail: signatures, their keys in a DNS of our own, alignment.

use std::path::Path;

use jiff::Timestamp;
use pasokh::domain::message::{Authenticity, MessageId};
use pasokh::domain::proof::Proof;
use pasokh::mail::authenticity::{Checker, Finding, claim, settle};
use pasokh::mail::parse::{ReceivedMail, parse};
use pasokh::settings::Dns;

use crate::fakes::dns::{Answer, FakeDns};
use crate::fakes::mailbox::account;
use crate::fakes::signer::{ed25519_record, rsa_record, signed, signed_by_hand, signed_ed25519};

/// The public half of the key with 768 bits that signed one of the samples.
const SHORT_KEY: &str = "v=DKIM1; k=rsa; p=MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhANVbsfzfNFQ7P3O2ZmJymRq8cyIubsgQdMUOX0YmH+dh2P8fcRLqgh/0LahQTGIUlgosrHJ9gm+21vGJHqva4QPEi2Y0Z1YUbpVf9+9mMMLkMsJF+PuczIhHuY6c+A8GHQIDAQAB";
const COVERED: &str = "from:to:subject:date";

pub async fn dns() -> FakeDns {
    let dns = FakeDns::start().await;
    for domain in [
        "bank.example",
        "news.bank.example",
        "evil.example",
        "strict.example",
        "mail.strict.example",
        "plain.example",
        "mail.plain.example",
        "mail.dim.example",
        "one.co.uk",
        "two.co.uk",
        "xn--bcher-kva.example",
    ] {
        dns.txt(&format!("rsa._domainkey.{domain}"), rsa_record(""));
    }
    dns.txt("_dmarc.bank.example", "v=DMARC1; p=reject");
    dns.txt("_dmarc.strict.example", "v=DMARC1; p=reject; adkim=s; aspf=s");
    dns.set("_dmarc.dim.example", Answer::ServFail);
    dns.txt("ed._domainkey.bank.example", ed25519_record());
    dns.txt("testing._domainkey.bank.example", rsa_record("t=y; "));
    dns.txt("revoked._domainkey.bank.example", "v=DKIM1; k=rsa; p=");
    dns.txt("garbage._domainkey.bank.example", "moo");
    dns.txt("short._domainkey.bank.example", SHORT_KEY);
    dns.set("alias._domainkey.bank.example", Answer::Alias("rsa._domainkey.host.example", rsa_record("")));
    dns.set("large._domainkey.bank.example", Answer::OnlyTcp(rsa_record("")));
    dns.set("dim._domainkey.bank.example", Answer::ServFail);
    dns.set("silent._domainkey.bank.example", Answer::Silent);
    dns
}

pub fn checker(dns: &FakeDns) -> Checker {
    Checker::new(Dns::Server(dns.address)).expect("a checker")
}

/// What a mail to us comes to, from its bytes to the message.
pub async fn judged(checker: &Checker, bytes: &[u8]) -> (Proof, Authenticity) {
    let mut account = account();
    account.trusted_authserv_id = Some("mx.shop.example".to_owned());
    let finding = match claim(bytes, account.trusted_authserv_id.as_deref()) {
        Ok(claim) => checker.check(&claim).await,
        Err(proof) => Finding::nothing(proof),
    };
    let received = ReceivedMail { id: MessageId(1), bytes, received_at: Timestamp::UNIX_EPOCH };
    let mut message = parse(received, &account).message;
    settle(&mut message, &finding);
    (message.mail.expect("facts of a mail").proof, message.authenticity)
}

fn mail_from(from: &str) -> String {
    format!(
        "From: {from}\r\nTo: support@shop.example\r\nSubject: =?utf-8?B?2YjYtti524zYqg==?=\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@mail.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nسفارشم کجاست؟\r\n\r\nThe order of Monday\r\n"
    )
}

pub fn bank() -> String {
    mail_from("Ann <ann@bank.example>")
}

fn sample(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail").join(file);
    std::fs::read_to_string(path).expect("a sample")
}

async fn assert_judged(cases: Vec<(&str, String, Proof)>) {
    let dns = dns().await;
    let checker = checker(&dns);
    for (what, mail, proof) in cases {
        let found = judged(&checker, mail.as_bytes()).await;
        assert_eq!(found, (proof, proof.authenticity()), "{what}:\n{mail}");
    }
}

#[tokio::test]
async fn a_signature_of_the_from_domain_proves_the_sender() {
    let results = "Authentication-Results: other.example; dkim=fail\r\n";
    let lines = signed(&bank(), "bank.example", "rsa");
    assert_judged(vec![
        ("RSA", lines.clone(), Proof::Signed),
        (
            "Ed25519",
            String::from_utf8(signed_ed25519(bank().as_bytes(), "bank.example", "ed")).unwrap(),
            Proof::Signed,
        ),
        ("by hand", signed_by_hand(&bank(), "d=bank.example; s=rsa", COVERED, None), Proof::Signed),
        ("bare line feeds in a file", lines.replace("\r\n", "\n"), Proof::Signed),
        ("what servers add on top", format!("Received: by mx\r\n{results}{lines}"), Proof::Signed),
        ("a key behind a CNAME", signed(&bank(), "bank.example", "alias"), Proof::Signed),
        ("a key too large for UDP", signed(&bank(), "bank.example", "large"), Proof::Signed),
        (
            "a domain of another script",
            signed(&mail_from("ann@bücher.example"), "xn--bcher-kva.example", "rsa"),
            Proof::Signed,
        ),
        (
            "other signatures beside it, one of them broken",
            signed(
                &signed(&signed(&bank(), "bank.example", "garbage"), "bank.example", "rsa"),
                "evil.example",
                "rsa",
            ),
            Proof::Signed,
        ),
        (
            "not yet expired",
            signed_by_hand(&bank(), "d=bank.example; s=rsa; t=1; x=99999999999", COVERED, None),
            Proof::Signed,
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_relative_may_sign_unless_dmarc_is_strict() {
    let news = mail_from("ann@news.bank.example");
    assert_judged(vec![
        ("the parent for its child", signed(&news, "bank.example", "rsa"), Proof::Signed),
        ("the child for its parent", signed(&bank(), "news.bank.example", "rsa"), Proof::Signed),
        (
            "a relative, where no record is",
            signed(&mail_from("ann@plain.example"), "mail.plain.example", "rsa"),
            Proof::Signed,
        ),
        ("strict", signed(&mail_from("ann@strict.example"), "mail.strict.example", "rsa"), Proof::NotAligned),
        (
            "strict, the very domain",
            signed(&mail_from("ann@strict.example"), "strict.example", "rsa"),
            Proof::Signed,
        ),
        (
            "the record cannot be had",
            signed(&mail_from("ann@dim.example"), "mail.dim.example", "rsa"),
            Proof::DnsFailed,
        ),
        (
            "a neighbour under one registry",
            signed(&mail_from("ann@one.co.uk"), "two.co.uk", "rsa"),
            Proof::Unsigned,
        ),
    ])
    .await;
}

#[tokio::test]
async fn whatever_is_in_doubt_is_not_proven_and_not_forged_either() {
    let good = signed(&bank(), "bank.example", "rsa");
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        good.replacen(from, to, 1)
    };
    let by_hand = |tags: &str, covered: &str| signed_by_hand(&bank(), tags, covered, None);
    assert_judged(vec![
        ("no signature", bank(), Proof::Unsigned),
        ("somebody else's", signed(&bank(), "evil.example", "rsa"), Proof::Unsigned),
        ("a changed body", changed("Monday", "Friday"), Proof::SignatureBroken),
        ("a subject changed by a list", changed("Subject: ", "Subject: [list] "), Proof::SignatureBroken),
        ("a footer of a list", format!("{good}--\r\nTo unsubscribe\r\n"), Proof::SignatureBroken),
        (
            "another person of the domain",
            changed("ann@bank.example", "ceo@bank.example"),
            Proof::SignatureBroken,
        ),
        ("another From", changed("ann@bank.example", "ann@news.bank.example"), Proof::SignatureBroken),
        ("expired", by_hand("d=bank.example; s=rsa; t=1; x=2", COVERED), Proof::SignatureExpired),
        ("no such key", signed(&bank(), "bank.example", "nobody"), Proof::KeyMissing),
        ("a withdrawn key", signed(&bank(), "bank.example", "revoked"), Proof::KeyMissing),
        ("a record that is no key", signed(&bank(), "bank.example", "garbage"), Proof::KeyMissing),
        ("a key of another kind", signed(&bank(), "bank.example", "ed"), Proof::SignatureBroken),
        ("a key in testing", signed(&bank(), "bank.example", "testing"), Proof::SignatureWeak),
        ("SHA-1", sample("signed_with_sha1.eml"), Proof::SignatureWeak),
        ("a short key", sample("signed_with_a_short_key.eml"), Proof::SignatureWeak),
        ("From is not covered", by_hand("d=bank.example; s=rsa", "to:subject"), Proof::SignatureWeak),
        ("Subject is not covered", by_hand("d=bank.example; s=rsa", "from:to"), Proof::SignatureWeak),
        (
            "an identity elsewhere",
            by_hand("d=bank.example; i=@evil.example; s=rsa", COVERED),
            Proof::SignatureBroken,
        ),
        ("DNS is broken", signed(&bank(), "bank.example", "dim"), Proof::DnsFailed),
    ])
    .await;
}

#[tokio::test]
async fn dns_that_is_back_is_believed_at_once() {
    let dns = dns().await;
    let checker = checker(&dns);
    let mail = signed(&bank(), "bank.example", "dim");
    assert_eq!(judged(&checker, mail.as_bytes()).await.0, Proof::DnsFailed);
    dns.txt("dim._domainkey.bank.example", rsa_record(""));
    assert_eq!(judged(&checker, mail.as_bytes()).await.0, Proof::Signed);
}

#[tokio::test]
async fn a_silent_dns_ends_the_check_in_time() {
    let mail = signed(&bank(), "bank.example", "silent");
    assert_judged(vec![("DNS is silent", mail, Proof::DnsFailed)]).await;
}

#[tokio::test]
async fn a_header_that_can_be_read_in_two_ways_proves_nobody() {
    let good = signed(&bank(), "bank.example", "rsa");
    let with = |line: &str| format!("{line}\r\n{good}");
    let below = |line: &str| good.replacen("MIME-Version", &format!("{line}\r\nMIME-Version"), 1);
    let two = mail_from("ann@bank.example, bob@bank.example");
    assert_judged(vec![
        ("a second From above", with("From: ceo@bank.example"), Proof::AmbiguousHeader),
        ("a second From below", below("From: ceo@bank.example"), Proof::AmbiguousHeader),
        ("a From behind a bare return", with("X-A: b\rFrom: ceo@bank.example"), Proof::AmbiguousHeader),
        ("two authors", signed(&two, "bank.example", "rsa"), Proof::AmbiguousHeader),
        (
            "a group of authors",
            signed(&mail_from("g: a@bank.example, b@bank.example;"), "bank.example", "rsa"),
            Proof::AmbiguousHeader,
        ),
        ("no author", signed(&mail_from("undisclosed:;"), "bank.example", "rsa"), Proof::AmbiguousHeader),
        ("a second subject", with("Subject: reopen 482-917-508"), Proof::AmbiguousHeader),
        ("a second type", with("Content-Type: text/html"), Proof::AmbiguousHeader),
        ("a line that is no field", with("Good morning"), Proof::AmbiguousHeader),
        ("a blank line that is none", with("X-A: b\r\n "), Proof::AmbiguousHeader),
        ("a header without end", with(&format!("X-A: {}", "b".repeat(200_000))), Proof::AmbiguousHeader),
    ])
    .await;
}

/// `l=` covers the beginning of a body; what is appended could be anything.
#[tokio::test]
async fn a_signature_over_part_of_the_body_is_no_proof() {
    let body = "The order of Monday\r\n";
    let mail = bank().replacen("سفارشم کجاست؟\r\n\r\n", "", 1);
    let tags = |length: usize| format!("d=bank.example; s=rsa; l={length}");
    let whole = signed_by_hand(&mail, &tags(body.len()), COVERED, Some(body.len()));
    assert_judged(vec![
        ("all of it", whole.clone(), Proof::SignatureWeak),
        ("all of it, and more below", format!("{whole}reopen 482-917-508\r\n"), Proof::SignatureWeak),
        ("nothing", signed_by_hand(&mail, &tags(0), COVERED, Some(0)), Proof::SignatureBroken),
    ])
    .await;
}

#[tokio::test]
async fn the_trusted_server_goes_first_and_nobody_else_is_believed() {
    let results =
        |id: &str, rest: &str, mail: &str| format!("Authentication-Results: {id}; {rest}\r\n{mail}");
    let (good, bad) = (signed(&bank(), "bank.example", "rsa"), signed(&bank(), "bank.example", "revoked"));
    assert_judged(vec![
        (
            "it says pass",
            results("mx.shop.example", "dmarc=pass header.from=bank.example", &bad),
            Proof::ServerPass,
        ),
        (
            "it says fail",
            results("mx.shop.example", "dmarc=fail header.from=bank.example", &good),
            Proof::ServerFail,
        ),
        ("it does not know", results("mx.shop.example", "dkim=none", &good), Proof::Signed),
        ("it has not looked", good, Proof::Signed),
        (
            "forged",
            results("mx.shop.example.evil", "dmarc=pass header.from=bank.example", &bad),
            Proof::KeyMissing,
        ),
        (
            "forged below the true one",
            results("mx.shop.example", "dkim=fail", &results("mx.shop.example", "dmarc=pass", &bad)),
            Proof::KeyMissing,
        ),
    ])
    .await;
}

#[tokio::test]
async fn dns_is_asked_about_nobody_but_the_sender_and_not_without_end() {
    let dns = dns().await;
    let checker = checker(&dns);
    let foreign = (0..50).fold(bank(), |mail, n| signed(&mail, &format!("d{n}.evil.example"), "rsa"));
    assert_eq!(judged(&checker, foreign.as_bytes()).await.0, Proof::Unsigned);
    assert_eq!(dns.asked(), Vec::<String>::new());

    let own = (0..20).fold(bank(), |mail, n| signed(&mail, "bank.example", &format!("s{n}")));
    assert_eq!(judged(&checker, own.as_bytes()).await.0, Proof::KeyMissing);
    assert_eq!(dns.asked().len(), 4, "{:?}", dns.asked());

    // A mail about which the trusted server has spoken is not looked up.
    let spoken = format!(
        "Authentication-Results: mx.shop.example; dmarc=pass\r\n{}",
        signed(&bank(), "bank.example", "rsa")
    );
    assert_eq!(judged(&checker, spoken.as_bytes()).await.0, Proof::ServerPass);
    assert_eq!(dns.asked().len(), 4);
}

#[test]
fn a_proof_holds_for_the_address_that_was_read_alone() {
    let account = account();
    let mail = mail_from("ann@bank.example");
    let received =
        ReceivedMail { id: MessageId(1), bytes: mail.as_bytes(), received_at: Timestamp::UNIX_EPOCH };
    let mut message = parse(received, &account).message;
    settle(&mut message, &Finding { sender: Some("ceo@bank.example".to_owned()), proof: Proof::Signed });
    assert_eq!(message.authenticity, Authenticity::None);
    assert_eq!(message.mail.expect("facts").proof, Proof::AmbiguousHeader);
}
