//! What lies in one Telegram message: its words, and the file it carries.
//!
//! A message object comes in as JSON, a text for people, a file to fetch and
//! the name of its sender come out. Fields are looked up one by one, so that
//! a field of a shape that nobody knows yet hides only itself.
//!
//! Invariant: total for every JSON value; nothing here knows who may be answered.

use serde_json::Value;

/// A file that Telegram keeps for us, as the message declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub file_id: String,
    /// Safe to show and to store.
    pub name: String,
    pub media_type: String,
    /// Bytes; 0 when Telegram does not say.
    pub size: u64,
}

/// Keys of a message that may hold a file, the specific ones first: an
/// animation is also sent as a `document`.
const FILES: [&str; 7] = ["animation", "document", "video", "video_note", "voice", "audio", "sticker"];

/// The file of a message; a photo in its largest size.
pub fn media(message: &Value) -> Option<Media> {
    FILES.into_iter().find_map(|key| file(message, key)).or_else(|| photo(message))
}

fn file(message: &Value, key: &str) -> Option<Media> {
    let value = message.get(key)?;
    let file_id = value.get("file_id")?.as_str()?.to_owned();
    let (name, media_type) = usual(key, value);
    let declared = |field: &str| value.get(field).and_then(Value::as_str);
    let name =
        declared("file_name").map(safe_name).filter(|name| !name.is_empty()).unwrap_or(name.to_owned());
    let media_type = declared("mime_type").filter(|kind| is_media_type(kind)).unwrap_or(media_type);
    let media_type = media_type.to_ascii_lowercase();
    Some(Media { file_id, name, media_type, size: size(value) })
}

fn size(value: &Value) -> u64 {
    value.get("file_size").and_then(Value::as_u64).unwrap_or(0)
}

/// The name and type of a file that declares none.
fn usual(key: &str, value: &Value) -> (&'static str, &'static str) {
    let is = |field: &str| value.get(field).and_then(Value::as_bool) == Some(true);
    match key {
        "animation" => ("animation.mp4", "video/mp4"),
        "video" => ("video.mp4", "video/mp4"),
        "video_note" => ("video-note.mp4", "video/mp4"),
        "voice" => ("voice.ogg", "audio/ogg"),
        "audio" => ("audio.mp3", "audio/mpeg"),
        "sticker" if is("is_animated") => ("sticker.tgs", "application/x-tgsticker"),
        "sticker" if is("is_video") => ("sticker.webm", "video/webm"),
        "sticker" => ("sticker.webp", "image/webp"),
        _ => ("file", "application/octet-stream"),
    }
}

fn photo(message: &Value) -> Option<Media> {
    let area = |photo: &Value| {
        let side = |key: &str| photo.get(key).and_then(Value::as_u64).unwrap_or(0);
        side("width").saturating_mul(side("height"))
    };
    let sizes = message.get("photo")?.as_array()?;
    let usable = sizes.iter().filter(|photo| photo.get("file_id").is_some_and(Value::is_string));
    let largest = usable.max_by_key(|photo| (area(photo), size(photo)))?;
    Some(Media {
        file_id: largest.get("file_id")?.as_str()?.to_owned(),
        name: "photo.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        size: size(largest),
    })
}

/// A declared file name made harmless: no path, no control or bidi characters, no leading dot.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        clean(last).chars().filter(|c| !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')).collect();
    let clean = clean.trim().trim_start_matches('.').trim();
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= 10 => (stem, Some(extension)),
        _ => (clean, None),
    };
    let stem: String = stem.chars().take(100).collect();
    match extension {
        Some(extension) => format!("{stem}.{extension}"),
        None => stem,
    }
}

fn is_media_type(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'))
    };
    text.len() <= 100 && text.split_once('/').is_some_and(|(kind, sub)| part(kind) && part(sub))
}

