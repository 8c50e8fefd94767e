//! The executions of a ledger as items of a list: what a method took from accounts shows in the answers of another method.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentop_model::model::{Api, Object, Path, Scalar, Type};
use opentop_runtime::{DateTime, Decimal};

use crate::dated::Span;
use crate::error::StartError;
use crate::event::Reporter;
use crate::json::Json;
use crate::node::{Members, Node};
use crate::paths;
use crate::typed;

/// Flows that are kept. The oldest are forgotten first.
const MAX_FLOWS: usize = 20_000;

/// How the executions of a [`Ledger`](crate::Ledger) show in the list that another method answers.
///
/// A field of the list's items that has the name of a parameter of the write gets its value; [`field`](Self::field) fills
/// the others. A call of the list gets the executions whose parameters equal those of the same name in the call, and of
/// [`filter`](Self::filter).
///
/// ```
/// use opentop_sandbox::{Flows, Ledger};
///
/// let flows = Flows::new("alibaba.example.flows.get")
///     .field("flow_id", "{id}")
///     .field("amount", "-req.value")
///     .field("balance", "{balance}")
///     .field("created", "{time}")
///     .field("kind", "'DEBIT'")
///     .filter("query.order_id", "req.outer_order_id");
/// let ledger = Ledger::new("req.card_id", "req.value", 10_000).shown_in(flows);
/// assert_eq!(ledger.flows.map(|flows| flows.method), Some("alibaba.example.flows.get".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flows {
    /// The method that answers the list.
    pub method: String,
    /// Fields of an item, and where each comes from.
    pub fields: Vec<(String, String)>,
    /// Parameters of the list, and the parameter of the write that each must equal.
    pub filters: Vec<(String, String)>,
}

impl Flows {
    /// The executions show in the list of `method`, which must page over objects.
    pub fn new(method: impl Into<String>) -> Self {
        Flows { method: method.into(), fields: Vec::new(), filters: Vec::new() }
    }

    /// Fills a field of the items. `source` is a parameter of the write by wire names (`req.value`), its negative
    /// (`-req.value`), `{id}` (a new number), `{balance}` (what the account has afterwards), `{time}`, or a text (`'DEBIT'`).
    #[must_use]
    pub fn field(mut self, item_field: impl Into<String>, source: impl Into<String>) -> Self {
        self.fields.push((item_field.into(), source.into()));
        self
    }

    /// A call of the list that gives `list_parameter` gets only executions with the same value in `write_parameter`.
    #[must_use]
    pub fn filter(mut self, list_parameter: impl Into<String>, write_parameter: impl Into<String>) -> Self {
        self.filters.push((list_parameter.into(), write_parameter.into()));
        self
    }
}

/// Where a field of a flow comes from.
#[derive(Debug)]
enum Source {
    Parameter(Path),
    Negative(Path),
    Id,
    Balance,
    Time,
    Text(String),
}

/// The executions that show in one list.
#[derive(Debug)]
pub(crate) struct FlowBook {
    method: String,
    fields: Vec<(String, Scalar, Source)>,
    /// A parameter of the list, and that of the write.
    filters: Vec<(Path, Path)>,
    span: Option<Span>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    flows: VecDeque<Flow>,
    count: u64,
}

#[derive(Debug)]
struct Flow {
    time: DateTime,
    /// What each filter compares with.
    keys: Vec<Option<String>>,
    item: Members,
}

/// What an execution did.
pub(crate) struct Execution<'a> {
    pub(crate) text_at: &'a dyn Fn(&Path) -> Option<String>,
    pub(crate) balance: Decimal,
    pub(crate) time: DateTime,
}

impl FlowBook {
    /// The book of `write`'s executions in the list of `list`.
    ///
    /// # Errors
    /// A field or parameter that does not exist.
    pub(crate) fn open(write: &Api, list: &Api, flows: &Flows) -> Result<Self, StartError> {
        let wrong = |problem: String| StartError::Ledger { method: write.method.clone(), problem };
        let items = list.paging.as_ref().and_then(|paging| list.field_at(&list.response, &paging.items));
        let item = items.and_then(|field| field.ty.object()).map(|id| &list.named(id).object);
        let item = item.ok_or_else(|| wrong(format!("`{}` does not page over objects", list.method)))?;
        let mut fields = same_names(write, item);
        for (name, source) in &flows.fields {
            let field = item.fields.iter().find(|field| field.wire == *name);
            let scalar = field.and_then(|field| scalar_of(&field.ty));
            let scalar = scalar.ok_or_else(|| wrong(format!("an item of `{}` has no scalar `{name}`", list.method)))?;
            let source = source_of(write, source).ok_or_else(|| {
                wrong(format!("expected a parameter, `{{id}}`, `{{balance}}`, `{{time}}` or `'text'`, got `{source}`"))
            })?;
            fields.insert(name.clone(), (scalar, source));
        }
        let mut filters = same_parameters(write, list);
        for (mine, theirs) in &flows.filters {
            let find = |api: &Api, text: &str| {
                paths::find(api, &api.request, text)
                    .ok_or_else(|| wrong(format!("`{}` has no parameter `{text}`", api.method)))
            };
            filters.push((find(list, mine)?, find(write, theirs)?));
        }
        let ordered = item.fields.iter().filter_map(|field| {
            let (scalar, source) = fields.remove(&field.wire)?;
            Some((field.wire.clone(), scalar, source))
        });
        Ok(FlowBook {
            method: list.method.clone(),
            fields: ordered.collect(),
            filters,
            span: Span::of(list),
            kept: Mutex::default(),
        })
    }

