//! The business parameters of a request, each the one string that the gateway takes and that is signed.

use super::json::value_json;
use crate::wire::table::{EnumListSlot, FieldRef, Table};
use crate::wire::value::File;

/// What is sent for one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parameter {
    /// Signed, and sent as a form field.
    Text(String),
    /// Not signed, and sent as a part of a multipart body.
    File(File),
}

/// The parameters of a request by wire name, in the order of the specification. What is absent or empty is never sent.
///
/// Lists of scalars are comma-joined; objects, lists of objects and lists of JSON are JSON text; dates are
/// `yyyy-MM-dd HH:mm:ss`, decimals plain (`12.30`, never an exponent), booleans `true` or `false`.
#[must_use]
pub fn parameters(request: &dyn Table) -> Vec<(&'static str, Parameter)> {
    let fields = request.info().fields.iter().enumerate();
    fields.filter_map(|(index, name)| Some((*name, parameter(request.field(index))?))).collect()
}

fn parameter(value: FieldRef<'_>) -> Option<Parameter> {
    if let FieldRef::File(file) = value {
        return file.clone().map(Parameter::File);
    }
    let text = scalar_text(value).or_else(|| value_json(value))?;
    (!text.is_empty()).then_some(Parameter::Text(text))
}

/// A scalar or a list of scalars as text; `None` for what is sent as JSON.
pub(crate) fn scalar_text(value: FieldRef<'_>) -> Option<String> {
    Some(match value {
        FieldRef::Text(value) => value.clone().unwrap_or_default(),
        FieldRef::Int(value) => plain(value.as_ref()),
        FieldRef::Bool(value) => plain(value.as_ref()),
        FieldRef::Date(value) => plain(value.as_ref()),
        FieldRef::Decimal(value) => plain(value.as_ref()),
        FieldRef::Json(value) => plain(value.as_ref()),
        FieldRef::Enum(slot) => plain(slot.get().as_ref()),
        FieldRef::Texts(list) => list.join(","),
        FieldRef::Ints(list) => joined(list),
        FieldRef::Bools(list) => joined(list),
        FieldRef::Dates(list) => joined(list),
        FieldRef::Decimals(list) => joined(list),
        FieldRef::Enums(list) => joined(wires(list)),
        FieldRef::None | FieldRef::File(_) | FieldRef::Object(_) | FieldRef::Objects(_) | FieldRef::Jsons(_) => {
            return None;
        }
    })
}

fn wires(list: &dyn EnumListSlot) -> impl Iterator<Item = crate::wire::value::Scalar<'_>> {
    (0..list.len()).filter_map(|index| list.get(index))
}

fn plain(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn joined<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&value.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_tables::{RedeemRequest, everything};

    #[test]
    fn every_kind_of_parameter_is_one_string() {
        let texts: Vec<String> = parameters(&everything())
            .into_iter()
            .map(|(name, parameter)| match parameter {
                Parameter::Text(text) => format!("{name}={text}"),
                Parameter::File(_) => name.to_owned(),
            })
            .collect();
        assert_eq!(
            texts,
            [
                "text=say \"好\"",
                "int=-42",
                "bool=true",
                "date=2019-07-30 14:24:45",
                "decimal=12.30",
                "json={\"a\": 1.10}",
                "channel=CS",
                "level=88",
                "object={\"text\":\"inner\"}",
                "texts=a,b",
                "ints=1,9223372036854775807",
                "bools=false",
                "dates=2020-01-01 00:00:00",
                "decimals=0.10",
                "jsons=[[1,2]]",
                "channels=KRY,NEW",
                "levels=7",
                "objects=[{\"int\":1},{\"object\":{\"int\":2}}]",
            ]
        );
    }

    #[test]
    fn what_is_absent_or_empty_is_not_sent() {
        let request =
            RedeemRequest { phone: Some(String::new()), tags: vec![String::new()], ..RedeemRequest::default() };
        assert_eq!(parameters(&request), []);
    }

    #[test]
    fn a_file_stays_apart() {
        let file = File::new("a.png", "bytes");
        let request = RedeemRequest { picture: Some(file.clone()), ..RedeemRequest::default() };
        assert_eq!(parameters(&request), [("picture", Parameter::File(file))]);
    }
}
