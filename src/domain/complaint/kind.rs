//! What kind of matter is on file.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComplaintKind {
    Complaint,
    Question,
    Request,
    Suggestion,
    Criticism,
    Callback,
}

impl ComplaintKind {
    pub const ALL: [ComplaintKind; 6] = [
        ComplaintKind::Complaint,
        ComplaintKind::Question,
        ComplaintKind::Request,
        ComplaintKind::Suggestion,
        ComplaintKind::Criticism,
        ComplaintKind::Callback,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ComplaintKind::Complaint => "complaint",
            ComplaintKind::Question => "question",
            ComplaintKind::Request => "request",
            ComplaintKind::Suggestion => "suggestion",
            ComplaintKind::Criticism => "criticism",
            ComplaintKind::Callback => "callback",
        }
    }

    pub fn from_name(name: &str) -> Option<ComplaintKind> {
        ComplaintKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Suggestions and criticisms: read, decided upon once, and told about once.
    pub fn is_opinion(self) -> bool {
        matches!(self, ComplaintKind::Suggestion | ComplaintKind::Criticism)
    }
}
