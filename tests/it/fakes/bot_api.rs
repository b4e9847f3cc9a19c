//! A Bot API server on loopback, with Telegram's ways: updates wait until they are confirmed
//! by a higher offset, polls are held open, a second poller ends the first, and whatever a
//! test scripts goes wrong.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::Instant;

pub use fault::Fault;
use fault::{cut, error, instead, ok};

mod fault;

const TOKEN: &str = BotApi::TOKEN;
pub const USERNAME: &str = "Shop_Bot";
const BOT_ID: i64 = 987_654;

/// One call as it came, refused or not.
#[derive(Debug, Clone)]
pub struct Call {
    pub at: Instant,
    /// In lower case.
    pub method: String,
    pub params: Value,
    pub files: Vec<Upload>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// One message that reached a chat.
#[derive(Debug, Clone)]
pub struct Sent {
    pub method: String,
    pub chat_id: i64,
    pub text: String,
    pub reply_markup: Option<Value>,
    pub params: Value,
    pub files: Vec<Upload>,
    pub message_id: i64,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Value>,
    next_update: i64,
    next_message: i64,
    /// Counts polls, so that an older one notices a newer one.
    polls: u64,
    faults: BTreeMap<String, VecDeque<Fault>>,
    /// Every call is cut while the server is "down".
    down: bool,
    calls: Vec<Call>,
    sent: Vec<Sent>,
    files: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone)]
pub struct BotApi {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
    url: String,
}

impl BotApi {
    pub const TOKEN: &str = "987654:AAE-fake_TokenThatMustNeverBeSeen";

    pub async fn start() -> BotApi {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner { next_update: 500_000_000, next_message: 100, ..Inner::default() };
        let fake = BotApi { inner: Arc::new(Mutex::new(inner)), changed: Arc::new(Notify::new()), url };
        let app = axum::Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        fake
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Queues any update; its id is given out here.
    pub fn push_update(&self, mut update: Value) -> i64 {
        let mut inner = self.inner();
        inner.next_update += 1;
        let id = inner.next_update;
        update["update_id"] = id.into();
        inner.waiting.push_back(update);
        drop(inner);
        self.changed.notify_waiters();
        id
    }

    fn fresh_message_id(&self) -> i64 {
        let mut inner = self.inner();
        inner.next_message += 1;
        inner.next_message
    }

    /// A private text message.
    pub fn push_message(&self, chat: i64, text: &str) {
        self.push_in_message(chat, json!({"text": text}));
    }

    /// A private message with these fields.
    pub fn push_in_message(&self, chat: i64, fields: Value) -> i64 {
        let mut message = json!({
            "message_id": self.fresh_message_id(),
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Customer"},
            "from": {"id": chat, "is_bot": false, "first_name": "Customer", "language_code": "fa"},
        });
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.push_update(json!({"message": message}))
    }

    /// A press of a button under our last message to this chat.
    pub fn press(&self, chat: i64, data: &str) -> i64 {
        let last = self.sent().into_iter().rev().find(|sent| sent.chat_id == chat);
        let (message_id, markup) = last
            .map_or((1, json!({})), |sent| (sent.message_id, sent.reply_markup.unwrap_or_else(|| json!({}))));
        self.push_update(json!({"callback_query": {
            "id": format!("query-{}", self.fresh_message_id()), "chat_instance": "1", "data": data,
            "from": {"id": chat, "is_bot": false, "first_name": "Customer", "language_code": "fa"},
            "message": {"message_id": message_id, "date": 1_700_000_000, "reply_markup": markup,
                "chat": {"id": chat, "type": "private", "first_name": "Customer"}},
        }}))
    }

    /// Keeps a file that GetFile then finds under its id.
    pub fn keep_file(&self, file_id: &str, bytes: &[u8]) {
        self.inner().files.insert(file_id.to_owned(), bytes.to_vec());
    }

    /// The next call of this method ends so; several wait in line. `file` is the download.
    pub fn fail(&self, method: &str, fault: Fault) {
        self.inner().faults.entry(method.to_lowercase()).or_default().push_back(fault);
    }

    /// The next call of this method ends with this status, as Telegram would answer it.
    pub fn fail_next(&self, method: &str, status: u16) {
        let fault = match status {
            429 => Fault::Flood(1),
            403 => Fault::Blocked,
            502 => Fault::BadGateway,
            status => Fault::Api(status, "Internal Server Error"),
        };
        self.fail(method, fault);
    }

    /// While down, every call is cut.
    pub fn set_down(&self, down: bool) {
        self.inner().down = down;
        self.changed.notify_waiters();
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.inner().sent.clone()
    }

    pub fn calls(&self, method: &str) -> Vec<Call> {
        self.inner().calls.iter().filter(|call| call.method == method.to_lowercase()).cloned().collect()
    }

    /// Updates that are not confirmed yet.
    pub fn unconfirmed(&self) -> Vec<i64> {
        self.inner().waiting.iter().filter_map(|update| update["update_id"].as_i64()).collect()
    }

    /// Waits until something is so; the server's changes wake it.
    pub async fn until(&self, what: &str, so: impl Fn(&BotApi) -> bool) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if so(self) {
                    return;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(45), wait).await;
        assert!(waited.is_ok(), "waited in vain until {what}; calls: {:?}", self.inner().calls);
    }

