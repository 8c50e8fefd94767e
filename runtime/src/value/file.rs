//! A file parameter.

use std::fmt;

use bytes::Bytes;

/// A file to upload (`byte[]` at the top level of a request). It is sent as a part of its own and is not signed.
///
/// Cloning is cheap: the bytes are shared. `Debug` shows name, media type and length, never the content.
///
/// ```
/// use opentop_runtime::File;
///
/// let picture = File::new("gift.png", b"\x89PNG...".as_slice()).with_media_type("image/png");
/// assert_eq!(picture.name(), "gift.png");
/// assert_eq!(picture.bytes().len(), 7);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct File {
    name: String,
    media_type: String,
    bytes: Bytes,
}

impl File {
    /// A file of that name. The platform wants a name; the media type is `application/octet-stream` unless set.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), media_type: "application/octet-stream".to_owned(), bytes: bytes.into() }
    }

    /// The same file with another media type, e.g. `image/png`.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The media type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The content.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("length", &self.bytes.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_and_not_the_content() {
        let file = File::new("a.txt", "private words");
        assert_eq!(
            format!("{file:?}"),
            r#"File { name: "a.txt", media_type: "application/octet-stream", length: 13 }"#
        );
    }
}
