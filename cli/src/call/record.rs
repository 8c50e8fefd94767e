//! A model without generated code: the field table of an object type, made from its spec at run time.
//!
//! The runtime fills a [`Record`] as it fills a generated model. Its tables are static in the runtime. A process works on one
//! method, so they are leaked, once.

use opentop_model::model::{self, Object, Path, Scalar, Type};
use opentop_runtime::__private::engine::table::{
    FieldMut, FieldRef, ObjectListSlot, ObjectSlot, Rule, Table, TypeInfo,
};
use opentop_runtime::{
    DateTime, Decimal, Effect, Executed, Json, MethodInfo, PageOrder, Paging, PagingEnd, SessionRequirement,
    SuccessFlag,
};

/// An object type.
struct Kind {
    info: TypeInfo,
    types: Vec<Type>,
}

/// All object types of a method; the last is the root.
type Kinds = &'static [Kind];

/// An object of a type that is known only now.
pub(crate) struct Record {
    kinds: Kinds,
    kind: usize,
    cells: Vec<Cell>,
}

/// One field's value.
enum Cell {
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Date(Option<DateTime>),
    Decimal(Option<Decimal>),
    Json(Option<Json>),
    Object(Child),
    Texts(Vec<String>),
    Ints(Vec<i64>),
    Bools(Vec<bool>),
    Dates(Vec<DateTime>),
    Decimals(Vec<Decimal>),
    Jsons(Vec<Json>),
    Objects(Children),
}

/// An object in an object, or its place.
struct Child {
    kinds: Kinds,
    kind: usize,
    record: Option<Box<Record>>,
}

/// Objects in an object.
struct Children {
    kinds: Kinds,
    kind: usize,
    records: Vec<Record>,
}

impl Record {
    /// An empty response of `api`.
    pub(crate) fn response(api: &model::Api) -> Self {
        Record::of(api, "Response", &api.response)
    }

    /// An empty request of `api`. It knows the spans that its rules bound, and nothing else of them.
    pub(crate) fn request(api: &model::Api) -> Self {
        Record::of(api, "Request", &api.request)
    }

    fn of(api: &model::Api, name: &str, root: &Object) -> Self {
        let named = api.types.iter().map(|named| kind(&named.name, &named.object));
        let kinds: Vec<Kind> = named.chain([kind(name, root)]).collect();
        let root = kinds.len() - 1;
        Record::empty(kinds.leak(), root)
    }

    /// An empty one of the same type.
    pub(crate) fn anew(&self) -> Self {
        Record::empty(self.kinds, self.kind)
    }

    fn empty(kinds: Kinds, kind: usize) -> Self {
        let cells = kinds[kind].types.iter().map(|ty| Cell::empty(kinds, ty)).collect();
        Record { kinds, kind, cells }
    }
}

fn kind(name: &str, object: &Object) -> Kind {
    let fields: Vec<&'static str> = object.fields.iter().map(|field| leak(&field.wire)).collect();
    let rules: Vec<Rule> = object.rules.iter().filter_map(span).collect();
    let info = TypeInfo::new(leak(name), fields.leak(), &[], rules.leak());
    Kind { info, types: object.fields.iter().map(|field| field.ty.clone()).collect() }
}

fn span(rule: &model::Rule) -> Option<Rule> {
    let model::Rule::MaxSpan { start, end, seconds } = *rule else { return None };
    Some(Rule::MaxSpan { start: index(start), end: index(end), seconds })
}

fn leak(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

impl Cell {
    fn empty(kinds: Kinds, ty: &Type) -> Self {
        match ty {
            Type::Object(id) => Cell::Object(Child { kinds, kind: id.0, record: None }),
            Type::Objects(id) => Cell::Objects(Children { kinds, kind: id.0, records: Vec::new() }),
            Type::Scalar(scalar) => match scalar {
                Scalar::String | Scalar::Bytes => Cell::Text(None),
                Scalar::Number => Cell::Int(None),
                Scalar::Boolean => Cell::Bool(None),
                Scalar::Date => Cell::Date(None),
                Scalar::Price | Scalar::BigDecimal => Cell::Decimal(None),
                Scalar::Json | Scalar::Map => Cell::Json(None),
            },
            Type::Scalars(scalar) => match scalar {
                Scalar::String | Scalar::Bytes => Cell::Texts(Vec::new()),
                Scalar::Number => Cell::Ints(Vec::new()),
                Scalar::Boolean => Cell::Bools(Vec::new()),
                Scalar::Date => Cell::Dates(Vec::new()),
                Scalar::Price | Scalar::BigDecimal => Cell::Decimals(Vec::new()),
                Scalar::Json | Scalar::Map => Cell::Jsons(Vec::new()),
            },
        }
    }
}

impl Table for Record {
    fn info(&self) -> &'static TypeInfo {
        &self.kinds[self.kind].info
    }

    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        match self.cells.get_mut(index) {
            None => FieldMut::None,
            Some(Cell::Text(it)) => FieldMut::Text(it),
            Some(Cell::Int(it)) => FieldMut::Int(it),
            Some(Cell::Bool(it)) => FieldMut::Bool(it),
            Some(Cell::Date(it)) => FieldMut::Date(it),
            Some(Cell::Decimal(it)) => FieldMut::Decimal(it),
            Some(Cell::Json(it)) => FieldMut::Json(it),
            Some(Cell::Object(it)) => FieldMut::Object(it),
            Some(Cell::Texts(it)) => FieldMut::Texts(it),
            Some(Cell::Ints(it)) => FieldMut::Ints(it),
            Some(Cell::Bools(it)) => FieldMut::Bools(it),
            Some(Cell::Dates(it)) => FieldMut::Dates(it),
            Some(Cell::Decimals(it)) => FieldMut::Decimals(it),
            Some(Cell::Jsons(it)) => FieldMut::Jsons(it),
            Some(Cell::Objects(it)) => FieldMut::Objects(it),
        }
    }

    fn field(&self, index: usize) -> FieldRef<'_> {
        match self.cells.get(index) {
            None => FieldRef::None,
            Some(Cell::Text(it)) => FieldRef::Text(it),
            Some(Cell::Int(it)) => FieldRef::Int(it),
            Some(Cell::Bool(it)) => FieldRef::Bool(it),
            Some(Cell::Date(it)) => FieldRef::Date(it),
            Some(Cell::Decimal(it)) => FieldRef::Decimal(it),
            Some(Cell::Json(it)) => FieldRef::Json(it),
            Some(Cell::Object(it)) => FieldRef::Object(it),
            Some(Cell::Texts(it)) => FieldRef::Texts(it),
            Some(Cell::Ints(it)) => FieldRef::Ints(it),
            Some(Cell::Bools(it)) => FieldRef::Bools(it),
            Some(Cell::Dates(it)) => FieldRef::Dates(it),
            Some(Cell::Decimals(it)) => FieldRef::Decimals(it),
            Some(Cell::Jsons(it)) => FieldRef::Jsons(it),
            Some(Cell::Objects(it)) => FieldRef::Objects(it),
        }
    }
}

