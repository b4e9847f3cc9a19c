use super::*;

const NEW: &str = "کی می‌رسه \"این\"؟";

fn edited(text: &str, list: ExampleList, language: Language) -> String {
    let source = Source { name: "x.yaml".to_owned(), text: text.to_owned() };
    match with_example(&source, list, language, NEW) {
        Ok(Edit::Text(edited)) => {
            // One insertion and nothing else: what stood before and after it is untouched.
            let front = text.bytes().zip(edited.bytes()).take_while(|(old, new)| old == new).count();
            let back = text.len() - front;
            assert!(edited.as_bytes().ends_with(&text.as_bytes()[text.len() - back..]), "{edited}");
            edited
        }
        Ok(Edit::AlreadyThere) => "already there".to_owned(),
        Err(refusal) => format!("refused: {refusal}"),
    }
}

fn fa(text: &str) -> String {
    edited(text, ExampleList::Examples, Language::Fa)
}

#[test]
fn a_block_list_grows_by_one_line_and_its_comments_stay() {
    let text = "# mine\nexamples:   # these hold\n  fa:\n    - \"یک\"  # the first\n    - دو\n\n    # ---\n  en: [\"one\"]\nkind: question\n";
    insta::assert_snapshot!(fa(text), @r#"
    # mine
    examples:   # these hold
      fa:
        - "یک"  # the first
        - دو
        - "کی می‌رسه \"این\"؟"

        # ---
      en: ["one"]
    kind: question
    "#);
}

#[test]
fn a_list_in_brackets_grows_inside_them() {
    insta::assert_snapshot!(fa("examples: { fa: [\"یک\", 'دو' ], en: [] } # x\n"), @r#"examples: { fa: ["یک", 'دو', "کی می‌رسه \"این\"؟" ], en: [] } # x"#);
    insta::assert_snapshot!(fa("examples:\n  fa: [\n    \"یک\",\n    \"دو\",\n  ]\n"), @r#"
    examples:
      fa: [
        "یک",
        "دو", "کی می‌رسه \"این\"؟",
      ]
    "#);
    insta::assert_snapshot!(fa("examples:\n  fa: []\n"), @r#"
    examples:
      fa: ["کی می‌رسه \"این\"؟"]
    "#);
}

#[test]
fn a_language_or_a_list_that_is_not_there_is_made() {
    insta::assert_snapshot!(fa("examples:\n    # English first\n    en:\n    - one\n"), @r#"
    examples:
        fa:
          - "کی می‌رسه \"این\"؟"
        # English first
        en:
        - one
    "#);
    insta::assert_snapshot!(fa("examples: { en: [one] }\n"), @r#"examples: { fa: ["کی می‌رسه \"این\"؟"], en: [one] }"#);
    insta::assert_snapshot!(fa("examples: {}\n"), @r#"examples: { fa: ["کی می‌رسه \"این\"؟"] }"#);
    insta::assert_snapshot!(fa("examples:\nkind: question\n"), @r#"
    examples:
      fa:
        - "کی می‌رسه \"این\"؟"
    kind: question
    "#);
    insta::assert_snapshot!(fa("examples:\n  fa:\n  en: [one]\n"), @r#"
    examples:
      fa:
        - "کی می‌رسه \"این\"؟"
      en: [one]
    "#);
    insta::assert_snapshot!(edited("kind: question", ExampleList::Counterexamples, Language::Fa), @r#"
    kind: question
    counterexamples:
      fa:
        - "کی می‌رسه \"این\"؟"
    "#);
}

#[test]
fn an_item_of_several_lines_is_not_cut_in_two() {
    insta::assert_snapshot!(fa("examples:\n  fa:\n    - |\n      یک\n\n      دو\n    # end\n  en: [one]\n"), @r#"
    examples:
      fa:
        - |
          یک

          دو
        - "کی می‌رسه \"این\"؟"
        # end
      en: [one]
    "#);
    insta::assert_snapshot!(fa("examples:\n  fa:\n  - \"یک\n    دو\"\n"), @r#"
    examples:
      fa:
      - "یک
        دو"
      - "کی می‌رسه \"این\"؟"
    "#);
}

#[test]
fn windows_line_ends_stay_windows_line_ends() {
    let text = "examples:\r\n  fa:\r\n    - یک\r\n";
    assert_eq!(fa(text), "examples:\r\n  fa:\r\n    - یک\r\n    - \"کی می‌رسه \\\"این\\\"؟\"\r\n");
}

#[test]
fn what_cannot_be_done_safely_is_refused() {
    for text in [
        "examples: { fa: یک }\n",
        "examples:\n  fa: یک\n",
        "examples: [یک]\n",
        "examples:\n  fa: &a [یک]\n  en: *a\n",
    ] {
        assert!(fa(text).starts_with("refused: the list `fa` under `examples`"), "{text}: {}", fa(text));
    }
    let broken = "examples: [\n";
    assert!(fa(broken).starts_with("refused:"));
}

#[test]
fn what_stands_there_is_not_written_twice() {
    let text = format!("examples:\n  fa:\n    - {}\n", quote(NEW));
    assert_eq!(fa(&text), "already there");
}

#[test]
fn whatever_a_customer_wrote_comes_back_as_it_was() {
    for written in [
        "a\nb",
        "tab\there",
        "\\ \" '",
        "# no comment",
        "- no item",
        "{ a: b }",
        "\u{2028}\u{FEFF}\u{7}",
        "yes",
        "12",
    ] {
        let source = Source { name: "x.yaml".to_owned(), text: "examples:\n  en:\n    - one\n".to_owned() };
        let Ok(Edit::Text(text)) = with_example(&source, ExampleList::Examples, Language::En, written) else {
            panic!("{written:?} was refused");
        };
        assert_eq!(text.lines().count(), 4, "{text}");
    }
}

#[test]
fn every_starter_intent_can_be_taught_in_both_languages() {
    for file in crate::rules::starter::intents() {
        for language in [Language::Fa, Language::En] {
            for list in [ExampleList::Examples, ExampleList::Counterexamples] {
                assert!(edited(&file.source.text, list, language).contains(&quote(NEW)), "{}", file.stem);
            }
        }
    }
}
