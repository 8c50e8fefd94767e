//! Turns a value that somebody wrote down into a node of a scalar type.

use opentop_model::model::Scalar;
use opentop_runtime::DateTime;

use crate::check::exact::{is_decimal, is_integer};
use crate::check::scalar::date;
use crate::json::Json;
use crate::node::Node;

/// The value as its type; `None` if it does not read as one.
pub(crate) fn scalar(scalar: Scalar, json: &Json) -> Option<Node> {
    let text = json.scalar_text();
    let number = text.map(str::trim).filter(|_| !matches!(json, Json::Bool(_)));
    match scalar {
        Scalar::String | Scalar::Bytes => Some(Node::Text(text.map_or_else(|| json.to_string(), str::to_owned))),
        Scalar::Number => {
            let whole = number.filter(|text| is_integer(text))?.parse::<i64>().ok()?;
            Some(Node::Number(whole.to_string()))
        }
        Scalar::Price | Scalar::BigDecimal => {
            number.filter(|text| is_decimal(text)).map(|text| Node::Number(plain(text)))
        }
        Scalar::Boolean => match text.map(str::trim)? {
            "1" => Some(Node::Bool(true)),
            "0" => Some(Node::Bool(false)),
            word => word.to_ascii_lowercase().parse().ok().map(Node::Bool),
        },
        Scalar::Date => {
            let text = number?;
            let from_millis = || DateTime::from_unix_millis(text.parse().ok()?).ok().map(|date| date.to_string());
            let date = date(text).map(|_| text.to_owned());
            let digits = (12..=14).contains(&text.len()) && is_integer(text);
            date.or_else(|| if digits { from_millis() } else { None }).map(Node::Text)
        }
        Scalar::Json | Scalar::Map => Some(match json {
            Json::Text(text) => Node::Text(text.clone()),
            other => Node::Json(other.clone()),
        }),
    }
}

/// A plain decimal as JSON writes it: no zeros in front, the scale as it is.
fn plain(text: &str) -> String {
    let (minus, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let stripped = digits.trim_start_matches('0');
    let zero = if stripped.is_empty() || stripped.starts_with('.') { "0" } else { "" };
    format!("{minus}{zero}{stripped}")
}
