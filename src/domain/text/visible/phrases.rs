//! The lines by which mail programs mark what is not the customer's own, in ten languages.
//!
//! Invariant: each pattern asks for more than a word that people begin a sentence with:
//! an address, a time, a colon at the end, or the whole line.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// A line of the copied head of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    From,
    Date,
    To,
    Cc,
    Subject,
}

pub struct Phrases {
    separator: Option<Regex>,
    attribution: Vec<Regex>,
    beginning: Option<Regex>,
    moment: Option<Regex>,
    labels: Vec<(Label, Regex)>,
    device: Option<Regex>,
    notice: Option<Regex>,
    closing: Option<Regex>,
    list_footer: Option<Regex>,
}

pub fn phrases() -> &'static Phrases {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    PHRASES.get_or_init(Phrases::compile)
}

/// The patterns are constants and covered by tests; one that does not compile finds nothing.
fn regex(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(8 << 20).build().ok()
}

/// "-----Original Message-----", as the whole line.
const SEPARATOR: &str = r"^[-_=*—]{2,}\s*(original message|forwarded message|original-nachricht|ursprüngliche nachricht|weitergeleitete nachricht|message d.origine|message original|message transféré|mensaje original|mensaje reenviado|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig besked|opprinnelig melding|ursprungligt meddelande|özgün ileti|orijinal mesaj|iletilen mesaj|исходное сообщение|پیام اصلی|پیام هدایت شده|پیام ارجاع شده|الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها)\s*[-_=*—]*$";

/// "… wrote:" by its verb. What stands before must hold a digit or an address.
const WROTE: &str = r"^[-\s]*(on|at|le|am|el|em|il|in data|op|w dniu|dnia|den|den|på|tarihinde|в|در|در تاریخ|به تاریخ|فی|في|بتاريخ)?\b.{0,400}[\d۰-۹٠-٩@].{0,400}(wrote|schrieb|schrieb am|a écrit|escribió|escribio|escreveu|ha scritto|schreef|napisał|napisał\(a\)|napisala|skrev|kirjoitti|yazdı|şunu yazdı|şunları yazdı|написал|написал\(а\)|пишет|نوشت|نوشته|نوشته است|نوشته اند|كتب|كتبت|کتب)\s*[-:：]*\s*[-\s]*$";

/// Verb first: "schrieb Ann:", "skrev Ann <a@b.c>:", "schreef Ann <a@b.c>:", "كتب Ann <a@b.c>:".
const WROTE_EARLY: &str =
    r"^.{0,200}[\d۰-۹٠-٩].{0,200}\b(schrieb|skrev|schreef|escribió|wrote|كتب|کتب|yazdı)\b.{0,200}[:：]$";

/// No verb at all, but a time, an address in angle brackets, and a colon (or one word) at the end.
const TIMED: &str = r"^.{0,200}[\d۰-۹]{1,2}[:.][\d۰-۹]{2}.{0,200}<\s*[^\s<>@]+@[^<>]+>\s*[\p{L}()]*\s*[:：]$";

/// How an attribution that is wrapped over several lines begins: its first word, or a time of day.
const BEGINNING: &str = r"^[-\s]*(on|at|le|am|el|em|il|in data|op|w dniu|dnia|den|på|в|در|در تاریخ|به تاریخ|فی|في|بتاريخ)\s.*[\d۰-۹٠-٩]|[\d۰-۹٠-٩]{1,2}[:.][\d۰-۹٠-٩]{2}\b";

/// A year and a time of day.
const MOMENT: &str = r"[\d۰-۹٠-٩]{4}.*[\d۰-۹٠-٩]{1,2}:[\d۰-۹٠-٩]{2}";

const LABELS: [(Label, &str); 5] = [
    (Label::From, r"^(from|von|de|da|van|fra|från|kimden|gönderen|от|از|از طرف|فرستنده|من|od)\s*[:：]"),
    (
        Label::Date,
        r"^(sent|date|gesendet|datum|envoyé|envoyé le|date d.envoi|message du|enviado|enviado el|fecha|data|inviato|verzonden|dato|sendt|skickat|tarih|gönderildi|gönderme tarihi|отправлено|дата|تاریخ|تاریخ ارسال|ارسال|ارسال شده|ارسال شده در|زمان|تاريخ|التاريخ|أرسلت|تم الإرسال|تاريخ الإرسال)\s*[:：]",
    ),
    (Label::To, r"^(to|an|à|a|para|aan|til|till|kime|alıcı|кому|به|گیرنده|إلى|الى|do)\s*[:：]"),
    (Label::Cc, r"^(cc|kopie|copie à|copia|bilgi|копия|رونوشت|نسخة|نسخة إلى)\s*[:：]"),
    (
        Label::Subject,
        r"^(subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|konu|тема|موضوع|الموضوع|temat)\s*[:：]",
    ),
];

