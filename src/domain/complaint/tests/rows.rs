//! The table of the process, row by row.

use super::*;

#[test]
fn an_accepted_remedy_is_done_before_it_closes() {
    let mut life = Life::new(ComplaintKind::Complaint);
    life.does(&decide(Finding::Upheld, &[Remedy::Replace]), &staff("Sara"));
    assert_eq!(life.state(), ComplaintState::Decided);
    assert_eq!(life.complaint().owner.as_deref(), Some("Sara"));
    assert_eq!(life.does(&accept(), &Actor::Customer).notice, Some(Notice::Accepted));
    assert_eq!(life.state(), ComplaintState::Remedy);
    assert_eq!(life.refused(&Move::RemedyDone { proof: words(" ") }, &staff("Sara")), Why::NoText("proof"));
    let closed = life.does(&Move::RemedyDone { proof: words("parcel 12") }, &staff("Sara"));
    assert_eq!(closed.notice, Some(Notice::Closed));
    assert_eq!(life.complaint().record.closing, Some(Closing::ResolvedAccepted));
}

#[test]
fn a_refusal_is_reviewed_by_another_person_and_the_second_is_final() {
    let mut life = Life::new(ComplaintKind::Complaint);
    life.does(&decide(Finding::NotUpheld, &[]), &staff("Sara"));
    assert_eq!(life.does(&refuse(), &Actor::Customer).notice, Some(Notice::Review));
    let record = &life.complaint().record;
    assert_eq!(
        (life.state(), record.authority),
        (ComplaintState::Investigating, authority::Authority::Manager)
    );
    assert_eq!(life.complaint().owner, None);
    assert_eq!(life.refused(&decide(Finding::NotUpheld, &[]), &staff("Sara")), Why::Barred(words("Sara")));
    assert_eq!(
        life.refused(&Move::Assign { owner: words("Sara") }, &staff("Reza")),
        Why::Barred(words("Sara"))
    );
    life.does(&decide(Finding::NotUpheld, &[]), &staff("Reza"));
    assert_eq!(life.does(&refuse(), &Actor::Customer).notice, Some(Notice::Outside));
    assert_eq!(life.state(), ComplaintState::Decided);
    assert_eq!(
        life.refused(&Move::NoAnswer, &Actor::Machine),
        Why::State(ComplaintKind::Complaint, ComplaintState::Decided)
    );
    life.pass(30);
    life.does(&Move::NoContact, &Actor::Machine);
    assert_eq!(life.complaint().record.closing, Some(Closing::RejectedFinal));
}

#[test]
fn who_runs_the_desk_alone_reviews_alone() {
    let policy = Policy { alone: true, ..Policy::default() };
    let mut life = Life::of(ComplaintKind::Complaint, Channel::Chat, policy);
    life.does(&decide(Finding::NotUpheld, &[]), &staff("Sara"));
    life.does(&refuse(), &Actor::Customer);
    assert_eq!(life.complaint().owner.as_deref(), Some("Sara"));
    life.does(&decide(Finding::Upheld, &[Remedy::Apology]), &staff("Sara"));
}

#[test]
fn silence_ends_after_two_reminders_and_never_what_is_grave() {
    let mut life = Life::new(ComplaintKind::Complaint);
    life.does(&a_question(&life), &staff("Sara"));
    assert_eq!(life.refused(&Move::Silence, &Actor::Machine), Why::NotReminded);
    for _ in 0..2 {
        life.pass(3);
        assert_eq!(life.does(&Move::Remind, &Actor::Machine).notice, Some(Notice::QuestionAgain));
    }
    assert_eq!(life.refused(&Move::Remind, &Actor::Machine), Why::Nothing);
    let worse = Move::SetSeverity { severity: Severity::One, reason: words("a burn") };
    life.does(&worse, &staff("Sara"));
    assert_eq!(life.refused(&Move::Silence, &Actor::Machine), Why::Grave);
    life.does(&Move::SetSeverity { severity: Severity::Three, reason: words("no burn") }, &staff("Sara"));
    life.does(&Move::Silence, &Actor::Machine);
    assert_eq!(life.complaint().record.closing, Some(Closing::NoReply));
}

#[test]
fn silence_after_a_decision_is_assumed_and_never_called_accepted() {
    let mut life = Life::new(ComplaintKind::Complaint);
    life.does(&decide(Finding::Upheld, &[Remedy::Apology]), &staff("Sara"));
    assert_eq!(life.refused(&Move::NoAnswer, &Actor::Machine), Why::NotReminded);
    life.does(&Move::Remind, &Actor::Machine);
    life.does(&wrote(&life), &Actor::Customer);
    assert_eq!(life.refused(&Move::NoAnswer, &Actor::Machine), Why::Unread);
    life.does(&Move::Reply, &staff("Sara"));
    assert!(life.complaint().running(ClockKind::Acceptance).is_some());
    life.does(&Move::NoAnswer, &Actor::Machine);
    assert_eq!(life.complaint().record.closing, Some(Closing::AssumedAccepted));
}

