//! The token is in no log line and in no sentence, whatever goes wrong.

use std::io;
use std::sync::{Arc, Mutex};

use pasokh::domain::outbox::Outcome;
use pasokh::telegram;
use pasokh::telegram::outbox::Sender;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::fakes::bot_api::{BotApi, Fault};
use crate::fakes::update_intake::UpdateIntake;
use crate::telegram_inbox::bot;
use crate::telegram_outbox::{file, row};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

#[tokio::test]
async fn the_token_is_in_no_log_line_and_no_reason() {
    let log = Log::default();
    // Everything that any crate of ours or of others has to say, on this thread where all runs.
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    let _guard = subscriber.finish().set_default();

    let api = BotApi::start().await;
    let intake = UpdateIntake::default();
    for fault in [Fault::Cut, Fault::Flood(1), Fault::Body("not json"), Fault::Api(401, "Unauthorized")] {
        api.fail("GetUpdates", fault);
    }
    api.fail("GetMe", Fault::Cut);
    api.fail("SetMyCommands", Fault::Cut);
    api.fail("AnswerCallbackQuery", Fault::Cut);
    for _ in 0..2 {
        api.fail("file", Fault::Cut);
    }
    api.keep_file("f", b"x");
    api.push_in_message(1, serde_json::json!({"document": {"file_id": "f"}}));
    api.press(1, "h:1:y");
    let shutdown = CancellationToken::new();
    let settings = bot(api.url(), None);
    let connection = telegram::connect(&settings).unwrap();
    let running = tokio::spawn(telegram::inbox::run(
        connection.clone(),
        settings.clone(),
        Arc::new(intake.clone()),
        shutdown.clone(),
    ));
    intake.until("both are stored", |intake| intake.accepted().len() == 2).await;
    api.until("the press is thanked for", |api| !api.calls("AnswerCallbackQuery").is_empty()).await;
    shutdown.cancel();
    running.await.unwrap();

    let mut reasons: Vec<String> = intake.polls().into_iter().filter_map(Result::err).collect();
    let nobody = telegram::connect(&bot("http://127.0.0.1:1", None)).unwrap();
    let with_file = [file("a.pdf", "application/pdf", b"pdf")];
    for (connection, files, fault) in [
        (connection.clone(), &[][..], Fault::Cut),
        (connection.clone(), &[][..], Fault::BadGateway),
        (connection.clone(), &with_file[..], Fault::Cut),
        (nobody.clone(), &[][..], Fault::Cut),
        (nobody, &with_file[..], Fault::Cut),
    ] {
        api.fail(if files.is_empty() { "SendMessage" } else { "SendDocument" }, fault);
        match Sender::new(connection).send(&row(1, "hi"), files).await {
            Outcome::Unknown { reason } | Outcome::Unreachable { reason } => reasons.push(reason),
            outcome => panic!("{outcome:?}"),
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let shown = format!("{log}\n{reasons:?}\n{connection:?}\n{settings:?}");
    assert!(log.contains("Telegram could not be read"), "our own lines are captured");
    assert!(log.contains("A file could not be fetched"), "{log}");
    assert!(log.contains("reqwest"), "those of other crates are captured");
    let secret = BotApi::TOKEN.split_once(':').unwrap().1;
    let leak = shown.lines().find(|line| line.contains(secret));
    assert_eq!(leak, None);
}
