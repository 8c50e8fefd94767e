//! Values from deserializers other than our own, which give numbers and trees without their source text. A number that may have lost
//! digits on the way is a problem.

#[cfg(feature = "serde")]
use serde::{Deserialize, Deserializer};

use super::SlotSeed;
use crate::wire::scalar::{Problem, Source};
use crate::wire::table::FieldMut;

impl SlotSeed<'_, '_> {
    /// A fraction without its source text: exact where fifteen digits tell it, because an `f64` holds fifteen.
    pub(super) fn fraction(self, value: f64) {
        let text = value.to_string();
        match self.slot {
            FieldMut::Decimal(_) | FieldMut::Decimals(_) | FieldMut::Json(_) | FieldMut::Jsons(_) if is_told(value) => {
                self.put(Source::Number(&text))
            }
            _ => {
                let wanted = "a value whose digits are not lost in a floating-point number (write it as text)";
                self.cx.problem(&Problem::new(wanted, Source::Number(&text)));
            }
        }
    }

    /// An object or array for a JSON field.
    #[cfg(feature = "serde")]
    pub(super) fn tree<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let tree = serde_json::Value::deserialize(deserializer)?;
        match untold(&tree) {
            Some(value) => self.fraction(value),
            None => self.put(Source::Composite(&tree.to_string())),
        }
        Ok(())
    }
}

fn is_told(value: f64) -> bool {
    let digits = format!("{value:e}").bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    value.is_finite() && digits <= 15
}

/// A number in the tree that may have had more digits. The tree is no deeper than a parser allowed.
#[cfg(feature = "serde")]
fn untold(tree: &serde_json::Value) -> Option<f64> {
    match tree {
        serde_json::Value::Number(number) if number.is_f64() => number.as_f64().filter(|value| !is_told(*value)),
        serde_json::Value::Array(items) => items.iter().find_map(untold),
        serde_json::Value::Object(fields) => fields.values().find_map(untold),
        _ => None,
    }
}
