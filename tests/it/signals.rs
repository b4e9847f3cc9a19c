//! What an operator sends to the process.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::fakes::daemon::Daemon;

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_reads_the_rules_and_ends_nothing_and_sigterm_ends_it_in_time() {
    let directory = TempDir::new().unwrap();
    let mut daemon = Daemon::start(directory.path(), "web: { listen: \"127.0.0.1:0\" }\n");
    assert!(!daemon.log().contains("The rules on disk are in force"));
    daemon.signal("-HUP");
    let began = Instant::now();
    while !daemon.log().contains("The rules on disk are in force") {
        assert!(began.elapsed() < Duration::from_secs(20), "log:\n{}", daemon.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    daemon.chat("سفارشم کجاست؟").await;
    let rows = daemon.wait_for_export("it is answered", |rows| rows.len() == 1).await;
    assert_eq!(rows[0]["disposition"], "answered");
    let took = daemon.stop();
    assert!(took < Duration::from_secs(15), "{took:?}");
}
