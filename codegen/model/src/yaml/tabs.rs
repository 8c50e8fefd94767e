//! Tabs behind a key's colon. YAML allows them; the parser does not where plain text follows. They are read as blanks.
//!
//! A tab that is part of a text may be met as well. No harm is done: the second reader sees the file as it is, and has to agree.

/// The text with blanks in the place of the tabs before byte `at`, where those are what the parser complained of. With `all`, those
/// behind other keys go too, so that a file which has them everywhere is not parsed once for each.
pub(super) fn after_colon(text: &str, at: usize, info: &str, all: bool) -> Option<String> {
    if !info.contains("must be followed by a valid YAML whitespace") {
        return None;
    }
    let before = text.get(..at)?;
    let start = before.trim_end_matches(['\t', ' ']).len();
    if !before[..start].ends_with(':') || !before[start..].contains('\t') {
        return None;
    }
    let mut out = text.to_owned();
    if all {
        out = lines(&out);
    }
    out.replace_range(start..at, &" ".repeat(at - start));
    Some(out)
}

/// All lines with blanks behind the colons of their keys, but for those of text blocks (`key: |`).
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut block = None;
    for each in text.split_inclusive('\n') {
        let bare = each.trim_end();
        let indentation = bare.len() - bare.trim_start_matches(' ').len();
        if block.is_some_and(|above| bare.is_empty() || indentation > above) {
            out.push_str(each);
            continue;
        }
        let header = bare.trim_end_matches(|letter: char| letter.is_ascii_digit() || "+-".contains(letter));
        block = header.ends_with(['|', '>']).then_some(indentation);
        out.push_str(&line(each));
    }
    out
}

/// A line with blanks behind the colon of its key, where tabs stood there.
fn line(text: &str) -> String {
    let begin = text.len() - text.trim_start_matches([' ', '-']).len();
    let Some(colon) = text[begin..].find([':', ' ', '\t', '\'', '"', '{', '[', '#']).map(|at| begin + at) else {
        return text.to_owned();
    };
    let rest = text[colon + 1..].trim_start_matches(['\t', ' ']);
    let gap = text.len() - rest.len() - colon - 1;
    if !text[colon..].starts_with(':') || !text[colon + 1..colon + 1 + gap].contains('\t') {
        return text.to_owned();
    }
    format!("{}:{}{rest}", &text[..colon], " ".repeat(gap))
}
