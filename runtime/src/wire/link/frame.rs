//! A frame, read and written.

use super::read::{Fields, Header, Reader};
use super::value::{FrameError, Value};
use super::write;

/// A frame, its text borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Frame<'a> {
    /// 1 or 2. Whatever is not 1 is read as 2.
    pub version: u8,
    /// One of the types above, or something unknown.
    pub kind: i8,
    /// A refusal's code. 0 and below are not written.
    pub status: i32,
    /// A refusal's words. Empty ones are not written.
    pub phrase: &'a str,
    /// By which an answer is matched. 0 and below are not written.
    pub flag: i32,
    /// The connection's token. An empty one is not written.
    pub token: &'a str,
    /// The fields, where the frame was read.
    pub fields: Fields<'a>,
    /// How many bytes follow the end. They mean nothing.
    pub trailing: usize,
}

impl<'a> Frame<'a> {
    /// A frame of this type, without headers.
    pub fn new(kind: i8) -> Self {
        Frame { version: 2, kind, ..Frame::default() }
    }

    /// With the token of the connection.
    #[must_use]
    pub fn token(mut self, token: &'a str) -> Self {
        self.token = token;
        self
    }

    /// With the number by which the answer is matched.
    #[must_use]
    pub fn flag(mut self, flag: i32) -> Self {
        self.flag = flag;
        self
    }

    /// With a refusal.
    #[must_use]
    pub fn refusal(mut self, status: i32, phrase: &'a str) -> Self {
        self.status = status;
        self.phrase = phrase;
        self
    }

    /// The value of a field. Of several with one name the last counts.
    pub fn get(&self, name: &str) -> Value<'a> {
        self.fields.into_iter().filter(|(other, _)| *other == name).last().map_or(Value::Void, |(_, value)| value)
    }

    /// Whether it refuses something.
    pub fn is_refusal(&self) -> bool {
        self.status > 0 || !self.phrase.is_empty()
    }

    /// Reads a frame.
    ///
    /// # Errors
    ///
    /// Where it ends early, or holds a header or a value of an unknown type.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, FrameError> {
        // Its version decides how the rest is read.
        let version = if bytes.first() == Some(&1) { 1 } else { 2 };
        let mut reader = Reader::new(bytes, version);
        reader.byte()?;
        let mut frame = Frame { version, kind: reader.byte()?.cast_signed(), ..Frame::default() };
        let begin = reader.at();
        loop {
            match reader.header()? {
                Header::End => break,
                Header::Field(..) => {}
                Header::Status(status) => frame.status = status,
                Header::Phrase(phrase) => frame.phrase = phrase,
                Header::Flag(flag) => frame.flag = flag,
                Header::Token(token) => frame.token = token,
            }
        }
        frame.fields = Fields::new(bytes.get(begin..reader.at()).unwrap_or_default(), version);
        frame.trailing = bytes.len() - reader.at();
        Ok(frame)
    }

    /// Writes the frame in version 2, with these fields in their order.
    pub fn encode(&self, fields: &[(&str, Value<'_>)]) -> Vec<u8> {
        let data: usize = fields.iter().map(|(name, value)| 16 + name.len() + write::size(*value)).sum();
        let mut out = Vec::with_capacity(32 + self.phrase.len() + self.token.len() + data);
        out.extend([2, self.kind.cast_unsigned()]);
        if self.status > 0 {
            write::header(2, &mut out);
            out.extend(self.status.to_le_bytes());
        }
        if !self.phrase.is_empty() {
            write::header(3, &mut out);
            write::counted(self.phrase.as_bytes(), &mut out);
        }
        if self.flag > 0 {
            write::header(4, &mut out);
            out.extend(self.flag.to_le_bytes());
        }
        if !self.token.is_empty() {
            write::header(5, &mut out);
            write::counted(self.token.as_bytes(), &mut out);
        }
        for (name, field) in fields {
            write::header(1, &mut out);
            write::counted(name.as_bytes(), &mut out);
            write::value(*field, &mut out);
        }
        write::header(0, &mut out);
        out
    }
}
