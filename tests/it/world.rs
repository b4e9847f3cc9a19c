//! The harness: a real journal and sled in a temporary directory, channels in
//! memory, and a clock that the test moves. It reads like a script.
//!
//! At its end nothing may be unread, and every mail that was sent has passed
//! the header invariants.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use pasokh::domain::conversation::ConversationId;
use pasokh::domain::desk::Action;
use pasokh::domain::intake::{Accepted, Intake, Raw};
use pasokh::domain::message::{Attachment, Channel, Contact, EmailAddress, MessageId, MessageKey};
use pasokh::domain::outbox::{Button, ButtonAction, OutboxRow, Outcome, Recipient};
use pasokh::gateway::courier::{Courier, Sending};
use pasokh::gateway::{Couriers, Gateway, Now};
use pasokh::mail::authenticity::Checker;
use pasokh::settings::{self, Dns, Secrets, Settings};
use pasokh::store::{self, MessageRow};
use pasokh::{mail, rules};
use tempfile::TempDir;

/// Wednesday 11 November 2026 (20 Aban 1405), 10:00 in Tehran: open until 17:00.
pub const WEDNESDAY_MORNING: &str = "2026-11-11T06:30:00Z";

const SETTINGS: &str = r#"
business:
  name: { fa: فروشگاه نمونه, en: Sample Shop }
  languages: [fa, en]
  timezone: Asia/Tehran
email:
  - name: support
    address: support@shop.example
    aliases: [help@shop.example]
    imap: { host: 127.0.0.1, port: 1, tls: none, username: support, password: { env: PASOKH_TEST_PASSWORD } }
    smtp: { host: 127.0.0.1, port: 1, tls: none }
    trusted_authserv_id: mx.shop.example
telegram:
  - name: shop
    token: { env: PASOKH_TEST_TOKEN }
staff:
  people: [ { name: Sara, role: agent, email: sara@shop.example, telegram: 111 } ]
  telegram_group: -1001234567890
calendar: { week: { sat-wed: ["09:00-17:00"], thu: ["09:00-13:00"] } }
targets: { first_response: 8h, next_response: 8h, decision: 3d }
# So long that no test but those about them hears of these two.
promises: { unassigned: 900d, update: 900d }
"#;

/// What was sent to somebody.
#[derive(Debug, Clone)]
pub struct Sent {
    pub row: OutboxRow,
    /// The mail as it went out; empty on other channels.
    pub mail: Vec<u8>,
    pub message_id: Option<String>,
    pub files: Vec<(Attachment, Vec<u8>)>,
}

impl Sent {
    pub fn text(&self) -> &str {
        &self.row.text
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let parsed = mail_parser::MessageParser::default().parse(&self.mail)?;
        parsed.header_raw(name).map(|value| value.trim().to_owned())
    }

    /// The tracking code in the text.
    pub fn code(&self) -> String {
        pasokh::domain::code::TrackingCode::find(self.text())
            .unwrap_or_else(|| panic!("no tracking code in: {}", self.text()))
            .to_string()
    }

    pub fn labels(&self) -> Vec<&str> {
        self.row.buttons.iter().flatten().map(|button| button.label.as_str()).collect()
    }

    fn button(&self, label: &str) -> Option<&Button> {
        self.row.buttons.iter().flatten().find(|button| button.label.contains(label))
    }
}

/// One channel in memory. What it is told to answer is used up first; then it delivers.
#[derive(Default)]
struct Wire {
    sent: VecDeque<Sent>,
    outcomes: VecDeque<Outcome>,
    /// Accounts whose server is out of reach.
    down: std::collections::BTreeSet<String>,
    next_external: u64,
}

struct MemoryCourier {
    wire: Arc<Mutex<Wire>>,
    gateway_secret: [u8; 32],
    settings: Settings,
    business: pasokh::domain::rules::Business,
}

impl Courier for MemoryCourier {
    fn at_once(&self) -> usize {
        32
    }

    fn send<'a>(&'a self, row: &'a OutboxRow, files: &'a [(Attachment, Vec<u8>)]) -> Sending<'a> {
        Box::pin(async move {
            let mut wire = self.wire.lock().unwrap();
            if wire.down.contains(&row.account) {
                return Outcome::Unreachable { reason: "nobody is there".to_owned() };
            }
            let outcome = wire.outcomes.pop_front();
            if let Some(
                outcome @ (Outcome::Later { .. } | Outcome::Unreachable { .. } | Outcome::Refused { .. }),
            ) = outcome
            {
                return outcome;
            }
            let (mail, message_id) = self.render(row, files);
            wire.sent.push_back(Sent { row: row.clone(), mail, message_id, files: files.to_vec() });
            wire.next_external += 1;
            let external = Some(wire.next_external.to_string());
            outcome.unwrap_or(Outcome::Delivered { external })
        })
    }
}

