//! Short messages to staff, by a program or a service of the operator's.
//!
//! A row with a number comes in; the hook is called; an outcome comes back. A
//! program gets the number as its one argument and the text on standard input,
//! never through a shell; an address gets both as JSON.
//!
//! Invariant: no hook holds up others longer than its patience, and neither
//! number nor address is in a reason.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::domain::message::Attachment;
use crate::domain::outbox::{OutboxRow, Outcome, Recipient};
use crate::gateway::courier::{Courier, Sending};
use crate::settings::SmsHook;

const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct SmsCourier {
    pub hook: SmsHook,
}

impl Courier for SmsCourier {
    fn at_once(&self) -> usize {
        1
    }

    fn send<'a>(&'a self, row: &'a OutboxRow, _files: &'a [(Attachment, Vec<u8>)]) -> Sending<'a> {
        Box::pin(async move {
            let Recipient::StaffPhone(number) = &row.to else {
                return Outcome::Refused { reason: "the recipient has no phone".to_owned() };
            };
            let text = without_marks(&row.text);
            match &self.hook {
                SmsHook::Command(program) => run(program, number, &text).await,
                SmsHook::Url(url) => post(url, number, &text).await,
            }
        })
    }
}

async fn run(program: &Path, number: &str, text: &str) -> Outcome {
    let spawned = Command::new(program)
        .arg(number)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return Outcome::Unreachable { reason: format!("the hook cannot be run: {error}") },
    };
    let waited = tokio::time::timeout(PATIENCE, async {
        if let Some(mut stdin) = child.stdin.take() {
            // A hook that does not read its input may have done its work all the same.
            let _ = stdin.write_all(text.as_bytes()).await;
        }
        child.wait().await
    });
    match waited.await {
        Ok(Ok(status)) if status.success() => Outcome::Delivered { external: None },
        Ok(Ok(status)) => Outcome::Later { reason: format!("the hook ended with {status}"), after: None },
        Ok(Err(error)) => Outcome::Unknown { reason: format!("the hook was lost: {error}") },
        Err(_) => Outcome::Unknown { reason: "the hook did not end in time".to_owned() },
    }
}

async fn post(url: &url::Url, number: &str, text: &str) -> Outcome {
    let client = match reqwest::Client::builder().timeout(PATIENCE).build() {
        Ok(client) => client,
        Err(error) => return Outcome::Unreachable { reason: error.without_url().to_string() },
    };
    let answer = client.post(url.clone()).json(&json!({ "to": number, "text": text })).send().await;
    match answer.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Outcome::Delivered { external: None },
        Ok(status) => Outcome::Later { reason: format!("the service answered {status}"), after: None },
        Err(error) if error.is_connect() => Outcome::Unreachable { reason: error.without_url().to_string() },
        Err(error) => Outcome::Unknown { reason: error.without_url().to_string() },
    }
}

/// Phones show invisible marks as boxes, and each makes the message longer.
fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::alert;
    use crate::domain::message::Language;
    use crate::domain::outbox::OutboxId;

    fn row(number: &str) -> OutboxRow {
        let told = alert::Told {
            subject: "⏰ \u{2068}482-917-508\u{2069}".to_owned(),
            text: "long".to_owned(),
            buttons: Vec::new(),
            language: Language::Fa,
            conversation: None,
        };
        told.row(&alert::Path::Phone { number: number.to_owned() }, OutboxId(1), Timestamp::UNIX_EPOCH)
    }

    fn script(directory: &tempfile::TempDir, body: &str) -> SmsCourier {
        use std::os::unix::fs::PermissionsExt;
        let file = directory.path().join("send-sms");
        std::fs::write(&file, format!("#!/bin/sh\n{body}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        SmsCourier { hook: SmsHook::Command(file) }
    }

    #[tokio::test]
    async fn a_program_gets_the_number_and_the_first_line_and_no_shell_sees_them() {
        let directory = tempfile::TempDir::new().unwrap();
        let sent = directory.path().join("sent");
        let courier = script(&directory, &format!("echo \"$# $1\" > {0}; cat >> {0}", sent.display()));
        let number = "0912; touch /tmp/x";
        assert_eq!(courier.send(&row(number), &[]).await, Outcome::Delivered { external: None });
        assert_eq!(std::fs::read_to_string(&sent).unwrap(), format!("1 {number}\n⏰ 482-917-508"));
    }

    #[tokio::test]
    async fn a_program_that_fails_is_tried_again_and_its_reason_names_nobody() {
        let directory = tempfile::TempDir::new().unwrap();
        let courier = script(&directory, "exit 7");
        let Outcome::Later { reason, .. } = courier.send(&row("09121234567"), &[]).await else { panic!() };
        assert!(reason.contains('7') && !reason.contains("0912"), "{reason}");
        let missing = SmsCourier { hook: SmsHook::Command(directory.path().join("none")) };
        assert!(matches!(missing.send(&row("09121234567"), &[]).await, Outcome::Unreachable { .. }));
    }

    #[tokio::test]
    async fn a_service_that_is_not_there_is_out_of_reach_and_its_key_is_told_to_nobody() {
        let url = url::Url::parse("http://127.0.0.1:1/?key=hidden").unwrap();
        let courier = SmsCourier { hook: SmsHook::Url(url) };
        let Outcome::Unreachable { reason } = courier.send(&row("09121234567"), &[]).await else { panic!() };
        assert!(!reason.contains("hidden"), "{reason}");
    }
}
