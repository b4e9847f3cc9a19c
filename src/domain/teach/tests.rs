use super::*;

#[test]
fn a_lessons_name_is_read_as_it_is_written() {
    let code = TrackingCode::parse("482-917-508").unwrap();
    for (teacher, written) in [(Teacher::Staff, "482-917-508"), (Teacher::Customer, "482-917-508-no")] {
        let id = LessonId { code, teacher };
        assert_eq!(id.to_string(), written);
        assert_eq!(LessonId::parse(written), Some(id));
    }
    assert_eq!(LessonId::parse("482917508"), Some(LessonId { code, teacher: Teacher::Staff }));
    assert_eq!(LessonId::parse("۴۸۲-۹۱۷-۵۰۸-no").map(|id| id.teacher), Some(Teacher::Customer));
    assert_eq!(LessonId::parse("482-917-509"), None);
}
