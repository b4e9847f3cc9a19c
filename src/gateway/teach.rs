//! What people taught: kept in `data/learned/`, accepted into the rules or dropped.
//!
//! Judgements stand in the journal; the files here are made of them, a line a
//! lesson, and made again when they are missing or behind. Only what the owner
//! decided about a lesson is new, and that is an event too.
//!
//! Invariant: the files follow the journal. Deleting them loses nothing, and
//! what was said by a customer who was erased is not in them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::domain::complaint::ComplaintKind;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::judgement::{Label, LearnedExample, Taught};
use crate::domain::rules::Rules;
use crate::domain::teach::{self, Fate, Lesson, LessonId};
use crate::gateway::Gateway;
use crate::gateway::desk::DeskError;
use crate::report::learned::{LearnOutcome, LearnedRow};
use crate::rules::edit::ExampleList;
use crate::rules::taught;
use crate::store::{Commit, StoreError};

/// Lessons by conversation, as the files have them.
pub(super) type Lessons = BTreeMap<ConversationId, Vec<(Lesson, LearnedExample)>>;

impl Gateway {
    /// Makes the files of `data/learned/` from the journal, whatever is in them.
    pub fn relearn(&self) -> Result<(), StoreError> {
        let mut known = super::lock(&self.lessons);
        let mut lessons = Lessons::new();
        for id in self.store.judged()? {
            lessons.insert(id, self.lessons_of(id)?);
        }
        let written = self.write_lessons(&lessons);
        *known = Some(lessons);
        written
    }

    /// Somebody judged in this conversation: its lessons are written anew.
    pub(super) fn learn_from(&self, id: ConversationId) -> Result<(), StoreError> {
        let mut known = super::lock(&self.lessons);
        let Some(lessons) = known.as_mut() else {
            drop(known);
            return self.relearn();
        };
        lessons.insert(id, self.lessons_of(id)?);
        self.write_lessons(lessons)
    }

    /// The same after a commit, which stands whatever becomes of the files.
    pub(super) fn learn_from_events(&self, events: &[Event]) {
        for event in events {
            if let Event::Judged { conversation, .. } | Event::Taught { conversation, .. } = event
                && let Err(error) = self.learn_from(*conversation)
            {
                tracing::warn!(
                    "What was taught is in the journal, but not in {}: {error}",
                    taught::DIRECTORY
                );
            }
        }
    }

    /// Lessons that wait for the owner, oldest first; messages that fit no intent among them.
    pub fn pending_lessons(&self) -> Result<Vec<LearnedRow>, StoreError> {
        self.relearn()?;
        let known = super::lock(&self.lessons);
        Ok(rows(known.as_ref().into_iter().flat_map(BTreeMap::values).flatten(), |lesson| {
            lesson.fate == Fate::Pending
        }))
    }

    /// Accepts each into its intent's file. `intent`: for lessons that only name a kind.
    pub fn accept_lessons(
        &self,
        ids: &[String],
        intent: Option<&str>,
        by: &str,
    ) -> Result<Vec<LearnOutcome>, DeskError> {
        self.each_lesson(ids, by, |lesson, example| self.accept(lesson, example, intent))
    }

    pub fn drop_lessons(&self, ids: &[String], by: &str) -> Result<Vec<LearnOutcome>, DeskError> {
        self.each_lesson(ids, by, |lesson, _| match lesson.fate {
            Fate::Accepted => Err("it was accepted: take it out of the intent's file by hand".to_owned()),
            Fate::Pending | Fate::Dropped => Ok((false, "dropped".to_owned())),
        })
    }

    /// Does something about each lesson, and records what the owner decided: accepted or not.
    fn each_lesson(
        &self,
        ids: &[String],
        by: &str,
        decide: impl Fn(&Lesson, &LearnedExample) -> Result<(bool, String), String>,
    ) -> Result<Vec<LearnOutcome>, DeskError> {
        self.authorise(by)?;
        let mut outcomes = Vec::new();
        for id in ids {
            let decided = match self.lesson(id)? {
                Ok((conversation, lesson, example)) => match decide(&lesson, &example) {
                    Ok((accepted, message)) => {
                        self.record(conversation, &lesson, accepted, by)?;
                        Ok(message)
                    }
                    Err(why) => Err(why),
                },
                Err(why) => Err(why),
            };
            let done = decided.is_ok();
            outcomes.push(LearnOutcome { id: id.clone(), done, message: decided.unwrap_or_else(|why| why) });
        }
        if outcomes.iter().any(|outcome| outcome.done) {
            self.reload();
        }
        Ok(outcomes)
    }