/// Text on one line without control and bidi formatting characters, spaces made single.
/// ZWNJ and ZWJ stay: Persian names need them.
pub fn clean(text: &str) -> String {
    let bidi = |c: char| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let spaced: String =
        text.chars().filter(|c| !bidi(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the customer wrote: the text, or the caption of a file.
pub fn written(message: &Value) -> Option<&str> {
    ["text", "caption"].into_iter().find_map(|key| message.get(key)?.as_str())
}

/// One line in brackets for what is neither words nor a file: a place, a contact, a poll.
pub fn described(message: &Value) -> Option<String> {
    const KINDS: [&str; 14] = [
        // A venue is also sent as a `location`.
        "venue",
        "location",
        "contact",
        "poll",
        "dice",
        "sticker",
        "story",
        "game",
        "checklist",
        "live_photo",
        "paid_media",
        "rich_message",
        "giveaway",
        "invoice",
    ];
    KINDS.into_iter().find_map(|kind| {
        let value = message.get(kind).filter(|value| value.is_object())?;
        let details = details(kind, value);
        let details: Vec<&str> = details.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        let kind = kind.replace('_', " ");
        Some(if details.is_empty() {
            format!("[{kind}]")
        } else {
            format!("[{kind} {}]", details.join(", "))
        })
    })
}

fn details(kind: &str, value: &Value) -> Vec<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(clean).unwrap_or_default();
    let number = |value: &Value, key: &str| match value.get(key) {
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    match kind {
        "venue" => {
            let place = value.get("location").unwrap_or(&Value::Null);
            vec![text("title"), text("address"), number(place, "latitude"), number(place, "longitude")]
        }
        "location" => vec![number(value, "latitude"), number(value, "longitude")],
        "contact" => {
            let name = clean(&format!("{} {}", text("first_name"), text("last_name")));
            vec![name, text("phone_number")]
        }
        "poll" => vec![text("question")],
        "dice" => vec![clean(&format!("{} {}", text("emoji"), number(value, "value")))],
        "sticker" => vec![text("emoji")],
        "game" | "checklist" | "invoice" => vec![text("title")],
        _ => Vec::new(),
    }
}

/// First and last name as Telegram shows them, cleaned.
pub fn full_name(person: &Value) -> Option<String> {
    let part = |key: &str| person.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = clean(&format!("{} {}", part("first_name"), part("last_name")));
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_largest_photo_is_taken() {
        let message = json!({"photo": [
            {"file_id": "s", "width": 90, "height": 60, "file_size": 900},
            {"file_id": "l", "width": 1280, "height": 800, "file_size": 90_000},
            {"file_id": "m", "width": 320, "height": 200},
            {"width": 5000, "height": 5000},
        ]});
        let media = media(&message).unwrap();
        assert_eq!((media.file_id.as_str(), media.name.as_str(), media.size), ("l", "photo.jpg", 90_000));
    }

    #[test]
    fn an_animation_is_not_taken_for_a_document() {
        let message = json!({"document": {"file_id": "d"}, "animation": {"file_id": "a"}});
        assert_eq!(media(&message).unwrap().media_type, "video/mp4");
    }

    #[test]
    fn a_file_name_cannot_leave_its_folder_or_turn_the_line_over() {
        let named = |name: &str| {
            media(&json!({"document": {"file_id": "d", "file_name": name, "mime_type": "application/PDF"}}))
                .unwrap()
        };
        assert_eq!(named("../../etc/passwd").name, "passwd");
        assert_eq!(named("C:\\temp\\bill\u{202E}fdp.exe").name, "billfdp.exe");
        assert_eq!(named("رسید خرید.pdf").name, "رسید خرید.pdf");
        assert_eq!(named("..").name, "file");
        assert_eq!(named(&format!("{}.pdf", "x".repeat(400))).name.len(), 104);
        assert_eq!(named("a").media_type, "application/pdf");
    }

    #[test]
    fn places_contacts_polls_and_dice_are_told_in_a_line() {
        let told = |value: Value| described(&value).unwrap();
        assert_eq!(told(json!({"location": {"latitude": 35.7, "longitude": 51.4}})), "[location 35.7, 51.4]");
        let venue = json!({"venue": {"title": "Shop", "address": "Vanak", "location": {"latitude": 1.5, "longitude": 2}},
            "location": {"latitude": 1.5, "longitude": 2}});
        assert_eq!(told(venue), "[venue Shop, Vanak, 1.5, 2]");
        let contact = json!({"contact": {"first_name": "Ann", "last_name": "Lee", "phone_number": "+98912"}});
        assert_eq!(told(contact), "[contact Ann Lee, +98912]");
        assert_eq!(told(json!({"poll": {"question": "When?"}})), "[poll When?]");
        assert_eq!(told(json!({"dice": {"emoji": "🎲", "value": 4}})), "[dice 🎲 4]");
        assert_eq!(told(json!({"live_photo": {"x": 1}})), "[live photo]");
        assert_eq!(described(&json!({"pinned_message": {}})), None);
    }

    #[test]
    fn a_name_is_one_clean_line() {
        let person = json!({"first_name": "An\u{202E}n\n", "last_name": "  Lee\u{0}"});
        assert_eq!(full_name(&person).unwrap(), "Ann Lee");
        assert_eq!(full_name(&json!({"first_name": "علی\u{200C}رضا"})).unwrap(), "علی\u{200C}رضا");
        assert_eq!(full_name(&json!({"first_name": 5})), None);
    }
}
