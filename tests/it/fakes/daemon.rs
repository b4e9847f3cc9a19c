//! The daemon itself, as its operator starts it: the real binary with a settings file.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);

pub struct Daemon {
    child: Option<Child>,
    directory: PathBuf,
    pub address: String,
}

impl Daemon {
    /// Writes `pasokh.yaml` into the directory and starts there.
    pub fn start(directory: &Path, settings: &str) -> Daemon {
        std::fs::write(directory.join("pasokh.yaml"), settings).unwrap();
        let mut daemon = Daemon { child: None, directory: directory.to_owned(), address: String::new() };
        daemon.launch(&[]);
        daemon
    }

    pub fn launch(&mut self, arguments: &[&str]) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_pasokh"))
            .arg("run")
            .args(arguments)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        self.child = Some(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        self.address =
            address.unwrap_or_else(|| panic!("no address in {line:?}; log:\n{}", self.log())).to_owned();
    }

    fn log_file(&self) -> PathBuf {
        self.directory.join("daemon.log")
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn is_down(&self) -> bool {
        self.child.is_none()
    }

    /// A signal by its name for `kill`: `-HUP`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// SIGTERM; tells how long it took.
    pub fn stop(&mut self) -> Duration {
        let began = Instant::now();
        self.signal("-TERM");
        let mut child = self.child.take().unwrap();
        while child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "the daemon does not stop; log:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        began.elapsed()
    }

    /// Runs a command of the same binary in the same directory.
    pub fn command(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_pasokh"))
            .args(arguments)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// A command that must succeed and print one JSON object.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// `export --json`, one value a message.
    pub fn export(&self) -> Vec<Value> {
        let output = self.command(&["export", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::get(format!("http://{}{path}", self.address)).await.unwrap()
    }

    /// Writes into the live chat, as a visitor who has just come.
    pub async fn chat(&self, text: &str) {
        let client = reqwest::Client::new();
        let base = format!("http://{}/api/v1/chat", self.address);
        let session: Value =
            client.post(format!("{base}/sessions")).send().await.unwrap().json().await.unwrap();
        let sent = client
            .post(format!("{base}/messages"))
            .bearer_auth(session["session"].as_str().unwrap())
            .json(&serde_json::json!({ "text": text }))
            .send();
        let answer = sent.await.unwrap();
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
    }

    /// The same, and gives the code under which it was filed.
    pub async fn filed(&self, text: &str) -> String {
        let before = self.export().len();
        self.chat(text).await;
        let filed = |rows: &[Value]| rows.len() > before && rows.iter().all(|row| !row["code"].is_null());
        let rows = self.wait_for_export("the message is filed", filed).await;
        rows.last().unwrap()["code"].as_str().unwrap().to_owned()
    }

    /// Waits until every configured mail and bot channel has had a good poll.
    pub async fn wait_for_channels(&self) {
        let began = Instant::now();
        loop {
            let ready: Value = self.get("/readyz").await.json().await.unwrap();
            let channels = ready["channels"].as_array().cloned().unwrap_or_default();
            if channels
                .iter()
                .all(|channel| channel["last_error"].is_null() && !channel["last_good"].is_null())
            {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{ready:#}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the export satisfies the condition.
    pub async fn wait_for_export(&self, what: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let rows = self.export();
            if enough(&rows) {
                return rows;
            }
            assert!(began.elapsed() < PATIENCE * 2, "{what} did not happen: {rows:#?}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}
