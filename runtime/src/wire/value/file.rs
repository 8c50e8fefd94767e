//! A file parameter.

use std::fmt;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;

/// The largest file that is read from a path, in bytes: 64 MiB. No method of the platform takes a larger one.
const LARGEST: u64 = 64 << 20;

/// A file to upload (`byte[]` at the top level of a request). It is sent as a part of its own and is not signed.
///
/// Cloning is cheap: the bytes are shared. `Debug` shows name, media type and length, never the content.
///
/// ```
/// use opentop_runtime::File;
///
/// let picture = File::new("gift.png", b"\x89PNG...".as_slice()).with_media_type("image/png");
/// assert_eq!(picture.name(), "gift.png");
/// assert_eq!(picture.bytes().map(|bytes| bytes.len()), Some(7));
///
/// let from_disk = File::from_path("pictures/gift.png");     // read when the call is made
/// assert_eq!((from_disk.name(), from_disk.bytes()), ("gift.png", None));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct File {
    name: String,
    media_type: String,
    content: Content,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Content {
    Bytes(Bytes),
    Path(PathBuf),
}

impl File {
    /// A file of that name. The platform wants a name; the media type is `application/octet-stream` unless set.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::of(name.into(), Content::Bytes(bytes.into()))
    }

    /// A file on disk, of at most 64 MiB, read each time a call with it is made. If it cannot be read, nothing is sent.
    ///
    /// Its name on the wire is the last part of the path. An async client reads it off the executor's threads.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self::of(name, Content::Path(path))
    }

    fn of(name: String, content: Content) -> Self {
        Self { name, media_type: "application/octet-stream".to_owned(), content }
    }

    /// The same file with another media type, e.g. `image/png`.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// The same file under another name.
    ///
    /// ```
    /// use opentop_runtime::File;
    ///
    /// let picture = File::from_path("/tmp/upload-4711").with_name("gift.png").with_media_type("image/png");
    /// assert_eq!((picture.name(), picture.media_type()), ("gift.png", "image/png"));
    /// ```
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
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

    /// The content; `None` for a file on disk that has not been read.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Path(_) => None,
        }
    }

    /// Where the file is on disk, unless it was given as bytes.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::Bytes(_) => None,
            Content::Path(path) => Some(path),
        }
    }

    /// The file with its content in memory. One on disk is read now, which blocks.
    ///
    /// ```
    /// use opentop_runtime::File;
    ///
    /// let error = File::from_path("no/such/picture.png").load().expect_err("there is no such file");
    /// assert!(error.to_string().contains("no/such/picture.png"));
    /// ```
    ///
    /// # Errors
    ///
    /// If it cannot be read, is no regular file, or is larger than 64 MiB. The error names the path.
    pub fn load(self) -> std::io::Result<Self> {
        self.read().map_err(std::io::Error::other)
    }

    /// The file with its content in memory.
    pub(crate) fn read(self) -> Result<Self, String> {
        let Content::Path(path) = &self.content else { return Ok(self) };
        let shown = path.display().to_string();
        let bytes = read_bounded(path, LARGEST).map_err(|problem| format!("{shown}: {problem}"))?;
        Ok(Self { content: Content::Bytes(bytes.into()), ..self })
    }
}

/// Reads a whole file. Refuses a larger one and anything but a regular file: a directory, a pipe, a device that never ends.
fn read_bounded(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    // Asked before it is opened too: to open a pipe is to wait for somebody who writes into it.
    check_kind(&path.metadata().map_err(said)?)?;
    let file = std::fs::File::open(path).map_err(said)?;
    check_kind(&file.metadata().map_err(said)?)?;
    let mut bytes = Vec::new();
    file.take(largest + 1).read_to_end(&mut bytes).map_err(said)?;
    if bytes.len() as u64 > largest {
        return Err(format!("larger than {largest} bytes, the most that is read: name a smaller file"));
    }
    Ok(bytes)
}

fn check_kind(metadata: &std::fs::Metadata) -> Result<(), String> {
    match metadata {
        file if file.is_file() => Ok(()),
        folder if folder.is_dir() => Err("a directory: name a file in it".to_owned()),
        _ => Err("not a regular file: name one, not a pipe or a device".to_owned()),
    }
}

fn said(error: std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file: check the path".to_owned(),
        ErrorKind::PermissionDenied => "no permission to read it: check its mode and its folder's".to_owned(),
        _ => error.to_string(),
    }
}

impl From<PathBuf> for File {
    fn from(path: PathBuf) -> Self {
        Self::from_path(path)
    }
}

impl From<&Path> for File {
    fn from(path: &Path) -> Self {
        Self::from_path(path)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("File");
        debug.field("name", &self.name).field("media_type", &self.media_type);
        match &self.content {
            Content::Bytes(bytes) => debug.field("length", &bytes.len()),
            Content::Path(path) => debug.field("path", path),
        };
        debug.finish()
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

    #[test]
    fn a_file_on_disk_is_read_whole_or_refused_with_its_path() {
        let path = std::env::temp_dir().join(format!("opentop-file-{}", std::process::id()));
        std::fs::write(&path, b"content").expect("a temporary file");
        let file = File::from_path(&path).read().expect("it is there");
        assert_eq!(file.bytes().map(|bytes| &**bytes), Some(&b"content"[..]));
        assert!(read_bounded(&path, 6).expect_err("it has 7").starts_with("larger than 6 bytes"));
        std::fs::remove_file(&path).expect("it is ours");
        let gone = File::from_path(&path).read().expect_err("it is gone");
        assert_eq!(gone, format!("{}: no such file: check the path", path.display()));
        let directory = File::from_path(std::env::temp_dir()).read().expect_err("a directory");
        assert!(directory.contains("a directory: name a file in it"), "{directory}");
    }

    /// To open a pipe that nobody writes into would wait for ever.
    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_device_is_refused_at_once() {
        let pipe = std::env::temp_dir().join(format!("opentop-pipe-{}", std::process::id()));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is part of every unix");
        assert!(made.success());
        for path in [pipe.as_path(), Path::new("/dev/zero")] {
            let refused = File::from_path(path).read().expect_err("no regular file");
            assert!(refused.contains("not a regular file"), "{refused}");
        }
        std::fs::remove_file(&pipe).expect("it is ours");
    }
}