/// Footers of phones and mail programs, as the whole line.
const DEVICE: &str = concat!(
    r"^(",
    r"(sent|envoyé|gesendet|enviado|inviato|verstuurd|skickat|sendt)\s+(from|via|with|using|depuis|de|à partir de|von|mit|desde|da|con|vanaf|från|fra)\s+[^.,!?;:<]{1,60}",
    r"|sent from my (iphone|ipad|blackberry|android|galaxy|samsung|huawei|xiaomi|mobile|phone|tablet|windows phone)[^,!?;]{0,30}",
    r"|von meinem [\p{L}\d ]{1,30} gesendet",
    r"|get outlook for (ios|android|mac)|outlook für (ios|android) beziehen|obtenir outlook pour (ios|android)|obtener outlook para (ios|android)",
    r"|yahoo mail: search, organize, conquer",
    r"|[\p{L}’'\d ]{1,30}(’|')?(u?m?dan|den|tan|ten) gönderildi",
    r"|(این ایمیل )?(ارسال|فرستاده) ?شده (از|با|توسط|به وسیله) [^.،!؟:]{1,50}",
    r"|از (آیفون|گوشی|تلفن|موبایل|تبلت) [^.،!؟:]{0,30}(ارسال|فرستاده) (شد|شده|شده است)",
    r"|(أُرسلت|أرسلت|ارسلت|مرسل|مُرسل|تم الإرسال|أرسل|أُرسل) (من|بواسطة|عبر) [^.،!؟:]{1,50}",
    r")\.?\s*(<[^<>]*>|\(https?:[^()]*\)|https?://\S+)?$",
);

const NOTICE: &str = r"^(confidentiality notice|disclaimer\s*:|legal notice\s*:|this (e-?mail|message)( and any (attachments|files)[^.]{0,40})? (is|are|may be|may contain|contains?) (strictly )?(confidential|privileged|intended)|diese e-?mail enthält vertrauliche|ce message (et|est) .{0,60}confidentiel|este (mensaje|correo) .{0,60}confidencial|این (ایمیل|پیام|نامه) .{0,40}محرمانه|هذه الرسالة .{0,40}سرية)";

/// A formal closing as the whole line; "thanks" is something that people say.
const CLOSING: &str = r"^((best|kind|warm|warmest|many|with (best|kind)) )?regards[,.!]?$|^(yours (sincerely|faithfully|truly)|sincerely( yours)?|best wishes|mit freundlichen grüßen|mit freundlichen grüssen|freundliche grüße|viele grüße|beste grüße|mfg|cordialement|bien cordialement|bien à vous|saludos( cordiales)?|un saludo|atentamente|cordiali saluti|atenciosamente|saygılarımla|saygılar|با احترام|با تشکر و احترام|با سپاس و احترام|ارادتمند|ارادتمند شما|با تقدیم احترام|مع التحية|مع تحياتي|تحياتي|مع أطيب التحيات|وتفضلوا بقبول فائق الاحترام)[،,.!]?$";

const LIST_FOOTER: &str = r"mailing list|^(to )?unsubscribe|^https?://\S*(mailman|listinfo|groups)|لیست پستی";

impl Phrases {
    fn compile() -> Phrases {
        Phrases {
            separator: regex(SEPARATOR),
            attribution: [WROTE, WROTE_EARLY, TIMED].iter().filter_map(|pattern| regex(pattern)).collect(),
            beginning: regex(BEGINNING),
            moment: regex(MOMENT),
            labels: LABELS.iter().filter_map(|(label, pattern)| Some((*label, regex(pattern)?))).collect(),
            device: regex(DEVICE),
            notice: regex(NOTICE),
            closing: regex(CLOSING),
            list_footer: regex(LIST_FOOTER),
        }
    }

    pub fn is_separator(&self, line: &str) -> bool {
        matches(&self.separator, line)
    }

    /// Whether these joined lines say who wrote what follows.
    pub fn is_attribution(&self, joined: &str) -> bool {
        let ends_like_one = joined
            .trim_end_matches(['-', ' '])
            .ends_with(|c: char| c.is_alphabetic() || c == ':' || c == ')' || c == '：');
        ends_like_one && self.attribution.iter().any(|pattern| pattern.is_match(joined))
    }

    /// Whether an attribution of several lines may begin with this one.
    pub fn begins_attribution(&self, line: &str) -> bool {
        matches(&self.beginning, line)
    }

    pub fn is_moment(&self, line: &str) -> bool {
        matches(&self.moment, line)
    }

    pub fn label(&self, line: &str) -> Option<Label> {
        let line: String = line.chars().filter(|c| *c != '*').take(80).collect();
        self.labels.iter().find(|(_, pattern)| pattern.is_match(line.trim())).map(|(label, _)| *label)
    }

    pub fn is_device(&self, line: &str) -> bool {
        line.chars().count() <= 160 && matches(&self.device, line)
    }

    pub fn is_notice(&self, line: &str) -> bool {
        matches(&self.notice, line)
    }

    pub fn is_closing(&self, line: &str) -> bool {
        line.chars().count() <= 60 && matches(&self.closing, line)
    }

    pub fn is_list_footer(&self, line: &str) -> bool {
        matches(&self.list_footer, line)
    }

    /// For the tests: every pattern compiled.
    #[cfg(test)]
    pub fn is_complete(&self) -> bool {
        self.attribution.len() == 3
            && self.labels.len() == LABELS.len()
            && [
                &self.separator,
                &self.beginning,
                &self.moment,
                &self.device,
                &self.notice,
                &self.closing,
                &self.list_footer,
            ]
            .iter()
            .all(|pattern| pattern.is_some())
    }
}

fn matches(pattern: &Option<Regex>, line: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(line))
}
