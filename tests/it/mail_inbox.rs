//! Watching a mailbox on a real IMAP server: everything that arrives is handed over once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::date;
use pasokh::domain::intake::Intake;
use pasokh::domain::message::MessageKey;
use pasokh::mail::inbox;
use pasokh::settings::{EmailAccount, Tls};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::fakes::dovecot::{Dovecot, PASSWORD};
use crate::fakes::mailbox::account;
use crate::fakes::memory_intake::MemoryIntake;
use crate::fakes::odd_imap::{OddImap, OddMail};
use crate::fakes::proxy::Proxy;

fn mail(number: &str) -> Vec<u8> {
    format!("From: ann@example.org\nTo: support@shop.example\nSubject: Mail {number}\nMessage-ID: <{number}@example.org>\nDate: Tue, 05 May 2020 12:00:00 +0000\n\nBody {number}\n").into_bytes()
}

fn account_at(port: u16) -> EmailAccount {
    let mut account = account();
    account.imap.port = port;
    account.imap.password = PASSWORD.to_owned().into();
    account
}

/// A running inbox.
struct Watch {
    intake: Arc<MemoryIntake>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Watch {
    fn start(account: EmailAccount, intake: &Arc<MemoryIntake>, since: Option<jiff::civil::Date>) -> Watch {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(inbox::run(account, Arc::clone(intake) as _, since, shutdown.clone()));
        Watch { intake: Arc::clone(intake), shutdown, task }
    }

    /// Started on an empty intake, and the mailbox read to its end.
    async fn begin(account: EmailAccount) -> Watch {
        let intake = Arc::new(MemoryIntake::default());
        let watch = Watch::start(account, &intake, None);
        watch.intake.until_polled().await;
        watch
    }

    async fn stop(self) -> Arc<MemoryIntake> {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), self.task).await;
        ended.expect("the inbox ends in time").expect("the inbox ends well");
        self.intake
    }
}

#[tokio::test]
async fn a_new_mail_is_seen_by_idle_and_no_flag_is_set() {
    let dovecot = Dovecot::start().await;
    dovecot.deliver("support", &mail("old")).await;
    let watch = Watch::begin(account_at(dovecot.imap_port)).await;
    let begun = Instant::now();
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "IDLE, not the next turn: {:?}", begun.elapsed());
    let intake = watch.stop().await;
    assert_eq!(intake.bodies(), ["Body 1"]);
    assert!(
        matches!(&intake.accepted()[0].key, MessageKey::Email { account, uid: 2, .. } if account == "support")
    );
    assert_eq!(dovecot.flags("support").await.iter().filter(|flags| flags.contains("Seen")).count(), 0);
}

#[tokio::test]
async fn polling_finds_what_a_server_without_idle_does_not_announce() {
    let dovecot = Dovecot::start_with("imap_capability = IMAP4rev1 SASL-IR LITERAL+").await;
    let mut account = account_at(dovecot.imap_port);
    account.imap.poll = Duration::from_millis(300);
    let watch = Watch::begin(account).await;
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    assert_eq!(watch.stop().await.bodies(), ["Body 1"]);
}

#[tokio::test]
async fn what_came_while_we_were_off_and_what_others_have_read_is_handed_over() {
    let dovecot = Dovecot::start().await;
    let intake = Watch::begin(account_at(dovecot.imap_port)).await.stop().await;
    for number in ["1", "2", "3"] {
        dovecot.deliver("support", &mail(number)).await;
    }
    dovecot.mark_read("support").await;
    let watch = Watch::start(account_at(dovecot.imap_port), &intake, None);
    watch.intake.until_accepted(3).await;
    watch.intake.until_polled().await;
    let intake = watch.stop().await;
    assert_eq!(intake.bodies(), ["Body 1", "Body 2", "Body 3"]);
    assert_eq!(intake.duplicates(), 0);
}

#[tokio::test]
async fn the_first_start_takes_older_mail_only_when_asked() {
    let dovecot = Dovecot::start().await;
    dovecot.deliver("support", &mail("old")).await;
    let watch = Watch::begin(account_at(dovecot.imap_port)).await;
    let intake = watch.stop().await;
    assert_eq!(intake.bodies(), Vec::<String>::new());
    // The cursor stands already; asking later works as well.
    let watch = Watch::start(account_at(dovecot.imap_port), &intake, Some(date(2020, 1, 1)));
    watch.intake.until_accepted(1).await;
    dovecot.deliver("support", &mail("new")).await;
    watch.intake.until_accepted(2).await;
    assert_eq!(watch.stop().await.bodies(), ["Body old", "Body new"]);

    let fresh = Arc::new(MemoryIntake::default());
    let watch = Watch::start(account_at(dovecot.imap_port), &fresh, Some(date(2020, 1, 1)));
    watch.intake.until_accepted(2).await;
    watch.stop().await;
    let later = Arc::new(MemoryIntake::default());
    let watch = Watch::start(account_at(dovecot.imap_port), &later, Some(date(2099, 1, 1)));
    watch.intake.until_polled().await;
    assert_eq!(watch.stop().await.bodies(), Vec::<String>::new());
}