    fn accept(
        &self,
        lesson: &Lesson,
        example: &LearnedExample,
        intent: Option<&str>,
    ) -> Result<(bool, String), String> {
        let rules = self.rules();
        let (intent, list) = match &lesson.label {
            Label::Nothing => return Err("it fits no intent, and is learned from already".to_owned()),
            Label::Intent(name) => (intent.unwrap_or(name).to_owned(), ExampleList::Examples),
            Label::Not(name) => (name.clone(), ExampleList::Counterexamples),
            Label::Kind(kind) => (intent_of_kind(&rules, *kind, intent)?, ExampleList::Examples),
        };
        match taught::accept(&self.settings, &intent, list, example) {
            Ok(accepted) if accepted.changed => {
                Ok((true, format!("written into `{}` of {}", list.key(), accepted.file.display())))
            }
            Ok(accepted) => Ok((true, format!("stands in {} already", accepted.file.display()))),
            Err(refused) => Err(refused.to_string()),
        }
    }

    fn record(
        &self,
        id: ConversationId,
        lesson: &Lesson,
        accepted: bool,
        by: &str,
    ) -> Result<(), StoreError> {
        let label = lesson.label.clone();
        let taught = Taught { label, accepted, by: by.to_owned(), at: self.now.get() };
        let events = vec![Event::Taught { conversation: id, taught }];
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.learn_from(id)
    }

    /// The lesson that an owner names, or why there is none.
    fn lesson(
        &self,
        id: &str,
    ) -> Result<Result<(ConversationId, Lesson, LearnedExample), String>, StoreError> {
        let none = || Ok(Err("there is no such lesson; `pasokh learn` lists them".to_owned()));
        let Some(named) = LessonId::parse(id) else { return none() };
        let Some(conversation) = self.store.conversation_by_code(named.code)? else { return none() };
        let mut found = self.lessons_of(conversation)?.into_iter().filter(|(lesson, _)| lesson.id == named);
        match found.next() {
            Some((lesson, example)) => Ok(Ok((conversation, lesson, example))),
            None => none(),
        }
    }

    fn lessons_of(&self, id: ConversationId) -> Result<Vec<(Lesson, LearnedExample)>, StoreError> {
        let Some(versioned) = self.store.conversation(id)? else { return Ok(Vec::new()) };
        let conversation = versioned.conversation;
        let mut known = Vec::new();
        for lesson in teach::lessons(&conversation, &self.rules().intents) {
            if let Some(example) = self.example(&conversation, &lesson)? {
                known.push((lesson, example));
            }
        }
        Ok(known)
    }

    /// The masked words of a lesson; none when nothing is left of them.
    fn example(
        &self,
        conversation: &Conversation,
        lesson: &Lesson,
    ) -> Result<Option<LearnedExample>, StoreError> {
        let Some(verdict) = self.store.message(lesson.message)?.and_then(|row| row.verdict) else {
            return Ok(None);
        };
        let text = teach::mask(&verdict.visible, conversation.customer_name.as_deref());
        let language =
            verdict.understanding.map_or(conversation.language, |understanding| understanding.language);
        let label = lesson.label.clone();
        Ok((!text.is_empty()).then_some(LearnedExample { text, language, label }))
    }

    fn write_lessons(&self, lessons: &Lessons) -> Result<(), StoreError> {
        let directory = self.settings.data_dir.join(taught::DIRECTORY);
        let all = || lessons.values().flatten();
        let waiting = rows(all(), |lesson| lesson.fate == Fate::Pending && lesson.label != Label::Nothing);
        let negatives = rows(all(), |lesson| lesson.fate != Fate::Dropped && lesson.label == Label::Nothing);
        for (name, rows) in [(taught::EXAMPLES, waiting), (taught::NEGATIVES, negatives)] {
            let path = directory.join(name);
            write_lines(&directory, &path, &rows).map_err(|source| StoreError::Io {
                what: format!("Could not write {}", path.display()),
                source,
            })?;
        }
        Ok(())
    }
}

fn intent_of_kind(rules: &Rules, kind: ComplaintKind, intent: Option<&str>) -> Result<String, String> {
    let only = teach::only_intent_of(kind, &rules.intents).map(|intent| intent.name.as_str());
    intent.or(only).map(str::to_owned).ok_or_else(|| {
        format!("several intents are of the kind `{}`: say which with --intent NAME", kind.name())
    })
}

fn rows<'l>(
    lessons: impl Iterator<Item = &'l (Lesson, LearnedExample)>,
    wanted: impl Fn(&Lesson) -> bool,
) -> Vec<LearnedRow> {
    let mut rows: Vec<LearnedRow> = lessons
        .filter(|(lesson, _)| wanted(lesson))
        .map(|(lesson, example)| LearnedRow::of(lesson, example))
        .collect();
    rows.sort_by(|left, right| (left.at, &left.id).cmp(&(right.at, &right.id)));
    rows
}

/// The whole file in one step, and only when it changes; an empty one is no file.
fn write_lines(directory: &Path, path: &Path, rows: &[LearnedRow]) -> std::io::Result<()> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row).map_err(std::io::Error::other)?);
        text.push('\n');
    }
    if std::fs::read(path).is_ok_and(|now| now == text.as_bytes()) {
        return Ok(());
    }
    if text.is_empty() {
        return match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let beside = path.with_extension("new");
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    std::fs::rename(&beside, path)
}
