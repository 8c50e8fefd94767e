//! The columns of an export: the fields of the list's items, from the spec.
//!
//! An object's fields are columns with a dot in their names (`buyer.name`). A list of any kind, and an object inside an object of its own
//! type, is one column of JSON text.

use std::collections::HashSet;

use opentop_model::model::{Api, Field, Object, Scalar, Type};

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
    Date,
    Decimal,
    Json,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Wire names, joined by dots.
    pub(crate) name: String,
    /// What the spec calls it in Chinese; the name where it does not.
    pub(crate) title: String,
    /// From an item to the field.
    pub(crate) path: Vec<u16>,
    pub(crate) kind: Kind,
}

impl Column {
    /// Name and kind, to tell whether a column is still the same.
    pub(crate) fn shape(&self) -> String {
        format!("{}:{:?}", self.name, self.kind)
    }
}

/// The columns of a method's list. Empty for a method without one.
pub(crate) fn of(api: &Api) -> Vec<Column> {
    let items = api.paging.as_ref().and_then(|paging| api.field_at(&api.response, &paging.items));
    let mut columns = Vec::new();
    if let Some(id) = items.and_then(|field| field.ty.object()) {
        collect(api, &api.named(id).object, &Place { types: vec![id.0], ..Place::default() }, &mut columns);
    }
    tell_apart(&mut columns);
    columns
}

/// Where in an item an object stands.
#[derive(Default, Clone)]
struct Place {
    names: Vec<String>,
    titles: Vec<String>,
    path: Vec<u16>,
    /// The types on the way, by index.
    types: Vec<usize>,
}

fn collect(api: &Api, object: &Object, place: &Place, columns: &mut Vec<Column>) {
    for (index, field) in object.fields.iter().enumerate() {
        let mut here = place.clone();
        here.names.push(field.wire.clone());
        here.titles.push(title(field));
        here.path.push(u16::try_from(index).unwrap_or(u16::MAX));
        if let Type::Object(id) = field.ty
            && !here.types.contains(&id.0)
        {
            here.types.push(id.0);
            collect(api, &api.named(id).object, &here, columns);
            continue;
        }
        let (name, title) = (here.names.join("."), here.titles.join("."));
        columns.push(Column { name, title, path: here.path, kind: kind(&field.ty) });
    }
}

fn kind(ty: &Type) -> Kind {
    match ty {
        Type::Scalar(scalar) => match scalar {
            Scalar::String | Scalar::Bytes => Kind::Text,
            Scalar::Number => Kind::Int,
            Scalar::Boolean => Kind::Bool,
            Scalar::Date => Kind::Date,
            Scalar::Price | Scalar::BigDecimal => Kind::Decimal,
            Scalar::Json | Scalar::Map => Kind::Json,
        },
        Type::Object(_) | Type::Scalars(_) | Type::Objects(_) => Kind::Json,
    }
}

/// What a description calls its field: its first words.
fn title(field: &Field) -> String {
    let ends = |letter: char| letter.is_control() || ",，.。;；:：(（、!！?？".contains(letter);
    let words = field.description.trim().split(ends).next().unwrap_or_default().trim();
    let is_short = !words.is_empty() && words.chars().count() <= 24;
    if is_short { words.to_owned() } else { field.wire.clone() }
}

/// Gives titles that several columns have their names as well.
fn tell_apart(columns: &mut [Column]) {
    let (mut seen, mut shared) = (HashSet::new(), HashSet::new());
    for column in columns.iter() {
        if !seen.insert(column.title.clone()) {
            shared.insert(column.title.clone());
        }
    }
    for column in columns.iter_mut().filter(|column| shared.contains(&column.title)) {
        column.title = format!("{} ({})", column.title, column.name);
    }
}
