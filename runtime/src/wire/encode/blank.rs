//! Texts that the vendor's Java takes for empty.

/// Whether a text is empty or holds only what Java takes for white space. The vendor's Java neither signs nor sends such values, and a
/// gateway that reads as it does leaves them out of the signature that it compares.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| match letter {
        '\u{1c}'..='\u{1f}' => true,
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}' => false,
        other => other.is_whitespace(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_what_java_takes_for_it() {
        for text in ["", " ", "\t\r\n\u{b}\u{c}", "\u{1c}\u{1f}", "\u{3000}\u{2003}\u{2028}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["a", " a ", "\u{a0}", "\u{2007}", "\u{202f}", "\u{85}", "\u{feff}", "\u{200b}", ","] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