impl ObjectSlot for Child {
    fn get(&self) -> Option<&dyn Table> {
        self.record.as_deref().map(|record| record as &dyn Table)
    }

    fn insert(&mut self) -> &mut dyn Table {
        let (kinds, kind) = (self.kinds, self.kind);
        &mut **self.record.get_or_insert_with(|| Box::new(Record::empty(kinds, kind)))
    }

    fn clear(&mut self) {
        self.record = None;
    }
}

impl ObjectListSlot for Children {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn get(&self, index: usize) -> Option<&dyn Table> {
        self.records.get(index).map(|record| record as &dyn Table)
    }

    fn push(&mut self) -> &mut dyn Table {
        self.records.push(Record::empty(self.kinds, self.kind));
        let last = self.records.len() - 1;
        &mut self.records[last]
    }

    fn clear(&mut self) {
        self.records.clear();
    }
}

/// What the runtime has to know of the method.
pub(crate) fn info(api: &model::Api) -> MethodInfo {
    let effect = match api.effect {
        model::Effect::Read => Effect::Read,
        model::Effect::Write => Effect::Write,
    };
    let session = match api.session {
        model::Session::None => SessionRequirement::None,
        model::Session::Optional => SessionRequirement::Optional,
        model::Session::Required => SessionRequirement::Required,
    };
    let mut info = MethodInfo::new(leak(&api.method), leak(&api.envelope()), effect, session);
    info.idempotency_key = api.idempotency_key.as_ref().map(path);
    info.success_flag = api.outcome.as_ref().map(|outcome| {
        let mut flag = SuccessFlag::new(path(&outcome.ok));
        flag.code = outcome.code.as_ref().map(path);
        flag.message = outcome.message.as_ref().map(path);
        flag
    });
    info.paging = api.paging.as_ref().map(paging);
    let said = api.errors.iter().filter_map(|row| {
        let executed = match row.executed? {
            model::Executed::No => Executed::No,
            model::Executed::Maybe => Executed::Maybe,
        };
        Some((leak(row.code.trim()), executed))
    });
    info.executed = said.collect::<Vec<_>>().leak();
    info
}

fn paging(of: &model::Paging) -> Paging {
    let end = match &of.end {
        model::PagingEnd::HasNext(at) => PagingEnd::HasNext(path(at)),
        model::PagingEnd::TotalItems(at) => PagingEnd::TotalItems(path(at)),
        model::PagingEnd::TotalPages(at) => PagingEnd::TotalPages(path(at)),
        model::PagingEnd::NoCursor => PagingEnd::NoCursor,
    };
    let (page, items) = (path(&of.page), path(&of.items));
    let mut paging = match &of.by {
        model::PageBy::Number => Paging::new(page, end, items),
        model::PageBy::Offset => Paging::by_offset(page, end, items),
        model::PageBy::Cursor { next, last } => {
            let paging = Paging::by_cursor(page, path(next), items);
            let paging = last.as_deref().map_or(paging, |last| paging.last_cursor(leak(last)));
            match end {
                PagingEnd::HasNext(at) => paging.has_next(at),
                _ => paging,
            }
        }
    };
    paging.order = match of.order {
        model::PageOrder::FirstFirst => PageOrder::FirstFirst,
        model::PageOrder::LastFirst => PageOrder::LastFirst,
    };
    paging.first = of.first.into();
    paging.size = of.size.as_ref().map(path);
    paging.item_key = of.item_key.map(index);
    paging
}

pub(crate) fn path(path: &Path) -> &'static [u16] {
    path.0.iter().copied().map(index).collect::<Vec<_>>().leak()
}

fn index(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
