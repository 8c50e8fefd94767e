//! The body of a call that uploads files: `multipart/form-data`.
//!
//! Every text parameter is a part. Files are not signed.

use std::collections::HashSet;
use std::fmt::Write as _;

use bytes::Bytes;

use crate::wire::value::File;

/// All boundaries begin with this, and end with a number of this many digits.
const STEM: &str = "opentop-boundary-";
const DIGITS: usize = 8;

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
///
/// What occurs is found in one pass: a file may come from somebody who has put many of the row into it.
fn boundary(texts: &[(&str, &str)], files: &[(&str, &File)]) -> String {
    let texts = texts.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
    let files = files.iter().flat_map(|(name, file)| [name.as_bytes(), file.name().as_bytes(), bytes_of(file)]);
    let taken: HashSet<&[u8]> = texts.chain(files).flat_map(numbers).collect();
    let free = (0_u64..).map(|number| format!("{number:0DIGITS$}")).find(|number| !taken.contains(number.as_bytes()));
    format!("{STEM}{}", free.expect("invariant: no body holds all numbers"))
}

/// What follows each occurrence of the stem, in the length of a number.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = bytes.windows(STEM.len() + DIGITS);
    whole.filter_map(|window| window.strip_prefix(STEM.as_bytes()))
}

/// Files on disk were read when the parameters were made.
fn bytes_of(file: &File) -> &[u8] {
    file.bytes().map_or(&[], |bytes| &**bytes)
}

/// A quoted string as browsers write it: what could end the quotes or the line is percent-encoded. So is the backslash, which
/// browsers leave: at the end of a name, some servers read it as part of a quote that does not end there.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' | '\r' | '\n' | '\0' => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_that_occurs_anywhere_is_passed_over() {
        let file = |name: &str, bytes: &str| File::new(name, bytes.to_owned());
        let row = |number: usize| format!("{STEM}{number:08}");
        let files = [file(&row(2), "x"), file("a", &format!("{}{}x", row(0), row(3)))];
        let files: Vec<(&str, &File)> = files.iter().map(|file| ("photo", file)).collect();
        assert_eq!(boundary(&[("text", &row(1)), (&row(4), "")], &files), row(5));
        // Half an occurrence does not count.
        assert_eq!(boundary(&[("text", &row(0)[..24])], &[]), row(0));
    }

    /// With a pass for each this would take hours.
    #[test]
    fn a_file_full_of_boundaries_costs_one_pass() {
        let full: String = (0..100_000).map(|number| format!("{STEM}{number:08}")).collect();
        let file = File::new("a", full);
        assert_eq!(boundary(&[], &[("photo", &file)]), format!("{STEM}00100000"));
    }
}
