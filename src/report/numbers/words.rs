//! The words of the report, in both languages.
//!
//! Invariant: every name that can stand in a report has words; one that has
//! none, such as a department's, is shown as it is.

use crate::domain::complaint::lists::Category;
use crate::domain::message::Language;
use crate::report::numbers::Titles;

/// The words for a name of the JSON; the name itself where there are none.
pub fn word(name: &str, language: Language) -> String {
    let known = MEASURES.iter().chain(LABELS).chain(HEADINGS).find(|(known, _, _)| *known == name);
    known.map_or_else(|| name.to_owned(), |(_, fa, en)| pick(language, fa, en))
}

pub fn pick(language: Language, fa: &str, en: &str) -> String {
    match language {
        Language::Fa => fa.to_owned(),
        Language::En => en.to_owned(),
    }
}

/// What a measure is, in a sentence; empty where its name says it.
pub fn definition(name: &str, language: Language) -> String {
    let known = DEFINITIONS.iter().find(|(known, _, _)| *known == name);
    known.map_or_else(String::new, |(_, fa, en)| pick(language, fa, en))
}

pub fn defined() -> impl Iterator<Item = &'static str> {
    DEFINITIONS.iter().map(|(name, _, _)| *name)
}

pub fn titles_of(category: Category) -> Titles {
    [Language::Fa, Language::En]
        .into_iter()
        .map(|language| (language.tag().to_owned(), category.title(language).to_owned()))
        .collect()
}

/// The title in this language, or the bare name.
pub fn title(titles: &Titles, language: Language, name: Option<&str>) -> String {
    let known = titles.get(language.tag()).cloned();
    known.or_else(|| name.map(|name| word(name, language))).unwrap_or_else(|| word("unlabelled", language))
}

