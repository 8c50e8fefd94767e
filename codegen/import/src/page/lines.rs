//! Splits a page into lines without indentation and marks. A type that was broken over several lines is joined again.

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// First byte of the line.
    pub(super) start: usize,
    /// Past the last byte, without the line break.
    pub(super) end: usize,
    /// Whether it is an item of a list.
    pub(super) bullet: bool,
    /// Without blanks around it, without its bullet and its line numbers.
    pub(super) text: String,
    /// What a dump put around it: the bytes of its numbers in front, and of a `|` behind.
    pub(super) gutter: (usize, usize),
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty() && !self.bullet
    }
}

/// Splits a page.
pub(super) fn read(text: &str) -> Vec<Line> {
    let marks = marks(text);
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let raw = raw.trim_end_matches(['\n', '\r']);
        let end = start + raw.len();
        let trimmed = trim(raw);
        let (before, after) = gutter(trimmed);
        let inside = trim(&trimmed[before..trimmed.len() - after]);
        let (before, after) = if before == 0 {
            (0, 0)
        } else {
            let lead = inside.as_ptr() as usize - raw.as_ptr() as usize;
            (lead, raw.len() - lead - inside.len())
        };
        let trimmed = if before == 0 { trimmed } else { inside };
        let inner = trimmed.strip_prefix(marks).filter(|rest| rest.is_empty() || rest.starts_with(is_blank));
        let (bullet, content) = inner.map_or((false, trimmed), |rest| (true, trim(rest)));
        // `Item`, blank lines, then `[]`: one type.
        if !bullet && content.strip_prefix("[]").is_some_and(|rest| rest.is_empty() || rest.starts_with(is_blank)) {
            while lines.last().is_some_and(Line::is_blank) {
                lines.pop();
            }
            let typed =
                |before: &Line| before.text.ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == ']');
            if let Some(before) = lines.last_mut().filter(|before| typed(before)) {
                before.text.push(' ');
                before.text.push_str(content);
                before.end = end;
                continue;
            }
        }
        lines.push(Line { start, end, bullet, text: content.to_owned(), gutter: (before, after) });
    }
    lines
}

/// How many bytes of line numbers stand in front of a sample that a dump pressed onto one line, and of a `|` behind it:
/// `1 2 3 | code |`. A single number is one only before a bracket: a table of error codes has numbers in front too.
fn gutter(text: &str) -> (usize, usize) {
    let Some((numbers, rest)) = text.split_once('|') else { return (0, 0) };
    let mut count = 0_usize;
    for word in numbers.split_whitespace() {
        count += 1;
        if word.parse() != Ok(count) {
            return (0, 0);
        }
    }
    let code = rest.trim_start();
    if count == 0 || count == 1 && !code.starts_with(['<', '{']) {
        return (0, 0);
    }
    (numbers.len() + 1, usize::from(rest.ends_with('|')))
}

/// What a list's items start with: the dot of the site's own lists, else dashes or stars where there are many.
fn marks(text: &str) -> &'static [char] {
    const DOTS: &[char] = &['•', '●', '◦', '▪'];
    if text.lines().any(|line| trim(line).starts_with(DOTS)) {
        return DOTS;
    }
    let dashes = |line: &&str| matches!(trim(line).strip_prefix(['-', '*']), Some(rest) if rest.is_empty() || rest.starts_with(is_blank));
    if text.lines().filter(dashes).count() >= 6 { &['-', '*'] } else { DOTS }
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}')
}

/// Without blanks of any kind around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

#[cfg(test)]
mod tests {
    use super::read;

    fn shown(text: &str) -> Vec<(bool, String)> {
        read(text).into_iter().filter(|line| !line.is_blank()).map(|line| (line.bullet, line.text)).collect()
    }

    #[test]
    fn line_ends_indentation_and_the_byte_order_mark_do_not_matter() {
        let expected = vec![(false, "a".to_owned()), (true, "b".to_owned()), (true, String::new())];
        assert_eq!(shown("\u{feff}a\r\n    • b\r\n  •\r\n"), expected);
        assert_eq!(shown("a\n\t\u{3000}•\u{a0}b\n•"), expected);
    }

    #[test]
    fn a_list_type_broken_over_lines_is_one_type() {
        assert_eq!(shown("  • Item\n\n   \t []\n  • x"), [(true, "Item []".to_owned()), (true, "x".to_owned())]);
        assert_eq!(shown("a Item\n\n [] 可选 x"), [(false, "a Item [] 可选 x".to_owned())]);
    }

    #[test]
    fn dashes_are_bullets_where_there_are_many() {
        assert_eq!(shown("- a\n- b\n-\n- c\n- d\n- e\n-78").iter().filter(|(bullet, _)| *bullet).count(), 6);
        assert_eq!(shown("- a\ntext").iter().filter(|(bullet, _)| *bullet).count(), 0);
    }
}
