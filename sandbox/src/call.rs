//! An admitted call, the method it calls, and how it may be refused: what the gateway, the answers and the write log share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use opentop_model::model::{Api, Field, Path, Type};

use crate::dated::Dated;
use crate::flows::FlowBook;
use crate::json::Json;
use crate::node::Members;
use crate::parameters::Parameters;

/// A call that passed every check.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) parameters: &'a Parameters,
    /// Whether the answer is asked in the reduced form.
    pub(crate) simplify: bool,
}

impl Call<'_> {
    /// The text of the scalar at `path` from the request's root; `None` where the call does not give it.
    pub(crate) fn text_at(&self, path: &Path) -> Option<String> {
        let api = &self.entry.api;
        let (first, way) = path.0.split_first()?;
        let mut field: &Field = api.request.fields.get(*first)?;
        let text = self.parameters.get(&field.wire)?;
        if way.is_empty() {
            return Some(text.to_owned());
        }
        let mut json = Json::parse(text).ok()?;
        for &index in way {
            let Type::Object(id) = field.ty else { return None };
            field = api.named(id).object.fields.get(index)?;
            let Json::Object(members) = json else { return None };
            json = members.into_iter().find(|(name, _)| *name == field.wire)?.1;
        }
        json.scalar_text().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Everything that the caller says of the business itself, in one order: what two calls of the same action have in common.
    pub(crate) fn business(&self) -> Vec<(String, Vec<u8>)> {
        let text = self.parameters.business().map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
        let files = self.parameters.files.iter().map(|file| (file.name.clone(), file.content.to_vec()));
        let mut all: Vec<_> = text.chain(files).collect();
        all.sort();
        all
    }
}

/// A method and its answers.
pub(crate) struct Entry {
    pub(crate) api: Api,
    /// The answer from the sample or the examples, for a method without records of its own.
    pub(crate) template: Members,
    pub(crate) answers: Answers,
}

/// Where a method's answer comes from.
pub(crate) enum Answers {
    /// [`Entry::template`].
    Template,
    /// Items, a page at a time.
    Items(Items),
    /// These responses, one after another; the last one again and again.
    Responses(Vec<Members>, AtomicUsize),
}

/// The items of a list.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) fixed: Vec<Members>,
    /// Restricts `fixed` to the span that a call asks for.
    pub(crate) dated: Option<Dated>,
    /// Executions of ledgers, which show behind `fixed`.
    pub(crate) flows: Vec<Arc<FlowBook>>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.api.method).finish()
    }
}

/// The language of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `json`.
    Json,
    /// `xml`; also what a call without `format` gets.
    Xml,
}

impl Format {
    /// What the call asks for; `None` for any other format.
    pub(crate) fn asked(parameters: &Parameters) -> Option<Format> {
        match parameters.get("format") {
            None | Some("xml") => Some(Format::Xml),
            Some("json") => Some(Format::Json),
            Some(_) => None,
        }
    }
}

/// What goes into an `error_response`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The platform's code.
    pub(crate) code: i64,
    /// The platform's message.
    pub(crate) msg: String,
    /// The cause, as a code.
    pub(crate) sub_code: Option<String>,
    /// The cause and the cure, in words.
    pub(crate) sub_msg: Option<String>,
}

impl Refusal {
    /// The service behind the gateway refuses.
    pub(crate) fn business(sub_code: &str, sub_msg: String) -> Self {
        Refusal {
            code: 15,
            msg: "Remote service error".to_owned(),
            sub_code: Some(sub_code.to_owned()),
            sub_msg: Some(sub_msg),
        }
    }
}

/// `15 Remote service error (isv.gift-not-found)`
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.msg)?;
        self.sub_code.as_ref().map_or(Ok(()), |sub_code| write!(f, " ({sub_code})"))
    }
}
