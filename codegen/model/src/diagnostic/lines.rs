//! Where a byte stands: line and column, as an editor counts them.

/// The lines of one text.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Lines<'a> {
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// `byte`, moved back to the start of its character and into the text.
    pub(super) fn clamp(&self, byte: usize) -> usize {
        let mut at = byte.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Index of the line that holds `byte`.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte).saturating_sub(1)
    }

    /// First byte of line `index`, or the text's end.
    pub(super) fn start(&self, index: usize) -> usize {
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    /// Past the last byte of line `index`, without its line break.
    pub(super) fn end(&self, index: usize) -> usize {
        let line = &self.text[self.start(index)..self.start(index + 1)];
        self.start(index) + line.trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column of `byte`, both from 1; columns count characters. A byte order mark is no character.
    pub(super) fn position(&self, byte: usize) -> (usize, usize) {
        let byte = self.clamp(byte);
        let line = self.line_of(byte);
        let before = &self.text[self.start(line)..byte];
        (line + 1, before.trim_start_matches('\u{feff}').chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn columns_count_characters_from_one() {
        let lines = Lines::new("a: 品牌\r\nb: 😀x\n");
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position("a: 品".len()), (1, 5));
        assert_eq!(lines.position("a: 品牌\r\nb: 😀".len()), (2, 5));
        assert_eq!(lines.position(10_000), (3, 1));
    }

    #[test]
    fn a_place_inside_a_character_is_its_start() {
        assert_eq!(Lines::new("品").position(2), (1, 1));
    }
}
