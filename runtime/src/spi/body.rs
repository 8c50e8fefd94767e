//! What a body is, and which of its fields are signed.

use super::text::{MOST_PARAMETERS, Parameter};

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

/// The text parts of a multipart body, by name. `None` where it is malformed, or has too many of them.
pub(super) fn text_parts(body: &[u8], content_type: &str) -> Option<Vec<Parameter>> {
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
        let attributes = attributes(disposition)?;
        let named = |wanted: &[u8]| attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if named(b"filename").is_none() && named(b"filename*").is_none() {
            if parts.len() == MOST_PARAMETERS {
                return None;
            }
            parts.push((named(b"name")?.1.to_vec(), content.to_vec()));
        }
    }
}

/// The attributes behind the first `;`, in quotes or without. `None` where another reader might tell them apart elsewhere: a quote that is
/// escaped, or that is not closed. What is signed must not depend on who reads.
fn attributes(line: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut rest = split_once(line, b";").map_or(&[][..], |(_, behind)| behind);
    let mut attributes = Vec::new();
    while !rest.trim_ascii().is_empty() {
        let (name, behind) = split_once(rest, b"=")?;
        let (value, behind) = match behind.trim_ascii_start().strip_prefix(b"\"") {
            Some(quoted) => split_once(quoted, b"\"")?,
            None => behind.split_at(behind.iter().position(|byte| *byte == b';').unwrap_or(behind.len())),
        };
        if value.ends_with(b"\\") {
            return None;
        }
        attributes.push((name.trim_ascii(), value.trim_ascii()));
        rest = match behind.trim_ascii().split_first() {
            None => &[],
            Some((b';', behind)) => behind,
            Some(_) => return None,
        };
    }
    Some(attributes)
}

fn split_once<'a>(bytes: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(disposition: &str) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let body = format!("--x\r\nContent-Disposition: {disposition}\r\n\r\nvalue\r\n--x--\r\n");
        text_parts(body.as_bytes(), "multipart/form-data; boundary=x")
    }

    #[test]
    fn a_text_part_is_one_whatever_its_name_holds() {
        for (disposition, name) in [
            ("form-data; name=\"a\"", "a"),
            ("form-data; name=a", "a"),
            ("FORM-DATA; NAME = \"a\" ; other=1", "a"),
            ("form-data; name=\"a; filename=b\"", "a; filename=b"),
            ("form-data; other=\"; name=b\"; name=\"a=b\"", "a=b"),
            ("form-data; name=\"\"", ""),
        ] {
            let expected = vec![(name.as_bytes().to_vec(), b"value".to_vec())];
            assert_eq!(parts(disposition), Some(expected), "{disposition}");
        }
        for file in ["filename=\"a.png\"", "filename=", "filename*=UTF-8''a", "FileName=\"; name=b\""] {
            assert_eq!(parts(&format!("form-data; name=\"a\"; {file}")), Some(vec![]), "{file}");
        }
    }

    #[test]
    fn what_others_may_read_otherwise_is_malformed() {
        for disposition in [
            "form-data",
            "form-data; filename",
            "form-data; name=\"a",
            "form-data; name=\"a\"b",
            "form-data; name=\"a\\\"; filename=\"b\"",
            "form-data; name",
        ] {
            assert_eq!(parts(disposition), None, "{disposition}");
        }
    }
}
