//! Walks over the headers of a frame.

use super::value::{FrameError, FrameProblem, Value};

/// The fields of a frame that was read, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields<'a> {
    version: u8,
    /// All headers, checked before: from the first byte behind the type to the end header.
    headers: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The fields among headers that were checked.
    pub(super) fn new(headers: &'a [u8], version: u8) -> Self {
        Fields { version, headers }
    }
}

impl<'a> IntoIterator for Fields<'a> {
    type Item = (&'a str, Value<'a>);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        Iter(Reader::new(self.headers, self.version))
    }
}

/// Walks over the fields.
#[derive(Debug)]
pub struct Iter<'a>(Reader<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.0.header().ok()? {
                Header::Field(name, value) => return Some((name, value)),
                Header::End => return None,
                _ => {}
            }
        }
    }
}

pub(super) enum Header<'a> {
    End,
    Field(&'a str, Value<'a>),
    Status(i32),
    Phrase(&'a str),
    Flag(i32),
    Token(&'a str),
}

#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    version: u8,
    /// Version 1 turns big-endian behind its first number.
    swapped: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], version: u8) -> Self {
        Reader { bytes, at: 0, version, swapped: false }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn header(&mut self) -> Result<Header<'a>, FrameError> {
        let at = self.at;
        Ok(match self.int(i16::from_le_bytes, i16::from_be_bytes)? {
            0 => Header::End,
            1 => Header::Field(self.name()?, self.value()?),
            2 => Header::Status(self.int(i32::from_le_bytes, i32::from_be_bytes)?),
            3 => Header::Phrase(self.name()?),
            4 => Header::Flag(self.int(i32::from_le_bytes, i32::from_be_bytes)?),
            5 => Header::Token(self.name()?),
            other => return Err(FrameError { at, problem: FrameProblem::Header(other) }),
        })
    }

    fn value(&mut self) -> Result<Value<'a>, FrameError> {
        let at = self.at;
        let format = self.byte()?;
        let value = match format {
            0 => return Ok(Value::Void),
            1 => {
                let bytes = self.counted()?;
                return Ok(match std::str::from_utf8(bytes) {
                    Ok("") => Value::Void,
                    Ok(text) => Value::Text(text),
                    Err(_) => Value::NotUtf8(bytes),
                });
            }
            2 => return Ok(Value::Byte(self.byte()?.cast_signed())),
            3 => Value::Int16(self.int(i16::from_le_bytes, i16::from_be_bytes)?),
            4 => Value::Int32(self.int(i32::from_le_bytes, i32::from_be_bytes)?),
            5 => Value::Int64(self.int(i64::from_le_bytes, i64::from_be_bytes)?),
            6 => Value::Date(self.int(i64::from_le_bytes, i64::from_be_bytes)?),
            7 => return Ok(Value::Bytes(self.counted()?)),
            other => return Err(FrameError { at, problem: FrameProblem::Format(other) }),
        };
        self.swapped = self.version == 1;
        Ok(value)
    }

    /// Text that must be UTF-8. A length of 0 and below means none.
    fn name(&mut self) -> Result<&'a str, FrameError> {
        let at = self.at;
        std::str::from_utf8(self.counted()?).map_err(|_| FrameError { at, problem: FrameProblem::NotUtf8 })
    }

    fn counted(&mut self) -> Result<&'a [u8], FrameError> {
        let length = self.int(i32::from_le_bytes, i32::from_be_bytes)?;
        self.take(usize::try_from(length).unwrap_or(0))
    }

    fn int<const N: usize, T>(&mut self, little: fn([u8; N]) -> T, big: fn([u8; N]) -> T) -> Result<T, FrameError> {
        let short = FrameError { at: self.at, problem: FrameProblem::Short };
        let bytes = self.take(N)?.first_chunk::<N>().ok_or(short)?;
        Ok(if self.swapped { big(*bytes) } else { little(*bytes) })
    }

    pub(super) fn byte(&mut self) -> Result<u8, FrameError> {
        self.int(u8::from_le_bytes, u8::from_be_bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], FrameError> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.get(..length));
        let taken = taken.ok_or(FrameError { at: self.at, problem: FrameProblem::Short })?;
        self.at += length;
        Ok(taken)
    }
}