impl MemoryCourier {
    fn render(&self, row: &OutboxRow, files: &[(Attachment, Vec<u8>)]) -> (Vec<u8>, Option<String>) {
        if !matches!(&row.to, Recipient::Customer(Contact::Email(_)) | Recipient::StaffEmail(_)) {
            return (Vec::new(), None);
        }
        let account = &self.settings.email[0];
        let rendered =
            mail::render::render(row, account, &self.business, files, &self.gateway_secret).unwrap();
        header_invariants(row, &rendered.bytes);
        (rendered.bytes, Some(rendered.message_id))
    }
}

/// What must hold for every mail that leaves.
fn header_invariants(row: &OutboxRow, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = mail_parser::MessageParser::default().parse(bytes).expect("a mail that can be parsed");
    let raw = |name: &str| parsed.header_raw(name).map(str::trim).map(str::to_owned);
    for name in ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version"] {
        let count = parsed.headers().iter().filter(|header| header.name().eq_ignore_ascii_case(name)).count();
        assert_eq!(count, 1, "{name} must be there once:\n{text}");
    }
    assert!(!text.contains("TODO") && !text.contains("{{"), "unfilled text:\n{text}");
    if row.by_person {
        assert_eq!(raw("Auto-Submitted"), None, "a person wrote this:\n{text}");
    } else {
        let auto = raw("Auto-Submitted").unwrap_or_default();
        assert!(auto.starts_with("auto-replied") || auto.starts_with("auto-generated"), "{text}");
        assert_eq!(raw("X-Auto-Response-Suppress").as_deref(), Some("All"), "{text}");
    }
    if let Some(parent) = &row.thread.in_reply_to {
        assert_eq!(raw("In-Reply-To"), Some(format!("<{parent}>")), "{text}");
        let references = raw("References").unwrap_or_default();
        assert!(references.trim_end().ends_with(&format!("<{parent}>")), "{text}");
    }
}

/// A mail to hand in; `Mail::from("ann@example.org", "…")` and change what matters.
#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub message_id: Option<String>,
    pub in_reply_to: Option<String>,
    pub headers: Vec<String>,
    /// With a DMARC pass of our own server.
    pub proven: bool,
}

impl Mail {
    pub fn from(from: &str, text: &str) -> Mail {
        Mail {
            from: from.to_owned(),
            to: "support@shop.example".to_owned(),
            subject: "پیام به فروشگاه".to_owned(),
            text: text.to_owned(),
            message_id: None,
            in_reply_to: None,
            headers: Vec::new(),
            proven: true,
        }
    }

    pub fn subject(mut self, subject: &str) -> Mail {
        self.subject = subject.to_owned();
        self
    }

    pub fn replying(mut self, to: &Sent) -> Mail {
        self.in_reply_to = to.message_id.clone();
        self.subject = to.row.subject.clone();
        self
    }

    pub fn header(mut self, line: &str) -> Mail {
        self.headers.push(line.to_owned());
        self
    }

    pub fn unproven(mut self) -> Mail {
        self.proven = false;
        self
    }

    fn bytes(&self, number: u32, at: Timestamp) -> Vec<u8> {
        let domain = self.from.rsplit('@').next().unwrap_or_default();
        let id = self.message_id.clone().unwrap_or_else(|| format!("m{number}@{domain}"));
        let mut lines = Vec::new();
        if self.proven {
            lines.push(format!("Authentication-Results: mx.shop.example; dmarc=pass header.from={domain}"));
        }
        lines.extend(self.headers.clone());
        lines.push(format!("From: <{}>", self.from));
        lines.push(format!("To: <{}>", self.to));
        lines.push(format!("Subject: {}", self.subject));
        lines.push(format!("Date: {}", at.strftime("%a, %d %b %Y %H:%M:%S +0000")));
        lines.push(format!("Message-ID: <{id}>"));
        if let Some(parent) = &self.in_reply_to {
            lines.push(format!("In-Reply-To: <{parent}>"));
            lines.push(format!("References: <{parent}>"));
        }
        lines.push("MIME-Version: 1.0".to_owned());
        lines.push("Content-Type: text/plain; charset=utf-8".to_owned());
        lines.push("Content-Transfer-Encoding: 8bit".to_owned());
        format!("{}\r\n\r\n{}\r\n", lines.join("\r\n"), self.text.replace('\n', "\r\n")).into_bytes()
    }
}

