//! The few words that are made here and not by an owner: stages and their like.

use jiff::Timestamp;

use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::lists::Remedy;
use crate::domain::complaint::{Closing, Complaint, ComplaintState};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::decide::command::Command;
use crate::domain::message::{Channel, Language};
use crate::domain::text::to_persian_digits;

pub fn stage(state: ComplaintState, language: Language) -> &'static str {
    let (fa, en) = match state {
        ComplaintState::Received => ("دریافت شد", "received"),
        ComplaintState::Acknowledged => {
            ("ثبت شد و در نوبت بررسی است", "acknowledged, waiting for a colleague")
        }
        ComplaintState::Assessed => ("ارزیابی شد و بررسی آغاز می‌شود", "assessed, about to be looked into"),
        ComplaintState::Investigating => ("در حال بررسی", "being looked into"),
        ComplaintState::WaitingCustomer => ("منتظر پاسخ شما", "waiting for your answer"),
        ComplaintState::Decided => {
            ("نتیجه اعلام شد؛ منتظر نظر شما", "decided, waiting for what you say to it")
        }
        ComplaintState::Remedy => ("در حال انجام راه‌حل", "the remedy is being carried out"),
        ComplaintState::External => ("در مرجع بیرونی در حال رسیدگی است", "with an outside body"),
        ComplaintState::Reviewed => ("خوانده و بررسی شد", "read and considered"),
        ComplaintState::Scheduled => ("زمان تماس تعیین شد", "a time for the call is set"),
        ComplaintState::Closed => ("بسته شد", "closed"),
        ComplaintState::Merged => ("با پروندهٔ دیگر شما یکی شد", "joined with another case of yours"),
        ComplaintState::Withdrawn => ("به خواست شما پس گرفته شد", "withdrawn as you asked"),
        ComplaintState::Void => ("بسته شد", "closed"),
    };
    match language {
        Language::Fa => fa,
        Language::En => en,
    }
}

/// «۲ از ۵», "2 of 5": received, acknowledged, in hand, decided, over.
pub fn step(state: ComplaintState, language: Language) -> String {
    let position = match state {
        ComplaintState::Received => 1,
        ComplaintState::Acknowledged | ComplaintState::Assessed => 2,
        ComplaintState::Investigating
        | ComplaintState::WaitingCustomer
        | ComplaintState::Reviewed
        | ComplaintState::Scheduled => 3,
        ComplaintState::Decided | ComplaintState::Remedy | ComplaintState::External => 4,
        ComplaintState::Closed
        | ComplaintState::Merged
        | ComplaintState::Withdrawn
        | ComplaintState::Void => 5,
    };
    match language {
        Language::Fa => to_persian_digits(&format!("{position} از 5")),
        Language::En => format!("{position} of 5"),
    }
}

/// Who answers from now on, by the level that is responsible.
pub fn role(authority: Authority, language: Language) -> &'static str {
    let (fa, en) = match authority {
        Authority::Machine | Authority::Agent => ("همکار دیگری", "another colleague"),
        Authority::Lead => ("سرپرست بخش", "the head of the department"),
        Authority::Manager => ("مسئول رسیدگی به شکایت‌ها", "our complaints manager"),
        Authority::Owner | Authority::Outside => ("مدیر فروشگاه", "the owner of the business"),
    };
    match language {
        Language::Fa => fa,
        Language::En => en,
    }
}

/// How a case ended, in a few words.
pub fn outcome(closing: Closing, language: Language) -> &'static str {
    let (fa, en) = match closing {
        Closing::ResolvedAccepted => {
            ("نتیجه را پذیرفتید و انجام شد", "you accepted the outcome, and it is done")
        }
        Closing::AssumedAccepted => {
            ("پاسخ ما را گرفتید و مخالفتی نشنیدیم", "you have our answer, and we heard no objection")
        }
        Closing::RejectedFinal => ("تصمیم نهایی ما تغییری نکرد", "our final decision stands"),
        Closing::NoReply => ("به پرسش ما پاسخی نرسید", "we had no answer to our question"),
        Closing::Withdrawn => ("به خواست شما پس گرفته شد", "withdrawn as you asked"),
        Closing::External => ("مرجع بیرونی به آن پایان داد", "settled by an outside body"),
        Closing::Merged => ("در پروندهٔ دیگری ادامه دارد", "it goes on in another case"),
        Closing::Void | Closing::Done => ("رسیدگی شد", "it has been taken care of"),
        Closing::Adopted => ("پیشنهادتان را به کار می‌بندیم", "we'll do what you suggested"),
        Closing::Declined => {
            ("بررسی شد و این بار انجام نمی‌شود", "we considered it and won't do it this time")
        }
        Closing::Forwarded => ("برای بخش مربوط فرستاده شد", "passed on to the department concerned"),
        Closing::Called => ("با شما صحبت کردیم", "we've spoken to you"),
        Closing::NoAnswer => ("سه بار تماس گرفتیم و پاسخی نبود", "we called three times without an answer"),
    };
    match language {
        Language::Fa => fa,
        Language::En => en,
    }
}

