//! Chooses where each method's answers come from: the user's records, the sample, or the executions of a ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use opentop_model::model::{Api, Model};

use crate::answer;
use crate::call::{Answers, Entry, Items};
use crate::dated::{Dated, date_field};
use crate::error::StartError;
use crate::flows::FlowBook;
use crate::json::Json;

/// Answers that the user brought along.
#[derive(Debug, Clone)]
pub(crate) enum Fixture {
    /// Items of a method that pages, or whole responses of one that does not.
    Records(Vec<Json>),
    /// The same as JSON text: an array, or a single one.
    Text(String),
    /// The one whole response.
    Answer(Json),
}

/// All methods, before their answers are chosen.
pub(super) struct Methods {
    apis: Vec<Api>,
    fixtures: BTreeMap<String, Fixture>,
    dated: BTreeMap<String, String>,
    flows: BTreeMap<String, Vec<Arc<FlowBook>>>,
}

/// The methods by name, what is left out of samples, and what the user should know.
type Chosen = (BTreeMap<String, Entry>, Vec<String>, Vec<String>);

impl Methods {
    pub(super) fn new(model: Model, fixtures: Vec<(String, Fixture)>, dated: Vec<(String, String)>) -> Self {
        let (fixtures, dated) = (fixtures.into_iter().collect(), dated.into_iter().collect());
        Methods { apis: model.apis, fixtures, dated, flows: BTreeMap::new() }
    }

    pub(super) fn apis(&self) -> &[Api] {
        &self.apis
    }

    pub(super) fn known(&self, method: &str) -> Result<&Api, StartError> {
        let found = self.apis.iter().find(|api| api.method == method);
        found.ok_or_else(|| StartError::UnknownMethod { method: method.to_owned() })
    }

    /// Shows the executions of a ledger in the list of `method`.
    pub(super) fn show(&mut self, method: String, book: Arc<FlowBook>) {
        self.flows.entry(method).or_default().push(book);
    }

    pub(super) fn entries(mut self) -> Result<Chosen, StartError> {
        let names: BTreeSet<&String> = self.fixtures.keys().chain(self.dated.keys()).collect();
        for method in names {
            self.known(method)?;
        }
        let (mut entries, mut warnings, mut notices) = (BTreeMap::new(), Vec::new(), Vec::new());
        for api in std::mem::take(&mut self.apis) {
            let (template, notes) = answer::template(&api);
            warnings.extend(notes.into_iter().map(|note| format!("{}: {note}", api.method)));
            let fixture = self.fixtures.remove(&api.method);
            let is_own = fixture.is_some();
            let mut answers = match fixture {
                Some(fixture) => from_fixture(&api, &fixture)?,
                None => Answers::Template,
            };
            if let Answers::Template = answers
                && let Some(fixed) = answer::sample_items(&api, &template)
            {
                answers = Answers::Items(Items { fixed, dated: Dated::sample(&api), ..Items::default() });
            }
            match (self.dated.remove(&api.method), &mut answers) {
                (Some(field), Answers::Items(items)) if is_own => items.dated = Some(dated(&api, items, &field)?),
                (Some(_), _) => return Err(unfit(&api, "there are no records that could be dated".to_owned())),
                (None, Answers::Items(items)) if is_own => {
                    if let Some(field) = date_field(&api, &items.fixed) {
                        items.dated = Some(dated(&api, items, &field)?);
                        notices
                            .push(format!("{}: a call gets the records whose `{field}` lies in its span", api.method));
                    }
                }
                (None, _) => {}
            }
            if let (Some(books), Answers::Items(items)) = (self.flows.remove(&api.method), &mut answers) {
                if !is_own {
                    *items = Items::default();
                }
                items.flows = books;
            }
            entries.insert(api.method.clone(), Entry { api, template, answers });
        }
        Ok((entries, warnings, notices))
    }
}

fn dated(api: &Api, items: &Items, field: &str) -> Result<Dated, StartError> {
    Dated::new(api, &items.fixed, field).map_err(|problem| unfit(api, problem))
}

fn unfit(api: &Api, issue: String) -> StartError {
    StartError::Records { method: api.method.clone(), issues: vec![issue] }
}

fn from_fixture(api: &Api, fixture: &Fixture) -> Result<Answers, StartError> {
    match fixture {
        Fixture::Answer(value) => responses(api, std::slice::from_ref(value)),
        Fixture::Records(values) => from_records(api, values),
        Fixture::Text(text) => match Json::parse(text) {
            Ok(Json::List(values)) => from_records(api, &values),
            Ok(value) => from_records(api, &[value]),
            Err(cause) => Err(unfit(api, format!("expected a JSON array of records: {cause}"))),
        },
    }
}

fn from_records(api: &Api, values: &[Json]) -> Result<Answers, StartError> {
    if api.paging.is_none() {
        return responses(api, values);
    }
    let fixed = values.iter().map(|value| answer::fixture_item(api, value)).collect::<Result<_, _>>()?;
    Ok(Answers::Items(Items { fixed, ..Items::default() }))
}

fn responses(api: &Api, values: &[Json]) -> Result<Answers, StartError> {
    let read = values.iter().map(|value| answer::fixture_response(api, value)).collect::<Result<Vec<_>, _>>()?;
    Ok(if read.is_empty() { Answers::Template } else { Answers::Responses(read, AtomicUsize::new(0)) })
}
