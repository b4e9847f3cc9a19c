//! The live chat in a real browser.

use std::sync::Arc;

use pasokh::domain::message::{Language, Press};
use pasokh::web::LineBy;
use serde_json::json;

use crate::fakes::browser::{Browser, Setup};
use crate::fakes::chat::{FakeGateway, Served};

const ENTER: &str = "\u{E007}";
const SHIFT: &str = "\u{E008}";
/// JavaScript: the answers of the machine.
const ANSWERS: &str = "document.querySelectorAll('.line.machine').length";

async fn page(lang: &str) -> (Arc<FakeGateway>, Served, Browser) {
    let gateway = FakeGateway::new();
    let served = Served::start(&gateway).await;
    let browser = Browser::start().await;
    browser.open(&served.url(&format!("/chat?lang={lang}"))).await;
    browser.until("document.documentElement.classList.contains('scripted')").await;
    (gateway, served, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persian_question_is_answered_from_right_to_left_and_its_button_can_be_pressed() {
    let (gateway, _served, browser) = page("fa").await;
    browser.keys("#text", &format!("سفارشم کجاست؟{ENTER}")).await;
    browser.until("document.querySelector('.line.machine .text')?.textContent.includes('سفارش شما')").await;
    let look = "const b = document.querySelector('.line.machine .bubble');
        return [b.lang, getComputedStyle(b).direction, document.documentElement.dir,
                document.querySelector('.line.machine a').href, document.querySelectorAll('.pending').length]";
    assert_eq!(browser.run(look).await, json!(["fa", "rtl", "rtl", "https://shop.example/track", 0]));

    browser.click(".line.machine button[value='h:1:n']").await;
    browser.until(&format!("{ANSWERS} === 2")).await;
    browser.until("document.querySelectorAll('.pending').length === 0").await;
    let messages = gateway.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].press, Some(Press::Helped { conversation: 1, yes: false }));
    assert_eq!(messages[1].text, "نه، هنوز کمک می‌خواهم");
    assert_eq!(browser.run("return document.querySelectorAll('.button:disabled').length").await, json!(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_and_a_restart_of_the_server_keep_the_history() {
    let (gateway, served, browser) = page("en").await;
    browser.keys("#text", &format!("where is my parcel?{ENTER}")).await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    browser.reload().await;
    browser
        .until(&format!("{ANSWERS} === 1 && document.querySelectorAll('.line.customer').length === 1"))
        .await;

    let address = served.address;
    served.stop().await;
    browser.until("!document.getElementById('banner').hidden").await;
    // Written while nobody is there: it waits, and goes out by itself.
    browser.keys("#text", &format!("is anybody there?{ENTER}")).await;
    browser.until("document.querySelector('.line.failed')?.innerText.includes('Not sent')").await;
    let _served = Served::start_at(&gateway, address).await;
    browser.until(&format!("{ANSWERS} === 2 && document.querySelectorAll('.pending').length === 0")).await;
    browser.until("document.getElementById('banner').hidden").await;
    assert_eq!(gateway.messages().len(), 2);
    browser.reload().await;
    browser.until("document.querySelectorAll('.line').length === 4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_show_the_same_chat_and_a_person_reaches_both() {
    let (gateway, served, browser) = page("en").await;
    let first = browser.tab().await;
    browser.keys("#text", &format!("where is my parcel?{ENTER}")).await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    let _second = browser.new_tab().await;
    browser.open(&served.url("/chat?lang=en")).await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    gateway.say(
        &gateway.only_session(),
        LineBy::Staff("Sara".to_owned()),
        "I have it here: http://shop.example/42",
        Language::En,
    );
    let heard = "document.querySelector('.line.staff .who')?.textContent === 'Sara' \
                 && document.querySelector('.line.staff a')?.textContent === 'http://shop.example/42'";
    browser.until(heard).await;
    browser.switch_to(&first).await;
    browser.until(heard).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_is_shown_as_text() {
    let (gateway, _served, browser) = page("en").await;
    let evil = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script> javascript:alert(1)";
    browser.keys("#text", &format!("{evil}{ENTER}")).await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    let session = gateway.only_session();
    gateway.say(&session, LineBy::Machine, evil, Language::En);
    gateway.say(&session, LineBy::Staff(evil.to_owned()), evil, Language::En);
    let look = "return [document.querySelectorAll('.log img, .log script, .log a').length, document.title,
        [...document.querySelectorAll('.text')].filter(t => t.textContent.startsWith('<img src=x')).length,
        document.querySelector('.staff .who').textContent.startsWith('<img')]";
    let expected = json!([0, "Live chat – Sample Shop", 3, true]);
    browser.until("document.querySelectorAll('.line').length === 4").await;
    assert_eq!(browser.run(look).await, expected, "built by the script");
    browser.reload().await;
    browser.until("document.querySelectorAll('.line').length === 4").await;
    assert_eq!(browser.run(look).await, expected, "made by the server");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_chosen_sent_and_shown() {
    let (gateway, _served, browser) = page("fa").await;
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("عکس.png");
    let paper = folder.path().join("receipt.pdf");
    browser.screenshot(&picture).await;
    std::fs::write(&paper, b"%PDF-1.4 not much").unwrap();
    browser.keys("#files", &format!("{}\n{}", picture.display(), paper.display())).await;
    browser.until("document.querySelectorAll('#chosen li').length === 2").await;
    browser.keys("#text", "این کالای شکسته است").await;
    browser.click("#send").await;
    browser.until(&format!("{ANSWERS} === 1 && document.querySelectorAll('.pending').length === 0")).await;
    browser.until("document.querySelector('.picture img')?.naturalWidth > 100").await;
    let file = browser.run("return document.querySelector('a.file').innerText").await;
    assert!(file.as_str().unwrap().contains("receipt.pdf"), "{file}");
    let message = gateway.messages().pop().unwrap();
    let names: Vec<&str> = message.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["عکس.png", "receipt.pdf"]);
    assert_eq!(message.text, "این کالای شکسته است");
}

#[tokio::test(flavor = "multi_thread")]
async fn shift_enter_starts_a_line_and_the_field_grows() {
    let (gateway, _served, browser) = page("en").await;
    let height = "return document.getElementById('text').clientHeight";
    let low = browser.run(height).await.as_u64().unwrap();
    // Shift is pressed, then let go again.
    browser.keys("#text", &format!("one{SHIFT}{ENTER}{SHIFT}two{SHIFT}{ENTER}{SHIFT}three")).await;
    assert!(browser.run(height).await.as_u64().unwrap() > low);
    assert!(gateway.messages().is_empty());
    browser.keys("#text", ENTER).await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    assert_eq!(gateway.messages()[0].text, "one\ntwo\nthree");
    assert_eq!(browser.run(height).await.as_u64().unwrap(), low);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_narrowest_phone_shows_everything_without_scrolling_sideways() {
    let (gateway, served, browser) = page("fa").await;
    browser.size(320, 568, true).await;
    browser.keys("#text", &format!("سفارشم کجاست؟ {}{ENTER}", "x".repeat(200))).await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    let long = format!("https://shop.example/{}", "a".repeat(300));
    gateway.say(&gateway.only_session(), LineBy::Staff("سارا".to_owned()), &long, Language::Fa);
    browser.until("document.querySelector('.line.staff')").await;
    let wide = "const out = [...document.querySelectorAll('body *')].filter(e => {
            const box = e.getBoundingClientRect();
            const unseen = e.closest('.hidden-word') || e.closest('svg') || !box.width;
            return !unseen && (box.left < -1 || box.right > 321);
        }).map(e => e.tagName + '.' + e.className);
        const scroll = document.getElementById('scroll') ?? document.body;
        return [document.documentElement.scrollWidth, scroll.scrollWidth - scroll.clientWidth, out]";
    for path in ["/chat?lang=fa", "/chat?lang=en", "/desk", "/nowhere"] {
        browser.open(&served.url(path)).await;
        assert_eq!(browser.run(wide).await, json!([320, 0, []]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_stands_out_from_its_ground_by_day_and_by_night() {
    let (gateway, _served, browser) = page("fa").await;
    browser.keys("#text", &format!("سفارشم کجاست؟{ENTER}")).await;
    browser.until(&format!("{ANSWERS} === 1 && !document.querySelector('.pending')")).await;
    gateway.say(&gateway.only_session(), LineBy::Staff("سارا".to_owned()), "https://a.example", Language::Fa);
    browser.until("document.querySelector('.line.staff')").await;
    assert_eq!(browser.faint_texts().await, json!([true, []]), "by day");
    let day = browser.run("return getComputedStyle(document.body).backgroundColor").await;
    browser.dark().await;
    assert_ne!(browser.run("return getComputedStyle(document.body).backgroundColor").await, day);
    assert_eq!(browser.faint_texts().await, json!([true, []]), "by night");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_scripts() {
    let gateway = FakeGateway::new();
    let served = Served::start(&gateway).await;
    let browser = Browser::start_with(Setup { without_scripts: true }).await;
    browser.open(&served.url("/chat?lang=fa")).await;
    browser.until("document.querySelector('.no-script')?.offsetHeight > 0").await;
    browser.keys("#text", "سفارشم کجاست؟").await;
    browser.click("#send").await;
    browser.until(&format!("{ANSWERS} === 1")).await;
    assert_eq!(
        browser.run("return document.documentElement.classList.contains('scripted')").await,
        json!(false)
    );
    browser.click(".line.machine button[value='h:1:y']").await;
    browser.until(&format!("{ANSWERS} === 2")).await;
    let messages = gateway.messages();
    assert_eq!(messages.len(), 2);
    // The form says only the button's data; people read its label.
    assert_eq!(messages[1].text, "بله، حل شد");
    browser.click("#send").await;
    browser.until("document.getElementById('refusal')?.innerText.includes('پیام خالی است')").await;
}
