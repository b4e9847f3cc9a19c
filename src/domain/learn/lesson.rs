//! What the learner is taught with.

/// What a lesson's text means. Labels are numbers from 0, given by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teaches {
    /// The text is of this label.
    Is(usize),
    /// The text is not of this label; of which it is, nobody said.
    IsNot(usize),
    /// The text is of no label.
    Nothing,
    /// A complaint, for the complaint line alone.
    Complains,
    /// No complaint, for the complaint line alone.
    Contented,
}

/// A phrase of the rules that was found in a text, for a label; from 0 to 1.
/// What the dissatisfaction gate found is for the label after the last.
pub type Vote = (usize, f32);

/// One text whose meaning somebody told.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Folded words.
    pub words: Vec<String>,
    pub teaches: Teaches,
    /// An example and not merely a phrase: it is also used to find out how sure the learner may be.
    pub is_example: bool,
    /// 1 for an example; less for what is only a hint.
    pub weight: f32,
    pub votes: Vec<Vote>,
}

/// Everything that is to be learnt.
#[derive(Debug, Clone, Default)]
pub struct Teaching {
    pub lessons: Vec<Lesson>,
    /// One entry a label: does it mean a complaint?
    pub complaints: Vec<bool>,
}

impl Teaching {
    pub(super) fn labels(&self) -> usize {
        self.complaints.len()
    }

    /// Does the lesson's customer complain? None when nobody said.
    pub(super) fn complains(&self, teaches: Teaches) -> Option<bool> {
        let means_complaint = |label: usize| self.complaints.get(label).copied().unwrap_or(false);
        match teaches {
            Teaches::Is(label) => Some(means_complaint(label)),
            Teaches::IsNot(label) => means_complaint(label).then_some(false),
            Teaches::Complains => Some(true),
            Teaches::Nothing | Teaches::Contented => Some(false),
        }
    }

    /// Is a text that teaches this inside a label's line? None when it does not concern it.
    pub(super) fn is_inside(&self, label: usize, teaches: Teaches) -> Option<bool> {
        if label == self.labels() {
            return self.complains(teaches);
        }
        match teaches {
            Teaches::Is(of) => Some(of == label),
            Teaches::IsNot(of) => (of == label).then_some(false),
            Teaches::Nothing => Some(false),
            Teaches::Complains | Teaches::Contented => None,
        }
    }
}
