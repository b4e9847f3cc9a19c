//! A gateway in memory for the live chat: takes messages in, gives canned answers.
//!
//! Its lines outlive the HTTP server, so a test can restart the server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusBuilder;
use pasokh::domain::intake::{Accepted, Intake, IntakeError, Raw};
use pasokh::domain::message::{Attachment, BlobId, Contact, Language, Message, MessageId, MessageKey, Press};
use pasokh::domain::outbox::{Button, ButtonAction};
use pasokh::web::parse::{Received, parse};
use pasokh::web::{
    ActFault, Case, ChannelHealth, ChatDesk, ChatLine, Health, LineBy, Member, QueueRow, Readiness, Shop,
    StaffDesk, WebState, router, serve,
};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

#[derive(Default)]
struct Inner {
    seen: BTreeMap<MessageKey, MessageId>,
    lines: BTreeMap<String, Vec<ChatLine>>,
    blobs: BTreeMap<String, Vec<u8>>,
    messages: Vec<Message>,
    bells: BTreeMap<String, watch::Sender<u64>>,
}

/// The desk, the intake and the health of a shop.
#[derive(Default)]
pub struct FakeGateway {
    inner: Mutex<Inner>,
    /// While set, the store fails.
    pub broken: AtomicBool,
}

impl FakeGateway {
    pub fn new() -> Arc<FakeGateway> {
        Arc::new(FakeGateway::default())
    }

    /// Every message that came in, once each.
    pub fn messages(&self) -> Vec<Message> {
        self.inner.lock().unwrap().messages.clone()
    }

    /// The one session that has written.
    pub fn only_session(&self) -> String {
        let sessions: Vec<String> = self.inner.lock().unwrap().lines.keys().cloned().collect();
        assert_eq!(sessions.len(), 1, "{sessions:?}");
        sessions.into_iter().next().unwrap()
    }

    /// Somebody says something in a chat.
    pub fn say(&self, session: &str, by: LineBy, text: &str, language: Language) {
        self.inner.lock().unwrap().say(session, by, text, language, Vec::new());
    }

    fn check(&self) -> Result<(), String> {
        if self.broken.load(Ordering::SeqCst) { Err("the disk is full".to_owned()) } else { Ok(()) }
    }
}

impl Inner {
    fn bell(&mut self, session: &str) -> &watch::Sender<u64> {
        self.bells.entry(session.to_owned()).or_insert_with(|| watch::Sender::new(0))
    }

    fn push(&mut self, session: &str, mut line: ChatLine) {
        let lines = self.lines.entry(session.to_owned()).or_default();
        line.number = lines.len() as u64 + 1;
        lines.push(line);
        self.bell(session).send_modify(|count| *count += 1);
    }

    fn say(&mut self, session: &str, by: LineBy, text: &str, language: Language, buttons: Vec<Vec<Button>>) {
        let line = ChatLine {
            number: 0,
            by,
            message: None,
            text: text.to_owned(),
            buttons,
            attachments: Vec::new(),
            language,
            at: Timestamp::now(),
        };
        self.push(session, line);
    }

    fn answer(&mut self, session: &str, message: &Message) {
        let (text, language, buttons) = canned(message);
        self.push(
            session,
            ChatLine {
                number: 0,
                by: LineBy::Customer,
                message: Some(message.id),
                text: message.text.clone(),
                buttons: Vec::new(),
                attachments: message.attachments.clone(),
                language,
                at: message.received_at,
            },
        );
        self.say(session, LineBy::Machine, text, language, buttons);
    }
}

/// What the machine says.
fn canned(message: &Message) -> (&'static str, Language, Vec<Vec<Button>>) {
    let helped = |yes: &str, no: &str| {
        let press = |yes| ButtonAction::Press(Press::Helped { conversation: 1, yes });
        vec![vec![
            Button { label: yes.to_owned(), action: press(true) },
            Button { label: no.to_owned(), action: press(false) },
        ]]
    };
    match &message.press {
        Some(Press::Helped { yes: true, .. }) => {
            return ("خوشحالیم که مشکل حل شد.", Language::Fa, Vec::new());
        }
        Some(_) => {
            let filed = "پوزش می‌خواهیم. موضوع را با کد \u{2068}482-917-508\u{2069} ثبت کردیم.";
            return (filed, Language::Fa, Vec::new());
        }
        None => {}
    }
    if message.text.contains("کجاست") {
        let text = "سفارش شما را این‌جا می‌توانید ببینید:\n\u{2068}https://shop.example/track\u{2069}\n\n\
                    این پاسخ خودکار بود. مشکلتان حل شد؟";
        return (text, Language::Fa, helped("بله، حل شد", "نه، هنوز کمک می‌خواهم"));
    }
    if message.text.contains("where") {
        let text = "You can see your parcel at https://shop.example/track.\n\nThis was an automatic answer. Did it solve your problem?";
        return (text, Language::En, helped("Yes, solved", "No, I still need help"));
    }
    ("پیام شما رسید و با کد \u{2068}482-917-508\u{2069} ثبت شد.", Language::Fa, Vec::new())
}

