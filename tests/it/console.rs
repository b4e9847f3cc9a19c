//! The console: the real daemon, in a real browser and at the level of requests.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fakes::browser::{Browser, Setup};
use crate::fakes::daemon::Daemon;

const PASSWORD: &str = "correct horse battery";
const CONTROL: &str = "\u{E009}";
const ENTER: &str = "\u{E007}";
const NULL: &str = "\u{E000}";
const COMPLAINT: &str = "کالای شکسته فرستادید و کسی هم جواب نمی‌دهد";

pub fn settings(people: &str) -> String {
    format!(
        "business: {{ name: {{ fa: فروشگاه نمونه, en: Sample Shop }}, languages: [fa, en] }}\n\
         web: {{ listen: \"127.0.0.1:0\" }}\nstaff: {{ people: [ {people} ] }}\n"
    )
}

pub const PEOPLE: &str = "{ name: Sara, role: agent, on_call: true }, { name: Lena, role: lead }, \
     { name: Vera, role: viewer }, { name: Omid, role: owner }";

/// One person's browser, as far as cookies and forms go.
pub struct Person {
    pub client: reqwest::Client,
    pub base: String,
    cookie: String,
}

pub struct Page {
    pub status: u16,
    pub text: String,
    pub place: String,
}

impl Person {
    pub fn of(daemon: &Daemon) -> Person {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Person { client, base: format!("http://{}", daemon.address), cookie: String::new() }
    }

    /// Invited, with a password, and signed in.
    pub async fn joined(daemon: &Daemon, name: &str) -> Person {
        let mut person = Person::of(daemon);
        let link = daemon.json(&["person", "invite", name, "--json"])["link"].as_str().unwrap().to_owned();
        let path = link.strip_prefix(&person.base).unwrap().to_owned();
        assert!(person.get(&path).await.text.contains(name));
        let page = person.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!((page.status, page.place.as_str()), (303, "/desk"), "{}", page.text);
        assert!(person.get(&path).await.status == 410, "an invitation works once");
        person
    }

    async fn take(&mut self, request: reqwest::RequestBuilder) -> Page {
        let answer =
            request.header("cookie", &self.cookie).header("accept-language", "en").send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"].iter().all(|mark| cookie.contains(mark)),
                "{cookie}"
            );
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(!policy.contains("unsafe"), "{policy}");
        let place = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        Page { status, place: place.unwrap_or_default(), text: answer.text().await.unwrap() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.take(request).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.post(format!("{}{path}", self.base)).form(fields);
        self.take(request).await
    }

    /// An act from the page of a case as it is now.
    pub async fn act(&mut self, code: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(&format!("/desk/cases/{code}")).await;
        self.act_from(&page, code, act, fields).await
    }

    async fn act_from(&mut self, page: &Page, code: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let (form, said) = (hidden(&page.text, "form"), hidden(&page.text, "said"));
        let all = [&[("form", form.as_str()), ("said", said.as_str()), ("act", act)], fields].concat();
        self.post(&format!("/desk/cases/{code}"), &all).await
    }
}