#[test]
fn what_is_grave_needs_assessment_second_reader_and_root_cause() {
    let mut life = Life::new(ComplaintKind::Complaint);
    let sign = Sign { factor: Factor::Safety, score: 3, word: words("fire") };
    life.does(&Move::Noticed(sign.clone()), &Actor::Machine);
    assert_eq!(life.refused(&Move::Noticed(sign), &Actor::Machine), Why::Nothing);
    let upheld = decision(Finding::Upheld, &[Remedy::RefundFull]);
    assert_eq!(life.refused(&Move::Decide(upheld.clone()), &staff("Sara")), Why::NotAssessed);
    assert_eq!(life.refused(&scored(Factor::Money, 1), &staff("Sara")), Why::LowerNeedsReason);
    life.does(&scored(Factor::Safety, 3), &staff("Sara"));
    assert_eq!(life.refused(&Move::Decide(upheld.clone()), &staff("Sara")), Why::NoSecondReader);
    let alone = Decision { second_reader: Some(words("Sara")), ..upheld.clone() };
    assert_eq!(life.refused(&Move::Decide(alone), &staff("Sara")), Why::SamePerson("second reader"));
    life.does(&Move::Decide(Decision { second_reader: Some(words("Reza")), ..upheld }), &staff("Sara"));
    life.does(&accept(), &Actor::Customer);
    life.does(&Move::RemedyDone { proof: words("paid") }, &staff("Sara"));
    assert_eq!(life.state(), ComplaintState::Remedy);
    let cause = Move::FindCause { cause: words("a bad batch"), recurrence: Recurrence::Systemic };
    assert_eq!(life.does(&cause, &staff("Sara")).notice, Some(Notice::Closed));
    assert_eq!(life.complaint().record.closing, Some(Closing::ResolvedAccepted));
}

#[test]
fn money_above_the_limit_needs_an_approver() {
    let policy = Policy { approval_above: Some(1_000), ..Policy::default() };
    let mut life = Life::of(ComplaintKind::Complaint, Channel::Chat, policy);
    let costly = Decision { value: Some(1_001), ..decision(Finding::Upheld, &[Remedy::RefundFull]) };
    assert_eq!(life.refused(&Move::Decide(costly.clone()), &staff("Sara")), Why::NoApprover(1_000));
    life.does(&Move::Decide(Decision { approver: Some(words("Reza")), ..costly }), &staff("Sara"));
}

#[test]
fn whom_it_is_about_neither_owns_nor_judges_it() {
    let mut life = Life::new(ComplaintKind::Complaint);
    let about = Move::Fill { field: Field::StaffConcerned, text: words("Sara, Mina") };
    life.does(&about, &staff("Reza"));
    let concerned = Why::Concerned(words("Sara"));
    assert_eq!(life.refused(&scored(Factor::Money, 2), &staff("Sara")), concerned);
    assert_eq!(life.refused(&Move::Start, &staff("Sara")), concerned);
    assert_eq!(life.refused(&Move::Void { reason: VoidReason::Test }, &staff("Sara")), concerned);
    assert_eq!(life.refused(&decide(Finding::NoFinding, &[]), &staff("Sara")), concerned);
    life.does(&Move::Reply, &staff("Sara"));
    assert_eq!(life.complaint().owner, None);
}

#[test]
fn a_merge_is_of_one_customer_into_something_open() {
    let mut life = Life::new(ComplaintKind::Complaint);
    let target = Target { code: code(22_000_000), is_open: true, same_customer: true };
    let merge = Move::Merge;
    let own = Target { code: life.complaint().code, ..target };
    assert_eq!(life.refused(&merge(own), &staff("Sara")), Why::Itself);
    let other = Target { same_customer: false, ..target };
    assert_eq!(life.refused(&merge(other), &staff("Sara")), Why::OtherCustomer);
    let shut = Target { is_open: false, ..target };
    assert_eq!(life.refused(&merge(shut), &staff("Sara")), Why::TargetClosed(target.code));
    life.does(&merge(target), &staff("Sara"));
    assert_eq!(life.complaint().record.merged_into, Some(target.code));
    assert_eq!(life.state(), ComplaintState::Merged);
}

#[test]
fn only_the_customer_withdraws_and_reopens_in_time() {
    let mut life = Life::new(ComplaintKind::Complaint);
    let withdraw = Move::Withdraw { words: words("I withdraw it") };
    assert_eq!(life.refused(&withdraw, &Actor::Machine), Why::NotYours);
    life.does(&withdraw, &Actor::Customer);
    assert_eq!(life.state(), ComplaintState::Withdrawn);
    life.pass(31);
    assert_eq!(life.refused(&Move::Reopen { evidence: false }, &Actor::Customer), Why::TooLate(30));
    life.does(&Move::Reopen { evidence: true }, &Actor::Customer);
    assert_eq!((life.state(), life.complaint().record.reopened), (ComplaintState::Assessed, 1));
    assert_eq!(life.complaint().priority(), 2);
}

