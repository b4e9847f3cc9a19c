use super::*;
use crate::domain::message::Authenticity;
use crate::settings::{Imap, Smtp, Tls};

fn account() -> EmailAccount {
    let address = EmailAddress::parse("support@shop.example").expect("an address");
    EmailAccount {
        name: "support".to_owned(),
        address,
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
        trusted_authserv_id: Some("mx.shop.example".to_owned()),
    }
}

fn parsed(mail: impl AsRef<[u8]>) -> Parsed {
    let received =
        ReceivedMail { id: MessageId(1), bytes: mail.as_ref(), received_at: Timestamp::UNIX_EPOCH };
    parse(received, &account())
}

fn facts_of(parsed: &Parsed) -> &MailFacts {
    parsed.message.mail.as_ref().expect("facts of a mail")
}

#[test]
fn a_plain_persian_mail_is_read() {
    let mail = "From: =?UTF-8?B?2LPYp9ix2Kc=?= <sara@example.org>\nTo: support@shop.example\nCc: <b@x.example>\n\
                Subject: =?UTF-8?B?2LPYp9ix2Kc=?=\nMessage-ID: <1@example.org>\n\
                Authentication-Results: mx.shop.example; dmarc=pass header.from=example.org\n\
                Content-Type: text/plain; charset=utf-8\n\nسفارشم کجاست؟\n\n-- \nسارا\n";
    let read = parsed(mail);
    assert_eq!(read.message.contact.key(), "email:sara@example.org");
    assert_eq!(read.message.name.as_deref(), Some("سارا"));
    assert_eq!(read.message.visible, "سارا\nسفارشم کجاست؟");
    assert!(read.message.text.contains("-- \nسارا"));
    assert_eq!(read.message.authenticity, Authenticity::Pass);
    assert_eq!(facts_of(&read).recipients, ["support@shop.example", "b@x.example"]);
    assert_eq!(facts_of(&read).message_id.as_deref(), Some("1@example.org"));
}

#[test]
fn the_subject_of_an_answer_is_not_matched_again() {
    let head = "From: a@x.example\nSubject: Re: Refund\n";
    assert_eq!(parsed(format!("{head}\nThanks")).message.visible, "Thanks");
    let head = "From: a@x.example\nSubject: Refund\nIn-Reply-To: <2@x>\nReferences: <1@x>\n <2@x>\n";
    let read = parsed(format!("{head}\nThanks"));
    assert_eq!(read.message.visible, "Thanks");
    assert_eq!(facts_of(&read).references, ["1@x", "2@x"]);
    assert_eq!(parsed("From: a@x.example\nSubject: Refund\n\n").message.visible, "Refund");
}

#[test]
fn a_header_cannot_smuggle_a_line() {
    let read = parsed(
        "From: =?utf-8?q?Evil=0D=0ABcc:_x@y.z?= <c@d.co>\nSubject: =?utf-8?q?a=0D=0AX:_b=E2=80=AE?=\n\nhi",
    );
    assert_eq!(read.message.name.as_deref(), Some("Evil Bcc: x@y.z"));
    assert_eq!(facts_of(&read).subject, "a X: b");
}

#[test]
fn wrongly_declared_persian_is_repaired() {
    let body = [0xd3, 0xe1, 0xc7, 0xe3, b' ', 0xd3, 0xdd, 0xc7, 0xd1, 0xd4];
    for charset in ["utf-8", "iso-8859-1", "windows-1256", "x-cp1256", "us-ascii"] {
        let mut mail =
            format!("From: a@x.example\r\nContent-Type: text/plain; charset={charset}\r\nSubject: ")
                .into_bytes();
        mail.extend_from_slice(&body);
        mail.extend_from_slice(b"\r\n\r\n");
        mail.extend_from_slice(&body);
        let read = parsed(&mail);
        assert_eq!(read.message.text.trim(), "سلام سفارش", "{charset}");
        assert_eq!(facts_of(&read).subject, "سلام سفارش", "{charset}");
    }
}

#[test]
fn html_alone_is_read_as_text_and_files_come_in_order() {
    let mail = "From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
                Content-Type: text/html; charset=utf-8\n\n<p>Hello</p><blockquote>old</blockquote>\n--b\n\
                Content-Type: image/png; name=\"../../ev\u{202e}il.png\"\nContent-Disposition: attachment\n\
                Content-Transfer-Encoding: base64\n\nAAEC\n--b\nContent-Type: application/pdf\n\
                Content-Disposition: attachment\n\n%PDF\n--b--\n";
    let read = parsed(mail);
    assert_eq!(read.message.visible, "Hello");
    let names: Vec<&str> = read.message.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["evil.png", "attachment-2.pdf"]);
    assert_eq!(read.files.first().map(|file| file.bytes.as_slice()), Some([0, 1, 2].as_slice()));
}

#[test]
fn what_is_no_mail_is_still_a_message() {
    for bytes in [
        &b""[..],
        b"\n",
        b"no header at all",
        b"\xff\xfe\x00",
        b"From:\n\nx",
        b":\n:\n",
        b"From: <>\n\nbounce",
    ] {
        let read = parsed(bytes);
        assert_eq!(read.message.unanswerable, Some(Reason::NoSender), "{bytes:?}");
    }
    assert!(parsed("no header at all").message.text.contains("no header"));
}

#[test]
fn several_senders_are_no_sender() {
    let read = parsed("From: a@x.example, b@x.example\n\nhi");
    assert_eq!(read.message.unanswerable, Some(Reason::NoSender));
    assert_eq!(read.message.contact.key(), "email:a@x.example");
}
