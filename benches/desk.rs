//! The queue of the desk at 100,000 cases, through HTTP: `cargo bench --bench desk`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails is none, and prints what it found"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use pasokh::domain::clocks::{Clock, ClockKind, Span};
use pasokh::domain::code::TrackingCode;
use pasokh::domain::complaint::{ComplaintKind, Filing};
use pasokh::domain::conversation::{ConversationId, Entry, Speaker};
use pasokh::domain::event::Event;
use pasokh::domain::message::{Contact, EmailAddress, Language};
use pasokh::gateway::people::Purpose;
use pasokh::gateway::{Gateway, Now};
use pasokh::rules;
use pasokh::settings::{self, Secrets};
use pasokh::store::{self, Commit};
use pasokh::web::{Shop, WebState, router, serve};
use pasokh::yaml::Source;

const CASES: u32 = 100_000;
const EACH: u32 = 1_000;
const ROUNDS: usize = 60;
const TEXTS: [&str; 4] = [
    "کالای شکسته فرستادید و کسی هم جواب نمی‌دهد، شمارهٔ سفارش ۱۲۳۴۵ است و سه هفته گذشته",
    "The parcel never came and the tracking page says delivered; please look into it soon",
    "می‌خواستم بدانم کتاب‌ها چند روزه می‌رسند و هزینهٔ ارسال به شیراز چقدر می‌شود",
    "I was charged twice for the same order and nobody answers my mails about the refund",
];

fn case(number: u32, gateway: &Gateway, now: Timestamp) -> Vec<Event> {
    let conversation = ConversationId(u64::from(number) + 1);
    let address = format!("c{}@example.org", number % 50);
    let at = now.checked_sub(SignedDuration::from_mins(i64::from(number % 5_000))).unwrap();
    let kind = if number.is_multiple_of(3) { ComplaintKind::Complaint } else { ComplaintKind::Question };
    let filing = Filing {
        code: TrackingCode::from_seed(20_000_000 + number),
        kind,
        topic: None,
        received_at: at,
        promised: at,
        suggested: Vec::new(),
        about: None,
        at,
    };
    let text = format!("{} {number}", TEXTS.iter().cycle().nth(number as usize % TEXTS.len()).unwrap());
    let entry = Entry {
        by: Speaker::Customer,
        text,
        subject: None,
        attachments: Vec::new(),
        message: None,
        outbox: None,
        mail_id: None,
        at,
        recorded_at: at,
    };
    let calendar = &gateway.rules().calendar;
    let clock = Clock::start(ClockKind::FirstResponse, Span::BusinessMinutes(480), calendar, at);
    vec![
        Event::Opened {
            conversation,
            contact: Contact::Email(EmailAddress::parse(&address).unwrap()),
            account: "support".to_owned(),
            customer_name: Some("Ann".to_owned()),
            language: Language::Fa,
            at,
        },
        Event::Said { conversation, entry },
        Event::Filed { conversation, filing },
        Event::ClockStarted { conversation, clock },
    ]
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() - 1) * share / 100).unwrap().as_secs_f64() * 1000.0;
    println!("{what:<34} median {:>7.1} ms   p95 {:>7.1} ms", at(50), at(95));
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let directory = tempfile::TempDir::new().unwrap();
    let source = Source { name: "pasokh.yaml".to_owned(), text: String::new() };
    let (mut settings, _) = settings::parse(&source, None, Secrets::Optional).unwrap();
    settings.data_dir = directory.path().join("data");
    let (opened, _) = store::open(&settings.data_dir, &mut |_| {}).unwrap();
    let secret = store::installation_secret(&settings.data_dir).unwrap();
    let (rules, _) = rules::load(&settings).unwrap();
    let shop = Shop::of(&rules.business, settings.timezone.clone());
    let gateway = Arc::new(Gateway::new(opened, settings, rules, secret, Now::System));
    let now = Timestamp::now();
    let began = Instant::now();
    for start in (0..CASES).step_by(EACH as usize) {
        let events = (start..start + EACH).flat_map(|number| case(number, &gateway, now)).collect();
        gateway.store.commit(&Commit { events, expects: Vec::new() }).unwrap();
    }
    println!("{CASES} cases filed in {:.1} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let rows = tokio::task::block_in_place(|| gateway.queue_rows()).unwrap();
    println!("rows made the first time: {} in {:.1} s", rows.len(), began.elapsed().as_secs_f64());
    drop(rows);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let closing = tokio_util::sync::CancellationToken::new();
    let state = WebState {
        intake: gateway.clone(),
        desk: gateway.clone(),
        staff: gateway.clone(),
        health: gateway.clone(),
        metrics: metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle(),
        shop,
        closing: closing.clone(),
    };
    let serving = tokio::spawn(serve(listener, router(state), closing.clone()));
    let token = gateway.token_for("owner", Purpose::SignIn).unwrap();
    let session = gateway.redeem(&token).unwrap().unwrap();
    let client = reqwest::Client::new();
    for (what, path) in [
        ("the queue, all open", "/desk?view=open"),
        ("the last page of it", "/desk?view=open&page=1999"),
        ("one case by its number", "/desk?q=99321"),
        (
            "two Persian words",
            "/desk?q=%DA%A9%D8%AA%D8%A7%D8%A8%E2%80%8C%D9%87%D8%A7+%D8%B4%DB%8C%D8%B1%D8%A7%D8%B2",
        ),
        ("words that nobody wrote", "/desk?q=zebra+crossing"),
    ] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let request =
                client.get(format!("{base}{path}")).header("cookie", format!("__Host-pasokh_desk={session}"));
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            let _page = answer.text().await.unwrap();
            times.push(began.elapsed());
        }
        report(what, times);
    }
    closing.cancel();
    serving.await.unwrap().unwrap();
}
