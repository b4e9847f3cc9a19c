//! A real Chromium, driven over the W3C WebDriver protocol by chromedriver.
//!
//! Only what the tests need: open, run a script, click, type, look. Chromium
//! and chromedriver end when the value is dropped.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

/// The key under which WebDriver names an element (W3C WebDriver §12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// A real browser on a busy machine may take its time; this is only the limit.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Browser {
    client: reqwest::Client,
    session: String,
    driver: Child,
    profile: tempfile::TempDir,
}

/// How the browser is set up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setup {
    pub without_scripts: bool,
}

impl Browser {
    pub async fn start() -> Browser {
        Browser::start_with(Setup::default()).await
    }

    pub async fn start_with(setup: Setup) -> Browser {
        let chromium = Path::new("/usr/bin/chromium");
        assert!(chromium.exists(), "{} is missing: install Debian's package chromium", chromium.display());
        let mut driver = Command::new("/usr/bin/chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "/usr/bin/chromedriver does not start ({error}): install Debian's package chromium-driver"
                )
            });
        let port = announced_port(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let user_data = format!("--user-data-dir={}", profile.path().display());
        // 2: blocked, as a person does it in the browser's settings.
        let prefs = if setup.without_scripts {
            json!({ "profile.managed_default_content_settings.javascript": 2 })
        } else {
            json!({})
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": {
            "binary": chromium,
            "prefs": prefs,
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", user_data,
            ],
        } } } });
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        let mut browser =
            Browser { client, session: format!("http://127.0.0.1:{port}/session"), driver, profile };
        let opened = browser.call("", &wanted).await;
        let id = opened["sessionId"].as_str().expect("WebDriver opens a session").to_owned();
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    async fn call(&self, path: &str, body: &Value) -> Value {
        self.try_call(path, body).await.unwrap_or_else(|error| panic!("WebDriver {path}: {error}"))
    }

    async fn try_call(&self, path: &str, body: &Value) -> Result<Value, Value> {
        let address = format!("{}{path}", self.session);
        let answer = self.client.post(address).body(body.to_string()).send().await.unwrap();
        let fine = answer.status().is_success();
        let mut content: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let value = content["value"].take();
        if fine { Ok(value) } else { Err(value) }
    }

    pub async fn open(&self, url: &str) {
        self.call("/url", &json!({ "url": url })).await;
    }

    pub async fn reload(&self) {
        self.call("/refresh", &json!({})).await;
    }

    /// The value of a script's `return`.
    pub async fn run(&self, script: &str) -> Value {
        self.call("/execute/sync", &json!({ "script": script, "args": [] })).await
    }

    /// Whether enough texts were looked at, and those that stand out too little from their ground
    /// (WCAG 2.2 §1.4.3: 4.5 to 1).
    pub async fn faint_texts(&self) -> Value {
        let faint = "const parse = c => (c.match(/[\\d.]+/g) ?? []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const ground = e => {
            for (; e; e = e.parentElement) {
                const c = parse(getComputedStyle(e).backgroundColor);
                if (c.length === 3) return c;
            }
            return [255, 255, 255];
        };
        const seen = [...document.querySelectorAll('h1, h2, p, a, time, button, label, dt, dd, summary, .day span, .row span, .event')]
            .filter(e => e.innerText?.trim() && e.getClientRects().length && !e.closest('.hidden-word, .hidden-title, .skip'));
        const poor = seen.map(e => {
            const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
            return [(a + .05) / (b + .05), e.tagName + '.' + e.className + ': ' + e.innerText.slice(0, 20)];
        }).filter(([ratio]) => ratio < 4.5);
        return [seen.length > 12, poor]";
        self.run(faint).await
    }

    /// What axe-core finds against WCAG 2.2 A and AA on the page as it stands: rule and places.
    pub async fn violations(&self) -> Value {
        self.run(include_str!("../../assets/axe/axe.min.js")).await;
        self.run(
            "return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 160))]))",
        )
        .await
    }

    /// Waits until the JavaScript expression is true.
    pub async fn until(&self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            // While a page is being replaced, WebDriver may refuse a script.
            let body = json!({ "script": format!("return !!({expression})"), "args": [] });
            let seen = self.try_call("/execute/sync", &body).await;
            if seen == Ok(Value::Bool(true)) {
                return;
            }
            if Instant::now() > end {
                let page = self.run("return document.body.innerText").await;
                panic!(
                    "never true: {expression}\nlast: {seen:?}\npage:\n{}",
                    page.as_str().unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn find(&self, css: &str) -> String {
        let found = self.call("/element", &json!({ "using": "css selector", "value": css })).await;
        found[ELEMENT].as_str().expect("WebDriver names an element").to_owned()
    }

    /// A real click in the middle of the element; fails when something covers it.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        self.call(&format!("/element/{element}/click"), &json!({})).await;
    }

    /// Types into the element, or gives a file's path to a file field. `\u{E007}` is Enter and
    /// `\u{E008}` Shift (W3C WebDriver §17.4.2).
    pub async fn keys(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        self.call(&format!("/element/{element}/value"), &json!({ "text": text })).await;
    }

    /// Another tab of the same browser; the driver speaks to it from now on. Gives its handle.
    pub async fn new_tab(&self) -> String {
        let opened = self.call("/window/new", &json!({ "type": "tab" })).await;
        let handle = opened["handle"].as_str().unwrap().to_owned();
        self.switch_to(&handle).await;
        handle
    }

    pub async fn switch_to(&self, tab: &str) {
        self.call("/window", &json!({ "handle": tab })).await;
    }

    /// Handle of the tab that the driver speaks to.
    pub async fn tab(&self) -> String {
        let answer = self.client.get(format!("{}/window", self.session)).send().await.unwrap();
        let content: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        content["value"].as_str().unwrap().to_owned()
    }

    async fn devtools(&self, command: &str, params: Value) {
        self.call("/goog/cdp/execute", &json!({ "cmd": command, "params": params })).await;
    }

    /// The size of the page in CSS pixels, as on a phone or a desk.
    pub async fn size(&self, width: u32, height: u32, mobile: bool) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub async fn dark(&self) {
        let features = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Writes a picture of the page.
    pub async fn screenshot(&self, file: &Path) {
        let answer = self.client.get(format!("{}/screenshot", self.session)).send().await.unwrap();
        let content: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let picture = content["value"].as_str().unwrap();
        fs::write(file, base64::engine::general_purpose::STANDARD.decode(picture).unwrap()).unwrap();
    }
}

/// With `--port=0` chromedriver takes a free port and says which.
fn announced_port(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        line.rsplit_once("successfully on port ")
            .and_then(|(_, port)| port.trim_end_matches('.').parse().ok())
    });
    port.expect("chromedriver announces its port")
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium outlives a killed chromedriver: its processes are those that name our profile.
        let mark = self.profile.path().as_os_str().as_encoded_bytes().to_vec();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
                continue;
            };
            let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if command.windows(mark.len()).any(|part| part == mark) {
                let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
            }
        }
    }
}
