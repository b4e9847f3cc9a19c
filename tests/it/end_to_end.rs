//! The daemon among real servers: Dovecot, an SMTP hop that delivers into it, a Bot API on
//! loopback; forty messages over all channels, with a crash in the middle.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::fakes::bot_api::BotApi;
use crate::fakes::daemon::Daemon;
use crate::fakes::dovecot::Dovecot;
use crate::fakes::exim::Exim;
use crate::fakes::smtp::{Act, Script, SmtpSink, Step};

/// One row of `end_to_end_messages.yaml`.
#[derive(Debug, Clone, Deserialize)]
struct Case {
    channel: String,
    text: String,
    #[serde(default)]
    header: Option<String>,
    outcome: String,
    #[serde(default)]
    intent: Option<String>,
    #[serde(default)]
    kind: Option<String>,
}

/// Everything outside the daemon.
struct Outside {
    dovecot: Dovecot,
    smtp: SmtpSink,
    bot_api: BotApi,
    directory: TempDir,
}

impl Outside {
    async fn start() -> Outside {
        let dovecot = Dovecot::start().await;
        let smtp = SmtpSink::start(Script::default()).await;
        let bot_api = BotApi::start().await;
        Outside { dovecot, smtp, bot_api, directory: TempDir::new().unwrap() }
    }

    fn settings(&self) -> String {
        self.settings_with_smtp(self.smtp.port)
    }

    fn settings_with_smtp(&self, smtp: u16) -> String {
        format!(
            r#"
business:
  name: {{ fa: فروشگاه نمونه, en: Sample Shop }}
  languages: [fa, en]
  timezone: Asia/Tehran
email:
  - name: support
    address: support@test.local
    imap: {{ host: 127.0.0.1, port: {imap}, tls: none, username: support, password: secret, folder: INBOX, poll: 2s }}
    smtp: {{ host: 127.0.0.1, port: {smtp}, tls: none }}
    trusted_authserv_id: mx.test.local
telegram:
  - name: shop
    token: "{token}"
    api_url: {api}
web: {{ listen: "127.0.0.1:0" }}
staff:
  people: [ {{ name: Sara, role: agent, email: sara@test.local, telegram: 111 }} ]
  telegram_group: -1001
"#,
            imap = self.dovecot.imap_port,
            token = BotApi::TOKEN,
            api = self.bot_api.url(),
        )
    }
}

fn cases() -> Vec<Case> {
    serde_yaml::from_str(include_str!("end_to_end_messages.yaml")).unwrap()
}

fn mail(number: usize, case: &Case) -> String {
    let header = case.header.as_ref().map(|header| format!("{header}\r\n")).unwrap_or_default();
    format!(
        "Authentication-Results: mx.test.local; dmarc=pass header.from=example{number}.org\r\n{header}\
         From: <customer@example{number}.org>\r\nTo: <support@test.local>\r\nSubject: Message {number}\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <case-{number}@example{number}.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        case.text
    )
}

