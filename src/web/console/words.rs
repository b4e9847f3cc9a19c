//! The console's own words.
//!
//! Invariant: every word stands here in both languages.

use std::collections::BTreeMap;

use crate::domain::complaint::ComplaintState;
use crate::domain::decide::wording;
use crate::domain::message::Language;
use crate::domain::text::isolate;

/// Key, Persian, English.
const WORDS: &[(&str, &str, &str)] = &[
    ("desk", "میز کارکنان", "Staff desk"),
    ("queue", "پرونده‌ها", "Cases"),
    ("sign_in", "ورود", "Sign in"),
    ("sign_out", "خروج", "Sign out"),
    ("name", "نام", "Name"),
    ("password", "گذرواژه", "Password"),
    ("password_again", "تکرار گذرواژه", "Password again"),
    (
        "wrong",
        "نام یا گذرواژه درست نیست. پس از پنج بار، یک ربع صبر لازم است.",
        "Name or password is wrong. After five tries, wait for a quarter of an hour.",
    ),
    ("link_instead", "پیوند یک‌بار ورود را برایم بفرستید", "Send me a one-time link instead"),
    (
        "link_sent",
        "اگر این نام را می‌شناسیم، پیوند ورود به پیام‌رسان یا ایمیل او فرستاده شد.",
        "If we know this name, a link is on its way to that person's messenger or mail.",
    ),
    (
        "link_over",
        "این پیوند به کار رفته یا زمانش گذشته است.",
        "This link has been used, or its time is over.",
    ),
    ("link_use", "با این پیوند یک بار وارد می‌شوید.", "This link signs you in once."),
    ("join", "ساختن گذرواژه", "Set your password"),
    ("join_hello", "خوش آمدید", "Welcome"),
    (
        "join_length",
        "گذرواژه باید ۱۰ تا ۲۰۰ نویسه باشد.",
        "A password has at least 10 and at most 200 characters.",
    ),
    (
        "session_over",
        "نشست شما پایان یافته است؛ چیزی فرستاده نشد. دوباره وارد شوید.",
        "Your session has ended, and nothing was sent. Sign in again.",
    ),
    ("draft_kept", "متنی که نوشته بودید (بردارید)", "What you had written (copy it)"),
    (
        "form_over",
        "این صفحه از نشست دیگری بود؛ چیزی فرستاده نشد. اگر متن هنوز درست است، دوباره بفرستید.",
        "That page was of another session, and nothing was sent. Send again if your text still holds.",
    ),
    ("join_differ", "دو گذرواژه یکی نیستند.", "The two passwords differ."),
    ("views", "نماها", "Views"),
    ("view_mine", "مال من", "Mine"),
    ("view_unassigned", "بی‌مسئول", "Nobody's"),
    ("view_due", "مهلت تا ۲۴ ساعت", "Due within 24 hours"),
    ("view_breached", "از مهلت گذشته", "Overdue"),
    ("view_waiting", "منتظر مشتری", "Waiting for the customer"),
    ("view_open", "همهٔ بازها", "All open"),
    ("view_closed", "بسته‌ها", "Closed"),
    ("search", "جستجو", "Search"),
    ("search_hint", "کد، نام یا چند واژه", "Code, name or some words"),
    ("nothing", "اینجا پرونده‌ای نیست.", "There is no case here."),
    ("earlier", "قبلی", "Previous"),
    ("later", "بعدی", "Next"),
    ("severity", "شدت", "Severity"),
    ("owner", "مسئول", "Owner"),
    ("nobody", "هیچ‌کس", "nobody"),
    ("due", "مهلت", "Due"),
    ("state", "وضعیت", "State"),
    ("kind", "نوع", "Kind"),
    ("topic", "موضوع", "Topic"),
    ("channel", "راه", "Channel"),
    ("customer", "مشتری", "Customer"),
    ("received", "دریافت", "Received"),
    ("timeline", "روند پرونده", "Timeline"),
    ("facts", "مشخصات", "Facts"),
    ("clocks", "مهلت‌ها", "Clocks"),
    ("record", "فرم", "Record"),
    ("machine", "پاسخ‌گوی خودکار", "the machine"),
    ("note", "یادداشت داخلی", "Internal note"),
    ("history", "رویداد", "Event"),
    ("reply", "پاسخ به مشتری", "Answer the customer"),
    ("reply_send", "فرستادن پاسخ", "Send the answer"),
    (
        "reply_hint",
        "متن همان‌طور که هست برای مشتری می‌رود. کنترل و اینتر: فرستادن",
        "The text goes to the customer as it stands. Ctrl+Enter sends it",
    ),
    ("reply_wait", "پاسخ مشتری لازم است", "We need the customer's answer"),
    ("prepared", "پاسخ آماده", "Prepared reply"),
    ("insert", "گذاشتن در متن", "Insert"),
    ("suggested", "پاسخ پیشنهادی", "Suggested reply"),
    ("suggested_send", "فرستادن همین", "Send it as it is"),
    ("note_save", "ثبت یادداشت", "Save the note"),
    ("take", "من رسیدگی می‌کنم", "I take it"),
    ("assign", "سپردن", "Assign"),
    ("close", "بستن", "Close"),
    ("close_why", "چرا (برای همکاران)", "Why (for colleagues)"),
    ("close_quiet", "به مشتری گفته نشود", "Don't tell the customer"),
    ("reopen", "باز کردن دوباره", "Reopen"),
    ("ask", "پرسیدن از مشتری", "Ask the customer"),
    ("ask_until", "پاسخ تا (۱۴۰۵-۰۹-۲۰)", "Answer by (2026-12-11)"),
    ("question", "پرسش", "Question"),
    ("correct", "این را درست نفهمیدیم", "It was misunderstood"),
    ("correct_save", "درست کردن", "Correct it"),
    ("intent_none", "هیچ‌کدام", "none of them"),
    ("unchanged", "همان که هست", "as it is"),
    ("decide", "تصمیم", "Decide"),
    ("finding", "نتیجه", "Finding"),
    ("reasons", "دلیل‌ها (مشتری می‌خواند)", "Reasons (the customer reads them)"),
    ("remedies", "جبران‌ها", "Remedies"),
    ("remedy_due", "جبران تا تاریخ", "Remedy by"),
    ("remedy_done", "جبران انجام شد", "Remedy done"),
    ("proof", "مدرک", "Proof"),
    ("merge", "یکی کردن با پرونده", "Merge into case"),
    ("alike", "شاید همان موضوع", "Perhaps the same matter"),
    ("distinct", "موضوع دیگری است", "Another matter"),
    ("linked", "از این راه هم می‌نویسد", "Writes from here as well"),
    ("files", "پرونده‌های پیوست", "Files"),
    (
        "overtaken_by",
        "پیش از شما این همکار پاسخ داد، متن شما فرستاده نشد و اینجا مانده است:",
        "This colleague answered before you; your text was not sent and is kept here:",
    ),
    (
        "overtaken",
        "در این میان مشتری چیزی نوشته است. بخوانید و اگر هنوز درست است، دوباره بفرستید.",
        "The customer has written in the meantime. Read it, and send again if your text still holds.",
    ),
    ("done", "انجام شد.", "Done."),
    ("news", "چیزی عوض شده است. برای دیدن، صفحه را تازه کنید.", "Something has changed. Reload to see it."),
    ("reload", "تازه کردن", "Reload"),
    ("keys", "کلیدها", "Keys"),
    (
        "keys_text",
        "/ جستجو · j و k پایین و بالا · Enter باز کردن · r پاسخ · n یادداشت · t من رسیدگی می‌کنم · q پرونده‌ها · g امروز · Ctrl+K یا : فرمان‌ها · ? این راهنما",
        "/ search · j and k down and up · Enter open · r answer · n note · t take it · q cases · g today · Ctrl+K or : commands · ? this sheet",
    ),
    ("today", "امروز", "Today"),
    ("rules", "قاعده‌ها", "Rules"),
    ("filed_by_day", "پرونده‌های تازه در ۱۴ روز", "New cases in 14 days"),
    ("as_table", "به‌صورت جدول", "As a table"),
    ("day", "روز", "Day"),
    ("filed", "ثبت‌شده", "Filed"),
    ("closed_cases", "بسته‌شده", "Closed"),
    ("channels", "راه‌های پیام", "Channels"),
    ("not_read_yet", "هنوز خوانده نشده", "not read yet"),
    ("outbox", "پیام‌های در راه", "On their way"),
    ("waiting_rows", "منتظر", "waiting"),
    ("given_up_rows", "نرسیده", "given up"),
    ("colleague", "همکار", "a colleague"),
    ("try_again", "دوباره بفرست", "Try again"),
    ("discard", "لازم نیست", "Discard"),
    ("no_such_row", "کس دیگری به آن رسیده است.", "Somebody has seen to it already."),
    ("set_aside", "ناخوانا", "Could not be read"),
    (
        "set_aside_hint",
        "این پیام‌های سه روز گذشته خوانده نشد؛ نسخهٔ خامشان نگه داشته شده است (pasokh export).",
        "These messages of the last three days could not be read; their raw copies are kept (pasokh export).",
    ),
    ("nothing_set_aside", "همه خوانده شد.", "Everything was read."),
    (
        "rules_broken",
        "قاعده‌های روی دیسک خطا دارد و قاعده‌های درست پیشین در کار است. خوانده‌شده در",
        "The rules on disk have mistakes, and the last good ones stay in force. Read",
    ),
    ("try_message", "آزمودن یک پیام", "Try a message"),
    ("try_it", "چه می‌کند؟", "What would it do?"),
    ("unmatched", "آنچه هیچ موضوعی پاسخ نمی‌دهد", "What no intent serves"),
    ("unmatched_show", "نشان بده", "Show it"),
    ("nothing_unmatched", "چیزی نیست.", "There is nothing."),
    ("keywords", "واژه‌های پیشنهادی", "suggested keywords"),
    ("intents", "موضوع‌ها و پاسخ‌ها", "Intents and replies"),
    ("mode", "حالت", "Mode"),
    ("answered_30", "پاسخ در ۳۰ روز", "Answered in 30 days"),
    ("wrong_30", "نادرست", "Wrong"),
    ("reply_text", "متن پاسخ", "Reply"),
    ("commands", "فرمان‌ها", "Commands"),
    ("commands_hint", "چه کاری؟", "What shall be done?"),
    ("not_found", "چنین پرونده‌ای نیست.", "There is no such case."),
    ("back", "بازگشت به پرونده‌ها", "Back to the cases"),
    ("skip", "رفتن به محتوا", "Skip to the content"),
    ("more", "کارهای دیگر", "More"),
    ("language", "English", "فارسی"),
    ("as_mail", "نمایش ایمیل", "Show as mail"),
    ("machine_decided", "برداشت پاسخ‌گوی خودکار", "What the machine made of it"),
    ("best_intent", "نزدیک‌ترین موضوع", "likeliest topic"),
    ("did_answered", "پاسخ داد", "answered"),
    ("did_clarified", "پرسید کدام", "asked which"),
    ("did_filed", "پرونده ساخت", "filed it"),
    ("did_appended", "به پرونده افزود", "added it to the case"),
    ("did_commanded", "دستور را انجام داد", "did as told"),
    ("did_ignored", "پاسخ نداد", "said nothing"),
    ("did_quarantined", "کنار گذاشت", "set it aside"),
    ("preview", "آنچه مشتری می‌بیند", "As the customer will see it"),
    ("snooze", "یک ساعت بعد", "Later, in an hour"),
    ("others", "پرونده‌های دیگر این مشتری", "Other cases of this customer"),
    ("call", "تماس با مشتری", "Call the customer"),
    ("slot", "زمان تماس، مانند ۱۴۰۵-۰۹-۲۰ ۹-۱۲", "Time of the call, like 2026-12-11 9-12"),
    ("schedule", "قرار تماس", "Agree on it"),
    ("called", "تماس گرفتم", "I called"),
    ("no_answer", "جواب نداد", "No answer"),
    ("assess", "سنجیدن شدت", "Assess"),
    (
        "assess_hint",
        "هر عامل از ۰ (نیست) تا ۳ (سخت)؛ شدت از همین‌ها حساب می‌شود.",
        "Each factor from 0 (none) to 3 (grave); together they make the severity.",
    ),
    ("factor_safety", "ایمنی یا سلامت", "Safety or health"),
    ("factor_money", "پول در برابر ارزش سفارش", "Money against the order's value"),
    ("factor_privacy", "حریم خصوصی یا امنیت", "Privacy or security"),
    ("factor_legal", "قانون یا مرجع بیرونی", "Law or an outside body"),
    ("factor_waiting", "چقدر منتظر مانده", "How long they have waited"),
    ("factor_spread", "یک مشتری یا بسیاری", "One customer or many"),
    ("factor_vulnerability", "چقدر به آن وابسته است", "How much they depend on it"),
    ("category", "دسته", "Category"),
    ("complexity", "پیچیدگی", "Complexity"),
    ("immediate", "همین حالا کاری شدنی است", "Something can be done at once"),
    ("recurring", "پیش‌تر هم رخ داده", "It has happened before"),
    ("lower_reason", "اگر شدت پایین می‌آید، چرا", "If it is less severe than taken for: why"),
    ("value", "ارزش جبران، به ریال یا واحد خودتان", "Worth of the remedy, in your currency"),
    (
        "prevention",
        "چه می‌کنیم که تکرار نشود (مشتری می‌خواند)",
        "What keeps it from happening again (the customer reads it)",
    ),
    ("alternative", "به‌جای آنچه خواسته، چه پیشنهاد می‌شود", "What is offered instead of what was asked for"),
    ("second_reader", "خوانندهٔ دوم (شدت ۱ و ۲)", "Second reader (severity 1 and 2)"),
    ("approver", "تأییدکننده (بالای سقف)", "Approver (above the limit)"),
    ("said_elsewhere", "مشتری نظرش را جای دیگری گفته", "The customer said elsewhere what they think"),
    ("their_words", "گفتهٔ خودش", "Their own words"),
    ("accepted", "پذیرفت", "Accepts"),
    ("refused", "نپذیرفت", "Refuses"),
    ("root_cause", "علت و اصلاح", "Cause and correction"),
    ("cause", "علت ریشه‌ای", "Root cause"),
    ("recurrence", "تکرار", "Recurrence"),
    ("root_cause_save", "ثبت علت", "Save the cause"),
    ("corrective", "اقدام اصلاحی", "Corrective action"),
    ("corrective_save", "ثبت اقدام", "Save the action"),
    ("until_date", "تا تاریخ", "By"),
    ("field", "چه چیزی", "What"),
    ("field_text", "متن", "Text"),
    ("note_save_short", "ثبت", "Save"),
    ("set_severity", "تعیین شدت", "Set the severity"),
    ("reason", "دلیل", "Reason"),
    ("external", "سپرده به مرجع بیرونی", "An outside body has it"),
    ("external_body", "نام مرجع بیرونی", "Name of the outside body"),
    ("reference", "شمارهٔ آنجا", "Their number"),
    ("external_ended", "پایان کار مرجع بیرونی", "The outside body has ended it"),
    ("result", "نتیجه", "Result"),
    ("withdraw", "مشتری پس گرفت", "The customer takes it back"),
    ("withdraw_words", "گفتهٔ مشتری برای پس گرفتن", "The customer's words on taking it back"),
    ("void", "پرونده نیست", "It is no case"),
    ("outcome", "نتیجه", "Outcome"),
    ("field_complainant", "شاکی", "Complainant"),
    ("field_organisation", "سازمان", "Organisation"),
    ("field_phone", "تلفن", "Phone"),
    ("field_representative", "نماینده", "Representative"),
    ("field_order_no", "شمارهٔ سفارش", "Order number"),
    ("field_product", "کالا", "Product"),
    ("field_seller", "فروشنده", "Seller"),
    ("field_amount", "مبلغ", "Amount"),
    ("field_occurred_at", "زمان رخداد", "When it happened"),
    ("field_description", "شرح", "Description"),
    ("field_remedy_requested", "خواستهٔ مشتری", "Remedy wanted"),
    ("field_expectation", "انتظار", "Expectation"),
    ("field_staff_concerned", "همکاری که شکایت از اوست", "Staff concerned"),
    ("field_referred_by", "معرف", "Referred by"),
    ("field_customer_no", "شمارهٔ مشتری", "Customer number"),
    ("field_slot", "زمان تماس", "Time of the call"),
    ("here_viewing", "{} هم این پرونده را می‌بیند.", "{} is looking at this case, too."),
    ("here_writing", "{} دارد می‌نویسد…", "{} is writing…"),
    ("kind_complaint", "شکایت", "complaint"),
    ("kind_question", "پرسش", "question"),
    ("kind_request", "درخواست", "request"),
    ("kind_suggestion", "پیشنهاد", "suggestion"),
    ("kind_criticism", "انتقاد", "criticism"),
    ("kind_callback", "درخواست تماس", "call-back"),
    ("event_filed", "ثبت شد", "filed"),
    ("event_note", "یادداشت", "a note"),
    ("event_inquired", "از مشتری چیزی پرسیده شد", "the customer was asked for a detail"),
    ("event_filled", "فرم پر شد", "the form was filled in"),
    ("event_assessed", "ارزیابی شد", "assessed"),
    ("event_noticed", "نشانه‌ای دیده شد", "a sign was noticed"),
    ("event_severity_set", "شدت تعیین شد", "the severity was set"),
    ("event_escalated", "به بالاتر رفت", "escalated"),
    ("event_asked", "پرسش از مشتری", "the customer was asked"),
    ("event_reminded", "یادآوری شد", "reminded"),
    ("event_decided", "تصمیم گرفته شد", "decided"),
    ("event_accepted", "مشتری پذیرفت", "accepted"),
    ("event_refused", "مشتری نپذیرفت", "refused"),
    ("event_assumed", "پاسخی نیامد", "no answer came"),
    ("event_outside_told", "مراجع بیرونی گفته شد", "told where else to go"),
    ("event_remedy_done", "جبران انجام شد", "the remedy is done"),
    ("event_root_cause", "علت ریشه‌ای", "root cause"),
    ("event_corrective_action", "اقدام اصلاحی", "corrective action"),
    ("event_external_opened", "نزد مرجع بیرونی", "at an outside body"),
    ("event_external_ended", "پایان کار مرجع بیرونی", "the outside body has ended"),
    ("event_released", "بی‌مسئول شد", "released"),
    ("event_reopened", "دوباره باز شد", "reopened"),
    ("event_merged_into", "با پروندهٔ دیگری یکی شد", "merged into another case"),
    ("event_absorbed", "پروندهٔ دیگری به این پیوست", "another case goes on here"),
    ("event_told_apart", "موضوع دیگری شناخته شد", "told apart from another case"),
    ("event_voided", "کنار گذاشته شد", "voided"),
    ("event_withdrawn", "پس گرفته شد", "withdrawn"),
    ("event_called", "تماس گرفته شد", "called"),
    ("event_delay_told", "دیرکرد به مشتری گفته شد", "told of a delay"),
    ("event_survey_sent", "نظرسنجی فرستاده شد", "survey sent"),
    ("event_survey", "پاسخ نظرسنجی", "survey answered"),
    ("event_follow_up", "باید از مشتری دلجویی شود", "somebody is to look after the customer"),
    ("event_followed_up", "از مشتری دلجویی شد", "looked after"),
    ("event_closed_as", "بسته شد", "closed"),
    ("assigned_to", "سپرده شد به", "given to"),
    ("channel_email", "ایمیل", "e-mail"),
    ("channel_telegram", "پیام‌رسان", "messenger"),
    ("channel_chat", "گفتگوی زنده", "live chat"),
];

