use super::*;

fn lesson(text: &str, teaches: Teaches) -> Lesson {
    let words = text.split(' ').map(str::to_owned).collect();
    Lesson { words, teaches, is_example: true, weight: 1.0, votes: Vec::new() }
}

/// Parcels are label 0, refunds label 1, complaints label 2.
fn teaching() -> Teaching {
    const THINGS: [&str; 12] = [
        "parcel", "order", "shoes", "book", "phone", "lamp", "dress", "chair", "watch", "bag", "ring", "tent",
    ];
    let mut lessons = Vec::new();
    for thing in THINGS {
        lessons.push(lesson(&format!("where is my {thing}"), Teaches::Is(0)));
        lessons.push(lesson(&format!("when will the {thing} arrive"), Teaches::Is(0)));
        lessons.push(lesson(&format!("how do i get a refund for the {thing}"), Teaches::Is(1)));
        lessons.push(lesson(&format!("refund of my {thing} please"), Teaches::Is(1)));
        lessons.push(lesson(&format!("the {thing} came broken"), Teaches::Is(2)));
        lessons.push(lesson(&format!("you sent a torn {thing}"), Teaches::Complains));
        lessons.push(lesson(&format!("is the {thing} made of wool"), Teaches::Nothing));
        lessons.push(lesson(&format!("where is the {thing} made"), Teaches::IsNot(0)));
    }
    Teaching { lessons, complaints: vec![false, false, true] }
}

fn judge(model: &Model, text: &str) -> Judgement {
    let words: Vec<&str> = text.split(' ').collect();
    model.judge(&Question { words: &words, ..Question::default() })
}

#[test]
fn what_was_taught_is_found_in_other_words() {
    let model = Model::learn(&teaching());
    for (text, label) in [("where is the lamp that i ordered", 0), ("please refund my money", 1)] {
        let best = judge(&model, text).best.unwrap();
        assert_eq!(best.label, label, "{text}");
    }
    let best = judge(&model, "where is my new lamp").best.unwrap();
    assert!(best.label == 0 && best.confidence > 0.5, "{best:?}");
}

#[test]
fn the_unknown_is_less_sure_than_the_known() {
    let model = Model::learn(&teaching());
    let sure = |text: &str| judge(&model, text).best.unwrap().confidence;
    assert!(sure("where is my new lamp") > 2.0 * sure("can you lend me a pencil"));
    assert!(sure("where is my new lamp") > sure("where is the lamp made"));
}

#[test]
fn a_complaint_is_told_apart_and_is_no_answers_label() {
    let model = Model::learn(&teaching());
    let (complaint, question) =
        (judge(&model, "my new lamp came torn"), judge(&model, "where is my new lamp"));
    assert!(complaint.complains > 0.5 && question.complains < 0.2, "{complaint:?} {question:?}");
    assert!([complaint.best, complaint.runner_up].iter().flatten().all(|ranked| ranked.label != 2));
}

#[test]
fn forbidden_labels_are_not_named_and_the_nearest_lesson_is() {
    let model = Model::learn(&teaching());
    let words = ["where", "is", "my", "lamp"];
    let judgement = model.judge(&Question { words: &words, votes: &[], barred: &[0] });
    assert_eq!(judgement.best.unwrap().label, 1);
    let (lesson, similarity) = judgement.nearest.unwrap();
    assert_eq!(teaching().lessons[lesson].words, words);
    assert!(similarity > 0.99, "{similarity}");
    let heard = model.heard(&words, 0);
    assert!(heard[0].weight > 0.0 && heard[0].second < 3, "the thing itself says least: {heard:?}");
}

#[test]
fn equal_teaching_gives_an_equal_model() {
    let (one, other) = (Model::learn(&teaching()), Model::learn(&teaching()));
    for text in ["where is my lamp", "a torn refund", "", "ب", "x x x x x x x"] {
        assert_eq!(judge(&one, text), judge(&other, text), "{text}");
    }
}

#[test]
fn nothing_to_learn_is_no_mistake() {
    for teaching in [
        Teaching::default(),
        Teaching { lessons: vec![lesson("hi", Teaches::Is(0))], complaints: vec![false] },
        Teaching { lessons: vec![lesson("hi", Teaches::Is(7))], complaints: vec![true] },
    ] {
        let judgement = judge(&Model::learn(&teaching), "hi there");
        assert!(judgement.best.is_none_or(|best| (0.0..=1.0).contains(&best.confidence)));
    }
}