pub struct World {
    directory: TempDir,
    runtime: tokio::runtime::Runtime,
    now: Now,
    settings: Settings,
    gateway: Option<Arc<Gateway>>,
    couriers: Couriers,
    wire: Arc<Mutex<Wire>>,
    count: u32,
    /// Signatures are checked here; nowhere by default.
    dns: Dns,
}

impl Default for World {
    fn default() -> World {
        World::new()
    }
}

impl World {
    /// The sample shop on a Wednesday morning, with the starter rules.
    pub fn new() -> World {
        World::at(WEDNESDAY_MORNING)
    }

    pub fn at(time: &str) -> World {
        World::with_modes(time, "auto", &[])
    }

    /// With this mode in the settings, and others in the files of some intents. The intents are
    /// a copy that the test may edit: see [`World::intents_dir`].
    pub fn with_modes(time: &str, default: &str, of_intents: &[(&str, &str)]) -> World {
        World::with_people(time, default, of_intents, "")
    }

    /// The same with colleagues of Sara, as the settings write them: `, { name: Reza, role: lead }`.
    pub fn with_people(time: &str, default: &str, of_intents: &[(&str, &str)], colleagues: &str) -> World {
        World::promising(time, default, of_intents, colleagues, "unassigned: 900d, update: 900d")
    }

    /// The same with other promises.
    pub fn promising(
        time: &str,
        default: &str,
        of_intents: &[(&str, &str)],
        colleagues: &str,
        promises: &str,
    ) -> World {
        let settings = SETTINGS
            .replace("telegram: 111 }", &format!("telegram: 111 }}{colleagues}"))
            .replace("unassigned: 900d, update: 900d", promises);
        World::with_settings(time, &format!("{settings}understanding: {{ mode: {default} }}\n"), of_intents)
    }

    /// The sample shop with other people at the desk: what stands under `staff:`, indented, and
    /// further settings behind it.
    pub fn staffed(time: &str, staff: &str, further: &str) -> World {
        let (before, rest) = SETTINGS.split_once("staff:\n").unwrap();
        let (_, after) = rest.split_once("calendar:").unwrap();
        let bots = before.replace(
            "  - name: shop\n    token: { env: PASOKH_TEST_TOKEN }\n",
            "  - name: shop\n    token: { env: PASOKH_TEST_TOKEN }\n\
             \x20 - name: bale\n    token: { env: PASOKH_TEST_TOKEN }\n    api_url: https://tapi.bale.example\n",
        );
        let calendar = if further.contains("calendar:") { "" } else { "calendar:" };
        let after = if calendar.is_empty() { after.split_once('\n').unwrap().1 } else { after };
        World::with_settings(time, &format!("{bots}staff:\n{staff}{further}{calendar}{after}"), &[])
    }

    /// A shop with these people and nothing but these further settings, `calendar` among them.
    pub fn shop_of(time: &str, staff: &str, further: &str) -> World {
        let (before, _) = SETTINGS.split_once("staff:\n").unwrap();
        World::with_settings(time, &format!("{before}staff:\n{staff}{further}"), &[])
    }

