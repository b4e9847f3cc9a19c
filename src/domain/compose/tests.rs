use super::*;

fn business() -> Business {
    Business {
        name: BTreeMap::from([(Language::Fa, "فروشگاه نمونه".into()), (Language::En, "Sample Shop".into())]),
        languages: vec![Language::Fa, Language::En],
        facts: BTreeMap::from([
            (
                "return_days".to_owned(),
                BTreeMap::from([(Language::Fa, "7".into()), (Language::En, "7".into())]),
            ),
            ("motto".to_owned(), BTreeMap::from([(Language::En, "Fair and fast".into())])),
        ]),
        own_addresses: Vec::new(),
    }
}

fn reply(fa: &str, en: &str) -> Reply {
    Reply {
        name: "test".into(),
        text: BTreeMap::from([
            (Language::Fa, Template::parse(fa).unwrap()),
            (Language::En, Template::parse(en).unwrap()),
        ]),
        variants: BTreeMap::new(),
        buttons: Vec::new(),
    }
}

fn shown(template: &str, language: Language, values: &Values) -> Composed {
    compose(&reply(template, template), &business(), language, Channel::Chat, values)
}

fn named(name: &str) -> Values {
    Values::new().with("name", name)
}

const GREETING: &str = "Hello{% if name %} {{ name }}{% endif %}!";

#[test]
fn values_are_isolated_in_persian_and_numbers_take_persian_digits() {
    let values = Values::new().with("code", "482-917-508");
    let composed = shown("تا {{ facts.return_days }} روز؛ کد {{ code }}", Language::Fa, &values);
    assert_eq!(composed.text, "تا \u{2068}۷\u{2069} روز؛ کد \u{2068}482-917-508\u{2069}");
    assert!(composed.missing.is_empty());
}

#[test]
fn in_english_only_codes_and_right_to_left_values_are_isolated() {
    let values = named("سارا").with("code", "482-917-508");
    let composed =
        shown("{{ shop }}, {{ name }}, {{ code }}, {{ facts.return_days }}", Language::En, &values);
    assert_eq!(composed.text, "Sample Shop, \u{2068}سارا\u{2069}, \u{2068}482-917-508\u{2069}, 7");
}

#[test]
fn what_a_customer_wrote_is_never_a_template() {
    let values = Values::new().with("topic", "{{ code }} {% for x in topics %}");
    assert_eq!(
        shown("About {{ topic }}", Language::En, &values).text,
        "About {{ code }} {% for x in topics %}"
    );
}

#[test]
fn a_name_cannot_break_out_of_its_isolate_or_its_line() {
    let composed = shown(GREETING, Language::Fa, &named("Ann\u{2069}\u{202E}\r\nLee"));
    assert_eq!(composed.text, "Hello \u{2068}Ann Lee\u{2069}!");
}

#[test]
fn a_name_that_advertises_is_not_repeated() {
    for name in
        ["Win at casino.example", "http://x", "a@b.c", "1234567", &"word ".repeat(30), "x", "{{code}}"]
    {
        assert_eq!(shown(GREETING, Language::En, &named(name)).text, "Hello!", "{name}");
    }
    assert_eq!(shown(GREETING, Language::En, &named("J. Smith")).text, "Hello J. Smith!");
    assert_eq!(shown(GREETING, Language::Fa, &named("علی‌رضا")).text, "Hello \u{2068}علی‌رضا\u{2069}!");
}

#[test]
fn what_is_missing_is_named_and_the_fallback_is_sent() {
    let values = Values::new().with("code", "482-917-508");
    let composed = shown("By {{ due }}: {{ code }}", Language::En, &values);
    assert_eq!(composed.missing, ["due"]);
    assert_eq!(
        composed.text,
        "We have your message and a colleague will answer it.\nTracking code: \u{2068}482-917-508\u{2069}"
    );
    let composed = shown("{{ facts.phone }}", Language::Fa, &Values::new());
    assert_eq!(composed.missing, ["facts.phone"]);
    assert_eq!(composed.text, "پیام شما به دستمان رسید و همکاران ما به آن پاسخ می‌دهند.");
}

