//! `/api/v1`: the live chat for programs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pasokh::domain::message::{Contact, Language, Press};
use pasokh::web::{LineBy, Session};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use crate::fakes::chat::{FakeGateway, Served};

struct Script {
    client: Client,
    served: Served,
    gateway: Arc<FakeGateway>,
    token: String,
}

impl Script {
    async fn start() -> Script {
        let gateway = FakeGateway::new();
        let served = Served::start(&gateway).await;
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(40)).build().unwrap();
        let mut script = Script { client, served, gateway, token: String::new() };
        script.token = script.open().await;
        script
    }

    async fn open(&self) -> String {
        let answer = self.client.post(self.served.url("/api/v1/chat/sessions")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        json_of(answer).await["session"].as_str().unwrap().to_owned()
    }

    async fn post(&self, kind: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.client.post(self.served.url("/api/v1/chat/messages")).bearer_auth(&self.token);
        request.header("content-type", kind).body(body).send().await.unwrap()
    }

    async fn send(&self, body: Value) -> Response {
        self.post("application/json", body.to_string()).await
    }

    async fn refused(&self, body: Value) -> (u16, Value) {
        let answer = self.send(body).await;
        let status = answer.status().as_u16();
        let content = json_of(answer).await;
        assert!(content["message"]["fa"].is_string() && content["message"]["en"].is_string(), "{content}");
        (status, content["error"].clone())
    }

    async fn get(&self, path: &str, token: &str) -> Response {
        self.client.get(self.served.url(path)).bearer_auth(token).send().await.unwrap()
    }

    async fn lines(&self, query: &str) -> Value {
        json_of(self.get(&format!("/api/v1/chat/lines{query}"), &self.token).await).await["lines"].take()
    }
}

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// A multipart body with these files (RFC 7578).
fn form(text: &str, files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body =
        format!("--X\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n").into_bytes();
    for (name, kind, bytes) in files {
        let head = format!(
            "--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--X--\r\n");
    body
}

const FORM: &str = "multipart/form-data; boundary=X";

#[tokio::test]
async fn a_script_asks_and_reads_the_answer() {
    let script = Script::start().await;
    let sent = script.send(json!({"text": "where is my parcel?", "name": "Ann", "language": "en"})).await;
    assert_eq!(sent.status(), StatusCode::ACCEPTED);
    assert_eq!(json_of(sent).await, json!({"message": 1}));
    let lines = script.lines("?after=0&wait=10").await;
    assert_eq!(lines[0]["by"], "customer");
    assert_eq!(lines[0]["message"], 1);
    assert_eq!(lines[1]["by"], "machine");
    assert_eq!(lines[1]["language"], "en");
    assert_eq!(
        lines[1]["buttons"],
        json!([[{"label": "Yes, solved", "press": "h:1:y"}, {"label": "No, I still need help", "press": "h:1:n"}]])
    );
    assert_eq!(script.lines("?after=2").await, json!([]));
    let pressed = script.send(json!({"press": "h:1:n"})).await;
    assert_eq!(pressed.status(), StatusCode::ACCEPTED);
    let messages = script.gateway.messages();
    assert_eq!(messages[0].name.as_deref(), Some("Ann"));
    assert_eq!(messages[0].language_hint, Some(Language::En));
    assert_eq!(messages[1].press, Some(Press::Helped { conversation: 1, yes: false }));
    assert_eq!(messages[1].text, "No, I still need help");
}

#[tokio::test]
async fn the_rest_of_the_program_never_sees_the_token() {
    let script = Script::start().await;
    script.send(json!({"text": "hello"})).await;
    let session = Session::from_token(&script.token).unwrap();
    assert_eq!(script.gateway.messages()[0].contact, Contact::Chat(session.id().to_owned()));
    assert_ne!(session.id(), script.token);
}

#[tokio::test]
async fn the_same_nonce_is_the_same_message() {
    let script = Script::start().await;
    for _ in 0..3 {
        let sent = script.send(json!({"text": "سلام", "nonce": "n-1"})).await;
        assert_eq!(json_of(sent).await, json!({"message": 1}));
    }
    assert_eq!(script.gateway.messages().len(), 1);
    for _ in 0..2 {
        script.send(json!({"text": "سلام"})).await;
    }
    assert_eq!(script.gateway.messages().len(), 3);
}

#[tokio::test]
async fn a_long_poll_returns_when_something_is_said_and_no_earlier() {
    let script = Script::start().await;
    script.send(json!({"text": "hello"})).await;
    let (lines, ()) = tokio::join!(script.lines("?after=2&wait=30"), async {
        let session = Session::from_token(&script.token).unwrap();
        script.gateway.say(session.id(), LineBy::Staff("Sara".to_owned()), "hello", Language::En);
    });
    assert_eq!(lines[0]["number"], 3);
    assert_eq!(lines[0]["name"], "Sara");
    let asked = Instant::now();
    assert_eq!(script.lines("?after=3&wait=1").await, json!([]));
    assert!(asked.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_a_reason_in_both_languages() {
    let script = Script::start().await;
    assert_eq!(script.refused(json!({"text": "  \n"})).await, (400, json!("empty")));
    assert_eq!(script.refused(json!({"text": "ن".repeat(20_001)})).await, (413, json!("text_too_long")));
    assert_eq!(script.refused(json!({"text": "x".repeat(600_000)})).await, (413, json!("body_too_large")));
    assert_eq!(script.refused(json!({"press": "x:1"})).await, (400, json!("unknown_button")));
    assert_eq!(script.refused(json!({"text": "a", "nonce": "a b"})).await, (400, json!("bad_nonce")));
    assert_eq!(script.refused(json!([1])).await, (400, json!("malformed")));
    assert_eq!(script.post("text/plain", "hello").await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(script.send(json!({"text": "ن".repeat(20_000)})).await.status(), StatusCode::ACCEPTED);
    let asked = script.get("/api/v1/chat/lines?after=x", &script.token).await;
    assert_eq!(asked.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn without_a_token_and_with_a_cookie_alone_the_api_is_closed() {
    let script = Script::start().await;
    let request = script
        .client
        .get(script.served.url("/api/v1/chat/lines"))
        .header("cookie", format!("pasokh_chat={}", script.token));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn the_thirty_first_message_of_a_minute_has_to_wait() {
    let script = Script::start().await;
    let mut statuses = Vec::new();
    for number in 0..40 {
        statuses.push(script.send(json!({"text": format!("message {number}")})).await);
    }
    let refused =
        statuses.iter().position(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS).unwrap();
    assert!(refused >= 30, "{refused}");
    assert!(statuses[refused].headers().contains_key("retry-after"));
    assert_eq!(statuses[0].status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn files_come_back_to_their_own_session_only_and_run_nowhere() {
    let script = Script::start().await;
    let png = b"\x89PNG\r\n\x1a\n rest";
    let page = b"<script>alert(1)</script>";
    let body = form("look", &[("a.png", "image/png", png), ("../رسید.html", "text/html", page)]);
    assert_eq!(script.post(FORM, body).await.status(), StatusCode::ACCEPTED);
    let files = script.lines("?wait=5").await[0]["attachments"].clone();
    assert_eq!(files[1]["name"], "رسید.html");
    assert_eq!(files[0]["size"], png.len());

    let picture = script.get(files[0]["url"].as_str().unwrap(), &script.token).await;
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(picture.headers()["content-disposition"].to_str().unwrap().starts_with("inline"));
    let html = script.get(files[1]["url"].as_str().unwrap(), &script.token).await;
    assert_eq!(html.headers()["content-type"], "application/octet-stream");
    assert!(html.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(html.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert_eq!(html.headers()["x-content-type-options"], "nosniff");
    assert_eq!(&html.bytes().await.unwrap()[..], page);

    let stranger = script.open().await;
    let stolen = script.get(files[0]["url"].as_str().unwrap(), &stranger).await;
    assert_eq!(stolen.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn too_many_and_too_large_files_are_refused_after_they_were_read() {
    let script = Script::start().await;
    let six: Vec<(&str, &str, &[u8])> = vec![("a.txt", "text/plain", b"x"); 6];
    let refused = script.post(FORM, form("", &six)).await;
    assert_eq!(json_of(refused).await["error"], "too_many_files");
    let large = vec![b'x'; 10 * 1024 * 1024 + 1];
    let refused = script.post(FORM, form("", &[("a.bin", "application/x", &large)])).await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json_of(refused).await["error"], "file_too_large");
    let just = &large[1..];
    let taken = script.post(FORM, form("", &[("a.bin", "application/x", just)])).await;
    assert_eq!(taken.status(), StatusCode::ACCEPTED);
    assert_eq!(script.gateway.messages().len(), 1);
}

#[tokio::test]
async fn the_document_describes_addresses_that_exist() {
    let script = Script::start().await;
    let document = json_of(script.get("/api/v1/openapi.json", "").await).await;
    assert_eq!(document["openapi"], "3.1.0");
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let path = path.replace("{blob}", &"0".repeat(64));
            let method = reqwest::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer =
                script.client.request(method.clone(), script.served.url(&path)).send().await.unwrap();
            let described = [200, 201, 401].contains(&answer.status().as_u16());
            assert!(described, "{method} {path}: {}", answer.status());
        }
    }
}