pub fn hidden(page: &str, name: &str) -> String {
    let marked = format!("name=\"{name}\" value=\"");
    page.split(&marked).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

pub fn start(people: &str) -> (TempDir, Daemon) {
    let directory = TempDir::new().unwrap();
    let daemon = Daemon::start(directory.path(), &settings(people));
    (directory, daemon)
}

fn messages_by(sheet: &Value, by: &str) -> Vec<String> {
    let messages = sheet["messages"].as_array().unwrap().iter();
    messages.filter(|one| one["by"] == by).map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_session_sees_or_does_anything() {
    let (_directory, daemon) = start(PEOPLE);
    let code = daemon.filed(COMPLAINT).await;
    let mut stranger = Person::of(&daemon);
    for path in [
        "/desk",
        "/desk?q=x",
        &format!("/desk/cases/{code}"),
        "/desk/events",
        &format!("/desk/cases/{code}/files/ab"),
    ] {
        let page = stranger.get(path).await;
        assert_eq!((page.status, page.place.as_str()), (303, "/desk/sign-in"), "{path}");
        assert!(!page.text.contains("شکسته"), "{path}");
    }
    // Whoever's session ended while they wrote keeps the text, and sees nothing of the case.
    let page = stranger.post(&format!("/desk/cases/{code}"), &[("act", "reply"), ("text", "hello")]).await;
    assert_eq!(page.status, 401);
    assert!(page.text.contains("hello</textarea>") && !page.text.contains("شکسته"), "{}", page.text);
    for path in ["/desk/join/none", "/desk/link/none"] {
        let page = stranger.post(path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(page.status, 410, "{path}");
    }
    assert!(stranger.cookie.is_empty());
    let sheet = daemon.json(&["complaint", "show", &code, "--json"]);
    assert!(messages_by(&sheet, "Sara").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_guessed_five_times_and_names_not_at_all() {
    let (_directory, daemon) = start(PEOPLE);
    Person::joined(&daemon, "Sara").await;
    let mut guesser = Person::of(&daemon);
    let wrong = guesser.post("/desk/sign-in", &[("name", "Sara"), ("password", "wrong password")]).await;
    let unknown = guesser.post("/desk/sign-in", &[("name", "Eve"), ("password", "wrong password")]).await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    assert_eq!(wrong.text.replace("Sara", "Eve"), unknown.text);
    // Spaces around the name make nobody else of her.
    for name in [" Sara", "Sara ", "  Sara", "Sara  "] {
        guesser.post("/desk/sign-in", &[("name", name), ("password", "wrong password")]).await;
    }
    let right = guesser.post("/desk/sign-in", &[("name", "Sara"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, 401, "after five tries not even the right one");
    assert!(guesser.cookie.is_empty());
    let sent = guesser.post("/desk/sign-in/link", &[("name", "Lena")]).await;
    let unsent = guesser.post("/desk/sign-in/link", &[("name", "Nobody")]).await;
    assert_eq!(sent.text.replace("Lena", "Nobody"), unsent.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_two_bring_at_once_is_for_one() {
    let (_directory, daemon) = start(PEOPLE);
    let base = format!("http://{}", daemon.address);
    for length in [9, 201] {
        let link = daemon.json(&["person", "invite", "Sara", "--json"])["link"].as_str().unwrap().to_owned();
        let path = link.strip_prefix(&base).unwrap();
        let unfit = "ژ".repeat(length);
        let mut sara = Person::of(&daemon);
        let page = sara.post(path, &[("password", &unfit), ("again", &unfit)]).await;
        assert!(page.text.contains("at least 10 and at most 200"), "{}", page.text);
        assert!(sara.cookie.is_empty());
        // The longest that is taken lets her in afterwards.
        let longest = "ژ".repeat(200);
        assert_eq!(sara.post(path, &[("password", &longest), ("again", &longest)]).await.status, 303);
        let page =
            Person::of(&daemon).post("/desk/sign-in", &[("name", "Sara"), ("password", &longest)]).await;
        assert_eq!(page.status, 303);
    }
    let link = daemon.json(&["person", "invite", "Lena", "--json"])["link"].as_str().unwrap().to_owned();
    let path = link.strip_prefix(&base).unwrap().to_owned();
    let bring = || async {
        Person::of(&daemon).post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await.status
    };
    let mut statuses: Vec<u16> = futures_util::future::join_all((0..6).map(|_| bring())).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410, 410]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_signed_out_revoked_or_the_password_changes() {
    let (_directory, mut daemon) = start(PEOPLE);
    let mut sara = Person::joined(&daemon, "Sara").await;
    assert_eq!(sara.get("/desk").await.status, 200);
    // A restart keeps it.
    daemon.stop();
    daemon.launch(&[]);
    sara.base = format!("http://{}", daemon.address);
    let page = sara.get("/desk").await;
    assert_eq!(page.status, 200);
    let stolen = sara.cookie.clone();
    sara.post("/desk/sign-out", &[("form", &hidden(&page.text, "form"))]).await;
    sara.cookie = stolen;
    assert_eq!(sara.get("/desk").await.status, 303);
    let mut lena = Person::joined(&daemon, "Lena").await;
    assert_eq!(lena.get("/desk").await.status, 200);
    daemon.json(&["person", "sign-out", "Lena", "--json"]);
    assert_eq!(lena.get("/desk").await.status, 303);
    let mut omid = Person::joined(&daemon, "Omid").await;
    Person::joined(&daemon, "Omid").await;
    assert_eq!(omid.get("/desk").await.status, 303, "a new password ends the old sessions");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_needs_the_page_of_its_own_session_and_the_right_to_act() {
    let (_directory, daemon) = start(PEOPLE);
    let code = daemon.filed(COMPLAINT).await;
    let path = format!("/desk/cases/{code}");
    let mut sara = Person::joined(&daemon, "Sara").await;
    let mut vera = Person::joined(&daemon, "Vera").await;
    let page = vera.get(&path).await;
    assert!(page.text.contains("شکسته") && !page.text.contains("textarea"), "a viewer reads");
    let forms = vera.get("/desk").await;
    let form = hidden(&forms.text, "form");
    let refused = vera.post(&path, &[("form", &form), ("act", "reply"), ("text", "x"), ("said", "9")]).await;
    assert_eq!(refused.status, 422);
    // Sara's cookie with Vera's form, or with none.
    for form in [form.as_str(), ""] {
        let forged =
            sara.post(&path, &[("form", form), ("act", "reply"), ("text", "x"), ("said", "9")]).await;
        assert_eq!(forged.status, 403);
        assert!(forged.text.contains(">x</textarea>"), "what was written is kept");
    }
    let sheet = daemon.json(&["complaint", "show", &code, "--json"]);
    assert!(messages_by(&sheet, "Sara").is_empty() && messages_by(&sheet, "Vera").is_empty());
    let foreign = sara.client.post(format!("{}{path}", sara.base)).header("origin", "https://evil.example");
    let page = sara.get(&path).await;
    let fields = [("form", hidden(&page.text, "form")), ("act", "note".to_owned()), ("text", "x".to_owned())];
    assert_eq!(sara.take(foreign.form(&fields)).await.status, 403);
    // What is wrong is said, and what was written is kept.
    let page = sara.act(&code, "ask", &[("text", "کدام کالا؟"), ("until", "soon")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("`soon` is no date") && page.text.contains("کدام کالا؟"));
    // Nobody sees a complaint about themselves; a name that is part of another's hides nothing.
    daemon.json(&["complaint", "record", &code, "staff_concerned", "Sarah, Mina", "--json"]);
    assert!(sara.get("/desk?q=شکسته").await.text.contains(&code));
    assert_eq!(sara.get(&path).await.status, 200);
    daemon.json(&["complaint", "record", &code, "staff_concerned", "Mina، Sara", "--json"]);
    assert_eq!(sara.get(&path).await.status, 404);
    assert!(!sara.get("/desk?q=شکسته").await.text.contains(&code));
    let page = sara.get("/desk").await;
    let form = hidden(&page.text, "form");
    assert_eq!(sara.post(&path, &[("form", &form), ("act", "note"), ("text", "x")]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_answer_at_once_send_one_answer_and_the_other_keeps_the_draft() {
    let (_directory, daemon) = start(PEOPLE);
    let code = daemon.filed(COMPLAINT).await;
    let path = format!("/desk/cases/{code}");
    let mut sara = Person::joined(&daemon, "Sara").await;
    let mut lena = Person::joined(&daemon, "Lena").await;
    let (seen_by_sara, seen_by_lena) = (sara.get(&path).await, lena.get(&path).await);
    let first = [("text", "فردا تعویض می‌کنیم.")];
    let second = [("text", "پولتان را پس می‌دهیم.")];
    let (one, two) = tokio::join!(
        sara.act_from(&seen_by_sara, &code, "reply", &first),
        lena.act_from(&seen_by_lena, &code, "reply", &second)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let (lost, draft, winner) = if one.status == 409 {
        (one, "فردا تعویض", "Lena")
    } else {
        (two, "پولتان را", "Sara")
    };
    assert!(lost.text.contains(draft) && lost.text.contains(winner), "{}", lost.text);
    let sheet = daemon.json(&["complaint", "show", &code, "--json"]);
    assert_eq!(messages_by(&sheet, "Sara").len() + messages_by(&sheet, "Lena").len(), 1);
    // Having read it, the other may send all the same.
    let mut loser = if winner == "Sara" { lena } else { sara };
    assert_eq!(loser.act(&code, "reply", &[("text", "و عذر می‌خواهیم.")]).await.status, 303);
}

/// Signs in with a fresh invitation, in the browser.
pub async fn signed_in(daemon: &Daemon, browser: &Browser, name: &str) {
    let link = daemon.json(&["person", "invite", name, "--json"])["link"].as_str().unwrap().to_owned();
    browser.open(&format!("{link}?lang=fa")).await;
    browser.keys("#password", PASSWORD).await;
    browser.keys("#again", PASSWORD).await;
    browser.click("button.main").await;
    browser.until("document.querySelector('.views')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_takes_three_keys_and_news_come_by_themselves() {
    let (_directory, daemon) = start("");
    let browser = Browser::start().await;
    signed_in(&daemon, &browser, "owner").await;
    assert_eq!(browser.run("return document.querySelectorAll('.row').length").await, json!(0));
    let code = daemon.filed(COMPLAINT).await;
    browser.until(&format!("document.querySelector('.row .code')?.textContent === '{code}'")).await;
    // j, Enter, r: the field is open.
    browser.keys("body", "j").await;
    browser.until("document.activeElement.classList.contains('row')").await;
    browser.keys(".row", ENTER).await;
    browser.until("document.querySelector('#reply')").await;
    browser.keys("body", "r").await;
    browser.until("document.activeElement.id === 'reply'").await;
    browser.keys("#reply", &format!("فردا تعویض می‌کنیم.{CONTROL}{ENTER}{NULL}")).await;
    browser.until("document.querySelector('.said.staff .text')?.textContent.includes('فردا تعویض')").await;
    let sheet = daemon.json(&["complaint", "show", &code, "--json"]);
    assert_eq!(messages_by(&sheet, "owner"), ["فردا تعویض می‌کنیم."]);
    assert_eq!(sheet["owner"], "owner");
    let look = "const reply = document.querySelector('.said.staff');
        return [document.documentElement.dir, getComputedStyle(reply).direction, document.title.includes('-')]";
    assert_eq!(browser.run(look).await, json!(["rtl", "rtl", true]));
    // A colleague's note by another door is told, and the text in the field stays.
    browser.keys("#reply", "نیمه‌کاره").await;
    daemon.json(&["complaint", "note", &code, "از خط فرمان", "--as", "owner", "--json"]);
    browser.until("!document.querySelector('#news').hidden").await;
    assert_eq!(browser.run("return document.querySelector('#reply').value").await, json!("نیمه‌کاره"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_write_is_text_and_the_narrowest_phone_shows_everything() {
    let (_directory, daemon) = start("");
    let hostile = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \
         {{ 7*7 }} کالای شکسته فرستادید و کسی هم جواب نمی‌دهد";
    let code = daemon.filed(hostile).await;
    let browser = Browser::start().await;
    signed_in(&daemon, &browser, "owner").await;
    for (lang, width, dark) in
        [("fa", 320, false), ("en", 320, false), ("fa", 1280, false), ("en", 1280, true), ("fa", 1280, true)]
    {
        browser.open(&format!("http://{}/desk?lang={lang}", daemon.address)).await;
        browser.size(width, 900, width < 400).await;
        if dark {
            browser.dark().await;
        }
        let pages = ["/desk?view=unassigned", "/desk/today", "/desk/rules?text=ساعت+کاری&groups=true"]
            .map(str::to_owned);
        for path in pages.into_iter().chain([format!("/desk/cases/{code}")]) {
            browser.open(&format!("http://{}{path}", daemon.address)).await;
            browser.until("document.readyState === 'complete'").await;
            let facts = "return [document.documentElement.scrollWidth <= innerWidth, document.title.includes('owned'),
                document.body.innerText.includes('<script>') || document.body.innerText.includes('{{ 7*7 }}')]";
            let is_today = !path.contains("view=") && !path.contains("cases");
            assert_eq!(browser.run(facts).await, json!([true, false, !is_today]), "{path} at {width}");
            browser.run("document.querySelectorAll('details').forEach(one => one.open = true)").await;
            assert_eq!(browser.violations().await, json!([]), "{path} in {lang} at {width}, dark: {dark}");
            assert_eq!(browser.faint_texts().await, json!([true, []]), "{path} in {lang}, dark: {dark}");
            let nameless =
                "return [...document.querySelectorAll('input:not([type=hidden]), textarea, select')]
                .filter(e => !e.labels.length && !e.ariaLabel).map(e => e.outerHTML)";
            assert_eq!(browser.run(nameless).await, json!([]), "{path}");
            if let Ok(folder) = std::env::var("PASOKH_SCREENSHOTS") {
                let page =
                    path.split(['/', '?']).nth(2).map_or("queue", |name| name.trim_start_matches("view="));
                let name = format!("desk-{page}-{lang}-{width}{}.png", if dark { "-dark" } else { "" });
                browser.screenshot(&std::path::Path::new(&folder).join(name)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tabs_hold_one_connection_and_all_hear_the_news() {
    let (_directory, daemon) = start("");
    let browser = Browser::start().await;
    signed_in(&daemon, &browser, "owner").await;
    let mut tabs = vec![browser.tab().await];
    for _ in 0..8 {
        tabs.push(browser.new_tab().await);
        browser.open(&format!("http://{}/desk", daemon.address)).await;
        browser.until("document.querySelector('.views')").await;
    }
    let code = daemon.filed(COMPLAINT).await;
    for tab in &tabs {
        browser.switch_to(tab).await;
        browser.until(&format!("document.querySelector('.row .code')?.textContent === '{code}'")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_scripts() {
    let (_directory, daemon) = start("");
    let code = daemon.filed(COMPLAINT).await;
    let browser = Browser::start_with(Setup { without_scripts: true }).await;
    let link = daemon.json(&["person", "invite", "owner", "--json"])["link"].as_str().unwrap().to_owned();
    browser.open(&link).await;
    browser.keys("#password", PASSWORD).await;
    browser.keys("#again", PASSWORD).await;
    browser.click("button.main").await;
    browser.until("document.querySelector('.row')").await;
    browser.click(".row").await;
    browser.until("document.querySelector('#reply')").await;
    browser.keys("#reply", "فردا تعویض می‌کنیم.").await;
    browser.click("#reply-form button.main").await;
    browser.until("document.querySelector('.said.staff')").await;
    let sheet = daemon.json(&["complaint", "show", &code, "--json"]);
    assert_eq!(messages_by(&sheet, "owner"), ["فردا تعویض می‌کنیم."]);
}
