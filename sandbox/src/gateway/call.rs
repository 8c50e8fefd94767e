//! An admitted call, and what it says at a path of the specification.
//!
//! In: the parameters of a call. Out: the scalar that the call gives at a path, whether the path leads into the JSON of an
//! object parameter or not.

use opentop_model::model::{Field, Path, Type};

use super::parameters::Parameters;
use super::state::Entry;
use crate::json::Json;

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
