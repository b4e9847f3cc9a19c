//! One update of the Bot API made into a message.
//!
//! The JSON that intake stored comes in, a [`Message`] comes out: who wrote,
//! what, with which files, and why nothing may be answered when that is so.
//! It works on plain JSON and not on a library's types, since these lose what
//! they do not know and refuse what they did not expect.
//!
//! Invariant: total and pure. Bytes that are no update at all become a message
//! that is never answered and never lost.

use jiff::Timestamp;
use serde_json::Value;

use super::content;
use crate::domain::guard::Reason;
use crate::domain::message::{
    Attachment, Authenticity, Channel, Contact, Language, Message, MessageId, MessageKey, Press,
};

/// A stored update and what is known about the bot that received it.
#[derive(Debug, Clone, Copy)]
pub struct Update<'a> {
    pub id: MessageId,
    /// The update as JSON.
    pub bytes: &'a [u8],
    /// Files that were fetched with it.
    pub files: &'a [Attachment],
    pub received_at: Timestamp,
    /// Name of the bot in the settings.
    pub bot_name: &'a str,
    /// Its user name at Telegram, without `@`, once it is known.
    pub bot_username: Option<&'a str>,
    pub staff_group: Option<i64>,
}

/// Kinds of update that carry a message object.
const MESSAGES: [&str; 4] = ["message", "edited_message", "channel_post", "edited_channel_post"];

/// The kind of an update by its name in the Bot API; `None` when there is nothing but an id.
pub fn kind(update: &Value) -> Option<&str> {
    let object = update.as_object()?;
    object.iter().find(|(key, value)| *key != "update_id" && value.is_object()).map(|(key, _)| key.as_str())
}

/// The identity of an update; none without an update id.
pub fn key(bot_name: &str, update: &Value) -> Option<MessageKey> {
    let update_id = update.get("update_id")?.as_i64()?;
    let kind = kind(update);
    let body = kind.and_then(|kind| update.get(kind)).unwrap_or(&Value::Null);
    Some(MessageKey::Telegram {
        bot: bot_name.to_owned(),
        update_id,
        chat_id: chat_of(body),
        message_id: body.get("message_id").and_then(Value::as_i64),
        edit: kind.is_some_and(|kind| kind.starts_with("edited_")),
    })
}

/// The chat that an update belongs to, wherever its kind keeps it.
fn chat_of(body: &Value) -> Option<i64> {
    const PLACES: [&str; 6] =
        ["/chat/id", "/message/chat/id", "/user_chat_id", "/from/id", "/user/id", "/boost/source/user/id"];
    PLACES.into_iter().find_map(|place| body.pointer(place)?.as_i64())
}

/// Whether the bot can still reach a chat, when this update says so: `blocked` or `ok`.
pub fn contact_change(bytes: &[u8]) -> Option<(i64, &'static str)> {
    let update: Value = serde_json::from_slice(bytes).ok()?;
    let change = update.get("my_chat_member")?;
    let chat = change.pointer("/chat/id")?.as_i64()?;
    match change.pointer("/new_chat_member/status")?.as_str()? {
        "kicked" | "left" => Some((chat, "blocked")),
        "member" | "administrator" | "creator" => Some((chat, "ok")),
        _ => None,
    }
}

/// See the module.
pub fn parse(update: Update<'_>) -> Message {
    let value: Value = serde_json::from_slice(update.bytes).unwrap_or(Value::Null);
    let mut message = empty(&update, &value);
    let body = |kind: &str| value.get(kind).filter(|body| body.is_object());
    if let Some((kind, body)) = MESSAGES.into_iter().find_map(|kind| Some((kind, body(kind)?))) {
        message.edited = kind.starts_with("edited_");
        fill_from_message(&mut message, body, &update);
    } else if let Some(query) = body("callback_query") {
        fill_from_query(&mut message, query, &update);
    } else {
        message.unanswerable = Some(Reason::ServiceUpdate);
    }
    message
}

/// A message with nothing in it but what every update has.
fn empty(update: &Update<'_>, value: &Value) -> Message {
    let body = kind(value).and_then(|kind| value.get(kind)).unwrap_or(&Value::Null);
    let sender = ["from", "user"].into_iter().find_map(|key| body.get(key));
    Message {
        id: update.id,
        channel: Channel::Telegram,
        account: update.bot_name.to_owned(),
        contact: Contact::Telegram { bot: update.bot_name.to_owned(), chat: chat_of(body).unwrap_or(0) },
        name: sender.and_then(content::full_name),
        text: String::new(),
        visible: String::new(),
        attachments: Vec::new(),
        press: None,
        edited: false,
        reply_to: None,
        // Telegram itself says which chat an update comes from. In a group anybody may have
        // written it, so there it proves nothing about the contact, which is the group.
        authenticity: Authenticity::Pass,
        unanswerable: None,
        language_hint: sender.and_then(language),
        mail: None,
        update_id: value.get("update_id").and_then(Value::as_i64),
        received_at: update.received_at,
    }
}

/// `fa`, `fa-IR`, `en-GB` …
fn language(person: &Value) -> Option<Language> {
    let code = person.get("language_code")?.as_str()?;
    Language::from_tag(&code.split(['-', '_']).next()?.to_ascii_lowercase())
}