#[tokio::test]
async fn what_came_since_the_first_start_is_handed_over_though_the_server_was_down_then() {
    let mut dovecot = Dovecot::start().await;
    dovecot.deliver("support", &mail("old")).await;
    // Time is told in seconds by a trace line.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    dovecot.stop();
    let intake = Arc::new(MemoryIntake::default());
    let watch = Watch::start(account_at(dovecot.imap_port), &intake, None);
    let name = "imap:support:INBOX:epoch";
    while watch.intake.cursor_named(name).is_none() {
        tokio::task::yield_now().await;
    }
    let intake = watch.stop().await;
    dovecot.restart().await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    dovecot.deliver("support", &mail("1")).await;
    let watch = Watch::start(account_at(dovecot.imap_port), &intake, None);
    watch.intake.until_accepted(1).await;
    watch.intake.until_polled().await;
    assert_eq!(watch.stop().await.bodies(), ["Body 1"]);
}

#[tokio::test]
async fn a_mailbox_made_anew_is_answered_once_and_nothing_is_lost() {
    let mut dovecot = Dovecot::start().await;
    dovecot.deliver("support", &mail("older, with a trace")).await;
    dovecot.drop_in("support", "1.older.host", &mail("older, without a trace"));
    let watch = Watch::begin(account_at(dovecot.imap_port)).await;
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    watch.intake.until_polled().await;
    let intake = watch.stop().await;
    let before = intake.cursor_named("imap:support:INBOX").expect("a cursor");
    // It came while we were off, and the mailbox is made anew before we see it.
    dovecot.deliver("support", &mail("2")).await;
    dovecot.drop_in("support", "2.new.host", &mail("3"));
    dovecot.recreate_mailbox("support").await;
    let watch = Watch::start(account_at(dovecot.imap_port), &intake, None);
    watch.intake.until_accepted(3).await;
    watch.intake.until_polled().await;
    let after = watch.intake.cursor_named("imap:support:INBOX").expect("a cursor");
    assert_ne!(before.split(':').next(), after.split(':').next(), "the UIDVALIDITY has changed");
    dovecot.deliver("support", &mail("4")).await;
    watch.intake.until_accepted(4).await;
    let mut bodies = watch.stop().await.bodies();
    bodies.sort();
    assert_eq!(bodies, ["Body 1", "Body 2", "Body 3", "Body 4"]);
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back_is_noticed() {
    let mut dovecot = Dovecot::start().await;
    let watch = Watch::begin(account_at(dovecot.imap_port)).await;
    dovecot.stop();
    watch
        .intake
        .until("the outage is told", Duration::from_secs(20), |intake| {
            matches!(intake.last_poll(), Some(Err(_)))
        })
        .await;
    dovecot.restart().await;
    let begun = Instant::now();
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    // A goodbye in the middle of an IDLE.
    dovecot.kill_sessions();
    dovecot.deliver("support", &mail("2")).await;
    watch.intake.until_accepted(2).await;
    assert_eq!(watch.stop().await.bodies(), ["Body 1", "Body 2"]);
}

#[tokio::test]
async fn a_half_open_connection_is_noticed_within_45_seconds() {
    let dovecot = Dovecot::start().await;
    let proxy = Proxy::to(dovecot.imap_port).await;
    let watch = Watch::begin(account_at(proxy.port)).await;
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    watch.intake.until_polled().await;
    // The IDLE that follows has to be under way: nothing else of it can be seen from outside.
    tokio::time::sleep(Duration::from_millis(500)).await;
    proxy.fall_silent();
    let begun = Instant::now();
    dovecot.deliver("support", &mail("2")).await;
    watch
        .intake
        .until("the mail behind the silent line", Duration::from_secs(45), |intake| {
            intake.accepted().len() == 2
        })
        .await;
    println!("noticed after {:?}", begun.elapsed());
    assert_eq!(watch.stop().await.bodies(), ["Body 1", "Body 2"]);
}

#[tokio::test]
async fn a_mail_that_cannot_be_fetched_does_not_hold_up_the_others() {
    for fault in [OddMail::Panics, OddMail::Unreadable, OddMail::Refused] {
        let server = OddImap::start(fault).await;
        let intake = Arc::new(MemoryIntake::default());
        intake.move_cursor("imap:support:INBOX", "7:0").expect("a cursor");
        let watch = Watch::start(account_at(server.port), &intake, None);
        watch.intake.until_accepted(2).await;
        let intake = watch.stop().await;
        let bodies = intake.bodies();
        assert!(bodies[0].contains("UID 1") && bodies[1] == "Body 2", "{fault:?}: {bodies:?}");
        assert_eq!(intake.cursor_named("imap:support:INBOX").as_deref(), Some("7:2"));
    }
}

#[tokio::test]
async fn a_cut_connection_is_made_anew_at_once() {
    let dovecot = Dovecot::start().await;
    let proxy = Proxy::to(dovecot.imap_port).await;
    let watch = Watch::begin(account_at(proxy.port)).await;
    proxy.cut();
    let begun = Instant::now();
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    watch.stop().await;
}

#[tokio::test]
async fn transport_security_needs_a_known_authority() {
    let dovecot = Dovecot::start().await;
    for (tls, port) in [(Tls::Implicit, dovecot.imaps_port), (Tls::StartTls, dovecot.imap_port)] {
        let mut account = account_at(port);
        account.imap.tls = tls;
        let stranger = Watch::start(account.clone(), &Arc::new(MemoryIntake::default()), None);
        stranger
            .intake
            .until("the refusal is told", Duration::from_secs(20), |intake| intake.last_poll().is_some())
            .await;
        let refusal = stranger.stop().await.last_poll().expect("a poll").expect_err("an unknown authority");
        assert!(refusal.contains("ca_file") && refusal.contains("UnknownIssuer"), "{refusal}");

        account.imap.ca_file = Some(dovecot.ca_pem_path.clone());
        let watch = Watch::begin(account).await;
        dovecot.deliver("support", &mail(&format!("{tls:?}"))).await;
        watch.intake.until_accepted(1).await;
        watch.stop().await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_with_its_remedy_and_without_the_password() {
    let dovecot = Dovecot::start().await;
    for password in ["guess-me", "حدس"] {
        let mut account = account_at(dovecot.imap_port);
        account.imap.password = password.to_owned().into();
        let watch = Watch::start(account, &Arc::new(MemoryIntake::default()), None);
        watch
            .intake
            .until("it is told", Duration::from_secs(20), |intake| intake.last_poll().is_some())
            .await;
        let told = watch.stop().await.last_poll().expect("a poll").expect_err("the sign-in fails");
        assert!(told.contains("Check user name and password") && !told.contains(password), "{told}");
    }
}

#[tokio::test]
async fn a_folder_with_a_persian_name_is_watched() {
    let dovecot = Dovecot::start().await;
    dovecot.create_folder("support", "&BjQGqQYnBswGJwYq-").await;
    let mut account = account_at(dovecot.imap_port);
    account.imap.folder = "شکایات".to_owned();
    let watch = Watch::begin(account).await;
    dovecot.append("support", "&BjQGqQYnBswGJwYq-", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    let intake = watch.stop().await;
    assert!(intake.cursor_named("imap:support:شکایات").is_some());
}

#[tokio::test]
async fn a_mail_that_the_disk_did_not_take_is_handed_over_again() {
    let dovecot = Dovecot::start().await;
    let watch = Watch::begin(account_at(dovecot.imap_port)).await;
    watch.intake.fail_next(1);
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(1).await;
    assert_eq!(watch.stop().await.bodies(), ["Body 1"]);
}

#[tokio::test]
async fn a_huge_mail_is_taken_in_part_and_odd_ones_whole() {
    let dovecot = Dovecot::start().await;
    let watch = Watch::begin(account_at(dovecot.imap_port)).await;
    let mut huge = mail("huge");
    let line = "x".repeat(998) + "\n";
    huge.extend(line.repeat(37_000).into_bytes());
    dovecot.drop_in("support", "1.huge.host", &huge);
    dovecot.drop_in("support", "2.odd.host", b"\nno header");
    dovecot.drop_in("support", "3.odd.host", b"Subject: raw \xd3\xe1\xc7\xe3\n\n\xff\xfe body");
    dovecot.deliver("support", &mail("1")).await;
    watch.intake.until_accepted(4).await;
    let sizes: Vec<usize> = watch.stop().await.accepted().iter().map(|raw| raw.bytes.len()).collect();
    assert!(sizes.iter().all(|size| *size < 300_000), "{sizes:?}");
    assert!(sizes.iter().any(|size| *size > 256_000), "{sizes:?}");
}
