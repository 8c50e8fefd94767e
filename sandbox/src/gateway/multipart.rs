//! Splits `multipart/form-data` bodies into text and files. A part whose disposition names a file is a file.
//!
//! multer (3.1) is not used: it takes the quote behind an escaped backslash (`"a\\"`) for an escaped one and then finds no file
//! name, it does not bound the number of parts, and it is async where the gateway is not.

use bytes::Bytes;

/// More parts than any method has parameters.
const MAX_PARTS: usize = 1_000;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    /// The file's name; `None` for text.
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) content: Bytes,
}

/// The boundary, where `content_type` is `multipart/form-data`.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    attribute(rest, "boundary").filter(|boundary| !boundary.is_empty() && boundary.len() <= 200)
}

/// Splits a body into its parts.
///
/// # Errors
/// What is malformed.
pub(super) fn parse(body: &Bytes, boundary: &str) -> Result<Vec<Part>, String> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut separator = b"\r\n".to_vec();
    separator.extend_from_slice(&delimiter);
    // A preamble may stand before the first delimiter, which may also be the very first bytes.
    let mut at = if body.starts_with(&delimiter) {
        delimiter.len()
    } else {
        find(body, &separator, 0).ok_or("the boundary does not occur in the body")? + separator.len()
    };
    let mut parts = Vec::new();
    loop {
        if body[at..].starts_with(b"--") {
            return Ok(parts);
        }
        let head = find(body, b"\r\n", at).ok_or("the body ends inside a boundary line")? + 2;
        let end = find(body, &separator, head.saturating_sub(2)).ok_or("the closing boundary is missing")?;
        if parts.len() == MAX_PARTS {
            return Err(format!("there are more than {MAX_PARTS} parts"));
        }
        parts.push(part(body, head, end)?);
        at = end + separator.len();
    }
}

fn part(body: &Bytes, head: usize, end: usize) -> Result<Part, String> {
    let blank = find(body, b"\r\n\r\n", head).filter(|&blank| blank + 4 <= end);
    let blank = blank.ok_or("a part has no blank line after its headers")?;
    let headers = std::str::from_utf8(&body[head..blank]).map_err(|_| "a part's headers are not UTF-8")?;
    let header = |wanted: &str| {
        headers.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then_some(value.trim())
        })
    };
    let disposition = header("content-disposition").and_then(|value| value.split_once(';'));
    let (_, attributes) = disposition.ok_or("a part has no content-disposition")?;
    let name = attribute(attributes, "name").ok_or("a part has no name")?;
    Ok(Part {
        name,
        file_name: attribute(attributes, "filename"),
        media_type: header("content-type").map(str::to_owned),
        content: body.slice(blank + 4..end),
    })
}

/// The value of `wanted` in `a=b; c="d"`. A backslash escapes a quote, `%22` stays as it is.
fn attribute(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if name.trim_matches(|letter: char| letter == ';' || letter.is_whitespace()).eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

fn quoted_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &text[at + 1..]),
            '\\' if text[at + 1..].starts_with(['"', '\\']) => value.extend(letters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn find(body: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let tail = body.get(from..)?;
    tail.windows(needle.len()).position(|window| window == needle).map(|at| at + from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const BODY: &str = "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\n\r\n中 &=\r\n\
        --XX\r\ncontent-disposition: form-data; filename=\"p\\\"ic;.png\"; name=file\r\n\r\n\r\n--X\r\n\r\n--XX--\r\nepilogue";

    #[test]
    fn text_and_file_parts_are_told_apart() {
        let boundary = boundary("multipart/form-data;charset=utf-8;boundary=\"XX\"").unwrap();
        let parts = parse(&Bytes::from_static(BODY.as_bytes()), &boundary).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), &parts[0].file_name, &parts[0].content[..]),
            ("a", &None, "中 &=".as_bytes())
        );
        assert_eq!(parts[1].name, "file");
        assert_eq!(parts[1].file_name.as_deref(), Some("p\"ic;.png"));
        assert_eq!(&parts[1].content[..], b"\r\n--X\r\n");
    }

    #[test]
    fn an_empty_part_and_an_empty_body_are_read() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--b--";
        assert_eq!(parse(&Bytes::from(body), "b").unwrap()[0].content.len(), 0);
        assert_eq!(parse(&Bytes::from_static(b"--b--\r\n"), "b").unwrap(), []);
    }

    #[test]
    fn malformed_bodies_are_errors_and_never_panic() {
        for cut in 0..BODY.len() - "--\r\nepilogue".len() {
            assert!(parse(&Bytes::copy_from_slice(&BODY.as_bytes()[..cut]), "XX").is_err(), "{cut}");
        }
        for body in ["--b\r\n\r\nx\r\n--b--", "--b\r\nContent-Disposition: form-data; nam=\"a\"\r\n\r\n\r\n--b--"] {
            assert!(parse(&Bytes::from(body), "b").is_err());
        }
    }

    #[test]
    fn only_multipart_has_a_boundary() {
        for header in [
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/mixed; boundary=b",
            "multipart/form-data; boundary=",
        ] {
            assert_eq!(boundary(header), None, "{header}");
        }
        assert_eq!(boundary("Multipart/Form-Data; boundary=b ; x=y").as_deref(), Some("b"));
    }
}
