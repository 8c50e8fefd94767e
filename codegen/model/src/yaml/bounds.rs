//! Checks the raw text before any YAML reader sees it: size, nesting, control characters. Readers recurse or grow with their input;
//! these bounds make that harmless.

use crate::diagnostic::{Code, Diagnostic, Place};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and mappings.
pub(super) const MAX_DEPTH: usize = 64;

/// Reports what is out of bounds. `false`: the text must not be read at all.
pub(super) fn check(file: usize, text: &str, out: &mut Vec<Diagnostic>) -> bool {
    if text.len() > MAX_BYTES {
        let place = Place { file, start: 0, end: 0 };
        let message = format!("a file must have at most {MAX_BYTES} bytes (got {})", text.len());
        out.push(
            Diagnostic::error(Code::TooLarge, place, message)
                .help("one file describes one method; shorten its samples"),
        );
        return false;
    }
    control_characters(file, text, out);
    if let Some(at) = too_deep(text) {
        let place = Place { file, start: at, end: at + 1 };
        out.push(deeper_than_allowed(place));
        return false;
    }
    true
}

/// The text with blanks in the place of control characters, which were reported: the rest of the file is still checked.
pub(super) fn without_control_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if letter == '\r' && is_refused(text, at, letter) {
            out.push('\n');
        } else if is_refused(text, at, letter) {
            out.extend(std::iter::repeat_n(' ', letter.len_utf8()));
        } else {
            out.push(letter);
        }
    }
    out
}

fn is_refused(text: &str, at: usize, letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\r' => !text[at + 1..].starts_with('\n'),
        '\u{feff}' => at > 0,
        '\u{fffe}' | '\u{ffff}' => true,
        _ => letter.is_control(),
    }
}

/// Whether no character of a text can be one that is refused. Errs on the side of looking closer.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let next = |at: usize| bytes.get(at + 1).copied().unwrap_or(0);
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'\n' | b'\t' => true,
        0..=0x1f | 0x7f => false,
        // U+0080 to U+009F; U+FEFF, U+FFFE and U+FFFF.
        0xc2 => next(at) >= 0xa0,
        0xef => !matches!(next(at), 0xbb | 0xbf),
        _ => true,
    })
}

/// Reports each kind of control character once, where it first stands.
fn control_characters(file: usize, text: &str, out: &mut Vec<Diagnostic>) {
    if is_clean(text) {
        return;
    }
    let mut seen = Vec::new();
    for (at, letter) in text.char_indices() {
        if !is_refused(text, at, letter) || seen.contains(&letter) {
            continue;
        }
        seen.push(letter);
        let place = Place { file, start: at, end: at + letter.len_utf8() };
        let name = match letter {
            '\r' => "carriage return without a line feed".to_owned(),
            '\u{feff}' => "byte order mark inside the file".to_owned(),
            _ => format!("control character U+{:04X}", u32::from(letter)),
        };
        let help = "remove it, or write it as an escape in double quotes where it is meant";
        out.push(Diagnostic::error(Code::ControlCharacter, place, name).label("here").help(help));
    }
}

/// Where a line opens more block lists or keys (`- - - `, `? ? `) at once than are ever read, or the text more brackets. This errs on
/// the side of reading on: the exact depth is counted while the tree is built, and here only has to be out of harm's way.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut run = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'-' | b'?' | b':' if bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) => run += 1,
            b'[' | b'{' => run += 1,
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {}
            _ => run = 0,
        }
        if run > 4 * MAX_DEPTH {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The finding for nesting beyond the bound.
pub(super) fn deeper_than_allowed(place: Place) -> Diagnostic {
    let message = format!("lists and mappings must be nested at most {MAX_DEPTH} levels deep");
    Diagnostic::error(Code::TooDeep, place, message)
        .label("the first level too many")
        .help("name the inner objects under `types`; text that begins with brackets must be quoted")
}
