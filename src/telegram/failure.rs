//! What the answer to a call means.
//!
//! The status and body of an answer come in, or the error of the line; out
//! comes the result, or one of few meanings, on which inbox and outbox decide,
//! and a sentence for people.
//!
//! Invariant: nothing of a customer's text is in the sentence. Secrets are
//! taken out by the connection, which alone knows them.

use std::error::Error;

use reqwest::StatusCode;
use serde_json::Value;

/// The meaning of a failed call.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// The request never left: no connection, no name, no proxy.
    NotSent,
    /// The line went dead after the request was given; it may have been carried out.
    Cut,
    /// 429: too much; `after` in seconds, when the server says how long to wait.
    Flood { after: Option<u32> },
    /// The group has a new number.
    Moved(i64),
    /// 403: this chat does not want us, or is gone.
    Forbidden,
    /// 400 and 413: it will never be accepted as it is.
    Rejected,
    /// 401 and 404: the token is wrong. The message is not to blame.
    Token,
    /// 409: somebody else polls this bot, or a webhook is set.
    Conflict,
    /// Nobody is there but a proxy: 502, 503, 504, or a page that is not Telegram's.
    Down,
    /// The server could not do this one thing: 500, or a new sort of error.
    Server,
    /// Something like the result of getUpdates that is no JSON that can be read.
    Unreadable(Box<str>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub meaning: Meaning,
    /// One line for people.
    pub what: String,
}

impl Failure {
    pub fn new(meaning: Meaning, what: impl Into<String>) -> Failure {
        Failure { meaning, what: what.into() }
    }

    /// The line's fault. The address, which holds the token, is left out.
    pub fn of_line(error: reqwest::Error) -> Failure {
        let never_left = error.is_connect() || error.is_builder();
        let meaning = if never_left { Meaning::NotSent } else { Meaning::Cut };
        Failure::new(meaning, with_causes(&error.without_url()))
    }
}

/// The library's message is only the outermost; the reason lies below.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.to_string();
        if !text.contains(&inner) {
            text = format!("{text}: {inner}");
        }
        cause = error.source();
    }
    text
}

/// The result that an answer carries. Bot API, "Making requests": an object with `ok`, and
/// `result` or else `description`, `error_code` and perhaps `parameters`.
pub fn result(status: StatusCode, body: &str) -> Result<Value, Failure> {
    let Ok(mut answer) = serde_json::from_str::<Value>(body) else { return Err(no_json(status, body)) };
    match answer.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(answer.get_mut("result").map(Value::take).unwrap_or_default()),
        Some(false) => Err(refusal(status, &answer)),
        None => Err(Failure::new(Meaning::Down, format!("the answer ({status}) is not Telegram's"))),
    }
}

fn refusal(status: StatusCode, answer: &Value) -> Failure {
    let parameter = |name: &str| answer.pointer(&format!("/parameters/{name}")).and_then(Value::as_i64);
    if let Some(chat) = parameter("migrate_to_chat_id") {
        return Failure::new(Meaning::Moved(chat), format!("the group has become {chat}"));
    }
    if let Some(after) = parameter("retry_after").and_then(|after| u32::try_from(after).ok()) {
        let what = format!("too many requests, again in {after} s");
        return Failure::new(Meaning::Flood { after: Some(after) }, what);
    }
    let code = answer.get("error_code").and_then(Value::as_u64).unwrap_or(status.as_u16().into());
    let description = answer.get("description").and_then(Value::as_str).unwrap_or("an error without a word");
    match meaning(code, description) {
        Meaning::Token => Failure::new(Meaning::Token, format!("Invalid bot token ({description})")),
        meaning => Failure::new(meaning, description.chars().take(300).collect::<String>()),
    }
}

fn meaning(code: u64, description: &str) -> Meaning {
    match code {
        // Only these two words are about the token; what has more to say is about one chat.
        401 | 404 if matches!(description, "Unauthorized" | "Not Found") => Meaning::Token,
        401 | 403 => Meaning::Forbidden,
        400 | 413 => Meaning::Rejected,
        409 => Meaning::Conflict,
        429 => Meaning::Flood { after: None },
        502..=504 => Meaning::Down,
        _ => Meaning::Server,
    }
}

