//! The daemon: all steps at once, from the opened store until the signal to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::alert;
use crate::domain::intake::Intake;
use crate::domain::message::{Attachment, Channel};
use crate::domain::outbox::{Delivery, OutboxRow, Outcome};
use crate::domain::rules::Rules;
use crate::domain::stamp;
use crate::gateway::chat::ChatCourier;
use crate::gateway::courier::{Courier, Sending};
use crate::gateway::deliver::Couriers;
use crate::gateway::{Gateway, Now, heartbeat, reload, sms, socket};
use crate::settings::{EmailAccount, Settings, TelegramBot};
use crate::store::{self, StoreError};
use crate::{mail, telegram, web};

/// SIGTERM ends the daemon within 15 s (DESIGN §7): so long may what is going on go on.
const FAREWELL: Duration = Duration::from_secs(10);
/// After a fault of the store, before the next try.
const PAUSE: Duration = Duration::from_secs(1);
const MEASURED_EVERY: Duration = Duration::from_secs(15);
/// Nothing sleeps longer than this, whatever the due times say.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// What `run` starts with.
pub struct Start {
    pub settings: Settings,
    pub rules: Rules,
    /// `--since`: older mail is taken in, from this day on.
    pub since: Option<jiff::civil::Date>,
}

/// Runs until SIGTERM or SIGINT. `announce` is told where the live chat is, and the owner's first
/// link to the console where there is one.
pub async fn run(start: Start, announce: impl FnOnce(SocketAddr, Option<String>)) -> anyhow::Result<()> {
    let Start { settings, rules, since } = start;
    let metrics = PrometheusBuilder::new().install_recorder().context("Could not set up the metrics")?;
    let data_dir = settings.data_dir.clone();
    let opened =
        tokio::task::block_in_place(|| store::open(&data_dir, &mut |progress| tracing::info!("{progress}")));
    let (opened, report) =
        opened.with_context(|| format!("Could not open the store in {}", data_dir.display()))?;
    tracing::info!("{report}");
    let secret = store::installation_secret(&data_dir)?;
    let listen = settings.web.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("Could not listen on {listen}: is another daemon running? `web.listen` in the settings changes the address")
    })?;
    let address = listener.local_addr().context("Could not tell the address")?;
    let local = socket::bind(&data_dir)?;
    let checker = mail::authenticity::Checker::new(settings.dns);
    let gateway = Gateway::new(opened, settings, rules, secret, Now::System).checking(checker);
    let gateway = Arc::new(gateway);
    tokio::task::block_in_place(|| gateway.store.destroy_unwanted())
        .context("Could not destroy a raw copy")?;
    if let Err(error) = tokio::task::block_in_place(|| gateway.relearn()) {
        tracing::warn!("What people taught could not be written: {error}");
    }
    tokio::task::block_in_place(|| gateway.start_clocks()).context("Could not look after the clocks")?;
    let hangups = signal(SignalKind::hangup()).context("Could not watch for SIGHUP")?;
    let shutdown = CancellationToken::new();

    let mut tasks = JoinSet::new();
    tasks.spawn(serve_web(listener, gateway.clone(), metrics, shutdown.clone()));
    tasks.spawn(socket::serve(local, gateway.clone(), shutdown.clone()));
    tasks.spawn(decide_on(gateway.clone(), shutdown.clone()));
    tasks.spawn(watch_clocks(gateway.clone(), shutdown.clone()));
    tasks.spawn(heartbeat::beat(gateway.clone(), shutdown.clone()));
    tasks.spawn(measure(gateway.clone(), shutdown.clone()));
    tasks.spawn(reload::watch(gateway.clone(), hangups, shutdown.clone()));
    let couriers = start_channels(&gateway, since, &shutdown, &mut tasks);
    tasks.spawn(deliver_on(gateway.clone(), Arc::new(couriers), shutdown.clone()));

    let _ = gateway.bound.set(address);
    let first_link = tokio::task::block_in_place(|| gateway.first_link()).unwrap_or_else(|error| {
        tracing::error!("There is no link to the console: {error}");
        None
    });
    announce(address, first_link);
    // The first page of the desk need not wait for the rows of a large shop.
    let warming = gateway.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = warming.queue_rows() {
            tracing::error!("The queue of the desk could not be read: {error}");
        }
    });
    let broken = tokio::select! {
        signal = stop_signal() => signal.err(),
        broken = first_panic(&mut tasks) => Some(broken),
    };
    tracing::info!("Stopping");
    shutdown.cancel();
    let ended = tokio::time::timeout(FAREWELL, async { while tasks.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("Some work did not end in time; it is taken up again at the next start");
    }
    let _ = std::fs::remove_file(socket::path(&data_dir));
    broken.map_or(Ok(()), Err)
}

