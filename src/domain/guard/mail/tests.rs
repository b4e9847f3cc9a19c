use super::*;

fn us() -> Vec<EmailAddress> {
    ["support@shop.example", "help@shop.example"].iter().filter_map(|a| EmailAddress::parse(a)).collect()
}

fn facts(headers: &[(&str, &str)]) -> MailFacts {
    MailFacts {
        message_id: Some("a1@example.org".to_owned()),
        from: vec!["ann@example.org".to_owned()],
        recipients: vec!["Support@shop.example".to_owned()],
        subject: "Where is my order?".to_owned(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        content_type: "text/plain".to_owned(),
        ..MailFacts::default()
    }
}

fn judged(facts: &MailFacts) -> Guard {
    let sender = match facts.from.as_slice() {
        [one] => EmailAddress::parse(one),
        _ => None,
    };
    guard_mail(facts, sender.as_ref(), &us())
}

#[test]
fn header_fields_of_machines_are_known() {
    let table: [(&str, &str, Reason); 22] = [
        ("auto-submitted", "auto-replied", Reason::AutoSubmitted),
        ("auto-submitted", "auto-generated; owner-email=\"x@y.z\"", Reason::AutoSubmitted),
        ("auto-submitted", "Auto-Replied (vacation)", Reason::AutoSubmitted),
        ("precedence", "bulk", Reason::Bulk),
        ("precedence", "Junk", Reason::Bulk),
        ("precedence", "list", Reason::MailingList),
        ("precedence", "auto_reply", Reason::AutoReply),
        ("list-id", "<users.example.org>", Reason::MailingList),
        ("list-unsubscribe", "<https://example.org/u>", Reason::MailingList),
        ("x-mailing-list", "linux-kernel@example.org", Reason::MailingList),
        ("return-path", "<>", Reason::Bounce),
        ("return-path", "<MAILER-DAEMON>", Reason::Bounce),
        ("x-failed-recipients", "x@example.org", Reason::Bounce),
        ("x-auto-response-suppress", "All", Reason::ResponseSuppressed),
        ("x-auto-response-suppress", "DR, OOF, AutoReply", Reason::ResponseSuppressed),
        ("x-auto-response-suppress", "oof", Reason::ResponseSuppressed),
        ("x-loop", "postmaster@example.org", Reason::AutoReply),
        ("x-autoreply", "yes", Reason::AutoReply),
        ("x-autorespond", "", Reason::AutoReply),
        ("x-ms-exchange-generated-message-source", "Mailbox Rules Agent", Reason::AutoReply),
        ("sender", "Shop <no-reply@example.org>", Reason::RoleSender),
        ("sender", "list-bounces@example.org", Reason::RoleSender),
    ];
    for (name, value, reason) in table {
        assert_eq!(judged(&facts(&[(name, value)])), Guard::Silent(reason), "{name}: {value}");
    }
}

#[test]
fn fields_that_people_have_do_not_silence_them() {
    for field in [
        ("auto-submitted", "no"),
        ("auto-submitted", "No"),
        ("precedence", "first-class"),
        ("x-auto-response-suppress", "DR, RN, NRN"),
        ("return-path", "<ann@example.org>"),
        ("x-mailer", "Thunderbird"),
    ] {
        assert_eq!(judged(&facts(&[field])), Guard::Human, "{field:?}");
    }
}

#[test]
fn role_senders_are_known_in_all_spellings() {
    for sender in [
        "no-reply@x.example",
        "NOREPLY@x.example",
        "no_reply@x.example",
        "orders.no-reply@x.example",
        "do-not-reply@x.example",
        "DoNotReply+17@x.example",
        "postmaster@x.example",
        "post_master@x.example",
        "bounces+7-ann=shop@x.example",
        "owner-users@x.example",
        "users-request@x.example",
        "listserv@x.example",
    ] {
        let mail = MailFacts { from: vec![sender.to_owned()], ..facts(&[]) };
        assert_eq!(judged(&mail), Guard::Silent(Reason::RoleSender), "{sender}");
    }
    for person in ["norepinephrine@x.example", "bouncy@x.example", "rooted@x.example", "owner@x.example"] {
        let mail = MailFacts { from: vec![person.to_owned()], ..facts(&[]) };
        assert_eq!(judged(&mail), Guard::Human, "{person}");
    }
}

#[test]
fn subjects_of_machines_are_known_and_those_of_people_are_not() {
    for (subject, reason) in [
        ("پاسخ خودکار: سفارش من", Reason::AutoReply),
        ("پاسخ خودكار", Reason::AutoReply),
        ("Automatic reply: Your order", Reason::AutoReply),
        ("Out of Office: back on Monday", Reason::AutoReply),
        ("Abwesenheitsnotiz: Ihre Anfrage", Reason::AutoReply),
        ("Réponse automatique : commande", Reason::AutoReply),
        ("Otomatik yanıt: sipariş", Reason::AutoReply),
        ("الرد التلقائي: طلب", Reason::AutoReply),
        ("Re: [Auto-Reply] Your order", Reason::AutoReply),
        ("Undeliverable: Your order", Reason::MaybeBounce),
        ("Returned to sender: order 123", Reason::MaybeBounce),
        ("تحویل داده نشد: سفارش ۱۲۳", Reason::MaybeBounce),
        ("Mail delivery failed: returning message to sender", Reason::Bounce),
    ] {
        let mail = MailFacts { subject: subject.to_owned(), ..facts(&[]) };
        assert_eq!(judged(&mail), Guard::Silent(reason), "{subject}");
    }
    for subject in [
        "Fwd: Undelivered Mail Returned to Sender",
        "Re: Automatic reply: Your order",
        "Delivery failure of my parcel",
        "پاسخ خودکار شما به درد نمی‌خورد",
        "Auto parts for my car",
        "Out of office chairs again?",
        "",
    ] {
        let mail = MailFacts { subject: subject.to_owned(), ..facts(&[]) };
        assert_eq!(judged(&mail), Guard::Human, "{subject}");
    }
}

#[test]
fn reports_are_known_by_the_type_of_the_whole_mail_only() {
    for (content_type, report_type, reason) in [
        ("multipart/report", Some("delivery-status"), Reason::Bounce),
        ("multipart/report", Some("disposition-notification"), Reason::Report),
        ("multipart/report", Some("feedback-report"), Reason::Report),
        ("message/delivery-status", None, Reason::Bounce),
    ] {
        let mail = MailFacts {
            content_type: content_type.to_owned(),
            report_type: report_type.map(str::to_owned),
            ..facts(&[])
        };
        assert_eq!(judged(&mail), Guard::Silent(reason), "{content_type} {report_type:?}");
    }
    let forwarded = MailFacts {
        content_type: "multipart/mixed".to_owned(),
        subject: "Fwd: Undelivered Mail Returned to Sender".to_owned(),
        ..facts(&[])
    };
    assert_eq!(judged(&forwarded), Guard::Human);
}

#[test]
fn we_do_not_answer_ourselves_nor_what_was_not_sent_to_us() {
    let ours = MailFacts { from: vec!["Help@SHOP.example".to_owned()], ..facts(&[]) };
    assert_eq!(judged(&ours), Guard::Silent(Reason::OwnAddress));
    let our_id = MailFacts { message_id: Some("pasokh.7.abc@shop.example".to_owned()), ..facts(&[]) };
    assert_eq!(judged(&our_id), Guard::Silent(Reason::OwnAddress));
    let blind = MailFacts { recipients: vec!["somebody@else.example".to_owned()], ..facts(&[]) };
    assert_eq!(judged(&blind), Guard::Silent(Reason::NotAddressed));
    let tagged = MailFacts { recipients: vec!["support+fa@shop.example".to_owned()], ..facts(&[]) };
    assert_eq!(judged(&tagged), Guard::Human);
    let nobody = MailFacts { from: Vec::new(), ..facts(&[]) };
    assert_eq!(judged(&nobody), Guard::Silent(Reason::NoSender));
    let several = MailFacts { from: vec!["a@x.example".to_owned(), "b@x.example".to_owned()], ..facts(&[]) };
    assert_eq!(judged(&several), Guard::Silent(Reason::NoSender));
}
