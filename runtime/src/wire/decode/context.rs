//! Where a decoder stands and what it has found: path, issues, depth, and how strict it is.
//!
//! The path costs two words a level while nothing is wrong; it becomes text with the first problem.

use std::fmt::Write as _;

use super::error::{DecodeError, DecodeIssue};
use crate::wire::scalar::{Problem, excerpt};
use crate::wire::table::TypeInfo;

/// Objects within objects (also through JSON text in a field, which a parser's own limit does not see).
pub(crate) const MAX_DEPTH: usize = 128;
const MAX_ISSUES: usize = 100;

/// How scalars are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Each by its source text: nothing is lost.
    Exact,
    /// From a deserializer other than our own, which has no source text to give.
    #[cfg_attr(not(feature = "serde"), allow(dead_code, reason = "only serde brings deserializers of others"))]
    Foreign,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Field(&'static TypeInfo, usize),
    Item(usize),
}

pub(crate) struct Context {
    pub(crate) mode: Mode,
    /// Fields that the shape does not know, and fields given twice, are issues.
    pub(crate) deny_unknown: bool,
    /// Empty text in a text field stays, for a check to refuse it.
    pub(crate) keep_empty: bool,
    path: Vec<Step>,
    depth: usize,
    issues: Vec<DecodeIssue>,
    unlisted: usize,
    position: Option<(usize, usize)>,
    malformed: bool,
    /// What makes the answer ambiguous.
    pub(crate) ambiguity: Ambiguity,
}

/// What can make an answer ambiguous, whatever its fields say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ambiguity {
    /// A field, the envelope, a list, a request id or a refusal was given twice. The first counts.
    pub(crate) duplicate_key: bool,
    /// A member stood at the root that is no field of the answer.
    pub(crate) unknown_root_field: bool,
    /// The envelope of another method stood at the root.
    pub(crate) foreign_envelope: bool,
    /// The envelope was there, so that another one is a repetition.
    pub(crate) enveloped: bool,
}

impl Ambiguity {
    /// A member of this name stood at the root that is no field of the answer.
    pub(crate) fn saw_unknown_root_field(&mut self, name: &str) {
        self.unknown_root_field = true;
        self.foreign_envelope |= name.ends_with("_response");
    }
}

impl Context {
    /// For an answer: unknown fields are skipped, empty text is absence.
    pub(crate) fn answer(mode: Mode) -> Self {
        Self {
            mode,
            deny_unknown: false,
            keep_empty: false,
            path: Vec::new(),
            depth: 0,
            issues: Vec::new(),
            unlisted: 0,
            position: None,
            malformed: false,
            ambiguity: Ambiguity::default(),
        }
    }

    /// For a document that a person wrote: unknown and repeated fields are issues, empty text stays.
    pub(crate) fn document(mode: Mode) -> Self {
        Self { deny_unknown: true, keep_empty: true, ..Self::answer(mode) }
    }

    /// For a deserializer of others: unknown fields are skipped, empty text stays.
    #[cfg(feature = "serde")]
    pub(crate) fn foreign() -> Self {
        Self { keep_empty: true, ..Self::answer(Mode::Foreign) }
    }

    pub(crate) fn enter_field(&mut self, shape: &'static TypeInfo, index: usize) {
        self.path.push(Step::Field(shape, index));
    }

    pub(crate) fn enter_item(&mut self, index: usize) {
        self.path.push(Step::Item(index));
    }

    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// Goes one object deeper; `false` (with an issue) where that is too deep. Pair it with [`Self::rise`].
    pub(crate) fn descend(&mut self) -> bool {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.issue(format!("objects are nested more than {MAX_DEPTH} deep"));
        }
        self.depth <= MAX_DEPTH
    }

    pub(crate) fn rise(&mut self) {
        self.depth -= 1;
    }

    /// Where it stands, to come back to when a nested text breaks off in the middle.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.path.len(), self.depth)
    }

    pub(crate) fn return_to(&mut self, (path, depth): (usize, usize)) {
        self.path.truncate(path);
        self.depth = depth;
    }

    /// Whether the text was well-formed, whatever was in it.
    pub(crate) fn is_well_formed(&self) -> bool {
        !self.malformed
    }

    /// Notes what does not fit the field at hand.
    pub(crate) fn problem(&mut self, problem: &Problem) {
        if self.has_room() {
            let text = problem.text(self.sensitive());
            self.issue(text);
        }
    }

    /// Notes a field that the shape at hand does not have.
    pub(crate) fn unknown_field(&mut self, name: &str) {
        if self.has_room() {
            let mut path = self.path_text();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&excerpt(name));
            self.issues
                .push(DecodeIssue { path, problem: "there is no field of that name: check the spelling".to_owned() });
        }
    }

    /// Notes that field `index` comes a second time. Its value is not read: the first one counts.
    #[cold]
    pub(crate) fn duplicate_field(&mut self, shape: &'static TypeInfo, index: usize) {
        self.ambiguity.duplicate_key = true;
        if self.deny_unknown {
            self.enter_field(shape, index);
            self.issue("given twice: say it once".to_owned());
            self.leave();
        }
    }

    /// Notes that the object around a list has another member, which may be the list as well.
    #[cold]
    pub(crate) fn duplicate_list(&mut self) {
        self.ambiguity.duplicate_key = true;
        if self.deny_unknown {
            self.issue("holds more than one list: write one".to_owned());
        }
    }

    pub(crate) fn issue(&mut self, problem: String) {
        if self.has_room() {
            let path = self.path_text();
            self.issues.push(DecodeIssue { path, problem });
        }
    }

    /// Notes where the text stops being well-formed: the last issue there can be.
    pub(crate) fn malformed(&mut self, problem: String, position: Option<(usize, usize)>) {
        self.position = position;
        self.malformed = true;
        self.issue(problem);
    }

    fn has_room(&mut self) -> bool {
        let room = self.issues.len() < MAX_ISSUES;
        self.unlisted += usize::from(!room);
        room
    }

    /// All issues, if there are any.
    pub(crate) fn into_error(self) -> Option<DecodeError> {
        let has_issues = !self.issues.is_empty();
        has_issues.then(|| DecodeError::new(self.issues, self.unlisted, self.position))
    }

    pub(crate) fn into_result<T>(self, value: T) -> Result<T, DecodeError> {
        self.into_error().map_or(Ok(value), Err)
    }

    /// Whether the field at hand, or one around it, must not be shown.
    fn sensitive(&self) -> bool {
        self.path.iter().any(|step| match step {
            Step::Field(shape, index) => shape.is_sensitive(*index),
            Step::Item(_) => false,
        })
    }

    fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Field(shape, index) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(shape.fields.get(*index).copied().unwrap_or_default());
                }
                Step::Item(index) => write!(text, "[{index}]").expect("invariant: writing to a String cannot fail"),
            }
        }
        text
    }
}