/// A part that has fallen over would leave the rest looking well: whoever supervises the daemon
/// starts it anew. Parts that end by themselves have told why.
async fn first_panic(tasks: &mut JoinSet<()>) -> anyhow::Error {
    loop {
        match tasks.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                return anyhow::anyhow!("A part of the daemon has fallen over: {error}");
            }
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

async fn stop_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("Could not watch for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Could not watch for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

async fn serve_web(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    metrics: PrometheusHandle,
    shutdown: CancellationToken,
) {
    let rules = gateway.rules();
    let state = web::WebState {
        intake: gateway.clone(),
        desk: gateway.clone(),
        staff: gateway.clone(),
        health: gateway.clone(),
        metrics,
        shop: web::Shop::of(&rules.business, gateway.settings.timezone.clone()),
        closing: shutdown.clone(),
    };
    if let Err(error) = web::serve(listener, web::router(state), shutdown).await {
        tracing::error!("The web server ended: {error}");
    }
}

/// Starts every mailbox and bot, and gives back who carries their answers.
fn start_channels(
    gateway: &Arc<Gateway>,
    since: Option<jiff::civil::Date>,
    shutdown: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Couriers {
    let mut couriers = Couriers::new();
    couriers.insert((Channel::Chat, "chat".to_owned()), Arc::new(ChatCourier { gateway: gateway.clone() }));
    if let Some(hook) = gateway.settings.staff.sms.clone() {
        couriers
            .insert((Channel::Phone, alert::PHONE_ACCOUNT.to_owned()), Arc::new(sms::SmsCourier { hook }));
    }
    for account in &gateway.settings.email {
        let intake: Arc<dyn Intake> = gateway.clone();
        tasks.spawn(mail::inbox::run(account.clone(), intake, since, shutdown.clone()));
        let courier = MailCourier {
            postman: mail::outbox::Postman::new(account.clone()),
            account: account.clone(),
            gateway: gateway.clone(),
        };
        couriers.insert((Channel::Email, account.name.clone()), Arc::new(courier));
    }
    for bot in &gateway.settings.telegram {
        match start_bot(gateway, bot, shutdown, tasks) {
            Ok(courier) => {
                couriers.insert((Channel::Telegram, bot.name.clone()), courier);
            }
            Err(error) => gateway.polled("telegram", &bot.name, Err(error.to_string())),
        }
    }
    couriers
}

fn start_bot(
    gateway: &Arc<Gateway>,
    bot: &TelegramBot,
    shutdown: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<Arc<dyn Courier>, telegram::TelegramError> {
    let connection = telegram::connect(bot)?;
    let sender = telegram::outbox::Sender::new(connection.clone());
    let intake: Arc<dyn Intake> = gateway.clone();
    tasks.spawn(telegram::inbox::run(connection.clone(), bot.clone(), intake, shutdown.clone()));
    gateway.know_bot(&bot.name, Arc::new(move || connection.username()));
    Ok(Arc::new(BotCourier { sender, gateway: gateway.clone() }))
}

struct MailCourier {
    postman: mail::outbox::Postman,
    account: EmailAccount,
    gateway: Arc<Gateway>,
}

impl Courier for MailCourier {
    /// It has one connection.
    fn at_once(&self) -> usize {
        1
    }

    fn send<'a>(&'a self, row: &'a OutboxRow, files: &'a [(Attachment, Vec<u8>)]) -> Sending<'a> {
        Box::pin(async move {
            let rules = self.gateway.rules();
            match mail::render::render(row, &self.account, &rules.business, files, self.gateway.secret()) {
                Ok(rendered) => self.postman.send(&rendered).await,
                Err(error) => Outcome::Refused { reason: error.to_string() },
            }
        })
    }
}

struct BotCourier {
    sender: telegram::outbox::Sender,
    gateway: Arc<Gateway>,
}

impl BotCourier {
    /// What a customer gets carries its stamp.
    fn stamped(&self, row: &OutboxRow) -> OutboxRow {
        let line = stamp::last_line(row, self.gateway.secret()).map(|line| format!("\n\n{line}"));
        OutboxRow { text: format!("{}{}", row.text.trim_end(), line.unwrap_or_default()), ..row.clone() }
    }
}

impl Courier for BotCourier {
    /// Telegram takes thirty a second, each in some tens of milliseconds.
    fn at_once(&self) -> usize {
        8
    }

    fn send<'a>(&'a self, row: &'a OutboxRow, files: &'a [(Attachment, Vec<u8>)]) -> Sending<'a> {
        Box::pin(async move { self.sender.send(&self.stamped(row), files).await })
    }
}

async fn decide_on(gateway: Arc<Gateway>, shutdown: CancellationToken) {
    loop {
        let result = tokio::task::block_in_place(|| gateway.decide_waiting());
        let pause = rest_after(result.map(|_| None), "deciding", &gateway);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = gateway.has_work.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn watch_clocks(gateway: Arc<Gateway>, shutdown: CancellationToken) {
    loop {
        let result = tokio::task::block_in_place(|| gateway.watch());
        let pause = rest_after(result, "watching the clocks", &gateway);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = gateway.has_clock.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn deliver_on(gateway: Arc<Gateway>, couriers: Arc<Couriers>, shutdown: CancellationToken) {
    let mut sending = JoinSet::new();
    loop {
        while sending.try_join_next().is_some() {}
        let result = gateway.start_due(&couriers, &mut sending);
        let pause = rest_after(result, "delivering", &gateway);
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = gateway.has_mail.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    while sending.join_next().await.is_some() {}
}

/// Keeps the gauges of the outbox: what waits, and what was given up.
async fn measure(gateway: Arc<Gateway>, shutdown: CancellationToken) {
    loop {
        if let Ok(unsent) = tokio::task::block_in_place(|| gateway.store.unsent()) {
            let waiting =
                unsent.iter().filter(|(_, delivery)| matches!(delivery, Delivery::Waiting { .. })).count();
            metrics::gauge!("pasokh_outbox_waiting").set(waiting as f64);
            metrics::gauge!("pasokh_outbox_dead").set((unsent.len() - waiting) as f64);
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(MEASURED_EVERY) => {}
        }
    }
}

/// How long a loop may sleep: until the next due time, or a moment after a fault.
fn rest_after(result: Result<Option<Timestamp>, StoreError>, doing: &str, gateway: &Gateway) -> Duration {
    match result {
        Ok(None) => LONGEST_SLEEP,
        Ok(Some(next)) => {
            let left = next.duration_since(gateway.now.get());
            Duration::try_from(left).unwrap_or(Duration::ZERO).min(LONGEST_SLEEP)
        }
        Err(error) => {
            tracing::error!("The store failed while {doing}: {error}");
            PAUSE
        }
    }
}