    pub(crate) fn record(&self, execution: &Execution<'_>, reporter: &Reporter) {
        let text_at = execution.text_at;
        let mut kept = self.kept();
        kept.count += 1;
        let id = kept.count;
        let value = |source: &Source| match source {
            Source::Parameter(path) => text_at(path),
            Source::Negative(path) => {
                let amount = Decimal::from_str_exact(&text_at(path)?).ok()?;
                Some((-amount).normalize().to_string())
            }
            Source::Id => Some(id.to_string()),
            Source::Balance => Some(execution.balance.normalize().to_string()),
            Source::Time => Some(execution.time.to_string()),
            Source::Text(text) => Some(text.clone()),
        };
        let node = |(name, scalar, source): &(String, Scalar, Source)| {
            let node = typed::scalar(*scalar, &Json::Text(value(source)?))?;
            Some((name.clone(), node))
        };
        let item: Vec<(String, Node)> = self.fields.iter().filter_map(node).collect();
        let keys = self.filters.iter().map(|(_, theirs)| text_at(theirs)).collect();
        kept.flows.push_back(Flow { time: execution.time, keys, item });
        if kept.flows.len() > MAX_FLOWS {
            kept.flows.pop_front();
            if id == MAX_FLOWS as u64 + 1 {
                reporter.notice(format!("{}: more than {MAX_FLOWS} flows; the oldest are forgotten", self.method));
            }
        }
    }

    /// The items that a call of the list gets, oldest first.
    pub(crate) fn matching(&self, text_at: impl Fn(&Path) -> Option<String>) -> Vec<Members> {
        let asked: Vec<Option<String>> = self.filters.iter().map(|(mine, _)| text_at(mine)).collect();
        let bounds = self.span.as_ref().map(|span| span.bounds(text_at));
        let fits = |flow: &&Flow| {
            let equal = asked.iter().zip(&flow.keys).all(|(asked, key)| asked.is_none() || asked == key);
            equal && bounds.is_none_or(|bounds| bounds.hold(flow.time))
        };
        self.kept().flows.iter().filter(fits).map(|flow| flow.item.clone()).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn scalar_of(ty: &Type) -> Option<Scalar> {
    match ty {
        Type::Scalar(scalar) => Some(*scalar),
        _ => None,
    }
}

/// The fields of an item that have the name of a parameter of the write.
fn same_names(write: &Api, item: &Object) -> BTreeMap<String, (Scalar, Source)> {
    let parameters = paths::scalars(write, &write.request);
    let pair = |(name, path): (String, Path)| {
        let field = item.fields.iter().find(|field| field.wire == name)?;
        Some((name, (scalar_of(&field.ty)?, Source::Parameter(path))))
    };
    parameters.into_iter().filter_map(pair).collect()
}

/// The parameters of list and write that have the same name, dates excepted.
fn same_parameters(write: &Api, list: &Api) -> Vec<(Path, Path)> {
    let mine: BTreeMap<String, Path> = paths::scalars(list, &list.request).into_iter().collect();
    let theirs = paths::scalars(write, &write.request).into_iter();
    theirs.filter_map(|(name, path)| Some((mine.get(&name)?.clone(), path))).collect()
}

fn source_of(write: &Api, text: &str) -> Option<Source> {
    Some(match text {
        "{id}" => Source::Id,
        "{balance}" => Source::Balance,
        "{time}" => Source::Time,
        _ => {
            if let Some(quoted) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
                Source::Text(quoted.to_owned())
            } else if let Some(path) = text.strip_prefix('-') {
                Source::Negative(paths::find(write, &write.request, path)?)
            } else {
                Source::Parameter(paths::find(write, &write.request, text)?)
            }
        }
    })
}
