//! The daemon and a Bot API server that has a bad moment: how soon an answer is sent again.

use std::time::Duration;

use tempfile::TempDir;

use crate::fakes::bot_api::{BotApi, Fault};
use crate::fakes::daemon::Daemon;

fn settings(api: &BotApi) -> String {
    format!(
        r#"
business:
  name: {{ fa: فروشگاه نمونه, en: Sample Shop }}
  languages: [fa, en]
  timezone: Asia/Tehran
telegram:
  - name: shop
    token: "{token}"
    api_url: {api}
web: {{ listen: "127.0.0.1:0" }}
"#,
        token = BotApi::TOKEN,
        api = api.url(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_meets_a_server_error_is_sent_again_within_five_seconds_and_arrives_once() {
    let (api, directory) = (BotApi::start().await, TempDir::new().unwrap());
    let daemon = Daemon::start(directory.path(), &settings(&api));
    daemon.wait_for_channels().await;
    // A proxy's page and the server's own word: one closes the route, the other delays the row.
    let faults = [Fault::BadGateway, Fault::Api(500, "Internal Server Error")];
    for (chat, fault) in (1000..).zip(faults) {
        api.fail("SendMessage", fault.clone());
        api.push_message(chat, "سفارشم کجاست؟");
        api.until("the answer has arrived", |api| api.sent().iter().any(|sent| sent.chat_id == chat)).await;
        let calls = api.calls("SendMessage").into_iter().filter(|call| call.params["chat_id"] == chat);
        let at: Vec<_> = calls.map(|call| call.at).collect();
        assert_eq!(at.len(), 2, "{fault:?}: one attempt fails, the next arrives");
        assert!(at[1] - at[0] < Duration::from_secs(5), "{fault:?}: again after {:?}", at[1] - at[0]);
    }
    daemon
        .wait_for_export("both are delivered", |rows| {
            rows.len() == 2 && rows.iter().all(|row| row["delivery"] == "delivered")
        })
        .await;
    assert_eq!(api.sent().len(), 2, "nothing arrives twice");
}