#[test]
fn a_fact_known_in_the_other_language_only_counts_as_absent() {
    let template = "{% if facts.motto %}{{ facts.motto }}{% else %}-{% endif %}";
    assert_eq!(shown(template, Language::En, &Values::new()).text, "Fair and fast");
    assert_eq!(shown(template, Language::Fa, &Values::new()).text, "-");
}

#[test]
fn a_template_that_does_not_end_is_stopped() {
    let composed = shown(
        "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
        Language::En,
        &Values::new(),
    );
    assert_eq!(composed.missing, ["the template does not come to an end"]);
}

#[test]
fn an_unknown_filter_is_no_panic() {
    assert_eq!(shown("{{ shop | shout }}", Language::En, &Values::new()).missing.len(), 1);
}

#[test]
fn lines_of_absent_values_leave_no_gaps() {
    let template = "one\n{% if owner %}\nowner {{ owner }}\n{% endif %}\n\n{% if due %}\n{{ due }}\n{% endif %}\n\ntwo\n";
    assert_eq!(shown(template, Language::En, &Values::new()).text, "one\n\ntwo");
}

#[test]
fn a_variant_serves_its_channel_and_its_languages_only() {
    let mut reply = reply("گفتگو", "chat");
    let mail = BTreeMap::from([(Language::En, Template::parse("mail").unwrap())]);
    reply.variants.insert(Channel::Email, mail);
    let text = |language, channel| compose(&reply, &business(), language, channel, &Values::new()).text;
    assert_eq!(text(Language::En, Channel::Email), "mail");
    assert_eq!(text(Language::En, Channel::Telegram), "chat");
    assert_eq!(text(Language::Fa, Channel::Email), "گفتگو");
}

#[test]
fn a_button_without_an_address_is_left_out() {
    let label = |text: &str| BTreeMap::from([(Language::En, text.to_owned())]);
    let url = |source: &str| ButtonTarget::Url(Template::parse(source).unwrap());
    let mut reply = reply("ا", "a");
    reply.buttons = vec![
        ReplyButton { label: label("Orders"), target: url("{{ facts.orders_url }}") },
        ReplyButton { label: label("Shop"), target: url("https://shop.example") },
        ReplyButton { label: label("Refunds"), target: ButtonTarget::Intent("refund_info".into()) },
        ReplyButton { label: label("Person"), target: ButtonTarget::Intent("human_agent".into()) },
    ];
    let rows = compose(&reply, &business(), Language::En, Channel::Chat, &Values::new()).buttons;
    let labels: Vec<Vec<&str>> =
        rows.iter().map(|row| row.iter().map(|b| b.label.as_str()).collect()).collect();
    assert_eq!(labels, [vec!["Shop", "Refunds"], vec!["Person"]]);
    assert_eq!(rows[0][0].action, ButtonAction::Link("https://shop.example".into()));
    assert_eq!(rows[0][1].action, ButtonAction::Press(Press::Topic("refund_info".into())));
}

#[test]
fn syntax_errors_name_their_line() {
    let error = Template::parse("one\ntwo {{ code }\n").unwrap_err();
    assert_eq!(error.line, 2);
    let error = Template::parse("one\n{% if name %}\ntwo\n").unwrap_err();
    assert!(error.line >= 2, "{error:?}");
}

#[test]
fn names_are_found_in_conditions_loops_and_values() {
    let template = Template::parse(
        "{% if facts.phone %}{{ code }}{% endif %}{{ topics }}{% for t in range(2) %}{{ t }}{% endfor %}",
    )
    .unwrap();
    assert_eq!(template.names().into_iter().collect::<Vec<_>>(), ["code", "facts.phone", "topics"]);
}
