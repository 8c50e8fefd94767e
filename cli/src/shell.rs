//! Text as a shell reads it.

/// In quotes, literally.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// As it is, or in quotes where a shell would read it otherwise.
pub(crate) fn word(text: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || "=_.,:/@-".contains(letter);
    if text.chars().all(safe) { text.to_owned() } else { literal(text) }
}

/// The variable that holds a value: `OPENTOP_SESSION`.
pub(crate) fn variable(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    format!("OPENTOP_{}", name.chars().map(letter).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(word("a=1,2"), "a=1,2");
        assert_eq!(word("a=it's $x"), r"'a=it'\''s $x'");
    }
}
