use std::collections::BTreeMap;

use mail_parser::{MessageParser, MimeHeaders};

use super::*;
use crate::domain::message::{BlobId, Press};
use crate::domain::outbox::{OutboxId, Thread};
use crate::settings::{Imap, Smtp, Tls};

const SECRET: [u8; 32] = [9; 32];

fn address_of(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn account() -> EmailAccount {
    EmailAccount {
        name: "support".to_owned(),
        address: address_of("support@shop.example"),
        aliases: Vec::new(),
        display_name: None,
        imap: Imap {
            host: "localhost".to_owned(),
            port: 143,
            tls: Tls::None,
            ca_file: None,
            username: "u".to_owned(),
            password: String::new().into(),
            folder: "INBOX".to_owned(),
            poll: std::time::Duration::from_secs(60),
        },
        smtp: Smtp { host: "localhost".to_owned(), port: 25, tls: Tls::None, ca_file: None, login: None },
        trusted_authserv_id: None,
    }
}

fn business() -> Business {
    let name = [(Language::Fa, "فروشگاه نمونه".to_owned()), (Language::En, "Sample Shop".to_owned())];
    Business {
        name: BTreeMap::from(name),
        languages: vec![Language::Fa, Language::En],
        facts: BTreeMap::new(),
        own_addresses: Vec::new(),
    }
}

fn row(language: Language, text: &str) -> OutboxRow {
    OutboxRow {
        id: OutboxId(7),
        to: Recipient::Customer(Contact::Email(address_of("ann@example.org"))),
        account: "support".to_owned(),
        subject: "Re: سفارش".to_owned(),
        text: text.to_owned(),
        buttons: Vec::new(),
        attachments: Vec::new(),
        language,
        thread: Thread {
            in_reply_to: Some("2@example.org".to_owned()),
            references: vec!["1@example.org".to_owned(), "2@example.org".to_owned()],
        },
        answers: None,
        conversation: None,
        by_person: false,
        created_at: "2026-05-05T12:00:00Z".parse().expect("a time"),
    }
}

fn rendered(row: &OutboxRow, files: &[(Attachment, Vec<u8>)]) -> Rendered {
    render(row, &account(), &business(), files, &SECRET).expect("a mail")
}

fn head(mail: &Rendered) -> String {
    let text = String::from_utf8(mail.bytes.clone()).expect("seven bits");
    text.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}

/// Isolates are shown as brackets: a source file must not turn its own text around.
fn shown(body: Option<std::borrow::Cow<'_, str>>) -> String {
    body.unwrap_or_default().replace("\r\n", "\n").replace('\u{2068}', "[").replace('\u{2069}', "]")
}

#[test]
fn the_head_of_an_automatic_answer() {
    let mail = rendered(&row(Language::Fa, "سلام"), &[]);
    insta::assert_snapshot!(head(&mail).replace("\r\n", "\n"), @r#"
    From: =?utf-8?b?2YHYsdmI2LTar9in2Ycg2YbZhdmI2YbZhw==?= <support@shop.example>
    To: ann@example.org
    Subject: Re: =?utf-8?b?2LPZgdin2LHYtA==?=
    Date: Tue, 05 May 2026 12:00:00 +0000
    Message-ID: <pasokh.7.adf535b34666b831df54920b@shop.example>
    In-Reply-To: <2@example.org>
    References: <1@example.org> <2@example.org>
    Content-Language: fa
    Auto-Submitted: auto-replied
    X-Auto-Response-Suppress: All
    MIME-Version: 1.0
    Content-Type: multipart/alternative; boundary="4c3dc8c29e7d0a509171d727"
    "#);
}

#[test]
fn the_same_row_is_the_same_mail() {
    let file = (
        Attachment {
            name: "فاکتور.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 3,
            blob: None,
        },
        vec![1, 2, 3],
    );
    let row = row(Language::Fa, "سلام");
    assert_eq!(rendered(&row, std::slice::from_ref(&file)), rendered(&row, std::slice::from_ref(&file)));
}

#[test]
fn a_persian_answer_reads_from_right_to_left() {
    let mut row =
        row(Language::Fa, "سلام\nکد پیگیری: \u{2068}482-917-508\u{2069}\n\nنشانی: https://shop.example/track");
    row.buttons = vec![
        vec![
            Button {
                label: "بله".to_owned(),
                action: ButtonAction::Press(Press::Helped { conversation: 1, yes: true }),
            },
            Button {
                label: "نه".to_owned(),
                action: ButtonAction::Press(Press::Helped { conversation: 1, yes: false }),
            },
        ],
        vec![Button {
            label: "فروشگاه".to_owned(),
            action: ButtonAction::Link("https://shop.example".to_owned()),
        }],
    ];
    let mail = rendered(&row, &[]);
    let parsed = MessageParser::default().parse(&mail.bytes).expect("a mail");
    insta::assert_snapshot!(shown(parsed.body_text(0)), @r#"
    سلام
    کد پیگیری: [482-917-508]

    نشانی: https://shop.example/track

    ۱. بله
    ۲. نه
    فروشگاه: https://shop.example

    کد این پیام: [AYPC-X89B]
    "#);
    insta::assert_snapshot!(shown(parsed.body_html(0)), @r#"
    <!DOCTYPE html>
    <html lang="fa" dir="rtl">
    <head><meta charset="utf-8"></head>
    <body>
    <div lang="fa" dir="rtl" style="text-align:right;font-family:Tahoma,Arial,sans-serif;font-size:15px;line-height:1.7">
    <p dir="rtl" style="text-align:right;margin:0 0 1em">سلام<br>
    کد پیگیری: [482-917-508]</p>
    <p dir="rtl" style="text-align:right;margin:0 0 1em">نشانی: <a href="https://shop.example/track" dir="ltr">https://shop.example/track</a></p>
    <p dir="rtl" style="text-align:right;margin:0 0 1em">۱. بله<br>
    ۲. نه<br>
    فروشگاه: <a href="https://shop.example" dir="ltr">https://shop.example</a></p>
    <p dir="rtl" style="text-align:right;margin:0;font-size:12px;color:#595959">کد این پیام: [AYPC-X89B]</p>
    </div>
    </body>
    </html>
    "#);
}

#[test]
fn an_english_answer_reads_from_left_to_right() {
    let mut row = row(Language::En, "Hello <Ann>,\n\nit is on its way.");
    row.buttons = vec![vec![Button {
        label: "Yes".to_owned(),
        action: ButtonAction::Press(Press::Topic("x".to_owned())),
    }]];
    let mail = rendered(&row, &[]);
    let parsed = MessageParser::default().parse(&mail.bytes).expect("a mail");
    insta::assert_snapshot!(shown(parsed.body_html(0)), @r#"
    <!DOCTYPE html>
    <html lang="en" dir="ltr">
    <head><meta charset="utf-8"></head>
    <body>
    <div lang="en" dir="ltr" style="text-align:left;font-family:Tahoma,Arial,sans-serif;font-size:15px;line-height:1.7">
    <p dir="ltr" style="text-align:left;margin:0 0 1em">Hello &lt;Ann&gt;,</p>
    <p dir="ltr" style="text-align:left;margin:0 0 1em">it is on its way.</p>
    <p dir="ltr" style="text-align:left;margin:0 0 1em">1. Yes</p>
    <p dir="ltr" style="text-align:left;margin:0;font-size:12px;color:#595959">Code of this message: [AYPC-X89B]</p>
    </div>
    </body>
    </html>
    "#);
}

#[test]
fn only_what_a_person_wrote_carries_no_mark_of_a_machine() {
    let automatic = head(&rendered(&row(Language::En, "x"), &[]));
    assert!(
        automatic.contains("Auto-Submitted: auto-replied")
            && automatic.contains("X-Auto-Response-Suppress: All")
    );
    let mut personal = row(Language::En, "x");
    personal.by_person = true;
    let personal = head(&rendered(&personal, &[]));
    assert!(!personal.contains("Auto-Submitted") && !personal.contains("X-Auto-Response-Suppress"));
    let mut alert = row(Language::En, "x");
    alert.to = Recipient::StaffEmail(address_of("sara@shop.example"));
    assert!(head(&rendered(&alert, &[])).contains("Auto-Submitted: auto-generated"));
}

#[test]
fn persian_file_names_arrive() {
    let blob = Some(BlobId("00".to_owned()));
    let file = Attachment {
        name: "فاکتور شماره ۱.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 3,
        blob,
    };
    let mail = rendered(&row(Language::Fa, "سلام"), &[(file, vec![0, 255, 10])]);
    let parsed = MessageParser::default().parse(&mail.bytes).expect("a mail");
    let part = parsed.attachment(0).expect("a file");
    assert_eq!(part.attachment_name(), Some("فاکتور شماره ۱.pdf"));
    assert_eq!(part.contents(), [0, 255, 10]);
}

#[test]
fn nothing_in_a_row_can_add_a_header() {
    let mut row = row(Language::En, "x");
    row.subject = "a\r\nBcc: x@y.z".to_owned();
    row.thread.in_reply_to = Some("1@x>\r\nBcc: <x@y.z".to_owned());
    row.thread.references = vec!["a b@x".to_owned(), "ok@x".to_owned()];
    let head = head(&rendered(&row, &[]));
    assert!(!head.contains("\nBcc"), "{head}");
    assert!(head.contains("References: <ok@x>") && !head.contains("In-Reply-To"), "{head}");
}

#[test]
fn rows_for_other_channels_are_refused() {
    let mut row = row(Language::En, "x");
    row.to = Recipient::StaffTelegram(1);
    let refused = render(&row, &account(), &business(), &[], &SECRET);
    assert_eq!(refused, Err(RenderFault::NotMail));
}