pub type Table = BTreeMap<&'static str, &'static str>;

pub fn of(language: Language) -> Table {
    WORDS.iter().map(|(key, fa, en)| (*key, in_language(language, fa, en))).collect()
}

/// A word by its key; the key itself where there is none.
pub fn word(language: Language, key: &str) -> String {
    find(language, key).unwrap_or(key).to_owned()
}

fn find(language: Language, key: &str) -> Option<&'static str> {
    WORDS.iter().find(|(name, _, _)| *name == key).map(|(_, fa, en)| in_language(language, fa, en))
}

fn in_language(language: Language, fa: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Fa => fa,
        Language::En => en,
    }
}

/// A line of a case's history, for people.
pub fn event(language: Language, what: &str) -> String {
    let (name, value) = what.split_once(':').unwrap_or((what, ""));
    let state = || ComplaintState::from_name(value).map(|state| wording::stage(state, language).to_owned());
    match name {
        "state" => state().unwrap_or_else(|| value.to_owned()),
        "assigned" => format!("{} {}", word(language, "assigned_to"), isolate(value)),
        "kind" => word(language, &format!("kind_{value}")),
        "intent" => format!("{}: {}", word(language, "topic"), isolate(value)),
        name => {
            find(language, &format!("event_{name}")).map_or_else(|| what.replace('_', " "), str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_one_key_and_two_languages() {
        assert_eq!(of(Language::Fa).len(), WORDS.len());
        for (key, fa, en) in WORDS {
            assert!(!fa.is_empty() && !en.is_empty(), "{key}");
            if *key != "language" {
                assert!(fa.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "{key}: {fa}");
            }
        }
    }
}
