//! The live chat's page and the operator's addresses, over real HTTP.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pasokh::domain::message::Language;
use pasokh::web::LineBy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::fakes::chat::{FakeGateway, Served};

async fn shop() -> (Arc<FakeGateway>, Served, Client) {
    let gateway = FakeGateway::new();
    let served = Served::start(&gateway).await;
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    (gateway, served, client)
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

fn json_body(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

/// A browser's first visit: the cookie pair to send from now on.
async fn visit(served: &Served, client: &Client) -> String {
    let response = client.get(served.url("/chat")).send().await.unwrap();
    header(&response, "set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_operator_sees_that_it_lives_is_ready_and_what_fails() {
    let (gateway, served, client) = shop().await;
    let alive = client.get(served.url("/healthz")).send().await.unwrap();
    assert_eq!((alive.status(), alive.text().await.unwrap().as_str()), (StatusCode::OK, "ok"));

    let ready = client.get(served.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    let ready = json_of(ready).await;
    assert_eq!(ready["ready"], json!(true));
    let email = json!({"kind": "email", "name": "support", "ok": false, "last_good": null,
        "last_error": "connection refused"});
    assert_eq!(ready["channels"], json!([email]));

    gateway.broken.store(true, Ordering::SeqCst);
    let ready = client.get(served.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(json_of(ready).await["store"], json!({"ok": false, "error": "the disk is full"}));
    assert_eq!(client.get(served.url("/metrics")).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(client.get(served.url("/healthz")).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_front_door_leads_to_the_chat_and_the_desk_to_the_sign_in() {
    let (_gateway, served, client) = shop().await;
    let front = client.get(served.url("/")).send().await.unwrap();
    assert_eq!((front.status(), header(&front, "location")), (StatusCode::SEE_OTHER, "/chat"));
    let desk = client.get(served.url("/desk")).send().await.unwrap();
    assert_eq!((desk.status(), header(&desk, "location")), (StatusCode::SEE_OTHER, "/desk/sign-in"));
    let lost = client.get(served.url("/nowhere")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(lost.status(), StatusCode::NOT_FOUND);
    assert!(lost.text().await.unwrap().contains("این صفحه پیدا نشد"));
}

#[tokio::test]
async fn the_page_speaks_the_visitors_language() {
    let (_gateway, served, client) = shop().await;
    for (path, accept, expected) in [
        ("/chat", "fa-IR,fa;q=0.9,en;q=0.5", "<html lang=\"fa\" dir=\"rtl\">"),
        ("/chat", "en-US", "<html lang=\"en\" dir=\"ltr\">"),
        ("/chat?lang=fa", "en-US", "<html lang=\"fa\" dir=\"rtl\">"),
        ("/chat", "de", "<html lang=\"fa\" dir=\"rtl\">"),
    ] {
        let page = client.get(served.url(path)).header("accept-language", accept).send().await.unwrap();
        assert!(page.text().await.unwrap().contains(expected), "{path} {accept}");
    }
}

#[tokio::test]
async fn the_page_is_locked_down_and_its_cookie_out_of_reach() {
    let (_gateway, served, client) = shop().await;
    let page = client.get(served.url("/chat")).header("x-forwarded-proto", "https").send().await.unwrap();
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    assert_eq!(header(&page, "referrer-policy"), "same-origin");
    assert_eq!(header(&page, "cache-control"), "no-store");
    let cookie = header(&page, "set-cookie").to_owned();
    assert!(
        cookie.starts_with("pasokh_chat=") && cookie.contains("HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    let html = page.text().await.unwrap();
    assert!(!html.contains(token));
    assert!(!html.contains("style=") && !html.contains("onclick"), "nothing inline");
}

#[tokio::test]
async fn a_script_is_fetched_again_only_when_it_has_changed() {
    let (_gateway, served, client) = shop().await;
    for name in ["chat.css", "chat.js", "composer.js", "line.js", "follow.js", "words.js", "icon.svg"] {
        let first = client.get(served.url(&format!("/assets/{name}"))).send().await.unwrap();
        assert_eq!(first.status(), StatusCode::OK, "{name}");
        let tag = header(&first, "etag").to_owned();
        let again = client.get(served.url(&format!("/assets/{name}"))).header("if-none-match", tag);
        assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED, "{name}");
    }
}

#[tokio::test]
async fn another_site_cannot_write_in_a_visitors_name() {
    let (gateway, served, client) = shop().await;
    let cookie = visit(&served, &client).await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = client.post(served.url("/chat/messages")).header("cookie", &cookie).header(name, value);
        let refused = json_body(request, &json!({"text": "hello"})).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{name}");
    }
    let own = client
        .post(served.url("/chat/messages"))
        .header("cookie", &cookie)
        .header("origin", served.url(""))
        .header("sec-fetch-site", "same-origin");
    assert_eq!(
        json_body(own, &json!({"text": "hello"})).send().await.unwrap().status(),
        StatusCode::ACCEPTED
    );
    assert_eq!(gateway.messages().len(), 1);
}

#[tokio::test]
async fn a_form_sent_twice_is_one_message_and_a_changed_one_is_another() {
    let (gateway, served, client) = shop().await;
    let cookie = visit(&served, &client).await;
    for text in ["where", "where", "where+now"] {
        let sent = client
            .post(served.url("/chat/messages"))
            .header("cookie", &cookie)
            .header("accept", "text/html,application/xhtml+xml")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("nonce=abc&lang=en&text={text}"))
            .send()
            .await
            .unwrap();
        assert_eq!((sent.status(), header(&sent, "location")), (StatusCode::SEE_OTHER, "/chat?lang=en#end"));
    }
    let texts: Vec<String> = gateway.messages().into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["where", "where now"]);
}

#[tokio::test]
async fn a_refused_form_shows_the_reason_and_keeps_the_text() {
    let (gateway, served, client) = shop().await;
    let long = "<b>ن</b>".repeat(4_000);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("lang", "fa")
        .append_pair("text", &long)
        .finish();
    let refused = client
        .post(served.url("/chat/messages"))
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let html = refused.text().await.unwrap();
    assert!(html.contains("حداکثر ۲۰۰۰۰ نویسه"));
    assert!(html.contains("&lt;b&gt;ن&lt;") && !html.contains("<b>"));
    assert!(gateway.messages().is_empty());
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_nothing_is_pretended() {
    let (gateway, served, client) = shop().await;
    let cookie = visit(&served, &client).await;
    gateway.broken.store(true, Ordering::SeqCst);
    let request = client.post(served.url("/chat/messages")).header("cookie", &cookie);
    let refused = json_body(request, &json!({"text": "hello"})).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(json_of(refused).await["error"], json!("unavailable"));
    let page = client.get(served.url("/chat?lang=en")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().await.unwrap().contains("please try again in a moment"));
}

#[tokio::test]
async fn events_bring_what_is_said_and_end_when_the_daemon_stops() {
    let (gateway, served, client) = shop().await;
    let cookie = visit(&served, &client).await;
    let request = client.post(served.url("/chat/messages")).header("cookie", &cookie);
    json_body(request, &json!({"text": "where?"})).send().await.unwrap();
    let mut events = client
        .get(served.url("/chat/events?after=0"))
        .header("cookie", &cookie)
        // A browser that comes back names the last event that it has seen.
        .header("last-event-id", "1")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&events, "content-type"), "text/event-stream");
    let first = String::from_utf8(events.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(
        first.contains("event: lines") && first.contains("id: 2") && first.contains("\"number\":2"),
        "{first}"
    );
    assert!(!first.contains("\"number\":1,"), "{first}");
    gateway.say(&gateway.only_session(), LineBy::Staff("Sara".to_owned()), "hello", Language::En);
    let second = String::from_utf8(events.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(second.contains("id: 3") && second.contains("\"name\":\"Sara\""), "{second}");
    served.stop().await;
    assert_eq!(events.chunk().await.unwrap(), None);
}