fn no_json(status: StatusCode, body: &str) -> Failure {
    if status.is_success() && body.contains("\"update_id\"") {
        return Failure::new(Meaning::Unreadable(body.into()), "the updates are no readable JSON");
    }
    let what = format!("the server answered {status} with something else than JSON, as when it is down");
    Failure::new(Meaning::Down, what)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meaning_of(status: u16, body: &str) -> Meaning {
        result(StatusCode::from_u16(status).unwrap(), body).unwrap_err().meaning
    }

    fn refused(code: u16, description: &str) -> Meaning {
        let body = json!({"ok": false, "error_code": code, "description": description});
        meaning_of(code, &body.to_string())
    }

    #[test]
    fn errors_are_told_apart_by_their_codes() {
        assert_eq!(refused(403, "Forbidden: bot was blocked by the user"), Meaning::Forbidden);
        assert_eq!(refused(401, "Unauthorized: the user is deactivated"), Meaning::Forbidden);
        assert_eq!(refused(400, "Bad Request: PEER_ID_INVALID"), Meaning::Rejected);
        assert_eq!(refused(413, "Request Entity Too Large"), Meaning::Rejected);
        assert_eq!(refused(409, "Conflict: something new"), Meaning::Conflict);
        assert_eq!(refused(429, "Too Many Requests: slow down"), Meaning::Flood { after: None });
        assert_eq!(refused(500, "Internal Server Error"), Meaning::Server);
        assert_eq!(refused(502, "Bad Gateway"), Meaning::Down);
    }

    #[test]
    fn one_missing_chat_is_not_taken_for_a_wrong_token() {
        assert_eq!(refused(401, "Unauthorized"), Meaning::Token);
        assert_eq!(refused(404, "Not Found"), Meaning::Token);
        assert_eq!(refused(404, "Not Found: no such chat"), Meaning::Server);
    }

    #[test]
    fn what_the_server_asks_for_goes_before_its_code() {
        let moved = r#"{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-1009000000000}}"#;
        assert_eq!(meaning_of(400, moved), Meaning::Moved(-1_009_000_000_000));
        let flood = r#"{"ok":false,"error_code":429,"parameters":{"retry_after":7}}"#;
        assert_eq!(meaning_of(429, flood), Meaning::Flood { after: Some(7) });
        let odd = r#"{"ok":false,"error_code":429,"parameters":{"retry_after":-1}}"#;
        assert_eq!(meaning_of(429, odd), Meaning::Flood { after: None });
    }

    #[test]
    fn an_answer_without_a_code_is_judged_by_its_status() {
        assert_eq!(meaning_of(403, r#"{"ok":false,"description":"no"}"#), Meaning::Forbidden);
        assert_eq!(meaning_of(503, r#"{"ok":false}"#), Meaning::Down);
    }

    #[test]
    fn a_page_that_is_not_telegrams_is_an_outage() {
        for body in ["<html>502 Bad Gateway</html>", "", "[]", "{}", r#"{"ok":"maybe"}"#] {
            assert_eq!(meaning_of(502, body), Meaning::Down, "{body}");
            assert_eq!(meaning_of(200, body), Meaning::Down, "{body}");
        }
    }

    #[test]
    fn updates_that_are_no_json_are_kept_as_they_came() {
        let poison = r#"{"ok":true,"result":[{"update_id":7,"x":"\ud800"}]}"#;
        assert_eq!(meaning_of(200, poison), Meaning::Unreadable(poison.into()));
        assert_eq!(meaning_of(502, poison), Meaning::Down);
    }

    #[test]
    fn a_result_of_any_shape_is_a_result() {
        let of = |body: &str| result(StatusCode::OK, body).unwrap();
        assert_eq!(of(r#"{"ok":true,"result":{"message_id":5,"chat":"odd"}}"#)["message_id"], 5);
        assert_eq!(of(r#"{"ok":true}"#), Value::Null);
    }
}