fn fill_from_message(message: &mut Message, body: &Value, update: &Update<'_>) {
    let written = content::written(body);
    let described = content::described(body);
    let text: Vec<&str> = written.into_iter().chain(described.as_deref()).collect();
    message.text = text.join("\n");
    message.attachments = attachments(body, update.files);
    message.reply_to = body.pointer("/reply_to_message/message_id").and_then(Value::as_i64);
    message.name = message.name.take().or_else(|| content::full_name(body.get("chat")?));
    let visible = without_own_name_in_command(written.unwrap_or_default(), update.bot_username);
    let (visible, mentioned) = without_mention(&visible, update.bot_username);
    message.visible = visible;
    let carries_something = !message.text.is_empty() || !message.attachments.is_empty();
    message.unanswerable = why_not(body, update, carries_something, mentioned);
    if !is_private(body) {
        message.authenticity = Authenticity::None;
    }
}

fn attachments(body: &Value, fetched: &[Attachment]) -> Vec<Attachment> {
    if !fetched.is_empty() {
        return fetched.to_vec();
    }
    let declared = content::media(body);
    declared
        .map(|m| Attachment { name: m.name, media_type: m.media_type, size: m.size, blob: None })
        .into_iter()
        .collect()
}

/// Why a message may not be answered; the first reason that holds.
fn why_not(body: &Value, update: &Update<'_>, carries_something: bool, mentioned: bool) -> Option<Reason> {
    if body.get("business_connection_id").is_some() {
        return Some(Reason::ServiceUpdate);
    }
    let chat = body.pointer("/chat/id").and_then(Value::as_i64);
    if chat.is_some() && chat == update.staff_group {
        return Some(Reason::Staff);
    }
    if body.pointer("/from/is_bot").and_then(Value::as_bool) == Some(true) {
        return Some(Reason::Bot);
    }
    // A message without a chat cannot be answered, whatever it says.
    if !carries_something || chat.is_none() {
        return Some(Reason::ServiceUpdate);
    }
    let addressed = is_private(body) || mentioned || replies_to_us(body, update.bot_username);
    (!addressed).then_some(Reason::NotForUs)
}

/// Alone with us: only there the chat is the customer.
fn is_private(body: &Value) -> bool {
    body.pointer("/chat/type").and_then(Value::as_str) == Some("private")
}

fn replies_to_us(body: &Value, username: Option<&str>) -> bool {
    let author = body.pointer("/reply_to_message/from/username").and_then(Value::as_str);
    author.zip(username).is_some_and(|(author, ours)| author.eq_ignore_ascii_case(ours))
}

/// `/status@shop_bot 1` is `/status 1` for whoever reads commands. In a group that also
/// addresses us, so there the name is left for [`without_mention`] to find and take off.
fn without_own_name_in_command(text: &str, username: Option<&str>) -> String {
    let (first, rest) = match text.find(char::is_whitespace) {
        Some(at) => text.split_at_checked(at).unwrap_or((text, "")),
        None => (text, ""),
    };
    match first.split_once('@') {
        // Until our name is known, any name in a command is taken for it.
        Some((command, _)) if command.starts_with('/') && username.is_none() => format!("{command}{rest}"),
        _ => text.to_owned(),
    }
}

/// The text without `@our_name`, and whether it stood there.
fn without_mention(text: &str, username: Option<&str>) -> (String, bool) {
    let Some(username) = username.filter(|name| !name.is_empty()) else { return (text.to_owned(), false) };
    let mention = format!("@{}", username.to_ascii_lowercase());
    // Lower-casing ASCII keeps every byte where it was.
    let lower = text.to_ascii_lowercase();
    let name_goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (at, _) in lower.match_indices(&mention) {
        let Some((before, rest)) = text.split_at_checked(at) else { continue };
        let after = rest.get(mention.len()..).unwrap_or_default();
        let command = before.starts_with('/') && !before.contains(char::is_whitespace);
        let inside_a_word = before.ends_with(name_goes_on) && !command;
        if inside_a_word || after.starts_with(name_goes_on) {
            continue;
        }
        if command {
            return (format!("{before}{after}"), true);
        }
        let (before, after) = (before.trim_end(), after.trim_start_matches([',', '،', ':', ' ']));
        let gap = if before.is_empty() || after.is_empty() { "" } else { " " };
        return (format!("{before}{gap}{after}"), true);
    }
    (text.to_owned(), false)
}

/// A press of a button under one of our messages.
fn fill_from_query(message: &mut Message, query: &Value, update: &Update<'_>) {
    let data = query.get("data").and_then(Value::as_str).unwrap_or_default();
    message.press = Press::decode(data);
    if let Some(Press::Staff { member, .. }) = &mut message.press {
        *member = query.pointer("/from/id").and_then(Value::as_i64).unwrap_or(0);
    }
    message.text = label(query, data).unwrap_or_default();
    message.reply_to = query.pointer("/message/message_id").and_then(Value::as_i64);
    if query.get("message").is_some_and(|message| !is_private(message)) {
        message.authenticity = Authenticity::None;
    }
    let chat = query.pointer("/message/chat/id").and_then(Value::as_i64);
    message.unanswerable = if chat.is_some() && chat == update.staff_group {
        Some(Reason::Staff)
    } else if message.press.is_none() {
        Some(Reason::ServiceUpdate)
    } else {
        None
    };
}

/// What stood on the button, for people who read the conversation later.
fn label(query: &Value, data: &str) -> Option<String> {
    let rows = query.pointer("/message/reply_markup/inline_keyboard")?.as_array()?;
    let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
    let button = buttons.find(|button| button.get("callback_data").and_then(Value::as_str) == Some(data))?;
    button.get("text").and_then(Value::as_str).map(content::clean)
}

#[cfg(test)]
mod tests;
