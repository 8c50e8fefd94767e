//! What a frame is made of: the values of fields, and why bytes are no frame.

use std::fmt;

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing. An empty text is read as this: the format cannot tell them apart.
    Void,
    /// Text.
    Text(&'a str),
    /// Text that is not UTF-8. Never written.
    NotUtf8(&'a [u8]),
    /// A byte.
    Byte(i8),
    /// 16 bits.
    Int16(i16),
    /// 32 bits.
    Int32(i32),
    /// 64 bits.
    Int64(i64),
    /// Milliseconds since 1970-01-01 UTC.
    Date(i64),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Text, where it is that.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number of any width, or text that is one.
    pub fn number(self) -> Option<i64> {
        match self {
            Value::Byte(number) => Some(number.into()),
            Value::Int16(number) => Some(number.into()),
            Value::Int32(number) => Some(number.into()),
            Value::Int64(number) | Value::Date(number) => Some(number),
            Value::Text(text) => text.parse().ok(),
            Value::Void | Value::NotUtf8(_) | Value::Bytes(_) => None,
        }
    }
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameError {
    /// Where in the frame.
    pub at: usize,
    /// What was wrong there.
    pub problem: FrameProblem,
}

/// What is wrong with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameProblem {
    /// It ends before what stands here does.
    Short,
    /// A header whose type is not 0 to 5.
    Header(i16),
    /// A value whose format is not 0 to 7.
    Format(u8),
    /// A name, a phrase or a token that is not UTF-8.
    NotUtf8,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        match self.problem {
            FrameProblem::Short => write!(f, "the frame ends inside of what begins at byte {at}"),
            FrameProblem::Header(of) => write!(f, "expected a header of type 0 to 5 at byte {at}, got {of}"),
            FrameProblem::Format(of) => write!(f, "expected a value of format 0 to 7 at byte {at}, got {of}"),
            FrameProblem::NotUtf8 => write!(f, "expected UTF-8 at byte {at}"),
        }
    }
}

impl std::error::Error for FrameError {}
