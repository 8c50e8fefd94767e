//! serde's traits for models and open enums, behind the feature `serde`.
//!
//! Models have the simplified shape. serde's data model has no exact number but integers, so decimals are written as text
//! (`"12.30"`), which every format carries exactly. A fraction that comes as a floating-point number is accepted if fifteen digits
//! tell it, and refused otherwise. JSON fields are written as text too if they hold an object, an array, or a number that would be
//! rounded.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error as _},
    ser::{SerializeMap as _, SerializeSeq as _},
};

use crate::wire::decode::{Context, SlotSeed, TableVisitor};
use crate::wire::table::{EnumSlot, FieldMut, FieldRef, OpenEnum, Table};
use crate::wire::value::{DateTime, Decimal, Json, Scalar};

/// Writes a model as a map of its present fields.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_table<S: Serializer>(table: &dyn Table, serializer: S) -> Result<S::Ok, S::Error> {
    let names = table.info().fields;
    let present = |index: &usize| {
        let value = table.field(*index);
        !value.is_absent() && !matches!(value, FieldRef::File(_))
    };
    let count = (0..names.len()).filter(present).count();
    let mut map = serializer.serialize_map(Some(count))?;
    for index in (0..names.len()).filter(present) {
        map.serialize_entry(names[index], &Field(table.field(index)))?;
    }
    map.end()
}

/// Reads a model. Unknown fields are skipped, scalars are as lenient as in answers, and empty text is kept.
///
/// # Errors
/// Those of the deserializer, or one that lists everything that does not fit.
pub fn deserialize_table<'de, T: Table + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut table = T::default();
    let mut context = Context::foreign();
    deserializer.deserialize_map(TableVisitor { table: &mut table, cx: &mut context })?;
    context.into_result(table).map_err(D::Error::custom)
}

/// Writes the wire form of an open enum.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_scalar<S: Serializer>(wire: Scalar<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match wire {
        Scalar::Text(text) => serializer.serialize_str(text),
        Scalar::Int(number) => serializer.serialize_i64(number),
    }
}

/// Reads an open enum.
///
/// # Errors
/// Those of the deserializer, or where there is no value.
pub fn deserialize_scalar_enum<'de, E: OpenEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    let mut value: Option<E> = None;
    let mut context = Context::foreign();
    SlotSeed::new(FieldMut::Enum(&mut value as &mut dyn EnumSlot), &mut context).deserialize(deserializer)?;
    let value = context.into_result(value).map_err(D::Error::custom)?;
    value.ok_or_else(|| D::Error::custom("expected a value, found none"))
}

struct Field<'a>(FieldRef<'a>);

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FieldRef::None | FieldRef::File(_) => serializer.serialize_unit(),
            FieldRef::Text(value) => value.serialize(serializer),
            FieldRef::Int(value) => value.serialize(serializer),
            FieldRef::Bool(value) => value.serialize(serializer),
            FieldRef::Date(value) => value.as_ref().map(DateText).serialize(serializer),
            FieldRef::Decimal(value) => value.as_ref().map(DecimalText).serialize(serializer),
            FieldRef::Json(value) => value.as_ref().map(JsonText).serialize(serializer),
            FieldRef::Enum(slot) => slot.get().map(Wire).serialize(serializer),
            FieldRef::Object(slot) => slot.get().map(Model).serialize(serializer),
            FieldRef::Texts(list) => list.serialize(serializer),
            FieldRef::Ints(list) => list.serialize(serializer),
            FieldRef::Bools(list) => list.serialize(serializer),
            FieldRef::Dates(list) => serializer.collect_seq(list.iter().map(DateText)),
            FieldRef::Decimals(list) => serializer.collect_seq(list.iter().map(DecimalText)),
            FieldRef::Jsons(list) => serializer.collect_seq(list.iter().map(JsonText)),
            FieldRef::Enums(list) => {
                serializer.collect_seq((0..list.len()).filter_map(|index| list.get(index)).map(Wire))
            }
            FieldRef::Objects(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for table in (0..list.len()).filter_map(|index| list.get(index)) {
                    seq.serialize_element(&Model(table))?;
                }
                seq.end()
            }
        }
    }
}

struct Model<'a>(&'a dyn Table);

impl Serialize for Model<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_table(self.0, serializer)
    }
}

struct Wire<'a>(Scalar<'a>);

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_scalar(self.0, serializer)
    }
}

struct DateText<'a>(&'a DateTime);

impl Serialize for DateText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.exact_text())
    }
}

struct DecimalText<'a>(&'a Decimal);

impl Serialize for DecimalText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// An object or array goes as its text, which reading takes back to the byte; a scalar as itself, unless that would round it.
struct JsonText<'a>(&'a Json);

impl Serialize for JsonText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.as_str();
        match self.0.parse::<serde_json::Value>() {
            Ok(serde_json::Value::Number(number)) if number.is_f64() => match floating_point(text) {
                Some(number) => serializer.serialize_f64(number),
                None => serializer.serialize_str(text),
            },
            Ok(scalar) if !scalar.is_object() && !scalar.is_array() => scalar.serialize(serializer),
            _ => serializer.serialize_str(text),
        }
    }
}

