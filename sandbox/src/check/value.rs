//! The value of a parameter or of a member of an object.

use crate::json::Json;

#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Json(&'a Json),
    File { bytes: usize },
}

impl Value<'_> {
    pub(super) fn is_absent(self) -> bool {
        match self {
            Value::File { .. } => false,
            Value::Json(Json::Null) => true,
            Value::Json(Json::Text(text)) => text.is_empty(),
            Value::Json(Json::List(items)) => items.is_empty(),
            Value::Json(_) => false,
        }
    }
}
