//! How a program uses one of our methods.

use std::fmt::Debug;

use opentop_runtime::__private::engine::{decode, encode, table::Table};
use opentop_runtime::{Request, from_json};

/// Reads the request from JSON, encodes it, decodes the answer, and calls `Debug`, `Clone` and `PartialEq`.
pub fn used<R>(text: &str) -> usize
where
    R: Request + Table + Default + Debug,
    R::Response: Clone + PartialEq + Debug,
{
    let request = from_json::<R>(text).unwrap_or_default();
    let mut answer = R::Response::default();
    let read = decode::json(text, R::INFO.envelope(), &mut answer).is_ok();
    encode::parameters(&request).len()
        + format!("{request:?}{answer:?}").len()
        + usize::from(read && answer.clone() == answer)
}
