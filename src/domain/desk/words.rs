//! Refusals in the words of the reader: at the desk, where no commands are typed.
//!
//! The command line has the sentences of `Display`, which name commands; a
//! page shows what is possible itself.

use crate::domain::alert::kind_title;
use crate::domain::complaint::moves::Why;
use crate::domain::decide::wording;
use crate::domain::desk::Refusal;
use crate::domain::message::Language;
use crate::domain::text::{dates, isolate, to_persian_digits};

impl Refusal {
    /// For a page in this language.
    pub fn told(&self, language: Language) -> String {
        match (self, language) {
            (Refusal::Process(refusal), Language::En) => refusal.why.to_string(),
            (Refusal::Process(refusal), Language::Fa) => why(&refusal.why),
            (Refusal::Closed(code), Language::En) => format!("{code} is closed. Reopen it first."),
            (Refusal::NothingSuggested(code), Language::En) => format!("Nothing is suggested for {code}."),
            (refusal, Language::En) => refusal.to_string(),
            (Refusal::NotFiled, Language::Fa) => "برای این گفتگو پرونده‌ای ثبت نشده است.".to_owned(),
            (Refusal::Closed(code), Language::Fa) => {
                format!("پروندهٔ {} بسته است؛ نخست آن را دوباره باز کنید.", isolate(code))
            }
            (Refusal::Open(code), Language::Fa) => format!("پروندهٔ {} باز است.", isolate(code)),
            (Refusal::Empty, Language::Fa) => "متنی نوشته نشده است.".to_owned(),
            (Refusal::NothingSuggested(code), Language::Fa) => {
                format!("برای پروندهٔ {} پاسخی پیشنهاد نشده است.", isolate(code))
            }
            (Refusal::WaitsTooLong(date), Language::Fa) => format!(
                "منتظر مشتری تا {} می‌شود ماند؛ تاریخ نزدیک‌تری بنویسید.",
                dates::write_date(*date, Language::Fa)
            ),
            (Refusal::NothingToSet, Language::Fa) => {
                "بگویید چه چیزی درست شود: موضوع، نوع یا هر دو.".to_owned()
            }
            (Refusal::NoSuchIntent { name, .. }, Language::Fa) => {
                format!("موضوعی با نام {} نیست.", isolate(name))
            }
            (Refusal::NoMoreSnooze, Language::Fa) => {
                "این مهلت در جریان نیست یا گذشته است؛ دیگر نمی‌شود عقبش انداخت.".to_owned()
            }
            (Refusal::SnoozedTwice, Language::Fa) => "هشدار این مهلت دو بار عقب افتاده است.".to_owned(),
        }
    }
}

/// What must be written, or who must be another person, as the English sentences name it.
fn thing(name: &str) -> &str {
    match name {
        "question" => "پرسش",
        "reasons" => "دلیل‌ها",
        "proof" | "proof of the remedy" => "مدرک جبران",
        "reason" => "دلیل",
        "root cause" => "علت ریشه‌ای",
        "action" => "اقدام اصلاحی",
        "approver" => "تأییدکننده",
        "second reader" => "خوانندهٔ دوم",
        "outside body" => "مرجع بیرونی",
        "result" => "نتیجه",
        "time of the call" => "زمان تماس",
        "name" => "نام",
        other => other,
    }
}

fn why(why: &Why) -> String {
    let number = |text: String| to_persian_digits(&text);
    match why {
        Why::State(of, state) => format!(
            "با این {} در وضعیت «{}» این کار شدنی نیست.",
            kind_title(*of, Language::Fa),
            wording::stage(*state, Language::Fa)
        ),
        Why::NotThisKind { kind: is, needs } => {
            format!(
                "این پرونده {} است، نه {}؛ اگر درست نیست، نوع آن را درست کنید.",
                kind_title(*is, Language::Fa),
                kind_title(*needs, Language::Fa)
            )
        }
        Why::NotYours => "این را فقط مشتری می‌تواند بگوید؛ گفتهٔ خودش را بنویسید.".to_owned(),
        Why::Concerned(name) => {
            format!("شکایت دربارهٔ {} است؛ همکار دیگری باید رسیدگی کند.", isolate(name))
        }
        Why::Barred(name) => {
            format!("تصمیم پیشین از {} بود؛ همکار دیگری باید بازبینی کند.", isolate(name))
        }
        Why::NotAssessed => "شدت این پرونده بالاست و کسی آن را نسنجیده است؛ نخست بسنجیدش.".to_owned(),
        Why::LowerNeedsReason => "برای پایین آوردن شدت دلیل بنویسید.".to_owned(),
        Why::NoText(what) => format!("«{}» خالی است.", thing(what)),
        Why::NoRemedy => "وقتی حق با مشتری است جبرانی نام ببرید؛ دست‌کم پوزش.".to_owned(),
        Why::NoApprover(limit) => {
            format!("جبران بیش از {} تأییدکننده می‌خواهد.", number(limit.to_string()))
        }
        Why::NoSecondReader => "شدت ۱ و ۲ خوانندهٔ دوم می‌خواهد.".to_owned(),
        Why::SamePerson(what) => format!("{} باید کس دیگری باشد.", thing(what)),
        Why::NoRootCause => "برای شکایت واردشدهٔ شدت ۱ و ۲ نخست علت ریشه‌ای را بنویسید.".to_owned(),
        Why::Unread => "مشتری چیزی نوشته و هنوز کسی پاسخ نداده است.".to_owned(),
        Why::NothingSaid => {
            "به مشتری هنوز چیزی گفته نشده است: پاسخ بدهید، یا اگر پرونده نیست کنارش بگذارید.".to_owned()
        }
        Why::NeedsDecision => "شکایت با تصمیمی بسته می‌شود که به مشتری گفته شده باشد.".to_owned(),
        Why::WaitsForCustomer => {
            "تصمیم به مشتری گفته شده است: پاسخ او یا هفت روز کاری سکوت آن را می‌بندد.".to_owned()
        }
        Why::NeedsNotice => "پایان شکایت همیشه به مشتری گفته می‌شود.".to_owned(),
        Why::Grave => "شدت ۱ خودبه‌خود بسته نمی‌شود و کنار هم گذاشته نمی‌شود.".to_owned(),
        Why::NotReminded => "هنوز به اندازهٔ کافی به مشتری یادآوری نشده است.".to_owned(),
        Why::NotFinal => "این تصمیم نهایی نیست.".to_owned(),
        Why::TooLate(days) => {
            format!("بیش از {} روز از بسته شدنش گذشته است.", number(days.to_string()))
        }
        Why::EndedOutside => "مرجع بیرونی به آن پایان داده است.".to_owned(),
        Why::OtherCustomer => "روشن نیست که هر دو پرونده از یک مشتری باشد.".to_owned(),
        Why::TargetClosed(code) => format!("پروندهٔ {} باز نیست.", isolate(&code.to_string())),
        Why::Itself => "پرونده با خودش یکی نمی‌شود.".to_owned(),
        Why::NoOutcome(_) => "بگویید نتیجه چه شد.".to_owned(),
        Why::WrongOutcome(_) => "این نتیجه برای چنین پرونده‌ای نیست.".to_owned(),
        Why::NoScore(score) => format!("امتیاز {} نیست؛ از ۱ تا ۵ است.", number(score.to_string())),
        Why::Past => "آن زمان گذشته است؛ زمانی در آینده بنویسید.".to_owned(),
        Why::Nothing => "همین حالا هم همین‌طور است.".to_owned(),
    }
}