/// What a customer may want, in the customer's words; the titles of [`Remedy`] are in ours.
pub fn wanted(remedy: Remedy, language: Language) -> &'static str {
    let (fa, en) = match remedy {
        Remedy::Deliver => ("ارسال کالا", "Send it"),
        Remedy::Replace => ("تعویض", "Replace it"),
        Remedy::Repair => ("تعمیر", "Repair it"),
        Remedy::RefundFull => ("بازگشت وجه", "Refund"),
        other => (other.title(Language::Fa), other.title(Language::En)),
    };
    match language {
        Language::Fa => fa,
        Language::En => en,
    }
}

/// A score in words, where no button can be tapped.
pub fn score(score: u8, language: Language) -> &'static str {
    let (fa, en) = match score {
        1 => ("خیلی ناراضی", "very unhappy"),
        2 => ("ناراضی", "unhappy"),
        3 => ("نه راضی و نه ناراضی", "neither happy nor unhappy"),
        4 => ("راضی", "happy"),
        _ => ("خیلی راضی", "very happy"),
    };
    match language {
        Language::Fa => fa,
        Language::En => en,
    }
}

pub fn team(language: Language) -> &'static str {
    match language {
        Language::Fa => "تیم پشتیبانی",
        Language::En => "our support team",
    }
}

/// What was said about the matter: asking where it stands, and being told, changes nothing about it.
fn about_the_matter(conversation: &Conversation) -> impl DoubleEndedIterator<Item = &Entry> {
    let asks = |entry: &Entry| {
        entry.by == Speaker::Customer && matches!(Command::parse(&entry.text), Some(Command::Status(_)))
    };
    let before = std::iter::once(None).chain(conversation.entries.iter().map(Some));
    let told: Vec<&Entry> = conversation
        .entries
        .iter()
        .zip(before)
        .filter(|(entry, before)| {
            let tells = entry.by == Speaker::Machine && before.is_some_and(asks);
            !tells && !asks(entry)
        })
        .map(|(entry, _)| entry)
        .collect();
    told.into_iter()
}

/// When something last happened to the complaint.
pub fn updated(conversation: &Conversation, complaint: &Complaint) -> Timestamp {
    let said = about_the_matter(conversation).next_back().map_or(conversation.opened_at, |entry| entry.at);
    said.max(complaint.updated_at)
}

/// What the customer could see happen last.
pub fn last_action(conversation: &Conversation, complaint: &Complaint, language: Language) -> &'static str {
    let staff_wrote = about_the_matter(conversation).rev().find(|entry| entry.by != Speaker::Machine);
    let by_staff = staff_wrote.is_some_and(|entry| matches!(entry.by, Speaker::Staff(_)));
    let assigned = complaint.owner.is_some();
    match (by_staff, assigned, language) {
        (true, _, Language::Fa) => "همکار ما برایتان نوشت",
        (true, _, Language::En) => "a colleague wrote to you",
        (false, true, Language::Fa) => "به همکار ما سپرده شد",
        (false, true, Language::En) => "it was given to a colleague",
        (false, false, Language::Fa) => "پیام شما ثبت شد",
        (false, false, Language::En) => "your message was recorded",
    }
}

/// How a message of ours went.
pub fn way(channel: Channel, language: Language) -> &'static str {
    match (channel, language) {
        (Channel::Email, Language::Fa) => "با ایمیل",
        (Channel::Email, Language::En) => "by e-mail",
        (Channel::Telegram, Language::Fa) => "در پیام‌رسان",
        (Channel::Telegram, Language::En) => "by messenger",
        (Channel::Chat, Language::Fa) => "در گفتگوی زنده",
        (Channel::Chat, Language::En) => "in the live chat",
        (Channel::Phone, Language::Fa) => "با پیامک",
        (Channel::Phone, Language::En) => "by text message",
    }
}

/// Who wrote a message of ours.
pub fn writer(by_person: bool, language: Language) -> &'static str {
    match (by_person, language) {
        (true, Language::Fa) => "یکی از همکاران ما",
        (true, Language::En) => "one of our team",
        (false, Language::Fa) => "پاسخ‌گوی خودکار ما",
        (false, Language::En) => "our automatic responder",
    }
}

pub fn yes(language: Language) -> &'static str {
    match language {
        Language::Fa => "بله",
        Language::En => "yes",
    }
}

pub fn number(n: i64, language: Language) -> String {
    match language {
        Language::Fa => to_persian_digits(&n.to_string()),
        Language::En => n.to_string(),
    }
}