/// A number as an `f64` that holds all its digits: it does of fifteen, where it is not so small that it holds fewer. serde_json's own
/// is at times the next one to it.
fn floating_point(number: &str) -> Option<f64> {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    number.parse().ok().filter(|value: &f64| digits == 0 || (digits <= 15 && value.is_normal()))
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JsonText(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut json = None;
        let mut context = Context::foreign();
        SlotSeed::new(FieldMut::Json(&mut json), &mut context).deserialize(deserializer)?;
        let json = context.into_result(json).map_err(D::Error::custom)?;
        json.ok_or_else(|| D::Error::custom("expected JSON, found nothing"))
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        DateText(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut date = None;
        let mut context = Context::foreign();
        SlotSeed::new(FieldMut::Date(&mut date), &mut context).deserialize(deserializer)?;
        let date = context.into_result(date).map_err(D::Error::custom)?;
        date.ok_or_else(|| D::Error::custom("expected a date, found nothing"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::sample_tables::{Channel, Everything, Level, date, decimal, everything, json};

    #[test]
    fn a_model_goes_there_and_back_in_every_kind_of_field() {
        let model = everything();
        let text = serde_json::to_string(&model).unwrap();
        assert_eq!(serde_json::from_str::<Everything>(&text).unwrap(), model);
        let tree = serde_json::to_value(&model).unwrap();
        assert_eq!(serde_json::from_value::<Everything>(tree).unwrap(), model);
    }

    #[test]
    fn what_json_has_no_exact_form_for_is_text() {
        let model = Everything {
            decimal: Some(decimal("12.30")),
            json: Some(json("{\"b\": 1.10, \"a\":2}")),
            date: Some(DateTime::from_unix_millis(1_564_467_885_123).unwrap()),
            ..Everything::default()
        };
        let text = serde_json::to_string(&model).unwrap();
        assert_eq!(text, r#"{"date":"2019-07-30 14:24:45.123","decimal":"12.30","json":"{\"b\": 1.10, \"a\":2}"}"#);
        assert_eq!(serde_json::from_str::<Everything>(&text).unwrap(), model);
    }

    #[test]
    fn a_fraction_is_taken_where_a_floating_point_number_tells_it_and_refused_otherwise() {
        let read = |text: &str| serde_json::from_str::<Everything>(text);
        assert_eq!(read(r#"{"decimal": 12.5}"#).unwrap().decimal, Some(decimal("12.5")));
        assert_eq!(read(r#"{"decimal": 123456789012345678}"#).unwrap().decimal, Some(decimal("123456789012345678")));
        for text in
            [r#"{"decimal": 0.1234567890123456789}"#, r#"{"text": 1.10}"#, r#"{"int": 1.0}"#, r#"{"texts": [0.5]}"#]
        {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("write it as text"), "{error}");
        }
    }

    #[test]
    fn a_json_field_takes_any_value() {
        let read = |text: &str| serde_json::from_str::<Everything>(text).unwrap().json.map(Json::into_string);
        assert_eq!(read(r#"{"json": {"a": [1, null]}}"#).as_deref(), Some(r#"{"a":[1,null]}"#));
        assert_eq!(read(r#"{"json": [1, "b"]}"#).as_deref(), Some(r#"[1,"b"]"#));
        assert_eq!(read(r#"{"json": "words"}"#).as_deref(), Some(r#""words""#));
        assert_eq!(read(r#"{"json": true}"#).as_deref(), Some("true"));
    }

    #[test]
    fn no_number_in_a_json_field_is_rounded_in_silence() {
        let written = |text: &str| serde_json::to_string(&json(text)).unwrap();
        assert_eq!((&*written("1.10"), &*written("0.00")), ("1.1", "0.0"));
        assert_eq!((&*written("1e-29"), &*written("123456789012345678")), ("1e-29", "123456789012345678"));
        for long in ["0.1234567890123456789", "123456789012345678901234567890", "1.5e-320", "1e-400", "1e400"] {
            assert_eq!(written(long), format!("\"{long}\""));
        }
        let read = |text: &str| serde_json::from_str::<Everything>(text);
        assert!(read(r#"{"json": {"a": [1.25]}}"#).is_ok());
        for long in
            ["0.1234567890123456789", "[1,{\"b\":0.1234567890123456789}]", "{\"a\":123456789012345678901234567890}"]
        {
            let error = read(&format!("{{\"json\":{long}}}")).unwrap_err().to_string();
            assert!(error.contains("write it as text"), "{error}");
        }
    }

    #[test]
    fn every_issue_is_in_the_error() {
        let error =
            serde_json::from_str::<Everything>(r#"{"int": "x", "object": {"bool": 2}, "unknown": 1}"#).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("int: expected") && text.contains("object.bool: expected"), "{text}");
    }

    #[test]
    fn single_values_go_there_and_back() {
        let values = (Channel::from("NEW"), Level::Sale, date("2019-07-30 14:24:45"), json("[1]"));
        let text = serde_json::to_string(&values).unwrap();
        assert_eq!(text, r#"["NEW",88,"2019-07-30 14:24:45","[1]"]"#);
        assert_eq!(serde_json::from_str::<(Channel, Level, DateTime, Json)>(&text).unwrap(), values);
        assert!(serde_json::from_str::<Channel>("null").is_err());
    }
}