    fn with_settings(time: &str, yaml: &str, of_intents: &[(&str, &str)]) -> World {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("pasokh.yaml");
        std::fs::write(&file, yaml).unwrap();
        let (mut settings, _) = settings::load(Some(&file), Secrets::Optional).unwrap();
        settings.data_dir = directory.path().join("data");
        let intents = directory.path().join("intents");
        copy_files(&manifest("intents"), &intents);
        for (intent, mode) in of_intents {
            let file = intents.join(format!("{intent}.yaml"));
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, format!("{text}mode: {mode}\n")).unwrap();
        }
        settings.intents_dir = Some(intents);
        settings.replies_dir = Some(manifest("replies"));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut world = World {
            directory,
            runtime,
            now: Now::set_to(time.parse().unwrap()),
            settings,
            gateway: None,
            couriers: Couriers::new(),
            wire: Arc::new(Mutex::new(Wire::default())),
            count: 0,
            dns: Dns::Off,
        };
        world.start();
        world
    }

    fn start(&mut self) {
        let (opened, _) = store::open(&self.settings.data_dir, &mut |_| {}).unwrap();
        let secret = store::installation_secret(&self.settings.data_dir).unwrap();
        let (rules, _) = rules::load(&self.settings).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let business = rules.business.clone();
        let checker = Checker::new(self.dns);
        let gateway = Gateway::new(opened, self.settings.clone(), rules, secret, self.now.clone());
        let gateway = Arc::new(gateway.checking(checker));
        for (channel, name) in [
            (Channel::Email, "support"),
            (Channel::Telegram, "shop"),
            (Channel::Telegram, "bale"),
            (Channel::Chat, "chat"),
            (Channel::Phone, "sms"),
        ] {
            let courier = MemoryCourier {
                wire: self.wire.clone(),
                gateway_secret: secret,
                settings: self.settings.clone(),
                business: business.clone(),
            };
            self.couriers.insert((channel, name.to_owned()), Arc::new(courier));
        }
        gateway.know_bot("shop", Arc::new(|| Some("shop_bot".to_owned())));
        gateway.relearn().unwrap();
        self.gateway = Some(gateway);
    }

    /// Restarts with this server for the keys of signatures.
    pub fn ask_dns(&mut self, server: std::net::SocketAddr) {
        self.dns = Dns::Server(server);
        self.crash_and_restart();
    }

    /// Runs something beside the world, such as a server.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn intents_dir(&self) -> PathBuf {
        self.directory.path().join("intents")
    }

    pub fn gateway(&self) -> &Arc<Gateway> {
        self.gateway.as_ref().expect("the gateway runs")
    }

    pub fn data_dir(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Everything in memory is gone, as after `kill -9`; the disk stays.
    pub fn crash_and_restart(&mut self) {
        self.gateway = None;
        self.couriers.clear();
        self.start();
    }

    pub fn delete_the_sled_store_and_restart(&mut self) {
        self.gateway = None;
        self.couriers.clear();
        std::fs::remove_dir_all(self.data_dir().join("store")).unwrap();
        self.start();
    }

    pub fn now(&self) -> Timestamp {
        self.now.get()
    }

    /// Moves the clock and does what became due.
    pub fn advance(&mut self, by: SignedDuration) {
        self.now.advance(by);
        self.run();
    }

    /// Moves the clock only; what became due is done with whatever happens next.
    pub fn pass(&mut self, time: SignedDuration) {
        self.now.advance(time);
    }

    /// Lets every step do what it can.
    pub fn run(&self) {
        let _look_ups_run_here = self.runtime.enter();
        self.gateway().decide_waiting().unwrap();
        self.gateway().fire_due().unwrap();
        self.runtime.block_on(async { self.gateway().deliver_due(&self.couriers).await }).unwrap();
    }

    /// What the next sends come to, instead of being delivered.
    pub fn next_sends(&self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.wire.lock().unwrap().outcomes.extend(outcomes);
    }

    /// The server of this mailbox or bot is out of reach, or there again.
    pub fn reachable(&self, account: &str, reachable: bool) {
        let down = &mut self.wire.lock().unwrap().down;
        if reachable {
            down.remove(account)
        } else {
            down.insert(account.to_owned())
        };
    }

    /// A member of Telegram presses the button with these words under an alert, in this chat.
    pub fn press_in_chat(&mut self, sent: &Sent, label: &str, chat: i64, member: i64) -> MessageId {
        let button =
            sent.button(label).unwrap_or_else(|| panic!("no button {label:?} among {:?}", sent.labels()));
        let ButtonAction::Press(press) = &button.action else { panic!("{label:?} is a link") };
        let (data, number) = (press.encode(), self.next());
        self.update(serde_json::json!({
            "update_id": number,
            "callback_query": {
                "id": number.to_string(), "chat_instance": "1", "data": data,
                "from": {"id": member, "is_bot": false, "first_name": "Sara"},
                "message": {
                    "message_id": 1, "date": self.now().as_second(), "text": "…",
                    "chat": {"id": chat, "type": if chat < 0 { "supergroup" } else { "private" }},
                },
            },
        }))
    }

    /// From now on everything is delivered again.
    pub fn deliver_again(&self) {
        self.wire.lock().unwrap().outcomes.clear();
    }

    fn next(&mut self) -> u32 {
        self.count += 1;
        // Time passes between messages, so that their order is that of the world.
        self.now.advance(SignedDuration::from_millis(10));
        self.count
    }

    /// Hands a message in without deciding about it.
    pub fn accept(&mut self, raw: Raw) -> MessageId {
        match self.gateway().accept(raw).unwrap() {
            Accepted::New(id) | Accepted::Seen(id) => id,
        }
    }

    pub fn mail_from(&mut self, from: &str, text: &str) -> MessageId {
        self.mail(Mail::from(from, text))
    }

    /// The code at the end of a message as the customer gets it.
    pub fn stamp(&self, row: &OutboxRow) -> Option<String> {
        let secret = store::installation_secret(&self.settings.data_dir).unwrap();
        pasokh::domain::stamp::of(row.id, &secret).map(|stamp| stamp.to_string())
    }

    pub fn mail(&mut self, mail: Mail) -> MessageId {
        let raw = self.raw_mail(&mail);
        let id = self.accept(raw);
        self.run();
        id
    }

    pub fn raw_mail(&mut self, mail: &Mail) -> Raw {
        let number = self.next();
        let bytes = mail.bytes(number, self.now());
        Raw { key: mail::key("support", 1, number, &bytes), bytes, files: Vec::new() }
    }

    pub fn telegram_from(&mut self, chat: i64, text: &str) -> MessageId {
        let number = self.next();
        self.update(serde_json::json!({
            "update_id": number,
            "message": {
                "message_id": number, "date": self.now().as_second(), "text": text,
                "chat": {"id": chat, "type": "private", "first_name": "Ann"},
                "from": {"id": chat, "is_bot": false, "first_name": "Ann"},
            },
        }))
    }

    pub fn update(&mut self, update: serde_json::Value) -> MessageId {
        let update_id = update["update_id"].as_i64().unwrap();
        let message = ["message", "edited_message"].iter().find_map(|kind| update.get(*kind));
        let key = MessageKey::Telegram {
            bot: "shop".to_owned(),
            update_id,
            chat_id: message.and_then(|message| message["chat"]["id"].as_i64()),
            message_id: message.and_then(|message| message["message_id"].as_i64()),
            edit: update.get("edited_message").is_some(),
        };
        let id = self.accept(Raw { key, bytes: update.to_string().into_bytes(), files: Vec::new() });
        self.run();
        id
    }

    pub fn chat_from(&mut self, session: &str, text: &str) -> MessageId {
        self.chat(session, serde_json::json!({ "text": text }))
    }

    fn chat(&mut self, session: &str, mut body: serde_json::Value) -> MessageId {
        let nonce = self.next().to_string();
        body["session"] = session.into();
        body["nonce"] = nonce.clone().into();
        let key = MessageKey::Chat { session: session.to_owned(), nonce };
        let id = self.accept(Raw { key, bytes: body.to_string().into_bytes(), files: Vec::new() });
        self.run();
        id
    }

    /// Presses the button whose label contains these words, under what was sent.
    pub fn press(&mut self, sent: &Sent, label: &str) -> MessageId {
        let button =
            sent.button(label).unwrap_or_else(|| panic!("no button {label:?} among {:?}", sent.labels()));
        let ButtonAction::Press(press) = &button.action else { panic!("{label:?} is a link") };
        let data = press.encode();
        match &sent.row.to {
            Recipient::Customer(Contact::Telegram { chat, .. }) => {
                let (chat, number) = (*chat, self.next());
                self.update(serde_json::json!({
                    "update_id": number,
                    "callback_query": {
                        "id": number.to_string(), "chat_instance": "1", "data": data,
                        "from": {"id": chat, "is_bot": false, "first_name": "Ann"},
                        "message": {
                            "message_id": 1, "date": self.now().as_second(), "text": "…",
                            "chat": {"id": chat, "type": "private", "first_name": "Ann"},
                        },
                    },
                }))
            }
            Recipient::Customer(Contact::Chat(session)) => {
                let session = session.clone();
                self.chat(&session, serde_json::json!({ "text": "", "press": data }))
            }
            other => panic!("{other:?} has no buttons"),
        }
    }

    /// The oldest unread message to this contact: an address, `telegram:CHAT` or `chat:SESSION`.
    pub fn expect_reply(&mut self, to: &str) -> Sent {
        self.take(|sent| is_to(&sent.row.to, to))
            .unwrap_or_else(|| panic!("nothing was sent to {to}; unread: {:#?}", self.unread()))
    }

    pub fn expect_no_reply(&self, to: &str) {
        let wire = self.wire.lock().unwrap();
        let found = wire.sent.iter().find(|sent| is_to(&sent.row.to, to));
        assert!(found.is_none(), "something was sent to {to}: {found:#?}");
    }

    /// Everything unread, whoever it went to.
    pub fn read_all(&self) -> Vec<Sent> {
        self.wire.lock().unwrap().sent.drain(..).collect()
    }

    /// Every unread alert.
    pub fn alerts(&mut self) -> Vec<Sent> {
        let mut alerts = Vec::new();
        while let Some(alert) = self.take(|sent| !matches!(sent.row.to, Recipient::Customer(_))) {
            alerts.push(alert);
        }
        alerts
    }

    fn take(&self, wanted: impl Fn(&Sent) -> bool) -> Option<Sent> {
        let mut wire = self.wire.lock().unwrap();
        let position = wire.sent.iter().position(wanted)?;
        wire.sent.remove(position)
    }

    fn unread(&self) -> Vec<(Recipient, String)> {
        let wire = self.wire.lock().unwrap();
        wire.sent.iter().map(|sent| (sent.row.to.clone(), sent.row.text.clone())).collect()
    }

    pub fn outcome(&self, message: MessageId) -> MessageRow {
        self.gateway().store.message(message).unwrap().expect("the message is stored")
    }

    pub fn is_decided(&self, message: MessageId) -> bool {
        self.outcome(message).verdict.is_some()
    }

    /// Lets every step go on until this message is decided.
    pub fn run_until_decided(&self, message: MessageId) {
        let began = std::time::Instant::now();
        while !self.is_decided(message) {
            assert!(began.elapsed().as_secs() < 30, "message {} is not decided", message.0);
            self.block_on(async { tokio::time::sleep(std::time::Duration::from_millis(5)).await });
            self.run();
        }
    }

    /// Disposition and reason, as one line: `answered confident_intent`.
    pub fn disposition(&self, message: MessageId) -> String {
        let verdict = self.outcome(message).verdict.expect("the message is decided");
        format!("{} {}", verdict.disposition.name(), verdict.reason)
    }

    pub fn expect_silence(&self, message: MessageId, reason: pasokh::domain::guard::Reason) {
        assert_eq!(self.disposition(message), format!("ignored {}", reason.name()));
    }

    pub fn staff(&self, code: &str, action: Action) {
        self.staff_member("Sara", code, &action).unwrap();
    }

    /// One of several; the refusal is what they would read.
    pub fn staff_member(&self, name: &str, code: &str, action: &Action) -> Result<(), String> {
        let acted = self.gateway().act(code, action, name).map_err(|error| error.to_string());
        self.run();
        acted.map(|_| ())
    }

    pub fn sheet(&self, code: &str) -> pasokh::report::complaints::ComplaintSheet {
        let request = pasokh::gateway::door::Request::Show { code: code.to_owned() };
        match self.gateway().answer(request) {
            pasokh::gateway::door::Answer::Fine(sheet) => serde_json::from_value(sheet).unwrap(),
            failed => panic!("{failed:?}"),
        }
    }

    pub fn conversation_count(&self, contact: &Contact) -> Vec<ConversationId> {
        self.gateway().store.conversations_of(contact, 100).unwrap()
    }
}

/// Nothing may be left unread, unless the test has failed already.
impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let unread = self.unread();
            assert!(unread.is_empty(), "unread: {unread:#?}");
            let verified = self.gateway().store.verify().unwrap();
            assert!(verified.faults.is_empty(), "{:#?}", verified.faults);
        }
    }
}

fn is_to(recipient: &Recipient, to: &str) -> bool {
    match recipient {
        Recipient::Customer(Contact::Email(address)) | Recipient::StaffEmail(address) => {
            EmailAddress::parse(to).is_some_and(|wanted| wanted.same_mailbox(address))
        }
        Recipient::Customer(Contact::Telegram { chat, .. }) | Recipient::StaffTelegram(chat) => {
            to == format!("telegram:{chat}")
        }
        Recipient::Customer(Contact::Chat(session)) => to == format!("chat:{session}"),
        Recipient::StaffPhone(number) => to == number,
    }
}

pub fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

pub fn manifest(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
