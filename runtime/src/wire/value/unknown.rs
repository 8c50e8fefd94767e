//! What an open enum carries on the wire, listed or not.

use std::fmt;

/// The wire form of a listed value: text or a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar<'a> {
    /// The wire carries text.
    Text(&'a str),
    /// The wire carries a number.
    Int(i64),
}

impl fmt::Display for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Text(text) => f.pad(text),
            Scalar::Int(number) => fmt::Display::fmt(number, f),
        }
    }
}

/// A value that the specification of an enum does not list, kept as it came.
///
/// It is opaque, so that a value which is listed later cannot be matched by its unlisted form today. Read it with the
/// enum's `as_str()` or `as_i64()`; send one by `From`: `Channel::from("NEW")`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Kept);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kept {
    Text(Box<str>),
    Int(i64),
}

impl UnknownValue {
    /// Keeps `wire`. For generated code: callers use the enum's `From`, which knows the listed values.
    #[doc(hidden)]
    #[must_use]
    pub fn new(wire: Scalar<'_>) -> Self {
        Self(match wire {
            Scalar::Text(text) => Kept::Text(text.into()),
            Scalar::Int(number) => Kept::Int(number),
        })
    }

    /// What the wire carries.
    #[must_use]
    pub fn scalar(&self) -> Scalar<'_> {
        match &self.0 {
            Kept::Text(text) => Scalar::Text(text),
            Kept::Int(number) => Scalar::Int(*number),
        }
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Text(text) => fmt::Debug::fmt(text, f),
            Kept::Int(number) => fmt::Debug::fmt(number, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_gives_back_what_it_was_made_of() {
        assert_eq!(UnknownValue::new(Scalar::Text("NEW")).scalar(), Scalar::Text("NEW"));
        assert_eq!(UnknownValue::new(Scalar::Int(77)).scalar(), Scalar::Int(77));
        assert_eq!(format!("{:?}", UnknownValue::new(Scalar::Text("NEW"))), "\"NEW\"");
    }
}