#[test]
fn an_outside_case_is_grave_and_its_end_is_no_longer_ours() {
    let mut life = Life::new(ComplaintKind::Complaint);
    let opened = Move::OpenExternal { body: words("ombudsman"), reference: words("7") };
    life.does(&opened, &staff("Sara"));
    assert_eq!((life.state(), life.complaint().severity()), (ComplaintState::External, Severity::One));
    let close = Move::Close { outcome: None, tell: true };
    assert!(matches!(life.refused(&close, &staff("Sara")), Why::State(..)));
    life.does(&Move::Reply, &staff("Sara"));
    let ended = Move::EndExternal { end: ExternalEnd::Settlement, result: words("half") };
    assert_eq!(life.does(&ended, &staff("Sara")).notice, Some(Notice::Closed));
    assert_eq!(life.refused(&Move::Reopen { evidence: true }, &Actor::Customer), Why::EndedOutside);
}

#[test]
fn questions_stay_as_simple_as_they_are() {
    let mut life = Life::new(ComplaintKind::Question);
    life.does(&Move::Reply, &staff("Sara"));
    assert_eq!(life.state(), ComplaintState::Investigating);
    life.does(&Move::Close { outcome: None, tell: false }, &staff("Sara"));
    assert_eq!(life.complaint().record.closing, Some(Closing::Done));
}

#[test]
fn a_small_complaint_that_was_answered_may_be_closed_and_counts_as_assumed() {
    let mut life = Life::new(ComplaintKind::Complaint);
    let close = |tell| Move::Close { outcome: None, tell };
    assert_eq!(life.refused(&close(true), &staff("Sara")), Why::NeedsDecision);
    life.does(&Move::Reply, &staff("Sara"));
    assert!(life.complaint().record.assessment.as_ref().is_some_and(|said| said.value.implicit));
    assert_eq!(life.refused(&close(false), &staff("Sara")), Why::NeedsNotice);
    life.does(&close(true), &staff("Sara"));
    assert_eq!(life.complaint().record.closing, Some(Closing::AssumedAccepted));
}

#[test]
fn opinions_are_reviewed_and_end_with_what_became_of_them() {
    let mut life = Life::new(ComplaintKind::Suggestion);
    life.does(&Move::Assess(Assessment::default()), &staff("Sara"));
    assert_eq!(life.state(), ComplaintState::Reviewed);
    let close = |outcome| Move::Close { outcome, tell: true };
    assert!(matches!(life.refused(&close(None), &staff("Sara")), Why::NoOutcome(_)));
    assert!(matches!(life.refused(&close(Some(Closing::Called)), &staff("Sara")), Why::WrongOutcome(_)));
    life.does(&close(Some(Closing::Adopted)), &staff("Sara"));
    assert_eq!(life.complaint().record.closing, Some(Closing::Adopted));
}

#[test]
fn a_call_is_tried_three_times() {
    let mut life = Life::new(ComplaintKind::Callback);
    life.does(&Move::Schedule { slot: words("10 to 12"), at: None }, &staff("Sara"));
    let missed = Move::Called { reached: false };
    assert_eq!(life.does(&missed, &staff("Sara")).notice, Some(Notice::CallMissed));
    life.does(&missed, &staff("Sara"));
    life.does(&missed, &staff("Sara"));
    assert_eq!(life.complaint().record.closing, Some(Closing::NoAnswer));
}

#[test]
fn low_scores_open_a_follow_up() {
    let mut life = Life::new(ComplaintKind::Complaint);
    life.does(&decide(Finding::Upheld, &[Remedy::Apology]), &staff("Sara"));
    life.does(&accept(), &Actor::Customer);
    let score = |question, score| Move::Survey { question, score };
    assert_eq!(life.refused(&score(SurveyQuestion::Handling, 6), &Actor::Customer), Why::NoScore(6));
    let more = life.does(&score(SurveyQuestion::Handling, 2), &Actor::Customer);
    assert_eq!(more.notice, Some(Notice::SurveyMore));
    assert!(life.complaint().record.follow_up.is_some());
    life.does(&score(SurveyQuestion::Outcome, 5), &Actor::Customer);
    life.does(&Move::FollowUpDone, &staff("Sara"));
    assert_eq!(life.complaint().record.follow_up, None);
}

#[test]
fn a_refusal_says_why_and_what_is_possible() {
    let mut life = Life::new(ComplaintKind::Question);
    let refusal = life.make(&decide(Finding::Upheld, &[Remedy::Repair]), &staff("Sara")).unwrap_err();
    let code = life.complaint().code;
    assert_eq!(
        refusal.to_string(),
        format!(
            "{code}: It is a question, not a complaint; `set --kind complaint` makes it one. Possible now: \
             pasokh complaint assign | reply | ask | severity | external | withdraw | merge | void | close {code}"
        )
    );
}
