use super::*;

#[test]
fn every_pattern_compiles() {
    assert!(phrases::phrases().is_complete());
}

#[test]
fn what_programs_quote_is_taken_off() {
    for quote in [
        "On Mon, Jan 5, 2026 at 9:01 AM Shop <support@shop.example> wrote:\n> Hello",
        "On Mon, Jan 5, 2026 at 9:01 AM Shop Support Team <\nsupport@shop.example> wrote:\n\n> Hello",
        "در دوشنبه ۱۵ دی ۱۴۰۴ ساعت ۹:۰۱ فروشگاه <support@shop.example> نوشت:\n> سلام",
        "\u{200f}در تاریخ دوشنبه، ۱۵ دی ۱۴۰۴ در ۹:۰۱ فروشگاه نمونه\u{200e} <\u{200e}support@shop.example\u{200e}>\u{200f} نوشت:\u{200f}\n\nسلام\nمتن قبلی",
        "از: فروشگاه <support@shop.example>\nارسال شده: دوشنبه ۱۵ دی\nبه: ann@example.org\nموضوع: سفارش\n\nسلام",
        "\u{200f}از:\u{200f} فروشگاه\n\u{200f}تاریخ:\u{200f} ۵ ژانویه\n\u{200f}موضوع:\u{200f} سفارش\n\nسلام",
        "________________________________\nFrom: Shop <support@shop.example>\nSent: Monday\nTo: Ann\nSubject: Order\n\nHello",
        "-----Original Message-----\nFrom: Shop\n\nHello",
        "--- پیام اصلی ---\nسلام",
        "في الاثنين، 5 يناير 2026 في 9:01 ص كتب متجر <support@shop.example>:\n> مرحبا",
        "Am 05.01.2026 um 09:01 schrieb Shop:\n> Hallo",
        "Le lun. 5 janv. 2026 à 09:01, Shop <support@shop.example> a écrit :\n> Bonjour",
        "El lun, 5 ene 2026 a las 9:01, Shop (<support@shop.example>) escribió:\n> Hola",
        "Shop <support@shop.example>, 5 Oca 2026 Pzt, 09:01 tarihinde şunu yazdı:\n> Merhaba",
    ] {
        assert_eq!(visible(&format!("Where is my order?\n\n{quote}")), "Where is my order?", "{quote}");
    }
}

#[test]
fn footers_are_taken_off() {
    for footer in [
        "-- \nAnn Example\n+44 20 7946 0000",
        "--\nAnn",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "ارسال‌شده از آیفون من",
        "ارسال شده از Yahoo Mail در Android",
        "أُرسلت من الـ iPhone",
        "Von meinem iPhone gesendet",
        "iPhone’umdan gönderildi",
        "Enviado desde mi iPhone",
        "با احترام\nسارا احمدی",
        "Kind regards,\nAnn",
        "This e-mail and any attachments are confidential. If you are not …",
    ] {
        assert_eq!(visible(&format!("سفارشم کجاست؟\n\n{footer}")), "سفارشم کجاست؟", "{footer}");
    }
}

#[test]
fn a_sentence_right_above_an_attribution_stays() {
    let text = "Order 4711 please.\nThanks,\nAnn\nOn Mon, Jan 5, 2026 at 9:01 AM Shop <\ns@shop.example> wrote:\n> Hello";
    assert_eq!(visible(text), "Order 4711 please.\nThanks,\nAnn");
}

#[test]
fn answers_between_quoted_lines_stay() {
    let text = "On Mon, 5 Jan 2026 Shop <s@shop.example> wrote:\n> Which order?\n\nNumber 4711.\n\n> Which address?\n\nThe old one.\n";
    assert_eq!(visible(text), "Number 4711.\n\nThe old one.");
}

#[test]
fn what_people_write_stays() {
    for text in [
        "Sent from my desk, is much easier than my mobile phone.",
        "From: Tehran\nTo: Shiraz\nDate: tomorrow\nHow much is shipping?",
        "I wrote to you on 5 May and nobody wrote back.",
        "با احترام\nسفارش ۱۲۳۴۵۶ هنوز نرسیده",
        "سلام\n--- خیلی مهم ---\nبسته‌ام نرسید",
        "On 5 May I wrote:\nplease cancel",
    ] {
        assert_eq!(visible(text), text, "{text}");
    }
}

#[test]
fn when_nothing_would_be_left_everything_is_kept() {
    for text in
        ["> Where is my order?", "Sent from my iPhone", "-----Original Message-----\nFrom: A\n\nHello"]
    {
        assert_eq!(visible(text), text);
    }
}

#[test]
fn taking_twice_is_taking_once() {
    let text = "Hi\n\nOn Mon, 5 Jan 2026 at 9:01 Shop <s@shop.example> wrote:\n> a\n\n-- \nAnn";
    assert_eq!(visible(&visible(text)), visible(text));
}
