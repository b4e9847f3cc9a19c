//! One fault a file: what an owner is told about each.

use std::fs;
use std::path::Path;

use pasokh::diagnostic;
use pasokh::rules;
use pasokh::settings::{self, Secrets};

const SOUND_INTENT: &str = "intent: sound_intent\ntitle: { fa: آزمون, en: Test }\nkind: question\nreply: REPLY\n\
                            phrases: { en: [\"green moon\"] }\nexamples: { en: [\"is there a green moon\"] }\n";
const SOUND_REPLY: &str = "reply: answer\ntext: { fa: سلام., en: Hello. }\n";

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_rules").join(file);
    fs::read_to_string(path).unwrap()
}

/// What loading a directory with this one faulty file says, and whether it refuses.
fn told(file: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
    let is_said = file.starts_with("replies/") && stem != "unused";
    write("pasokh.yaml", "business: { name: Shop }\n");
    write("intents/sound_intent.yaml", &SOUND_INTENT.replace("REPLY", if is_said { stem } else { "answer" }));
    if !is_said {
        write("replies/answer.yaml", SOUND_REPLY);
    }
    if file.starts_with("settings/") {
        write("pasokh.yaml", &read(file));
        write("secret.txt", "secret\n");
        write("holidays.yaml", "- { date: 1405-01-01, name: نوروز }\n- { date: 1405-13-01, name: هیچ }\n");
    } else {
        write(file, &read(file));
    }
    let loaded = settings::load(Some(&root.join("pasokh.yaml")), Secrets::Required)
        .and_then(|(settings, _)| rules::load(&settings));
    let (verdict, mut found) = match loaded {
        Ok((_, warnings)) => ("accepted", warnings),
        Err(mistakes) => ("refused", mistakes),
    };
    if verdict == "accepted" {
        found.extend(rules::check(Some(&root.join("pasokh.yaml"))).misunderstood);
    }
    let report = diagnostic::report(&found, false).replace(&format!("{}/", root.display()), "");
    format!("{verdict}\n{}", report.trim_end())
}

