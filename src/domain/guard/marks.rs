//! Names and subjects by which machines are known when their headers are silent.
//!
//! Invariant: a subject counts only where a machine would have put it, at the
//! beginning; what a person replies to or forwards does not.

/// How the local part of our own Message-IDs begins.
pub const OWN_MESSAGE_ID: &str = "pasokh.";

/// Whole local parts, without their separators, that no person reads.
const ROLES: [&str; 25] = [
    "postmaster",
    "autoreply",
    "autoresponder",
    "autoresponse",
    "autoanswer",
    "automailer",
    "automated",
    "mailsystem",
    "mailadministrator",
    "majordomo",
    "listserv",
    "listmaster",
    "mailman",
    "sympa",
    "bounce",
    "bounces",
    "bouncemail",
    "root",
    "daemon",
    "nobody",
    "cron",
    "newsletter",
    "newsletters",
    "notification",
    "notifications",
];

/// Parts of local parts, without separators: `orders-no-reply`, `NoReply_shop`, `do.not.reply`.
const NEVER_ANSWERED: [&str; 9] = [
    "noreply",
    "noreplay",
    "donotreply",
    "dontreply",
    "donotrespond",
    "donotanswer",
    "neverreply",
    "nepasrepondre",
    "keineantwort",
];

fn squeezed(local: &str) -> String {
    local.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The mail system itself: `MAILER-DAEMON`, `mailer_daemon`, `Mail Delivery Subsystem` and kin.
pub fn is_daemon(local: &str) -> bool {
    let name = squeezed(local);
    ["mailerdaemon", "maildaemon", "mdaemon", "doublebounce", "mailerdeamon"].contains(&name.as_str())
        || name.starts_with("maildelivery")
}

/// no-reply, postmaster, list managers and bounce handlers, in all their spellings.
pub fn is_role(local: &str) -> bool {
    let lower = local.to_lowercase();
    // RFC 5230 §4.6: "owner-*" and "*-request"; bounce handlers carry a token after the name.
    let handler = ["owner-", "bounce-", "bounces-", "bounce+", "bounces+", "bounce=", "bounces=", "prvs="]
        .iter()
        .any(|start| lower.starts_with(start))
        || ["-request", "-owner", "-bounce", "-bounces", "+bounces", ".bounces"]
            .iter()
            .any(|end| lower.ends_with(end));
    let name = squeezed(local);
    handler
        || is_daemon(local)
        || ROLES.contains(&name.trim_end_matches(|c: char| c.is_ascii_digit()))
        || NEVER_ANSWERED.iter().any(|part| name.contains(part))
}

/// How mail systems begin the subject of a bounce. Short words that a customer of a shop may
/// use of a parcel ("delivery failure") are not among them.
const BOUNCE_SUBJECTS: [&str; 21] = [
    "undelivered mail returned to sender",
    "undeliverable mail",
    "undeliverable message",
    "undeliverable e-mail",
    "undeliverable email",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery system",
    "mail delivery subsystem",
    "mail system error",
    "mail could not be delivered",
    "message could not be delivered",
    "delivery status notification",
    "mail failed, returning to sender",
    "warning: could not send message",
    "warning: message delayed",
    "loop alert",
    "complaint about message from",
    "postfix smtp server: errors",
    "unzustellbar:",
    "no se puede entregar:",
];

/// How automatic replies begin. The phrase must be the whole subject or stand before a mark
/// such as a colon, so that a sentence of a person which begins with it does not count.
const AUTO_REPLY_SUBJECTS: [&str; 58] = [
    "automatic reply",
    "automated reply",
    "automatic response",
    "automated response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "auto responder",
    "autoresponder",
    "auto",
    "out of office",
    "out of the office",
    "out-of-office",
    "out of office reply",
    "out of office autoreply",
    "out of office response",
    "out of office notification",
    "out of office message",
    "ooo",
    "away from office",
    "vacation reply",
    "vacation response",
    "on vacation",
    "پاسخ خودکار",
    "پاسخ اتوماتیک",
    "پاسخگوی خودکار",
    "جواب خودکار",
    "خارج از دفتر",
    "رد تلقائي",
    "الرد التلقائي",
    "رد آلي",
    "خارج المكتب",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheit",
    "abwesend",
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "message d'absence",
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "otomatik yanıt",
    "otomatik cevap",
    "ofis dışında",
    "risposta automatica",
    "resposta automática",
    "automatisch antwoord",
    "automatiskt svar",
    "autosvar",
    "odpowiedź automatyczna",
    "автоответ",
    "автоматический ответ",
    "自动回复",
];

/// Marks that responders put anywhere in a subject.
const AUTO_REPLY_TAGS: [&str; 6] =
    ["[auto-reply]", "[autoreply]", "[auto reply]", "(auto-reply)", "[automatic reply]", "[out of office]"];

fn folded(subject: &str) -> String {
    let fold = |c: char| match c {
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        '\u{200c}' | '\u{a0}' | '\t' => ' ',
        '：' => ':',
        c => c,
    };
    let text: String = subject.trim().to_lowercase().chars().filter(|c| *c != '\u{307}').map(fold).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What mail systems write as well as people whose parcel did not come.
const AMBIGUOUS_SUBJECTS: [&str; 10] = [
    "undeliverable:",
    "delivery notification:",
    "returned mail",
    "returned to sender",
    "failure notice",
    "non remis :",
    "non remis:",
    "teslim edilemedi:",
    "تحویل داده نشد:",
    "تعذر التسليم:",
];

/// Perhaps a bounce, perhaps somebody whose parcel did not come.
pub fn may_be_bounce_subject(subject: &str) -> bool {
    let subject = folded(subject);
    AMBIGUOUS_SUBJECTS.iter().any(|start| subject.starts_with(&folded(start)))
}

/// A bounce, told by how its subject begins.
pub fn is_bounce_subject(subject: &str) -> bool {
    let subject = folded(subject);
    BOUNCE_SUBJECTS.iter().any(|start| subject.starts_with(&folded(start)))
}

/// An absence note or another automatic reply, told by its subject.
pub fn is_auto_reply_subject(subject: &str) -> bool {
    let subject = folded(subject);
    let begins = AUTO_REPLY_SUBJECTS.iter().any(|phrase| {
        subject.strip_prefix(folded(phrase).as_str()).is_some_and(|rest| {
            let rest = rest.trim_start();
            // "Auto" alone is a word of people: there it must be a label.
            if *phrase == "auto" {
                rest.starts_with(':')
            } else {
                rest.is_empty() || rest.starts_with([':', '-', '–', '—', '|', '(', '[', '>'])
            }
        })
    });
    begins || AUTO_REPLY_TAGS.iter().any(|tag| subject.contains(tag))
}
