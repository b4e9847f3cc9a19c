//! An answer on its way: written, sent over SMTP, delivered, and read as a mail client reads it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mail_parser::MessageParser;
use pasokh::domain::guard::{Guard, Reason, guard_mail};
use pasokh::domain::message::{Contact, Language, MessageId};
use pasokh::domain::outbox::{OutboxId, OutboxRow, Outcome, Recipient, Thread};
use pasokh::domain::rules::Business;
use pasokh::mail::outbox::Postman;
use pasokh::mail::own_mark::recognise;
use pasokh::mail::parse::{ReceivedMail, parse};
use pasokh::mail::render::render;

use crate::fakes::dovecot::Dovecot;
use crate::fakes::exim::Exim;
use crate::fakes::mailbox::{account, address};

const SECRET: [u8; 32] = [3; 32];

fn business() -> Business {
    Business {
        name: BTreeMap::from([(Language::Fa, "فروشگاه نمونه".to_owned())]),
        languages: vec![Language::Fa, Language::En],
        facts: BTreeMap::new(),
        own_addresses: Vec::new(),
    }
}

#[tokio::test]
async fn an_answer_arrives_in_the_thread_of_its_question() {
    let dovecot = Dovecot::start().await;
    let exim = Exim::start(dovecot.lmtp_port).await;
    let mut account = account();
    account.smtp.port = exim.port;
    let question = "From: Ann <ann@example.org>\nTo: support@shop.example\nSubject: سفارش\nMessage-ID: <q1@example.org>\n\
                    References: <q0@example.org>\n\nسفارشم کجاست؟\n";
    let received =
        ReceivedMail { id: MessageId(1), bytes: question.as_bytes(), received_at: Timestamp::UNIX_EPOCH };
    let asked = parse(received, &account).message.mail.expect("facts");
    let references = asked.references.iter().chain(&asked.message_id).cloned().collect();
    let row = OutboxRow {
        id: OutboxId(5),
        to: Recipient::Customer(Contact::Email(address("ann@example.org"))),
        account: account.name.clone(),
        subject: format!("Re: {}", asked.subject),
        text: ".یک خط که با نقطه آغاز می‌شود\n\nسفارش شما در راه است.".to_owned(),
        buttons: Vec::new(),
        attachments: Vec::new(),
        language: Language::Fa,
        thread: Thread { in_reply_to: asked.message_id, references },
        answers: None,
        conversation: None,
        by_person: false,
        created_at: Timestamp::UNIX_EPOCH,
    };
    let rendered = render(&row, &account, &business(), &[], &SECRET).expect("a mail");
    assert_eq!(Postman::new(account.clone()).send(&rendered).await, Outcome::Delivered { external: None });
    let inbox = dovecot.until_arrived("ann", 1).await;
    let mail = MessageParser::default().parse(&inbox[0]).expect("a mail");
    assert_eq!(mail.subject(), Some("Re: سفارش"));
    assert_eq!(mail.in_reply_to().as_text(), Some("q1@example.org"));
    assert_eq!(mail.references().as_text_list().map(<[_]>::len), Some(2));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-replied"));
    assert_eq!(mail.from().and_then(|from| from.first()).and_then(|from| from.name()), Some("فروشگاه نمونه"));
    assert_eq!(recognise(mail.message_id().unwrap_or_default(), &SECRET), Some(OutboxId(5)));
    assert!(mail.body_text(0).unwrap_or_default().starts_with(".یک خط"));
    assert!(mail.body_html(0).unwrap_or_default().contains("dir=\"rtl\""));

    // Should it come back to us, it is not answered.
    let received = ReceivedMail { id: MessageId(2), bytes: &inbox[0], received_at: Timestamp::UNIX_EPOCH };
    let back = parse(received, &account).message.mail.expect("facts");
    let verdict =
        guard_mail(&back, Some(&address("ann@example.org")), std::slice::from_ref(&account.address));
    assert_eq!(verdict, Guard::Silent(Reason::AutoSubmitted));
}
