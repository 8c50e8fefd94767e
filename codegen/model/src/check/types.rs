//! What a `type:` means, and which `as:` may take its place.

use std::collections::HashMap;

use crate::model::{Scalar, Type, TypeId};
use crate::text::{listed, nearest, shown};

/// All scalar types by their names in a spec.
pub(super) const SCALARS: [(&str, Scalar); 9] = [
    ("String", Scalar::String),
    ("Number", Scalar::Number),
    ("Boolean", Scalar::Boolean),
    ("Date", Scalar::Date),
    ("Price", Scalar::Price),
    ("BigDecimal", Scalar::BigDecimal),
    ("Json", Scalar::Json),
    ("Map", Scalar::Map),
    ("byte[]", Scalar::Bytes),
];

/// Words of other languages for the platform's types.
const FOREIGN: [(&str, &str); 11] = [
    ("Long", "Number"),
    ("Integer", "Number"),
    ("int", "Number"),
    ("long", "Number"),
    ("Double", "BigDecimal"),
    ("Float", "BigDecimal"),
    ("Decimal", "BigDecimal"),
    ("bool", "Boolean"),
    ("DateTime", "Date"),
    ("byte", "byte[]"),
    ("Object", "Json"),
];

/// The types a method names.
pub(super) struct Named<'a> {
    /// By name.
    pub(super) ids: HashMap<&'a str, TypeId>,
    /// In the order of the spec.
    pub(super) names: Vec<&'a str>,
}

/// The scalar type of this name.
pub(super) fn scalar(name: &str) -> Option<Scalar> {
    SCALARS.iter().find(|(known, _)| *known == name).map(|(_, scalar)| *scalar)
}

/// Reads a type; the error is a message and a cure.
pub(super) fn parse(text: &str, named: &Named<'_>) -> Result<Type, (String, String)> {
    let text = text.trim();
    if text == "Field List" {
        return Ok(Type::Scalars(Scalar::String));
    }
    if let Some(scalar) = scalar(text) {
        return Ok(Type::Scalar(scalar));
    }
    let (name, list) = match text.strip_suffix("[]") {
        Some(element) => (element.trim_end(), true),
        None => (text, false),
    };
    if list && ((name.ends_with("[]") && name != "byte[]") || name == "Field List") {
        let message = format!("{} is a list of lists", shown(text));
        return Err((message, "the platform has no such type; `Json` carries any JSON".to_owned()));
    }
    if let Some(scalar) = scalar(name) {
        return Ok(Type::Scalars(scalar));
    }
    match named.ids.get(name) {
        Some(&id) if list => Ok(Type::Objects(id)),
        Some(&id) => Ok(Type::Object(id)),
        None => Err((format!("unknown type {}", shown(name)), unknown_help(name, named))),
    }
}

fn unknown_help(name: &str, named: &Named<'_>) -> String {
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
        return format!("the platform's type is {}", shown(ours));
    }
    let scalars = SCALARS.iter().map(|(name, _)| *name).chain(["Field List"]);
    match nearest(name, scalars.clone().chain(named.names.iter().copied())) {
        Some(near) => format!("did you mean {}?", shown(near)),
        None => format!("describe it under `types`, or use one of {}", listed(scalars)),
    }
}

/// Whether `truer` may stand for `vendor` without changing what goes over the wire. `top`: a parameter of the request, where lists are
/// sent as text joined by commas.
pub(super) fn may_stand_for(vendor: &Type, truer: &Type, top: bool) -> Result<(), String> {
    use Scalar::{BigDecimal, Boolean, Date, Json, Map, Number, Price, String};
    use Type::{Object, Objects, Scalars};
    let fits = match (vendor, truer) {
        (a, b) if a == b => return Err("it says the same as `type`".to_owned()),
        (Type::Scalar(String), Type::Scalar(Number | Boolean | Date | Price | BigDecimal | Json | Map)) => true,
        (Type::Scalar(String), Scalars(_)) if !top => {
            return Err("only a parameter of the request itself sends a list as text joined by commas".to_owned());
        }
        (Type::Scalar(String), Scalars(String | Number | Date | Price | BigDecimal)) => true,
        (Type::Scalar(Number), Type::Scalar(BigDecimal | Price | String)) => true,
        (Type::Scalar(Price), Type::Scalar(BigDecimal | String))
        | (Type::Scalar(BigDecimal), Type::Scalar(Price | String)) => true,
        (Type::Scalar(Json), Type::Scalar(Map | String)) | (Type::Scalar(Map), Type::Scalar(Json | String)) => true,
        (Scalars(String), Scalars(Number | Date | Price | BigDecimal | Json)) => true,
        (Scalars(Number), Scalars(BigDecimal | Price | String)) => true,
        (Object(_), Type::Scalar(Json | Map)) | (Objects(_), Scalars(Json)) => true,
        _ => false,
    };
    if fits { Ok(()) } else { Err("the two are written differently on the wire".to_owned()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Named, may_stand_for, parse};
    use crate::model::{Scalar, Type, TypeId};
    use std::collections::HashMap;

    #[test]
    fn types_are_read_as_the_page_writes_them() {
        let named = Named { ids: HashMap::from([("Gift", TypeId(3))]), names: vec!["Gift"] };
        for (text, ty) in [
            ("String", Type::Scalar(Scalar::String)),
            ("byte[]", Type::Scalar(Scalar::Bytes)),
            ("byte[] []", Type::Scalars(Scalar::Bytes)),
            ("Field List", Type::Scalars(Scalar::String)),
            ("Number []", Type::Scalars(Scalar::Number)),
            ("Number[]", Type::Scalars(Scalar::Number)),
            ("Gift", Type::Object(TypeId(3))),
            ("Gift []", Type::Objects(TypeId(3))),
        ] {
            assert_eq!(parse(text, &named).unwrap(), ty, "{text}");
        }
        assert_eq!(parse("Gfit", &named).unwrap_err().1, "did you mean `Gift`?");
        assert_eq!(parse("Long", &named).unwrap_err().1, "the platform's type is `Number`");
        assert!(parse("Gift [] []", &named).unwrap_err().0.contains("list of lists"));
    }

    #[test]
    fn a_truer_type_keeps_the_wire() {
        let (text, number) = (Type::Scalar(Scalar::String), Type::Scalar(Scalar::Number));
        let list = Type::Scalars(Scalar::String);
        assert!(may_stand_for(&number, &Type::Scalar(Scalar::BigDecimal), false).is_ok());
        assert!(may_stand_for(&text, &list, true).is_ok());
        assert!(may_stand_for(&text, &list, false).is_err());
        assert!(may_stand_for(&text, &text, true).is_err());
        assert!(may_stand_for(&number, &Type::Scalar(Scalar::Date), true).is_err());
    }
}