impl Intake for FakeGateway {
    fn accept(&self, raw: Raw) -> Result<Accepted, IntakeError> {
        self.check().map_err(IntakeError)?;
        let mut inner = self.inner.lock().unwrap();
        if let Some(seen) = inner.seen.get(&raw.key) {
            return Ok(Accepted::Seen(*seen));
        }
        let id = MessageId(inner.seen.len() as u64 + 1);
        inner.seen.insert(raw.key, id);
        let mut files = Vec::new();
        for file in raw.files {
            let name: String = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            files.push(Attachment {
                name: file.name,
                media_type: file.media_type,
                size: file.bytes.len() as u64,
                blob: Some(BlobId(name.clone())),
            });
            inner.blobs.insert(name, file.bytes);
        }
        let received = Received { id, bytes: &raw.bytes, files: &files, received_at: Timestamp::now() };
        let message = parse(received).map_err(|error| IntakeError(error.to_string()))?;
        let Contact::Chat(session) = message.contact.clone() else { unreachable!() };
        inner.answer(&session, &message);
        inner.messages.push(message);
        Ok(Accepted::New(id))
    }

    fn cursor(&self, _name: &str) -> Result<Option<String>, IntakeError> {
        Ok(None)
    }

    fn move_cursor(&self, _name: &str, _value: &str) -> Result<(), IntakeError> {
        Ok(())
    }

    fn polled(&self, _channel: &str, _account: &str, _result: Result<(), String>) {}
}

impl ChatDesk for FakeGateway {
    fn lines(&self, session: &str, after: u64) -> Result<Vec<ChatLine>, String> {
        self.check()?;
        let inner = self.inner.lock().unwrap();
        let lines = inner.lines.get(session).cloned().unwrap_or_default();
        Ok(lines.into_iter().filter(|line| line.number > after).collect())
    }

    fn watch(&self, session: &str) -> watch::Receiver<u64> {
        self.inner.lock().unwrap().bell(session).subscribe()
    }

    fn blob(&self, session: &str, blob: &BlobId) -> Result<Option<(Attachment, Vec<u8>)>, String> {
        let inner = self.inner.lock().unwrap();
        let file = inner
            .lines
            .get(session)
            .into_iter()
            .flatten()
            .flat_map(|line| &line.attachments)
            .find(|file| file.blob.as_ref() == Some(blob));
        Ok(file.and_then(|file| inner.blobs.get(&blob.0).map(|bytes| (file.clone(), bytes.clone()))))
    }
}

impl Health for FakeGateway {
    fn ready(&self) -> Readiness {
        Readiness {
            store: self.check(),
            rules: Ok(()),
            channels: vec![ChannelHealth {
                kind: "email".to_owned(),
                name: "support".to_owned(),
                last_good: None,
                last_error: Some("connection refused".to_owned()),
            }],
        }
    }
}

/// The HTTP server before a gateway; stops when dropped.
pub struct Served {
    pub address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub async fn start(gateway: &Arc<FakeGateway>) -> Served {
        Served::start_at(gateway, "127.0.0.1:0".parse().unwrap()).await
    }

    pub async fn start_at(gateway: &Arc<FakeGateway>, address: SocketAddr) -> Served {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let state = WebState {
            intake: gateway.clone(),
            desk: gateway.clone(),
            staff: Arc::new(Nobody),
            health: gateway.clone(),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            shop: Shop {
                name: BTreeMap::from([
                    (Language::Fa, "فروشگاه نمونه".to_owned()),
                    (Language::En, "Sample Shop".to_owned()),
                ]),
                languages: vec![Language::Fa, Language::En],
                timezone: jiff::tz::TimeZone::UTC,
            },
            closing: stop.clone(),
        };
        let task = tokio::spawn(serve(listener, router(state), stop.clone()));
        Served { address, stop, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends it in order and waits for that.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// A desk at which nobody works.
struct Nobody;

impl StaffDesk for Nobody {
    fn member_of(&self, _session: &str) -> Result<Option<Member>, String> {
        Ok(None)
    }

    fn sign_in(&self, _name: &str, _password: &str) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn send_link(&self, _name: &str) -> Result<(), String> {
        Ok(())
    }

    fn redeem(&self, _token: &str) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn invited(&self, _token: &str) -> Result<Option<Member>, String> {
        Ok(None)
    }

    fn accept_invitation(&self, _token: &str, _password: &str) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn sign_out(&self, _session: &str) -> Result<(), String> {
        Ok(())
    }

    fn members(&self) -> Vec<Member> {
        Vec::new()
    }

    fn rows(&self) -> Result<Arc<Vec<Arc<QueueRow>>>, String> {
        Ok(Arc::default())
    }

    fn case(&self, _member: &Member, _code: &str) -> Result<Option<Case>, String> {
        Ok(None)
    }

    fn act(
        &self,
        _member: &Member,
        _code: &str,
        _said: usize,
        _action: &pasokh::domain::desk::Action,
    ) -> Result<(), ActFault> {
        Err(ActFault::NotFound)
    }

    fn rules(&self) -> Result<pasokh::web::RulesView, String> {
        Ok(pasokh::web::RulesView::default())
    }

    fn unmatched(&self) -> Result<pasokh::report::unmatched::UnmatchedReport, String> {
        Err("nobody works here".to_owned())
    }

    fn try_text(&self, _text: &str, _language: pasokh::domain::message::Language) -> String {
        String::new()
    }

    fn stuck(&self, _member: &Member) -> Result<pasokh::web::Stuck, String> {
        Ok(pasokh::web::Stuck::default())
    }

    fn dismiss(&self, _member: &Member, _row: u64, _again: bool) -> Result<bool, String> {
        Ok(false)
    }

    fn code_seen(&self, _member: &Member, _code: &str) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn mail(&self, _member: &Member, _code: &str, _message: u64) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn file(
        &self,
        _member: &Member,
        _code: &str,
        _blob: &BlobId,
    ) -> Result<Option<(Attachment, Vec<u8>)>, String> {
        Ok(None)
    }

    fn watch(&self) -> watch::Receiver<u64> {
        watch::channel(0).1
    }
}