type Words = (&'static str, &'static str, &'static str);

const MEASURES: &[Words] = &[
    ("messages", "پیام‌های دریافتی", "Messages received"),
    ("begun", "موضوع تازه", "New matters"),
    ("filed", "سپرده به همکاران", "Given to people"),
    ("closed", "بسته‌شده", "Closed"),
    ("open", "باز در پایان دوره", "Open at the end"),
    ("awaiting_first_response", "بازِ بی‌پاسخ", "Open, not answered yet"),
    ("questions", "پرسش‌ها", "Questions"),
    ("auto_answered", "پاسخ خودکار", "Answered automatically"),
    ("acknowledgement", "رسید دریافت", "Acknowledgement"),
    ("first_response", "نخستین پاسخ همکار", "First answer of a person"),
    ("next_response", "هر پاسخ همکار", "Every answer of a person"),
    ("later_response", "پاسخ‌های بعدی", "Later answers"),
    ("assignment", "تعیین مسئول", "Assignment"),
    ("resolution", "تا آخرین بستن", "Until the last closing"),
    ("first_resolution", "تا نخستین بستن", "Until the first closing"),
    ("paused", "انتظار برای مشتری", "Waiting for the customer"),
    ("confirmed", "تأیید مشتری (کمک کرد)", "Confirmed by the customer"),
    ("wrong", "پاسخ خودکار نادرست", "Wrong automatic answers"),
    ("no_reaction", "بی‌واکنش تا ۴۸ ساعت", "No reaction in 48 hours"),
    ("deflection", "حل‌شده بدون همکار", "Settled without a person"),
    ("promises_kept", "وعده‌های عمل‌شده", "Promises kept"),
    ("reopened", "بازگشایی‌شده", "Opened again"),
    ("first_contact_resolution", "حل‌شده در نخستین تماس", "Settled at first contact"),
    ("mislabelled", "شکایتِ شناخته‌نشده", "Complaints not recognised"),
    ("csat_handling", "رضایت از رسیدگی", "Satisfied with the handling"),
    ("csat_outcome", "رضایت از نتیجه", "Satisfied with the outcome"),
    ("survey_response", "پاسخ به نظرسنجی", "Surveys answered"),
    ("effort", "آسانی (۱ تا ۷)", "Ease (1 to 7)"),
    ("age", "عمر پرونده‌های باز", "Age of open cases"),
    ("received", "شکایت‌های دریافتی", "Complaints received"),
    ("resolved_at_first_contact", "حل‌شده در نخستین تماس", "Resolved at first contact"),
    ("wrongly_prioritised", "شدتِ اصلاح‌شده", "Wrongly prioritised"),
    ("acknowledged_late", "رسید دیرهنگام", "Acknowledged late"),
    ("resolved_late", "تصمیم دیرهنگام", "Resolved late"),
    ("referred_outside", "ارجاع به بیرون", "Referred outside"),
    ("repeated", "تکراری", "Repeated"),
    ("improvements", "اقدام اصلاحی", "Improvements made"),
];

const LABELS: &[Words] = &[
    ("email", "ایمیل", "E-mail"),
    ("telegram", "تلگرام", "Telegram"),
    ("chat", "گفت‌وگوی سایت", "Live chat"),
    ("complaint", "شکایت", "Complaint"),
    ("question", "پرسش", "Question"),
    ("request", "درخواست", "Request"),
    ("suggestion", "پیشنهاد", "Suggestion"),
    ("criticism", "انتقاد", "Criticism"),
    ("callback", "تماس تلفنی", "Call-back"),
    ("1", "شدت ۱ (بحرانی)", "1 (critical)"),
    ("2", "شدت ۲ (زیاد)", "2 (high)"),
    ("3", "شدت ۳ (متوسط)", "3 (medium)"),
    ("4", "شدت ۴ (کم)", "4 (low)"),
    ("answered", "پاسخ خودکار", "Answered"),
    ("clarified", "پرسیده شد", "Asked back"),
    ("appended", "افزوده به پرونده", "Added to a case"),
    ("commanded", "فرمان مشتری", "Command"),
    ("ignored", "نادیده", "Ignored"),
    ("quarantined", "قرنطینه", "Quarantined"),
    ("waiting", "در انتظار", "Waiting"),
    ("unlabelled", "نامشخص", "Not known"),
    ("decision", "تصمیم", "Decision"),
    ("unassigned", "تعیین مسئول", "Assignment"),
    ("remedy", "انجام جبران", "Remedy"),
    ("ack", "رسید دریافت", "Acknowledgement"),
    ("update", "خبر دادن به مشتری", "Progress notice"),
    ("external", "نهاد بیرونی", "Outside body"),
    ("legal_cap", "سقف قانونی", "Legal limit"),
];

const HEADINGS: &[Words] = &[
    ("report", "گزارش رسیدگی به پیام‌های مشتریان", "How customers were answered"),
    ("overview", "دوره در یک نگاه", "The period at a glance"),
    ("times", "چقدر طول کشید", "How long it took"),
    ("promises", "وعده‌ها", "Promises"),
    ("backlog", "پرونده‌های باز و عمرشان", "Open cases by age"),
    ("causes", "شکایت‌ها دربارهٔ چه بود", "What complaints were about"),
    ("iso", "شکایت‌ها به روش ISO 10002", "Complaints, as ISO 10002 lists them"),
    ("trend", "روند", "The course of it"),
    ("dispositions", "پیام‌ها چه شدند", "What became of the messages"),
    ("definitions", "تعریف‌ها", "Definitions"),
    ("by_channel", "به تفکیک کانال", "By channel"),
    ("by_intent", "به تفکیک موضوع", "By intent"),
    ("by_kind", "به تفکیک نوع", "By kind"),
    ("by_severity", "به تفکیک شدت", "By severity"),
    ("by_department", "به تفکیک واحد", "By department"),
    ("measure", "سنجه", "Measure"),
    ("this_period", "این دوره", "This period"),
    ("period_before", "دورهٔ پیش", "Before"),
    ("count", "تعداد", "Count"),
    ("median", "میانه", "Median"),
    ("p90", "صدک ۹۰", "90th pct."),
    ("business_median", "میانه، ساعت کاری", "Median, open hours"),
    ("business_p90", "صدک ۹۰، ساعت کاری", "90 %, open hours"),
    ("calendar_median", "میانه، تقویم", "Median, calendar"),
    ("calendar_p90", "صدک ۹۰، تقویم", "90 %, calendar"),
    ("promise", "وعده", "Promise"),
    ("kept", "عمل‌شده", "Kept"),
    ("met", "به‌موقع", "In time"),
    ("due", "سررسید", "Due"),
    ("late", "دیر", "Late"),
    ("channel", "کانال", "Channel"),
    ("intent", "موضوع", "Intent"),
    ("kind", "نوع", "Kind"),
    ("severity", "شدت", "Severity"),
    ("department", "واحد", "Department"),
    ("new", "تازه", "New"),
    ("to_people", "به همکار", "Filed"),
    ("open_now", "باز", "Open"),
    ("first_answer", "نخستین پاسخ", "First answer"),
    ("cause", "موضوع", "Cause"),
    ("customers", "مشتری", "Customers"),
    ("wave", "بیشترین در ۷ روز", "Most in 7 days"),
    ("root_cause", "علت ریشه‌ای", "Root cause"),
    ("from", "از", "From"),
    ("all", "همه", "All"),
    ("open_cases", "پرونده‌های باز", "Open cases"),
];

const DEFINITIONS: &[Words] = &[
    (
        "first_response",
        "از نخستین پیام مشتری تا نخستین پیام یک همکار؛ پیام ماشین آن را تمام نمی‌کند.",
        "From the customer's first message to the first message of a person; the machine's messages do not end it.",
    ),
    (
        "next_response",
        "هر فاصله از قدیمی‌ترین پیام بی‌پاسخ مشتری تا پیام بعدی یک همکار؛ بر همهٔ فاصله‌ها، نه میانگین هر پرونده.",
        "Every gap from the customer's oldest unanswered message to the next message of a person, over all gaps and not averaged by case.",
    ),
    ("later_response", "همان، بدون نخستین فاصلهٔ هر پرونده.", "The same without the first gap of each case."),
    (
        "acknowledgement",
        "از دریافت پیام تا پذیرفته شدن رسید در کانال.",
        "From receipt until the channel accepted the acknowledgement.",
    ),
    ("assignment", "از سپرده شدن تا پیدا کردن مسئول.", "From filing until somebody owned the case."),
    (
        "resolution",
        "از نخستین پیام تا آخرین بستن؛ زمانی که منتظر مشتری بودیم هم در آن است و جدا نیز آمده است.",
        "From the first message to the last closing; the time in which we waited for the customer is in it, and shown apart.",
    ),
    (
        "deflection",
        "پرسش‌هایی که مشتری گفت کمک کرد، از همهٔ پرسش‌ها.",
        "Questions of which the customer said that the answer helped, of all questions.",
    ),
    (
        "wrong",
        "مشتری گفت کمک نکرد، کار به همکار رسید، یا همکار آن را نادرست خواند؛ از همهٔ پاسخ‌های خودکار.",
        "The customer said no, it went to a person after all, or staff called it wrong; of all automatic answers.",
    ),
    (
        "promises_kept",
        "از وعده‌هایی که سررسیدشان در این دوره بود.",
        "Of the promises that fell due in the period.",
    ),
    (
        "reopened",
        "از پرونده‌های بسته‌شده، آن‌ها که دست‌کم یک بار بازگشایی شده بودند.",
        "Of the closed cases, those that had been opened again at least once.",
    ),
    (
        "first_contact_resolution",
        "بدون تماس دوم مشتری در ۷ روز؛ در دوره‌ای می‌آید که آن ۷ روز گذشته باشد.",
        "Without a second contact of the customer in 7 days; counted in the period in which these have passed.",
    ),
    (
        "mislabelled",
        "پرونده‌هایی که همکاران بعداً شکایت خواندند، از همهٔ پرونده‌های سپرده‌شده.",
        "Cases that staff later called a complaint, of all cases filed.",
    ),
    ("csat_handling", "پاسخ‌های ۴ و ۵ از ۵، از همهٔ پاسخ‌ها.", "Answers 4 and 5 of 5, of all answers."),
    (
        "median",
        "نیمی از موارد کوتاه‌تر از میانه‌اند و از هر ده مورد نُه مورد کوتاه‌تر از صدک ۹۰. «ساعت کاری» تنها ساعت‌های باز بودن را می‌شمارد، به ساعت و دقیقه: ۸:۳۰ یعنی هشت ساعت و نیم.",
        "Half are shorter than the median, nine of ten shorter than the 90th percentile. Open hours count only while the shop is open, in hours and minutes: 8:30 is eight hours and a half.",
    ),
];
