//! Every present value of a model, flat: for tests, logs and diffs.

use std::fmt;

use super::{FieldRef, Table};
use crate::wire::value::{DateTime, Decimal, File, Json, Scalar};

/// A single value of a model.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Leaf {
    /// `String`, or a listed value that is text.
    Text(String),
    /// `Number`, or a listed value that is a number.
    Int(i64),
    /// `Boolean`.
    Bool(bool),
    /// `Date`.
    Date(DateTime),
    /// `Price`, `BigDecimal`.
    Decimal(Decimal),
    /// `Json`, `Map`.
    Json(Json),
    /// `byte[]`.
    File(File),
}

impl fmt::Display for Leaf {
    /// The type and the value: `String "CS"`, `Number 12`, `Decimal 12.30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leaf::Text(text) => write!(f, "String {text:?}"),
            Leaf::Int(number) => write!(f, "Number {number}"),
            Leaf::Bool(value) => write!(f, "Boolean {value}"),
            Leaf::Date(date) => write!(f, "Date {date:?}"),
            Leaf::Decimal(decimal) => write!(f, "Decimal {decimal}"),
            Leaf::Json(json) => write!(f, "Json {json}"),
            Leaf::File(file) => write!(f, "{file:?}"),
        }
    }
}

impl From<Scalar<'_>> for Leaf {
    fn from(wire: Scalar<'_>) -> Self {
        match wire {
            Scalar::Text(text) => Leaf::Text(text.to_owned()),
            Scalar::Int(number) => Leaf::Int(number),
        }
    }
}

/// Every present value of a field and what is inside of it, as text. Files are left out.
pub(super) fn texts(value: FieldRef<'_>) -> Vec<String> {
    let mut found = Vec::new();
    collect_value(value, String::new(), &mut found);
    let text = |leaf: Leaf| match leaf {
        Leaf::Text(text) => Some(text),
        Leaf::Int(number) => Some(number.to_string()),
        Leaf::Bool(_) | Leaf::File(_) => None,
        Leaf::Date(date) => Some(date.to_string()),
        Leaf::Decimal(decimal) => Some(decimal.to_string()),
        Leaf::Json(json) => Some(json.to_string()),
    };
    found.into_iter().filter_map(|(_, leaf)| text(leaf)).collect()
}

/// Every present value with its path (`result.gifts[3].redeemed_at`), in the order of the specification.
/// Sensitive values are among them: this is data, not a log line.
#[must_use]
pub fn leaves(table: &dyn Table) -> Vec<(String, Leaf)> {
    let mut found = Vec::new();
    collect(table, "", &mut found);
    found
}

fn collect(table: &dyn Table, above: &str, found: &mut Vec<(String, Leaf)>) {
    for (index, name) in table.info().fields.iter().enumerate() {
        let path = if above.is_empty() { (*name).to_owned() } else { format!("{above}.{name}") };
        collect_value(table.field(index), path, found);
    }
}

fn collect_value(value: FieldRef<'_>, path: String, found: &mut Vec<(String, Leaf)>) {
    match value {
        FieldRef::None => {}
        FieldRef::Text(value) => found.extend(value.clone().map(|value| (path, Leaf::Text(value)))),
        FieldRef::Int(value) => found.extend(value.map(|value| (path, Leaf::Int(value)))),
        FieldRef::Bool(value) => found.extend(value.map(|value| (path, Leaf::Bool(value)))),
        FieldRef::Date(value) => found.extend(value.map(|value| (path, Leaf::Date(value)))),
        FieldRef::Decimal(value) => found.extend(value.map(|value| (path, Leaf::Decimal(value)))),
        FieldRef::Json(value) => found.extend(value.clone().map(|value| (path, Leaf::Json(value)))),
        FieldRef::File(value) => found.extend(value.clone().map(|value| (path, Leaf::File(value)))),
        FieldRef::Enum(slot) => found.extend(slot.get().map(|wire| (path, wire.into()))),
        FieldRef::Object(slot) => slot.get().into_iter().for_each(|table| collect(table, &path, found)),
        FieldRef::Texts(list) => each(list, &path, Leaf::Text, found),
        FieldRef::Ints(list) => each(list, &path, Leaf::Int, found),
        FieldRef::Bools(list) => each(list, &path, Leaf::Bool, found),
        FieldRef::Dates(list) => each(list, &path, Leaf::Date, found),
        FieldRef::Decimals(list) => each(list, &path, Leaf::Decimal, found),
        FieldRef::Jsons(list) => each(list, &path, Leaf::Json, found),
        FieldRef::Enums(list) => {
            let wires = (0..list.len()).filter_map(|index| Some((index, list.get(index)?)));
            found.extend(wires.map(|(index, wire)| (format!("{path}[{index}]"), wire.into())));
        }
        FieldRef::Objects(list) => {
            for (index, table) in (0..list.len()).filter_map(|index| Some((index, list.get(index)?))) {
                collect(table, &format!("{path}[{index}]"), found);
            }
        }
    }
}

fn each<T: Clone>(list: &[T], path: &str, leaf: fn(T) -> Leaf, found: &mut Vec<(String, Leaf)>) {
    found.extend(list.iter().enumerate().map(|(index, value)| (format!("{path}[{index}]"), leaf(value.clone()))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_tables::{Everything, everything};

    #[test]
    fn every_present_value_appears_once_with_its_path_and_type() {
        let shown: Vec<String> = leaves(&everything()).iter().map(|(path, leaf)| format!("{path} = {leaf}")).collect();
        assert_eq!(
            shown,
            [
                "text = String \"say \\\"好\\\"\"",
                "int = Number -42",
                "bool = Boolean true",
                "date = Date 2019-07-30 14:24:45",
                "decimal = Decimal 12.30",
                "json = Json {\"a\": 1.10}",
                "channel = String \"CS\"",
                "level = Number 88",
                "object.text = String \"inner\"",
                "texts[0] = String \"a\"",
                "texts[1] = String \"b\"",
                "ints[0] = Number 1",
                "ints[1] = Number 9223372036854775807",
                "bools[0] = Boolean false",
                "dates[0] = Date 2020-01-01 00:00:00",
                "decimals[0] = Decimal 0.10",
                "jsons[0] = Json [1,2]",
                "channels[0] = String \"KRY\"",
                "channels[1] = String \"NEW\"",
                "levels[0] = Number 7",
                "objects[0].int = Number 1",
                "objects[1].object.int = Number 2",
            ]
        );
        assert_eq!(leaves(&Everything::default()), []);
    }
}
