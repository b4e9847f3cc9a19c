//! Why a request is not served, in the words of both languages.
//!
//! A script reads the code and the status, a person reads the sentence.
//!
//! Invariant: no refusal tells anything about another session or about the
//! inside of the program.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::body::{FILE_BYTES, FILES, TEXT_CHARS};
use crate::domain::message::Language;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Neither a text nor a file nor a button.
    Empty,
    TextTooLong,
    TooManyFiles,
    FileTooLarge,
    BodyTooLarge,
    /// The session writes too fast; it may again after this time.
    TooManyMessages {
        seconds: u64,
    },
    /// A button that nobody offered.
    UnknownButton,
    BadNonce,
    /// The body is not what its content type says, or a query parameter is no number.
    Malformed,
    UnknownContentType,
    /// Another site sent the browser here.
    ForeignOrigin,
    /// The API was called without a session token.
    NoSession,
    NoSuchFile,
    NotFound,
    /// More uploads or streams are open than this daemon serves at once.
    Busy,
    /// The store did not take it or did not answer.
    Unavailable,
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Empty => "empty",
            Refusal::TextTooLong => "text_too_long",
            Refusal::TooManyFiles => "too_many_files",
            Refusal::FileTooLarge => "file_too_large",
            Refusal::BodyTooLarge => "body_too_large",
            Refusal::TooManyMessages { .. } => "too_many_messages",
            Refusal::UnknownButton => "unknown_button",
            Refusal::BadNonce => "bad_nonce",
            Refusal::Malformed => "malformed",
            Refusal::UnknownContentType => "unknown_content_type",
            Refusal::ForeignOrigin => "foreign_origin",
            Refusal::NoSession => "no_session",
            Refusal::NoSuchFile => "no_such_file",
            Refusal::NotFound => "not_found",
            Refusal::Busy => "busy",
            Refusal::Unavailable => "unavailable",
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            Refusal::Empty | Refusal::UnknownButton | Refusal::BadNonce | Refusal::Malformed => {
                StatusCode::BAD_REQUEST
            }
            Refusal::TextTooLong | Refusal::TooManyFiles | Refusal::FileTooLarge | Refusal::BodyTooLarge => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Refusal::TooManyMessages { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refusal::UnknownContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::ForeignOrigin => StatusCode::FORBIDDEN,
            Refusal::NoSession => StatusCode::UNAUTHORIZED,
            Refusal::NoSuchFile | Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::Busy | Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub fn sentence(self, language: Language) -> String {
        match language {
            Language::Fa => self.persian(),
            Language::En => self.english(),
        }
    }

    fn persian(self) -> String {
        match self {
            Refusal::Empty => "پیام خالی است؛ چیزی بنویسید یا فایلی بفرستید.".to_owned(),
            Refusal::TextTooLong => {
                format!("پیام خیلی بلند است؛ حداکثر {} نویسه جا دارد.", persian_digits(TEXT_CHARS))
            }
            Refusal::TooManyFiles => {
                format!("با هر پیام حداکثر {} فایل می‌توانید بفرستید.", persian_digits(FILES))
            }
            Refusal::FileTooLarge => format!(
                "فایل خیلی بزرگ است؛ هر فایل حداکثر {} مگابایت باشد.",
                persian_digits(FILE_BYTES / 1_048_576)
            ),
            Refusal::BodyTooLarge => "پیام و فایل‌هایش روی هم خیلی بزرگ‌اند.".to_owned(),
            Refusal::TooManyMessages { seconds } => format!(
                "پیام‌ها پشت سر هم زیاد شدند؛ لطفاً {} ثانیهٔ دیگر دوباره بفرستید.",
                persian_digits(usize::try_from(seconds).unwrap_or(60))
            ),
            Refusal::UnknownButton => "این دکمه شناخته نشد؛ لطفاً خواستهٔ خود را بنویسید.".to_owned(),
            Refusal::BadNonce | Refusal::Malformed | Refusal::UnknownContentType => {
                "این درخواست درست به ما نرسید؛ لطفاً صفحه را تازه کنید و دوباره بفرستید.".to_owned()
            }
            Refusal::ForeignOrigin => "این درخواست از صفحهٔ گفت‌وگوی ما نیامده است.".to_owned(),
            Refusal::NoSession => "این درخواست نشانهٔ گفت‌وگو ندارد.".to_owned(),
            Refusal::NoSuchFile => "این فایل پیدا نشد.".to_owned(),
            Refusal::NotFound => "این صفحه پیدا نشد.".to_owned(),
            Refusal::Busy => "الان درخواست‌ها زیادند؛ لطفاً کمی بعد دوباره بفرستید.".to_owned(),
            Refusal::Unavailable => {
                "الان نتوانستیم این کار را انجام دهیم؛ لطفاً کمی بعد دوباره بفرستید.".to_owned()
            }
        }
    }

    fn english(self) -> String {
        match self {
            Refusal::Empty => "The message is empty: write something or send a file.".to_owned(),
            Refusal::TextTooLong => {
                format!("The message is too long: there is room for {TEXT_CHARS} characters.")
            }
            Refusal::TooManyFiles => format!("You can send at most {FILES} files with one message."),
            Refusal::FileTooLarge => {
                format!("The file is too large: each may have up to {} MB.", FILE_BYTES / 1_048_576)
            }
            Refusal::BodyTooLarge => "The message and its files are too large together.".to_owned(),
            Refusal::TooManyMessages { seconds } => {
                format!("That was a lot of messages: please send it again in {seconds} seconds.")
            }
            Refusal::UnknownButton => "That button is not known: please write what you need.".to_owned(),
            Refusal::BadNonce => {
                "The nonce must be 1 to 64 letters, digits, dots, dashes or underscores.".to_owned()
            }
            Refusal::Malformed => "The request could not be read.".to_owned(),
            Refusal::UnknownContentType => {
                "Send application/json, multipart/form-data or application/x-www-form-urlencoded.".to_owned()
            }
            Refusal::ForeignOrigin => "This request did not come from our own chat page.".to_owned(),
            Refusal::NoSession => {
                "Send Authorization: Bearer with the token that POST /api/v1/chat/sessions gave.".to_owned()
            }
            Refusal::NoSuchFile => "There is no such file in this chat.".to_owned(),
            Refusal::NotFound => "There is nothing at this address.".to_owned(),
            Refusal::Busy => "Too much is going on right now: please try again in a moment.".to_owned(),
            Refusal::Unavailable => "That did not work just now: please try again in a moment.".to_owned(),
        }
    }

    /// Status and headers of the refusal around any body.
    pub fn around(self, body: impl IntoResponse) -> Response {
        let mut response = (self.status(), body).into_response();
        if let Refusal::TooManyMessages { seconds } = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self == Refusal::NoSession {
            // RFC 7235 §4.1: a 401 says which scheme it wants.
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.around(axum::Json(json!({
            "error": self.code(),
            "message": { "fa": self.persian(), "en": self.english() },
        })))
    }
}

/// A number in Persian digits.
pub fn persian_digits(number: usize) -> String {
    number.to_string().chars().map(persian_digit).collect()
}

/// One digit in Persian, anything else as it is.
pub fn persian_digit(c: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32('۰' as u32 + digit)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_told_in_both_languages() {
        insta::assert_snapshot!(Refusal::TextTooLong.sentence(Language::Fa), @"پیام خیلی بلند است؛ حداکثر ۲۰۰۰۰ نویسه جا دارد.");
        insta::assert_snapshot!(Refusal::FileTooLarge.sentence(Language::Fa), @"فایل خیلی بزرگ است؛ هر فایل حداکثر ۱۰ مگابایت باشد.");
        insta::assert_snapshot!(Refusal::FileTooLarge.sentence(Language::En), @"The file is too large: each may have up to 10 MB.");
        insta::assert_snapshot!(Refusal::TooManyMessages { seconds: 3 }.sentence(Language::Fa), @"پیام‌ها پشت سر هم زیاد شدند؛ لطفاً ۳ ثانیهٔ دیگر دوباره بفرستید.");
    }

    #[test]
    fn a_refusal_for_speed_says_when_to_come_back() {
        let response = Refusal::TooManyMessages { seconds: 3 }.into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
    }
}
