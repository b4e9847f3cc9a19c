//! What a failed call to the Bot API means.
//!
//! An error of the client library comes in; out comes one of few meanings,
//! on which inbox and outbox decide, and a sentence for people.
//!
//! Invariant: nothing of a customer's text is in the sentence. Secrets are
//! taken out by the connection, which alone knows them.

use std::error::Error;

use serde_json::Value;
use teloxide::types::ChatId;
use teloxide::{ApiError, RequestError};

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
    Moved(ChatId),
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
    /// The call was carried out, and its result has a shape that the library does not know.
    Done(Value),
    /// Something like the result of getUpdates that is no JSON that can be read.
    Unreadable(Box<str>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub meaning: Meaning,
    /// One line for people.
    pub what: String,
}

impl From<&RequestError> for Failure {
    fn from(error: &RequestError) -> Failure {
        let failure = |meaning, what: String| Failure { meaning, what };
        match error {
            RequestError::Api(error) => api(error),
            RequestError::MigrateToChatId(chat) => {
                failure(Meaning::Moved(*chat), format!("the group has become {chat}"))
            }
            RequestError::RetryAfter(after) => {
                let after = after.seconds();
                failure(
                    Meaning::Flood { after: Some(after) },
                    format!("too many requests, again in {after} s"),
                )
            }
            RequestError::Network(error) => failure(network(error), with_causes(error.as_ref())),
            RequestError::InvalidJson { raw, .. } => no_json(raw),
            RequestError::Io(error) => failure(Meaning::NotSent, format!("could not read the file: {error}")),
        }
    }
}

fn network(error: &reqwest::Error) -> Meaning {
    if error.is_connect() || error.is_builder() { Meaning::NotSent } else { Meaning::Cut }
}

/// The library's message is only the outermost; the reason lies below.
pub fn with_causes(error: &dyn Error) -> String {
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

fn api(error: &ApiError) -> Failure {
    let what = match error {
        ApiError::Unknown(text) => text.clone(),
        known => known.to_string(),
    };
    Failure { meaning: told(error, &what), what: what.chars().take(300).collect() }
}

/// Telegram tells errors apart by their text; the codes do not reach us.
fn told(error: &ApiError, what: &str) -> Meaning {
    let begins = |start: &str| what.starts_with(start);
    match error {
        ApiError::InvalidToken => Meaning::Token,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => Meaning::Conflict,
        ApiError::RequestEntityTooLarge => Meaning::Rejected,
        _ if begins("Forbidden") || begins("Unauthorized:") => Meaning::Forbidden,
        _ if begins("Bad Request") => Meaning::Rejected,
        _ if begins("Conflict") => Meaning::Conflict,
        _ if begins("Too Many Requests") => Meaning::Flood { after: None },
        _ if begins("Bad Gateway") || begins("Service Unavailable") || begins("Gateway Time") => {
            Meaning::Down
        }
        _ => Meaning::Server,
    }
}

fn no_json(raw: &str) -> Failure {
    match serde_json::from_str::<Value>(raw) {
        Ok(answer) if answer.get("ok").and_then(Value::as_bool) == Some(true) => Failure {
            meaning: Meaning::Done(answer.get("result").cloned().unwrap_or(Value::Null)),
            what: "the answer has an unknown shape".to_owned(),
        },
        Ok(_) => Failure { meaning: Meaning::Down, what: "the answer is not Telegram's".to_owned() },
        Err(_) if raw.contains("\"update_id\"") => Failure {
            meaning: Meaning::Unreadable(raw.into()),
            what: "the updates are no readable JSON".to_owned(),
        },
        Err(_) => Failure {
            meaning: Meaning::Down,
            what: "the server answered with something else than JSON, as when it is down".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn unknown(text: &str) -> Meaning {
        Failure::from(&RequestError::Api(ApiError::Unknown(text.to_owned()))).meaning
    }

    fn no_json(raw: &str) -> Meaning {
        let source = Arc::new(serde_json::from_str::<bool>("x").unwrap_err());
        Failure::from(&RequestError::InvalidJson { source, raw: raw.into() }).meaning
    }

    #[test]
    fn errors_are_told_apart_by_what_telegram_says() {
        assert_eq!(unknown("Forbidden: user is restricted"), Meaning::Forbidden);
        assert_eq!(unknown("Bad Request: PEER_ID_INVALID"), Meaning::Rejected);
        assert_eq!(unknown("Conflict: something new"), Meaning::Conflict);
        assert_eq!(unknown("Too Many Requests: slow down"), Meaning::Flood { after: None });
        assert_eq!(unknown("Internal Server Error"), Meaning::Server);
        assert_eq!(unknown("Bad Gateway"), Meaning::Down);
        let known = |error| Failure::from(&RequestError::Api(error)).meaning;
        assert_eq!(known(ApiError::BotBlocked), Meaning::Forbidden);
        assert_eq!(known(ApiError::ChatNotFound), Meaning::Rejected);
        assert_eq!(known(ApiError::InvalidToken), Meaning::Token);
        assert_eq!(known(ApiError::CantGetUpdates), Meaning::Conflict);
    }

    #[test]
    fn a_result_of_unknown_shape_is_still_a_result() {
        let done = no_json(r#"{"ok": true, "result": {"message_id": 5, "chat": "new shape"}}"#);
        assert!(matches!(done, Meaning::Done(result) if result["message_id"] == 5));
        assert_eq!(no_json("<html>502 Bad Gateway</html>"), Meaning::Down);
        assert_eq!(no_json(r#"{"ok": false}"#), Meaning::Down);
        assert!(matches!(
            no_json(r#"{"ok":true,"result":[{"update_id":7,"x":"\ud800"}]}"#),
            Meaning::Unreadable(_)
        ));
    }
}
