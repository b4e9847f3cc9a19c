//! Sending: what each fault of an SMTP server means for a mail.

use std::time::Duration;

use pasokh::domain::outbox::Outcome;
use pasokh::mail::outbox::{Patience, Postman};
use pasokh::mail::render::Rendered;
use pasokh::settings::{EmailAccount, Tls};

use crate::fakes::mailbox::{account, address};
use crate::fakes::smtp::{Act, Script, SinkTls, SmtpSink, Step};
use crate::fakes::test_ca::TestCa;

fn mail(to: &str) -> Rendered {
    Rendered {
        message_id: "pasokh.1.x@shop.example".to_owned(),
        bytes: b"From: support@shop.example\r\nSubject: Hi\r\n\r\nHello\r\n.starts with a dot\r\n".to_vec(),
        envelope_from: address("support@shop.example"),
        to: address(to),
    }
}

fn impatient() -> Patience {
    let short = Duration::from_millis(400);
    Patience {
        connect: short,
        command: short,
        data: short,
        after_dot: short,
        fresh: Duration::from_secs(5),
        stale: Duration::from_secs(60),
    }
}

fn account_at(port: u16) -> EmailAccount {
    let mut account = account();
    account.smtp.port = port;
    account
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered { .. } => "delivered",
        Outcome::Later { .. } => "later",
        Outcome::Unreachable { .. } => "unreachable",
        Outcome::Refused { .. } => "refused",
        Outcome::Unknown { .. } => "unknown",
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written_and_the_connection_is_kept() {
    let sink = SmtpSink::start(Script::default()).await;
    let postman = Postman::new(account_at(sink.port));
    for _ in 0..50 {
        assert_eq!(postman.send(&mail("ann@example.org")).await, Outcome::Delivered { external: None });
    }
    let received = sink.received();
    assert_eq!(received.len(), 50);
    assert_eq!(received[0].bytes, mail("ann@example.org").bytes);
    assert_eq!(
        (received[0].from.as_str(), received[0].to.as_slice()),
        ("support@shop.example", &["ann@example.org".to_owned()][..])
    );
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn every_fault_has_its_outcome_and_none_spoils_the_next_mail() {
    let table: Vec<(Step, Act, &str)> = vec![
        (Step::Greeting, Act::Say("554 no service"), "unreachable"),
        (Step::Greeting, Act::Hang, "unreachable"),
        (Step::Greeting, Act::Drop, "unreachable"),
        (Step::Greeting, Act::Say("421 busy"), "unreachable"),
        (Step::Ehlo, Act::Hang, "unreachable"),
        (Step::MailFrom, Act::Say("451 greylisted"), "later"),
        (Step::MailFrom, Act::Say("530 5.7.0 sign in first"), "unreachable"),
        (Step::MailFrom, Act::Hang, "later"),
        (Step::RcptTo, Act::Say("550 5.1.1 no such user"), "refused"),
        (Step::RcptTo, Act::Say("450 4.2.1 mailbox busy"), "later"),
        (Step::RcptTo, Act::Hang, "later"),
        (Step::RcptTo, Act::Drop, "later"),
        (Step::RcptTo, Act::Say("421 going down"), "later"),
        (Step::Data, Act::Say("554 no"), "refused"),
        (Step::Data, Act::Drop, "later"),
        (Step::Dot, Act::Say("554 5.7.1 spam"), "refused"),
        (Step::Dot, Act::Say("451 try again"), "later"),
        (Step::Dot, Act::Say("421 full"), "later"),
        (Step::Dot, Act::Drop, "unknown"),
        (Step::Dot, Act::TakeAndDrop, "unknown"),
        (Step::Dot, Act::Hang, "unknown"),
    ];
    for (step, act, expected) in table {
        let sink = SmtpSink::start(Script { faults: vec![(step, act.clone())], ..Script::default() }).await;
        let postman = Postman::with_patience(account_at(sink.port), impatient());
        let outcome = postman.send(&mail("ann@example.org")).await;
        assert_eq!(name(&outcome), expected, "{step:?} {act:?}: {outcome:?}");
        let next = postman.send(&mail("sara@example.org")).await;
        assert_eq!(name(&next), "delivered", "after {step:?} {act:?}: {next:?}");
        assert_eq!(
            sink.received().last().map(|mail| mail.to.clone()),
            Some(vec!["sara@example.org".to_owned()])
        );
    }
}

#[tokio::test]
async fn a_connection_that_died_while_idle_costs_nothing() {
    for act in [Act::Drop, Act::Say("421 idle too long"), Act::Hang] {
        let sink = SmtpSink::start(Script::default()).await;
        let postman = Postman::with_patience(account_at(sink.port), impatient());
        assert_eq!(name(&postman.send(&mail("ann@example.org")).await), "delivered");
        sink.add_fault(Step::MailFrom, act);
        assert_eq!(name(&postman.send(&mail("ann@example.org")).await), "delivered");
        assert_eq!((sink.received().len(), sink.connections()), (2, 2));
    }
}

#[tokio::test]
async fn nobody_listening_says_nothing_about_the_mail() {
    let outcome = Postman::with_patience(account_at(1), impatient()).send(&mail("ann@example.org")).await;
    let Outcome::Unreachable { reason } = outcome else { panic!("{outcome:?}") };
    assert!(reason.contains("Could not reach localhost:1"), "{reason}");
}

#[tokio::test]
async fn sign_in_and_transport_security_work_and_their_faults_are_ours() {
    let dir = tempfile::tempdir().expect("a directory");
    let ca = TestCa::new(dir.path());
    for (tls, sink_tls) in
        [(Tls::None, SinkTls::None), (Tls::StartTls, SinkTls::StartTls), (Tls::Implicit, SinkTls::Implicit)]
    {
        let login = Some(("support".to_owned(), "پنهان".to_owned()));
        let script = Script { tls: sink_tls, config: Some(ca.server_config()), login, ..Script::default() };
        let sink = SmtpSink::start(script).await;
        let mut good = account_at(sink.port);
        good.smtp.tls = tls;
        good.smtp.ca_file = Some(ca.ca_pem_path.clone());
        good.smtp.login = Some(("support".to_owned(), "پنهان".to_owned().into()));
        let outcome = Postman::new(good.clone()).send(&mail("ann@example.org")).await;
        assert_eq!(name(&outcome), "delivered", "{tls:?} {outcome:?}");

        let mut wrong = good.clone();
        wrong.smtp.login = Some(("support".to_owned(), "guess-me".to_owned().into()));
        let outcome = Postman::new(wrong).send(&mail("ann@example.org")).await;
        assert!(
            matches!(&outcome, Outcome::Unreachable { reason } if reason.contains("does not let us in") && !reason.contains("guess-me")),
            "{tls:?} {outcome:?}"
        );

        if tls != Tls::None {
            let mut stranger = good.clone();
            stranger.smtp.ca_file = None;
            let outcome = Postman::new(stranger).send(&mail("ann@example.org")).await;
            assert!(
                matches!(&outcome, Outcome::Unreachable { reason } if reason.contains("ca_file")),
                "{tls:?} {outcome:?}"
            );
        }
        assert_eq!(sink.received().len(), 1);
    }
}

#[tokio::test]
async fn the_dot_is_seen_under_tls_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let ca = TestCa::new(dir.path());
    for (tls, sink_tls) in [(Tls::StartTls, SinkTls::StartTls), (Tls::Implicit, SinkTls::Implicit)] {
        let faults = vec![(Step::Data, Act::Drop), (Step::Dot, Act::TakeAndDrop)];
        let sink = SmtpSink::start(Script {
            tls: sink_tls,
            config: Some(ca.server_config()),
            faults,
            ..Script::default()
        })
        .await;
        let mut account = account_at(sink.port);
        account.smtp.tls = tls;
        account.smtp.ca_file = Some(ca.ca_pem_path.clone());
        let postman =
            Postman::with_patience(account, Patience { connect: Duration::from_secs(5), ..impatient() });
        assert_eq!(name(&postman.send(&mail("ann@example.org")).await), "later", "{tls:?}");
        assert_eq!(name(&postman.send(&mail("ann@example.org")).await), "unknown", "{tls:?}");
        assert_eq!(name(&postman.send(&mail("ann@example.org")).await), "delivered", "{tls:?}");
    }
}

#[tokio::test]
async fn what_the_server_cannot_take_is_refused() {
    let sink = SmtpSink::start(Script { size: Some(50), ..Script::default() }).await;
    let postman = Postman::new(account_at(sink.port));
    let outcome = postman.send(&mail("ann@example.org")).await;
    assert!(matches!(&outcome, Outcome::Refused { reason } if reason.contains("takes 50")), "{outcome:?}");

    let sink = SmtpSink::start(Script::default()).await;
    let postman = Postman::new(account_at(sink.port));
    assert_eq!(name(&postman.send(&mail("سارا@example.org")).await), "refused");
    let sink = SmtpSink::start(Script { smtputf8: true, ..Script::default() }).await;
    assert_eq!(name(&Postman::new(account_at(sink.port)).send(&mail("سارا@example.org")).await), "delivered");
}

#[tokio::test]
async fn a_send_that_is_given_up_does_not_spoil_the_next() {
    let sink = SmtpSink::start(Script { faults: vec![(Step::RcptTo, Act::Hang)], ..Script::default() }).await;
    let postman = Postman::new(account_at(sink.port));
    let mail = mail("ann@example.org");
    let given_up = tokio::time::timeout(Duration::from_millis(200), postman.send(&mail)).await;
    assert!(given_up.is_err());
    assert_eq!(name(&postman.send(&mail).await), "delivered");
}