async fn hand_in(outside: &Outside, daemon: &Daemon, number: usize, case: &Case) {
    match case.channel.as_str() {
        "email" => outside.dovecot.deliver("support", mail(number, case).as_bytes()).await,
        "telegram" => outside.bot_api.push_message(1000 + number as i64, &case.text),
        "chat" => daemon.chat(&case.text).await,
        other => panic!("{other} is no channel"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_messages_over_all_channels_have_one_right_outcome_each() {
    let outside = Outside::start().await;
    let mut daemon = Daemon::start(outside.directory.path(), &outside.settings());
    daemon.wait_for_channels().await;
    let cases = cases();
    assert_eq!(cases.len(), 40);
    let middle = cases.len() / 2;
    for (number, case) in cases.iter().enumerate() {
        if number == middle {
            daemon.kill();
        }
        if number >= middle && daemon.is_down() {
            // Mail and updates come while we are off, too.
            if case.channel == "chat" {
                daemon.launch(&[]);
            }
        }
        hand_in(&outside, &daemon, number, case).await;
    }
    let rows = daemon
        .wait_for_export("every message is decided and its answer delivered", |rows| {
            rows.len() == 40 && rows.iter().all(is_finished)
        })
        .await;
    judge(&cases, &rows, &daemon);
    let repeated = one_mail_each(&outside, &cases) + one_telegram_message_each(&outside, &cases);
    assert!(repeated <= interrupted(&daemon), "{repeated} repeated: {}", daemon.log());
    assert_eq!(daemon.json(&["verify", "--json"])["ok"], true);
    assert!(daemon.stop().as_secs() < 15);
}

fn is_finished(row: &Value) -> bool {
    match row["disposition"].as_str() {
        None => false,
        Some("ignored") => true,
        Some(_) => row["delivery"] == "delivered",
    }
}

fn judge(cases: &[Case], rows: &[Value], daemon: &Daemon) {
    let complaints = daemon.json(&["complaint", "list", "--json"]);
    let kinds: BTreeMap<String, String> = complaints
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["code"].as_str().unwrap().to_owned(), row["kind"].as_str().unwrap().to_owned()))
        .collect();
    let mut chats = rows.iter().filter(|row| row["channel"] == "chat");
    for (number, case) in cases.iter().enumerate() {
        let row = match case.channel.as_str() {
            "email" => rows.iter().find(|row| {
                row["message_id"].as_str().is_some_and(|id| id.starts_with(&format!("case-{number}@")))
            }),
            "telegram" => rows.iter().find(|row| row["chat_id"] == 1000 + number as i64),
            _ => chats.next(),
        };
        let row = row.unwrap_or_else(|| panic!("message {number} is missing: {case:?}"));
        assert_eq!(row["disposition"], case.outcome.as_str(), "{number}: {case:?} {row}");
        if let Some(intent) = &case.intent {
            assert_eq!(row["intent"], intent.as_str(), "{number}: {case:?} {row}");
        }
        if let Some(kind) = &case.kind {
            let code = row["code"].as_str().unwrap();
            assert_eq!(kinds.get(code), Some(kind), "{number}: {case:?} {row}");
        }
    }
}

/// The sends of which a crash left unknown whether they had arrived: each is repeated once.
fn interrupted(daemon: &Daemon) -> usize {
    let count = |line: &str| {
        line.split_once(" sends had been interrupted")?.0.rsplit(' ').next()?.parse::<usize>().ok()
    };
    daemon.log().lines().filter_map(count).sum::<usize>()
}

/// How many mails came once more, of which there is one for each case.
fn one_mail_each(outside: &Outside, cases: &[Case]) -> usize {
    let sent = outside.smtp.received();
    let mut repeated = 0;
    for (number, case) in cases.iter().enumerate().filter(|(_, case)| case.channel == "email") {
        let to = format!("customer@example{number}.org");
        let mails = sent.iter().filter(|mail| mail.to.iter().any(|address| address == &to));
        let texts: Vec<_> = mails.map(|mail| String::from_utf8_lossy(&mail.bytes)).collect();
        let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
        let ids: BTreeSet<String> = texts.iter().map(|text| id(text)).collect();
        let expected = usize::from(case.outcome != "ignored");
        assert_eq!(ids.len(), expected, "{number}: {case:?} {ids:?}");
        for text in &texts {
            assert!(text.contains(&format!("In-Reply-To: <case-{number}@example{number}.org>")), "{text}");
        }
        repeated += texts.len() - expected;
    }
    repeated
}

/// The same of Telegram, where the text tells what is the same message.
fn one_telegram_message_each(outside: &Outside, cases: &[Case]) -> usize {
    let sent = outside.bot_api.sent();
    let mut repeated = 0;
    for (number, case) in cases.iter().enumerate().filter(|(_, case)| case.channel == "telegram") {
        let to_chat = || sent.iter().filter(|message| message.chat_id == 1000 + number as i64);
        let texts: BTreeSet<&str> = to_chat().map(|message| message.text.as_str()).collect();
        assert_eq!(texts.len(), 1, "{number}: {case:?} {texts:?}");
        repeated += to_chat().count() - 1;
    }
    repeated
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_made_anew_answers_nothing_twice() {
    let mut outside = Outside::start().await;
    let daemon = Daemon::start(outside.directory.path(), &outside.settings());
    daemon.wait_for_channels().await;
    let case = cases().remove(0);
    outside.dovecot.deliver("support", mail(0, &case).as_bytes()).await;
    daemon
        .wait_for_export("the first mail is answered", |rows| rows.len() == 1 && is_finished(&rows[0]))
        .await;
    outside.dovecot.recreate_mailbox("support").await;
    outside.dovecot.deliver("support", mail(0, &case).as_bytes()).await;
    outside.dovecot.deliver("support", mail(1, &case).as_bytes()).await;
    let rows = daemon
        .wait_for_export("the new mail is answered", |rows| {
            rows.iter().any(|row| {
                row["message_id"].as_str().is_some_and(|id| id.starts_with("case-1@")) && is_finished(row)
            })
        })
        .await;
    assert_eq!(rows.len(), 2, "{rows:#?}");
    assert_eq!(outside.smtp.received().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_down_do_not_keep_us_from_being_ready_and_are_used_when_they_are_back() {
    let mut outside = Outside::start().await;
    outside.dovecot.stop();
    let daemon = Daemon::start(outside.directory.path(), &outside.settings());
    let ready = daemon.get("/readyz").await;
    assert_eq!(ready.status(), 200);
    outside.dovecot.restart().await;
    daemon.wait_for_channels().await;
    let case = cases().remove(0);
    outside.dovecot.deliver("support", mail(0, &case).as_bytes()).await;
    daemon.wait_for_export("the mail is answered", |rows| rows.len() == 1 && is_finished(&rows[0])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_451_and_a_429_and_a_502_delay_an_answer_and_lose_none() {
    let outside = Outside::start().await;
    let daemon = Daemon::start(outside.directory.path(), &outside.settings());
    daemon.wait_for_channels().await;
    outside.smtp.add_fault(Step::RcptTo, Act::Say("451 4.7.1 try again in a moment"));
    outside.bot_api.fail_next("SendMessage", 429);
    outside.bot_api.fail_next("GetUpdates", 502);
    let case = cases().remove(0);
    outside.dovecot.deliver("support", mail(0, &case).as_bytes()).await;
    outside.bot_api.push_message(1000, "سفارشم کجاست؟");
    daemon.wait_for_export("both are answered", |rows| rows.len() == 2 && rows.iter().all(is_finished)).await;
    assert_eq!(outside.smtp.received().len(), 1);
    assert_eq!(outside.bot_api.sent().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_answer_from_the_command_line_and_the_customer_reads_it() {
    let outside = Outside::start().await;
    let daemon = Daemon::start(outside.directory.path(), &outside.settings());
    daemon.wait_for_channels().await;
    let complaint = Case {
        channel: "email".to_owned(),
        text: "The cup arrived broken and nobody answers me.".to_owned(),
        header: None,
        outcome: "filed".to_owned(),
        intent: None,
        kind: None,
    };
    outside.dovecot.deliver("support", mail(0, &complaint).as_bytes()).await;
    let rows = daemon.wait_for_export("it is filed", |rows| rows.len() == 1 && is_finished(&rows[0])).await;
    let code = rows[0]["code"].as_str().unwrap().to_owned();
    let shown = daemon.json(&[
        "complaint",
        "reply",
        &code,
        "We are sending a new cup today.",
        "--json",
        "--as",
        "Sara",
    ]);
    assert_eq!(shown["state"], "investigating");
    let mails = outside.smtp.until_received(2).await;
    let text = String::from_utf8_lossy(&mails[1].bytes);
    assert!(text.contains("In-Reply-To: <case-0@example0.org>"), "{text}");
    assert!(!text.contains("Auto-Submitted"), "a person wrote it: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_reads_the_answer_in_their_own_mailbox_and_goes_on_in_the_thread() {
    let outside = Outside::start().await;
    let exim = Exim::start(outside.dovecot.lmtp_port).await;
    let settings = outside.settings_with_smtp(exim.port);
    let daemon = Daemon::start(outside.directory.path(), &settings);
    daemon.wait_for_channels().await;
    let first = "Authentication-Results: mx.test.local; dmarc=pass header.from=test.local\r\n\
        From: Ann <ann@test.local>\r\nTo: support@test.local\r\nSubject: =?utf-8?B?2LPZgdin2LHYtA==?=\r\n\
        Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <ann-1@test.local>\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nسفارشم کجاست؟\r\n";
    outside.dovecot.deliver("support", first.as_bytes()).await;
    let answer = outside.dovecot.until_arrived("ann", 1).await.remove(0);
    let parsed = mail_parser::MessageParser::default().parse(&answer).unwrap();
    assert_eq!(parsed.subject(), Some("Re: سفارش"));
    assert_eq!(parsed.header_raw("In-Reply-To").map(str::trim), Some("<ann-1@test.local>"));
    let html = parsed.body_html(0).unwrap();
    assert!(html.contains("dir=\"rtl\"") && html.contains("lang=\"fa\""), "{html}");
    let text = parsed.body_text(0).unwrap();
    assert!(text.contains("خودکار"), "{text}");

    // "No" by its number, in the thread.
    let reply = format!(
        "Authentication-Results: mx.test.local; dmarc=pass header.from=test.local\r\n\
         From: Ann <ann@test.local>\r\nTo: support@test.local\r\nSubject: Re: x\r\n\
         Date: Tue, 24 Nov 2026 11:00:00 +0000\r\nMessage-ID: <ann-2@test.local>\r\nIn-Reply-To: <{id}>\r\n\
         References: <ann-1@test.local> <{id}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n۲\r\n\r\nOn Tue, 24 Nov 2026, Shop <support@test.local> wrote:\r\n> سلام\r\n",
        id = parsed.message_id().unwrap()
    );
    outside.dovecot.deliver("support", reply.as_bytes()).await;
    let rows =
        daemon.wait_for_export("it is filed", |rows| rows.len() == 2 && rows.iter().all(is_finished)).await;
    assert_eq!(rows[1]["disposition"], "filed");
    assert_eq!(rows[1]["reason"], "not_helped");
    let code = rows[1]["code"].as_str().unwrap();
    let mails = outside.dovecot.until_arrived("ann", 2).await;
    let acknowledgement = mail_parser::MessageParser::default().parse(&mails[1]).unwrap();
    assert!(acknowledgement.body_text(0).unwrap().contains(code));
    let shown = daemon.json(&["complaint", "show", code, "--json"]);
    assert_eq!(shown["state"], "acknowledged");
    assert_eq!(shown["messages"].as_array().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_wait_their_turn_outlive_two_crashes_in_the_middle_of_another() {
    let outside = Outside::start().await;
    for _ in 0..2 {
        outside.smtp.add_fault(Step::MailFrom, Act::Hang);
    }
    let mut daemon = Daemon::start(outside.directory.path(), &outside.settings());
    daemon.wait_for_channels().await;
    let case = Case {
        channel: "email".to_owned(),
        text: "Where is my order?".to_owned(),
        header: None,
        outcome: String::new(),
        intent: None,
        kind: None,
    };
    for number in 0..5 {
        hand_in(&outside, &daemon, number, &case).await;
    }
    let decided = |rows: &[Value]| rows.len() == 5 && rows.iter().all(|row| row["disposition"] == "answered");
    daemon.wait_for_export("all are decided", decided).await;
    for crash in 1..=2 {
        outside.smtp.until_connected(crash).await;
        daemon.kill();
        daemon.launch(&[]);
    }
    let ended = |rows: &[Value]| rows.iter().all(|row| row["delivery"] != "waiting");
    let rows = daemon.wait_for_export("all have gone or been given up", ended).await;
    let delivered = rows.iter().filter(|row| row["delivery"] == "delivered").count();
    assert!(delivered >= 4, "only the one that was being sent may be in doubt: {rows:#?}");
    assert_eq!(outside.smtp.received().len(), delivered, "nothing was sent twice");
}