#[test]
fn an_unknown_setting_is_told_with_the_nearest_known_one() {
    insta::assert_snapshot!(told("settings/unknown_key.yaml"), @r"
    refused
    error: unknown key `langauges` in `business`
     --> pasokh.yaml:3:3
      |
    3 |   langauges: [fa, en]
      |   ^^^^^^^^^
      |
    help: did you mean `languages`?
    ");
}

#[test]
fn a_password_never_crosses_a_network_in_the_clear() {
    insta::assert_snapshot!(told("settings/tls_none_to_a_stranger.yaml"), @r"
    refused
    error: `tls: none` would send the password to imap.shop.example for everybody to read
     --> pasokh.yaml:4:43
      |
    4 |     imap: { host: imap.shop.example, tls: none, password: { file: secret.txt } }
      |                                           ^^^^
      |
    help: it is allowed on this machine only (localhost, 127.0.0.1, ::1); use implicit or starttls
    ");
}

#[test]
fn a_secret_that_is_not_there_is_an_error() {
    insta::assert_snapshot!(told("settings/secret_from_nowhere.yaml"), @r"
    refused
    error: the environment variable `PASOKH_TEST_VARIABLE_THAT_IS_NOT_SET` is not set, it should hold the bot's token
     --> pasokh.yaml:3:12
      |
    3 |     token: { env: PASOKH_TEST_VARIABLE_THAT_IS_NOT_SET }
      |            ^
    ");
}

#[test]
fn a_target_that_is_no_time_is_an_error() {
    insta::assert_snapshot!(told("settings/duration.yaml"), @r"
    refused
    error: `first_response` must be a length of time, not `8 hours`
     --> pasokh.yaml:2:19
      |
    2 |   first_response: 8 hours
      |                   ^^^^^^^
      |
    help: write it like 30m, 8h or 3d in business time, or `calendar 72h` around the clock
    ");
}

#[test]
fn a_misspelt_weekday_is_an_error() {
    insta::assert_snapshot!(told("settings/weekday.yaml"), @r#"
    refused
    error: `thursdy` is no weekday
     --> pasokh.yaml:4:5
      |
    4 |     thursdy: ["09:00-13:00"]
      |     ^^^^^^^
      |
    help: write sat, sun, mon, tue, wed, thu or fri, or a range like sat-wed
    "#);
}

#[test]
fn hours_that_run_backwards_are_an_error() {
    insta::assert_snapshot!(told("settings/hours.yaml"), @r#"
    refused
    error: 17:00-09:00 closes before it opens; hours over midnight are written on both days, until 24:00 and from 00:00
     --> pasokh.yaml:3:15
      |
    3 |     sat-wed: ["17:00-09:00"]
      |               ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_holiday_that_is_no_date_is_told_in_its_own_file() {
    insta::assert_snapshot!(told("settings/holiday_date.yaml"), @r"
    refused
    error: `1405-13-01` is no date
     --> holidays.yaml:2:11
      |
    2 | - { date: 1405-13-01, name: هیچ }
      |           ^^^^^^^^^^
      |
    help: write year-month-day: 1405-01-01 or 2026-03-21
    ");
}

#[test]
fn every_mistake_in_the_settings_is_told_at_once() {
    insta::assert_snapshot!(told("settings/everything_at_once.yaml"), @r#"
    refused
    error: unknown key `busines` in the settings
     --> pasokh.yaml:1:1
      |
    1 | busines:
      | ^^^^^^^
      |
    help: did you mean `business`?

    error: no time zone is called `Asia/Teheran`
     --> pasokh.yaml:4:13
      |
    4 |   timezone: Asia/Teheran
      |             ^^^^^^^^^^^^
      |
    help: write it as in the tz database, like Asia/Tehran or Europe/Berlin

    error: the language `de` is not spoken here
     --> pasokh.yaml:5:19
      |
    5 |   languages: [fa, de]
      |                   ^^
      |
    help: fa and en are

    error: the fact `website` must be a web address, `shop.example` is none
     --> pasokh.yaml:7:14
      |
    7 |     website: shop.example
      |              ^^^^^^^^^^^^
      |
    help: write it whole: https://shop.example/returns

    error: `smtp` is missing in this mailbox
     --> pasokh.yaml:9:5
      |
    9 |   - address: support
      |     ^

    error: `support` is no e-mail address
     --> pasokh.yaml:9:14
      |
    9 |   - address: support
      |              ^^^^^^^

    error: `port` must be a whole number from 1 to 65535, not `99999`
      --> pasokh.yaml:10:44
       |
    10 |     imap: { host: imap.shop.example, port: 99999, password: { env: A, file: B } }
       |                                            ^^^^^

    error: the IMAP password needs exactly one of { env: NAME }, { file: PATH } and { credential: NAME }
      --> pasokh.yaml:10:61
       |
    10 |     imap: { host: imap.shop.example, port: 99999, password: { env: A, file: B } }
       |                                                             ^

    error: `listen` must be an address and a port, not `8484`
      --> pasokh.yaml:11:16
       |
    11 | web: { listen: 8484 }
       |                ^^^^
       |
    help: like 127.0.0.1:8484, or 0.0.0.0:8484 for every network of this machine

    error: `name` is missing in this person
      --> pasokh.yaml:14:7
       |
    14 |     - { role: agent, telegram: "@sara" }
       |       ^

    error: `telegram` must be the number by which Telegram knows it, not `@sara`
      --> pasokh.yaml:14:32
       |
    14 |     - { role: agent, telegram: "@sara" }
       |                                ^^^^^^^
       |
    help: people have positive numbers, groups negative ones; a name with @ is no number

    error: `decision` must be a length of time, not `soon`
      --> pasokh.yaml:15:22
       |
    15 | targets: { decision: soon }
       |                      ^^^^
       |
    help: write it like 30m, 8h or 3d in business time, or `calendar 72h` around the clock
    "#);
}

#[test]
fn a_tab_in_the_settings_is_told_in_plain_words() {
    insta::assert_snapshot!(told("settings/tab.yaml"), @r"
    refused
    error: a tab stands at the start of this line
     --> pasokh.yaml:2:1
      |
    2 |     name: Shop
      | ^^^^
      |
    help: YAML is indented with spaces: replace each tab by two spaces
    ");
}

#[test]
fn an_unknown_key_in_an_intent_is_told_with_the_nearest_known_one() {
    insta::assert_snapshot!(told("intents/unknown_key.yaml"), @r#"
    refused
    warning: `unknown_key` has neither phrases nor patterns, so nothing is ever taken for it
     --> intents/unknown_key.yaml:1:9
      |
    1 | intent: unknown_key
      |         ^^^^^^^^^^^
      |
    help: add `phrases`

    error: unknown key `phrase` in an intent
     --> intents/unknown_key.yaml:5:1
      |
    5 | phrase:
      | ^^^^^^
      |
    help: did you mean `phrases`?
    "#);
}

#[test]
fn an_unknown_kind_is_told_with_the_nearest_known_one() {
    insta::assert_snapshot!(told("intents/unknown_kind.yaml"), @r"
    refused
    error: unknown kind `qestion`
     --> intents/unknown_kind.yaml:3:7
      |
    3 | kind: qestion
      |       ^^^^^^^
      |
    help: did you mean `question`?
    ");
}

#[test]
fn an_unknown_mode_is_told_with_what_each_does() {
    insta::assert_snapshot!(told("intents/unknown_mode.yaml"), @r"
    refused
    error: `mode` cannot be `shadows`
     --> intents/unknown_mode.yaml:4:7
      |
    4 | mode: shadows
      |       ^^^^^^^
      |
    help: `shadow` records and files, `suggest` shows staff the reply, `auto` answers
    ");
    insta::assert_snapshot!(told("settings/unknown_mode.yaml"), @r"
    refused
    error: `mode` cannot be `manual`
     --> pasokh.yaml:2:24
      |
    2 | understanding: { mode: manual }
      |                        ^^^^^^
      |
    help: `shadow` records and files, `suggest` shows staff the reply, `auto` answers
    ");
}

#[test]
fn guessing_is_on_or_off() {
    insta::assert_snapshot!(told("intents/wrong_fuzzy.yaml"), @r"
    refused
    error: `fuzzy` cannot be `never`
     --> intents/wrong_fuzzy.yaml:6:23
      |
    6 | fuzzy: { fa: off, en: never }
      |                       ^^^^^
      |
    help: `off`: the words of the phrases count only as they are written; `on`, or no line: misspellings are forgiven; `{ fa: off }`: off for one language
    ");
}

#[test]
fn an_intent_bears_the_name_of_its_file() {
    insta::assert_snapshot!(told("intents/other_name.yaml"), @r"
    refused
    error: `intent: another_name` stands in the file `other_name.yaml`
     --> intents/other_name.yaml:1:9
      |
    1 | intent: another_name
      |         ^^^^^^^^^^^^
      |
    help: write `intent: other_name`, or rename the file to another_name.yaml
    ");
}

#[test]
fn an_intent_needs_the_reply_that_it_names() {
    insta::assert_snapshot!(told("intents/missing_reply.yaml"), @r"
    refused
    error: there is no reply `anser`, which `missing_reply` says
     --> intents/missing_reply.yaml:4:8
      |
    4 | reply: anser
      |        ^^^^^
      |
    help: did you mean `reply: answer`?
    ");
}

#[test]
fn an_example_that_is_not_understood_so_is_an_error() {
    insta::assert_snapshot!(told("intents/wrong_example.yaml"), @r#"
    accepted
    error: this example of `wrong_example` was taken for nothing that is known
      --> intents/wrong_example.yaml:10:7
       |
    10 |     - "is the blue moon a red sun"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
    help: scores: `sound_intent` 0.01
    "#);
}

#[test]
fn a_counterexample_that_is_understood_so_is_an_error() {
    insta::assert_snapshot!(told("intents/wrong_counterexample.yaml"), @r#"
    accepted
    error: this counterexample of `wrong_counterexample` was taken for `wrong_counterexample`
     --> intents/wrong_counterexample.yaml:7:25
      |
    7 | counterexamples: { en: ["tell me about the blue moon"] }
      |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
    help: scores: `wrong_counterexample` 0.99
    "#);
}

#[test]
fn a_pattern_that_is_no_regular_expression_is_an_error() {
    insta::assert_snapshot!(told("intents/wrong_pattern.yaml"), @r"
    refused
    error: the pattern `\border (\d+` is no regular expression: regex parse error:
               \border (\d+
                       ^
           error: unclosed group
     --> intents/wrong_pattern.yaml:6:12
      |
    6 | patterns: ['\border (\d+']
      |            ^^^^^^^^^^^^^^
    ");
}

#[test]
fn an_intent_without_examples_is_a_warning() {
    insta::assert_snapshot!(told("intents/no_examples.yaml"), @r"
    accepted
    warning: `no_examples` has no examples
     --> intents/no_examples.yaml:1:9
      |
    1 | intent: no_examples
      |         ^^^^^^^^^^^
      |
    help: a few messages that must be understood so keep it right
    ");
}

#[test]
fn a_missing_colon_is_told_in_plain_words() {
    insta::assert_snapshot!(told("intents/missing_colon.yaml"), @r"
    refused
    error: the file cannot be read as YAML: simple key expected ':'
     --> intents/missing_colon.yaml:2:1
      |
    2 | kind question
      | ^
      |
    help: line 2: a colon is missing after the key (`key: value`), or the line is not indented as far as the text it belongs to
    ");
}

#[test]
fn an_open_quote_is_told_in_plain_words() {
    insta::assert_snapshot!(told("intents/open_quote.yaml"), @r#"
    refused
    error: the file cannot be read as YAML: invalid trailing content after double-quoted scalar
     --> intents/open_quote.yaml:5:22
      |
    5 |   fa: ["سفارش کجا*, "رهگیری"]
      |                      ^
      |
    help: line 5: a quotation mark is missing or stands here once too often: count them, they come in pairs
    "#);
}

#[test]
fn an_unknown_placeholder_is_told_at_its_line() {
    insta::assert_snapshot!(told("replies/unknown_placeholder.yaml"), @r"
    refused
    error: unknown placeholder `cod`
     --> replies/unknown_placeholder.yaml:5:15
      |
    5 |     کد شما {{ cod }} است.
      |               ^^^
      |
    help: did you mean `code`?
    ");
}

#[test]
fn an_unknown_fact_is_told_with_the_nearest_known_one() {
    insta::assert_snapshot!(told("replies/unknown_fact.yaml"), @r"
    refused
    error: unknown placeholder `facts.retrun_days`
     --> replies/unknown_fact.yaml:3:25
      |
    3 |   fa: مهلت مرجوعی {% if facts.retrun_days %}{{ facts.retrun_days }}{% endif %} روز است.
      |                         ^^^^^^^^^^^^^^^^^
      |
    help: did you mean `facts.return_days`?
    ");
}

#[test]
fn a_value_that_may_be_absent_needs_a_condition() {
    insta::assert_snapshot!(told("replies/not_always_known.yaml"), @r"
    refused
    error: `name` is not always known when `not_always_known` is said
     --> replies/not_always_known.yaml:7:13
      |
    7 |     Dear {{ name }}, we are here.
      |             ^^^^
      |
    help: write {% if name %} … {% else %} … {% endif %} around it
    ");
}

#[test]
fn a_broken_placeholder_is_told_at_its_line() {
    insta::assert_snapshot!(told("replies/broken_placeholder.yaml"), @r"
    refused
    error: the text in `en` has a broken placeholder: unexpected `}`, expected end of variable block
     --> replies/broken_placeholder.yaml:7:5
      |
    7 |     Your code is {{ code }.
      |     ^^^^^^^^^^^^^^^^^^^^^^^
      |
    help: a value is written {{ code }}, a condition {% if name %} … {% endif %}
    ");
}

#[test]
fn a_condition_without_an_end_is_an_error() {
    insta::assert_snapshot!(told("replies/open_condition.yaml"), @r"
    refused
    error: the text in `en` has a broken placeholder: unexpected end of input, expected end of block
     --> replies/open_condition.yaml:4:7
      |
    4 |   en: Hello{% if name %} {{ name }}.
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
    help: a value is written {{ code }}, a condition {% if name %} … {% endif %}
    ");
}

#[test]
fn a_reply_speaks_every_language_of_the_business() {
    insta::assert_snapshot!(told("replies/missing_language.yaml"), @r"
    refused
    error: the reply `missing_language` has no text in `fa`
     --> replies/missing_language.yaml:2:1
      |
    2 | text:
      | ^^^^
      |
    help: write it, or take the language out of `languages` in the settings
    ");
}

#[test]
fn a_button_leads_to_an_intent_that_exists() {
    insta::assert_snapshot!(told("replies/button_to_nowhere.yaml"), @r"
    refused
    error: this button asks for the intent `sound_intnt`, which does not exist
     --> replies/button_to_nowhere.yaml:4:48
      |
    4 |   - { label: { fa: سفارش, en: Order }, intent: sound_intnt }
      |                                                ^^^^^^^^^^^
      |
    help: did you mean `sound_intent`?
    ");
}

#[test]
fn an_unknown_filter_is_found_before_a_customer_meets_it() {
    insta::assert_snapshot!(told("replies/unknown_filter.yaml"), @r#"
    refused
    error: the text in `en` cannot be filled in: filter shout is unknown
     --> replies/unknown_filter.yaml:2:24
      |
    2 | text: { fa: سلام., en: "Hello {{ shop | shout }}." }
      |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
    help: a value is written {{ code }}, a condition {% if name %} … {% endif %}
    "#);
}

#[test]
fn a_reply_that_nobody_says_is_a_warning() {
    insta::assert_snapshot!(told("replies/unused.yaml"), @r"
    accepted
    warning: no intent says the reply `unused`
     --> replies/unused.yaml:1:8
      |
    1 | reply: unused
      |        ^^^^^^
      |
    help: name it in an intent, or remove the file
    ");
}

#[test]
fn every_faulty_file_has_its_test() {
    let tests = include_str!("bad_rules.rs");
    for directory in ["settings", "intents", "replies"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_rules").join(directory);
        for entry in fs::read_dir(path).unwrap() {
            let name = format!("{directory}/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(tests.contains(&format!("told(\"{name}\")")), "{name}");
        }
    }
}
