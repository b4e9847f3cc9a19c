//! The daemon with a real mailbox and a DNS on loopback: signed mail is its sender's, other is not.

use serde_json::Value;
use tempfile::TempDir;

use crate::fakes::daemon::Daemon;
use crate::fakes::dns::FakeDns;
use crate::fakes::dovecot::Dovecot;
use crate::fakes::signer::{rsa_record, signed};
use crate::fakes::smtp::{Script, SmtpSink};

/// No server is trusted: signatures are the only proof.
fn settings(dovecot: &Dovecot, smtp: &SmtpSink, dns: &str) -> String {
    format!(
        r#"
business: {{ name: {{ fa: فروشگاه نمونه, en: Sample Shop }}, languages: [fa, en], timezone: Asia/Tehran }}
email:
  - name: support
    address: support@test.local
    imap: {{ host: 127.0.0.1, port: {imap}, tls: none, username: support, password: secret, poll: 2s }}
    smtp: {{ host: 127.0.0.1, port: {smtp}, tls: none }}
web: {{ listen: "127.0.0.1:0" }}
dns: {dns}
"#,
        imap = dovecot.imap_port,
        smtp = smtp.port,
    )
}

fn mail(number: u32, from: &str, text: &str) -> String {
    format!(
        "From: <{from}>\r\nTo: <support@test.local>\r\nSubject: =?utf-8?B?2b7bjNin2YU=?=\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <m{number}@example.org>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
}

fn row(rows: &[Value], number: u32) -> Option<&Value> {
    rows.iter()
        .find(|row| row["message_id"] == format!("m{number}@example.org") && row["delivery"] == "delivered")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_of_a_complaint_is_told_to_its_owner_by_signature_and_to_no_forger() {
    let (dovecot, dns) = (Dovecot::start().await, FakeDns::start().await);
    let smtp = SmtpSink::start(Script::default()).await;
    dns.txt("rsa._domainkey.example.org", rsa_record(""));
    dns.txt("_dmarc.example.org", "v=DMARC1; p=reject; adkim=s");
    let directory = TempDir::new().unwrap();
    let server = format!("{{ server: \"{}\" }}", dns.address);
    let daemon = Daemon::start(directory.path(), &settings(&dovecot, &smtp, &server));
    daemon.wait_for_channels().await;

    let complaint = mail(1, "ann@example.org", "سه هفته‌ست سفارشم نرسیده و هیچ‌کس جواب نمی‌دهد.");
    dovecot.deliver("support", signed(&complaint, "example.org", "rsa").as_bytes()).await;
    let rows = daemon.wait_for_export("the complaint is filed", |rows| row(rows, 1).is_some()).await;
    let code = row(&rows, 1).unwrap()["code"].as_str().expect("a code").to_owned();
    assert_eq!(row(&rows, 1).unwrap()["disposition"], "filed");

    let question = |number, from| mail(number, from, &format!("وضعیت {code}"));
    let forged = format!(
        "Authentication-Results: mx.test.local; dmarc=pass header.from=example.org\r\n{}",
        signed(&question(2, "ann@example.org"), "evil.example", "rsa")
    );
    dovecot.deliver("support", forged.as_bytes()).await;
    dovecot
        .deliver("support", signed(&question(3, "ann@example.org"), "example.org", "rsa").as_bytes())
        .await;
    dovecot
        .deliver("support", signed(&question(4, "eve@example.org"), "example.org", "rsa").as_bytes())
        .await;
    let rows = daemon
        .wait_for_export("all are answered", |rows| (1..=4).all(|number| row(rows, number).is_some()))
        .await;
    assert_ne!(row(&rows, 2).unwrap()["disposition"], "commanded", "{rows:#?}");
    assert_eq!(row(&rows, 3).unwrap()["reason"], "status", "{rows:#?}");
    assert_eq!(row(&rows, 4).unwrap()["reason"], "status_unknown_code", "{rows:#?}");

    let sent = smtp.until_received(4).await;
    let answer = |number: u32| {
        let parent = format!("m{number}@example.org");
        let answers = sent.iter().filter_map(|mail| mail_parser::MessageParser::default().parse(&mail.bytes));
        let mut texts = answers.filter(|mail| mail.in_reply_to().as_text() == Some(&parent));
        texts.next().and_then(|mail| mail.body_text(0).map(|text| text.into_owned())).expect("an answer")
    };
    assert!(answer(1).contains(&code));
    assert!(!answer(2).contains(&code), "{}", answer(2));
    assert!(answer(3).contains(&code), "{}", answer(3));
    assert_eq!(daemon.json(&["verify", "--json"])["ok"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn explain_checks_signatures_as_the_daemon_does() {
    let (dovecot, dns) = (Dovecot::start().await, FakeDns::start().await);
    let smtp = SmtpSink::start(Script::default()).await;
    dns.txt("rsa._domainkey.example.org", rsa_record(""));
    let directory = TempDir::new().unwrap();
    let server = format!("{{ server: \"{}\" }}", dns.address);
    let mut daemon = Daemon::start(directory.path(), &settings(&dovecot, &smtp, &server));
    let good = signed(&mail(1, "ann@example.org", "سفارشم کجاست؟"), "example.org", "rsa");
    std::fs::write(directory.path().join("good.eml"), &good).unwrap();
    std::fs::write(directory.path().join("bad.eml"), good.replace("سفارشم", "سفارش")).unwrap();
    let explained = |daemon: &Daemon, file: &str| {
        let mail = daemon.json(&["explain", "--eml", file, "--json"])["mail"].clone();
        format!("{} {}", mail["authenticity"].as_str().unwrap(), mail["proof"].as_str().unwrap())
    };
    assert_eq!(explained(&daemon, "good.eml"), "pass signed");
    assert_eq!(explained(&daemon, "bad.eml"), "none signature_broken");
    daemon.stop();

    // Nobody listens there any more.
    drop(dns);
    assert_eq!(explained(&daemon, "good.eml"), "none dns_failed");
    std::fs::write(directory.path().join("pasokh.yaml"), settings(&dovecot, &smtp, "off")).unwrap();
    assert_eq!(explained(&daemon, "good.eml"), "none unchecked");
}
