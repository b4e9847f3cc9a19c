//! Mails of many programs, written for these tests: what is read of each, and who sent it.

use std::path::Path;

use jiff::Timestamp;
use pasokh::domain::guard::guard_mail;
use pasokh::domain::message::{EmailAddress, MessageId};
use pasokh::mail::parse::{ReceivedMail, parse};

use crate::fakes::mailbox::account;

/// `guard | name | subject | visible text | attachments`
fn seen(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail").join(file);
    let bytes = std::fs::read(&path).expect("a sample");
    let account = account();
    let message =
        parse(ReceivedMail { id: MessageId(1), bytes: &bytes, received_at: Timestamp::UNIX_EPOCH }, &account)
            .message;
    let facts = message.mail.expect("facts");
    let sender = facts.from.first().and_then(|from| EmailAddress::parse(from));
    let verdict = guard_mail(&facts, sender.as_ref(), std::slice::from_ref(&account.address));
    format!(
        "{} | {} | {} | {} | {}",
        verdict.name(),
        message.name.unwrap_or_default(),
        facts.subject,
        message.visible.replace('\n', " / "),
        message.attachments.len()
    )
    .replace('\u{200f}', "")
}

#[test]
fn every_sample_is_read_as_it_should_be() {
    for (file, expected) in [
        ("gmail_fa_reply.eml", "human | سارا احمدی | Re: سفارش | هنوز نرسیده است. | 0"),
        ("outlook_fa_reply.eml", "human | سارا احمدی | پاسخ: سفارش | با سلام / سفارش ۴۷۱۱ را لغو کنید. | 0"),
        ("windows_1256_undeclared.eml", "human |  | پيگيري سفارش | پيگيري سفارش / سلام، سفارش من کجاست؟ | 0"),
        ("windows_1256_called_utf8.eml", "human |  | مرجوع کردن | مرجوع کردن / چگونه کالا را پس بدهم؟ | 0"),
        ("iso_8859_6_arabic.eml", "human |  | طلبي | طلبي / أين طلبي؟ | 0"),
        (
            "subject_cut_inside_a_letter.eml",
            "human |  | درخواست مرجوعی کالا | درخواست مرجوعی کالا / لطفا راهنمایی کنید. | 0",
        ),
        (
            "vacation_fa_by_subject_only.eml",
            "auto_reply | سارا احمدی | پاسخ خودکار: سفارش شما | پاسخ خودکار: سفارش شما / تا ۲۰ اردیبهشت در مرخصی هستم. | 0",
        ),
        (
            "vacation_exchange.eml",
            "auto_submitted | Ann | Automatic reply: Your order | Automatic reply: Your order / I am away until Monday. | 0",
        ),
        (
            "forwarded_bounce_by_a_person.eml",
            "human | Ann | Fwd: Undelivered Mail Returned to Sender | My mail to you came back, why? | 1",
        ),
        (
            "html_only_with_hidden_text.eml",
            "human | Ann | Question | Question / How do I return a jacket? | 0",
        ),
        (
            "header_injection.eml",
            "human | Evil Bcc: x@y.z | Order X-Evil: 1 | Order X-Evil: 1 / Where is my order? | 0",
        ),
    ] {
        assert_eq!(seen(file), expected, "{file}");
    }
}
