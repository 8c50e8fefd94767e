//! The body of a call that uploads files: `multipart/form-data`.
//!
//! In: the signed text parameters and the files. Out: content type and body. Every text parameter is a part; files are not signed.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::File;

const ANY_MEDIA_TYPE: &str = "application/octet-stream";

/// Encodes parts under a boundary that occurs in none of them.
pub(crate) fn encode(texts: &[(&str, &str)], files: &[(&str, &File)]) -> (String, Bytes) {
    let boundary = boundary(texts, files);
    let size = files.iter().map(|(_, file)| bytes_of(file).len()).sum::<usize>();
    let mut body = Vec::with_capacity(size + 256 * (texts.len() + files.len()));
    for (name, text) in texts {
        let name = quoted(name);
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name={name}\r\nContent-Type: text/plain\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(text.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for (name, file) in files {
        let (name, file_name, media_type) = (quoted(name), quoted(file.name()), media_type(file));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name={name}; filename={file_name}\r\nContent-Type: {media_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes_of(file));
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data;charset=utf-8;boundary={boundary}"), body.into())
}

/// The first of a fixed row of boundaries that occurs nowhere: proven rather than likely, and the same on every run.
fn boundary(texts: &[(&str, &str)], files: &[(&str, &File)]) -> String {
    let occurs = |boundary: &str| {
        texts.iter().any(|(name, text)| name.contains(boundary) || text.contains(boundary))
            || files.iter().any(|(name, file)| {
                name.contains(boundary)
                    || file.name().contains(boundary)
                    || contains(bytes_of(file), boundary.as_bytes())
            })
    };
    let mut number = 0_u64;
    loop {
        let boundary = format!("opentop-boundary-{number}");
        if !occurs(&boundary) {
            return boundary;
        }
        number += 1;
    }
}

/// Files on disk were read when the parameters were made.
fn bytes_of(file: &File) -> &[u8] {
    file.bytes().map_or(&[], |bytes| &**bytes)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// A quoted string as browsers write it: what could end the quotes or the line is percent-encoded.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\r' | '\n' | '\0' => {
                write!(quoted, "%{:02X}", u32::from(character)).expect("invariant: writing to a String cannot fail");
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The file's media type, unless it could break out of its line.
fn media_type(file: &File) -> &str {
    let named = file.media_type();
    let sound = !named.is_empty() && named.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if sound { named } else { ANY_MEDIA_TYPE }
}