    fn next_fault(&self, method: &str) -> Option<Fault> {
        let mut inner = self.inner();
        if inner.down {
            return Some(Fault::Cut);
        }
        inner.faults.get_mut(method)?.pop_front()
    }

    async fn get_updates(&self, params: &Value) -> Response {
        let offset = params["offset"].as_i64().unwrap_or(0);
        let limit = params["limit"].as_u64().unwrap_or(100) as usize;
        let patience = Duration::from_secs(params["timeout"].as_u64().unwrap_or(0));
        let deadline = Instant::now() + patience;
        let mine = {
            let mut inner = self.inner();
            inner.polls += 1;
            inner.waiting.retain(|update| update["update_id"].as_i64() >= Some(offset));
            inner.polls
        };
        self.changed.notify_waiters();
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let inner = self.inner();
                if inner.down {
                    return cut();
                }
                if inner.polls != mine {
                    return error(
                        409,
                        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                    );
                }
                if !inner.waiting.is_empty() {
                    return ok(inner.waiting.iter().take(limit).cloned().collect());
                }
            }
            if tokio::time::timeout_at(deadline, changed).await.is_err() {
                return ok(json!([]));
            }
        }
    }

    fn take_message(&self, call: &Call) -> Response {
        let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
        let Some(chat_id) = number(&call.params["chat_id"]) else {
            return error(400, "Bad Request: chat not found");
        };
        let text = call.params["text"].as_str().unwrap_or_default().to_owned();
        if call.method == "sendmessage" && text.trim().is_empty() {
            return error(400, "Bad Request: message text is empty");
        }
        if text.encode_utf16().count() > 4096 {
            return error(400, "Bad Request: message is too long");
        }
        let message_id = self.fresh_message_id();
        let sent = Sent {
            method: call.method.clone(),
            chat_id,
            text: text.clone(),
            reply_markup: call.params.get("reply_markup").cloned(),
            params: call.params.clone(),
            files: call.files.clone(),
            message_id,
        };
        self.inner().sent.push(sent);
        ok(json!({
            "message_id": message_id, "date": 1_700_000_000, "text": text,
            "chat": {"id": chat_id, "type": "private", "first_name": "Customer"},
            "from": {"id": BOT_ID, "is_bot": true, "first_name": "Shop", "username": USERNAME},
        }))
    }

    fn get_file(&self, params: &Value) -> Response {
        let id = params["file_id"].as_str().unwrap_or_default();
        match self.inner().files.get(id) {
            Some(bytes) => ok(json!({"file_id": id, "file_unique_id": id, "file_size": bytes.len(),
                "file_path": format!("documents/{id}")})),
            None => error(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        }
    }

    fn download(&self, path: &str) -> Response {
        let path = path.replace("%2F", "/");
        let file = self.inner().files.get(path.trim_start_matches("documents/")).cloned();
        file.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
    }

    async fn perform(&self, call: &Call) -> Response {
        match call.method.as_str() {
            "getme" => ok(json!({"id": BOT_ID, "is_bot": true, "first_name": "Shop", "username": USERNAME,
                "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
                "can_connect_to_business": false, "has_main_web_app": false})),
            "getupdates" => self.get_updates(&call.params).await,
            "sendmessage" | "sendphoto" | "senddocument" => self.take_message(call),
            "getfile" => self.get_file(&call.params),
            "editmessagetext" | "editmessagereplymarkup" | "answercallbackquery" | "setmycommands" => {
                ok(json!(true))
            }
            _ => error(404, "Not Found"),
        }
    }
}

async fn answer(State(fake): State<BotApi>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let response = if let Some(path) = path.strip_prefix(&format!("/file/bot{TOKEN}/")) {
        match fake.next_fault("file") {
            Some(fault) => instead(fault).unwrap_or_else(cut),
            None => fake.download(path),
        }
    } else if let Some(method) = path.strip_prefix(&format!("/bot{TOKEN}/")) {
        method_call(&fake, method.to_lowercase(), request).await
    } else {
        error(401, "Unauthorized")
    };
    fake.changed.notify_waiters();
    response
}

async fn method_call(fake: &BotApi, method: String, request: Request) -> Response {
    let (params, files) = read(request).await;
    let call = Call { at: Instant::now(), method: method.clone(), params, files };
    fake.inner().calls.push(call.clone());
    fake.changed.notify_waiters();
    match fake.next_fault(&method) {
        None => fake.perform(&call).await,
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            fake.perform(&call).await
        }
        Some(Fault::DoneThenCut) => {
            fake.perform(&call).await;
            cut()
        }
        Some(fault) => instead(fault).unwrap_or_else(cut),
    }
}

/// The parameters of a call: a JSON body, or a form with files.
async fn read(request: Request) -> (Value, Vec<Upload>) {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
    if !kind.is_some_and(|kind| kind.starts_with("multipart/")) {
        let body = axum::body::to_bytes(request.into_body(), 64 << 20).await.unwrap_or_default();
        return (serde_json::from_slice(&body).unwrap_or_else(|_| json!({})), Vec::new());
    }
    let mut form = Multipart::from_request(request, &()).await.unwrap();
    let (mut params, mut files) = (json!({}), Vec::new());
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = field.bytes().await.unwrap().to_vec();
                files.push(Upload { field: name, name: file, bytes });
            }
            None => params[name] = field.text().await.unwrap().into(),
        }
    }
    (params, files)
}
