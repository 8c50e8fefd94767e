//! What a body is, and which of its fields are signed.

/// The kind of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// None, or none that counts.
    Empty,
    /// `application/x-www-form-urlencoded`: its fields are among the parameters.
    Form,
    /// `multipart/form-data`: its text parts are among the parameters. Its files are not signed.
    Multipart,
    /// `application/json`
    Json,
    /// `text/xml` or `application/xml`
    Xml,
    /// `text/plain`
    Text,
}

impl Body {
    /// The kind that a content type names.
    pub(super) fn of(content_type: Option<&str>) -> Option<Self> {
        let Some(content_type) = content_type else { return Some(Self::Empty) };
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match &*kind {
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            "application/json" => Self::Json,
            "text/xml" | "application/xml" => Self::Xml,
            "text/plain" => Self::Text,
            "" => Self::Empty,
            _ => return None,
        })
    }
}

/// The text parts of a multipart body, by name. `None` where it is malformed.
pub(super) fn text_parts(body: &[u8], content_type: &str) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let boundary = content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    if boundary.is_empty() {
        return None;
    }
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let separator = [b"\r\n", &*delimiter].concat();
    let mut rest = body.strip_prefix(&*delimiter)?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let (part, behind) = split_once(rest, &separator)?;
        rest = behind;
        let (head, content) = split_once(part, b"\r\n\r\n")?;
        let disposition = head
            .split(|byte| *byte == b'\n')
            .find(|line| line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case(b"content-disposition:")))?;
        if attribute(disposition, b"filename=").is_none() && attribute(disposition, b"filename*=").is_none() {
            parts.push((attribute(disposition, b"name=")?.to_vec(), content.to_vec()));
        }
    }
}

/// The value of an attribute behind `;`, in quotes or without.
fn attribute<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = line;
    loop {
        let (_, behind) = split_once(rest, b";")?;
        rest = behind;
        let found = rest.trim_ascii_start();
        if found.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            let value = &found[name.len()..];
            return match value.strip_prefix(b"\"") {
                Some(quoted) => split_once(quoted, b"\"").map(|(value, _)| value),
                None => Some(value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii()),
            };
        }
    }
}

fn split_once<'a>(bytes: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}
