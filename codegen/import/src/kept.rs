//! Whether the spec holds what was read: the last look at a page. Every reader says which lines it used; here each of
//! their words is looked up in the finished spec, and a line with a word that is nowhere is reported.
//!
//! The readers need not know of each other's mistakes for this: a value that was read and then lost on its way into the
//! spec is found as well.

use std::collections::HashSet;

use super::code::squeeze;
use super::described::{Findings, Used};
use super::page;
use super::tree::{Map, Tree};
use opentop_model::diagnostic::Code;
use opentop_model::text::shown;

/// Searching for a word in the middle of others is slow: a page with more that has no word in common with its spec is
/// not read to its end.
const MAX_SEARCHED: usize = 256 << 20;

/// Reports the lines of `page` that `spec` does not hold.
pub(super) fn report(page: &str, used: &[Used], spec: &Map, findings: &mut Findings) {
    // A description has no lines.
    if used.is_empty() {
        return;
    }
    let named = findings.named_lines(used.iter().map(|line| (line.start, line.end)));
    let mut texts = String::new();
    flatten(spec, &mut texts);
    let mut held = Held::of(&texts);
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (at, line) in used.iter().enumerate() {
        let Some(text) = page.get(line.start..line.end).filter(|_| !named[at]) else { continue };
        if held.holds(text, line.code) {
            continue;
        }
        match groups.last_mut().filter(|group| used[group.1].line + 1 == line.line) {
            Some(group) => group.1 = at,
            None => groups.push((at, at)),
        }
    }
    for (from, to) in groups {
        let (first, last) = (used[from], used[to]);
        let text = page.get(first.start..first.end).unwrap_or_default().trim();
        let what = shown(&text.chars().take(60).collect::<String>());
        let message = if from == to {
            format!("the spec does not hold everything of this line: {what}")
        } else {
            format!("the spec does not hold everything of these {} lines, from {what} on", to - from + 1)
        };
        let help = "compare the line with the spec, and write into it what is missing";
        findings.warn(Code::LinesLeftOut, findings.place(first.start, last.end), message, "read in part", help);
    }
}

/// The words of a spec.
struct Held<'a> {
    texts: &'a str,
    words: HashSet<&'a str>,
    /// As names are compared: `order_code` and `OrderCode`.
    names: HashSet<String>,
    searched: usize,
}

impl<'a> Held<'a> {
    fn of(texts: &'a str) -> Held<'a> {
        let words: HashSet<&str> = words(texts).collect();
        // A name with a dot is more than one word.
        let names = words.iter().copied().chain(texts.lines().filter(|line| line.len() <= 128 && !line.contains(' ')));
        Held { texts, names: names.map(squeeze).collect(), words, searched: 0 }
    }

    fn holds(&mut self, line: &str, code: bool) -> bool {
        let line = line.trim();
        if code && is_statement(line) {
            return setters(line).all(|name| {
                let name = squeeze(name);
                self.names.contains(&name) || name.strip_suffix("string").is_some_and(|name| self.names.contains(name))
            });
        }
        // A sample that a dump pressed onto one line has spaces in its tags and a line number before each.
        let numbered = line.contains("< ") && line.contains("</ ");
        let number = |word: &str| numbered && word.bytes().all(|byte| byte.is_ascii_digit());
        words(line).all(|word| number(word) || self.has(word))
    }

    fn has(&mut self, word: &str) -> bool {
        if self.words.contains(word) || page::is_known_word(word) || self.names.contains(&squeeze(word)) {
            return true;
        }
        // `最大长度300` without its colon, or a word of Chinese beside another.
        self.searched += self.texts.len();
        self.searched <= MAX_SEARCHED && self.texts.contains(word)
    }
}

/// Stretches of letters, digits and `_`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte == b'_'))
}

/// Whether a line of sample code is one whose words are Java's.
fn is_statement(line: &str) -> bool {
    [".set", ".add(", "execute(", "= new ", "System.out", "Client(", "function("].iter().any(|mark| line.contains(mark))
}

/// The names behind `set`.
fn setters(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(".set").filter_map(move |(at, _)| {
        let name = &line[at + 4..];
        name.find('(').map(|end| &name[..end]).filter(|name| name.chars().all(char::is_alphanumeric))
    })
}

/// Every key and text of a spec, a line each.
fn flatten(spec: &Map, out: &mut String) {
    fn tree(value: &Tree, out: &mut String) {
        match value {
            Tree::Text(text) => {
                out.push_str(text);
                out.push('\n');
            }
            Tree::List(items) => items.iter().for_each(|item| tree(item, out)),
            Tree::Map(map) => flatten(map, out),
        }
    }
    for (key, value) in &spec.0 {
        out.push_str(key);
        out.push('\n');
        tree(value, out);
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, words};

    #[test]
    fn a_line_is_held_when_each_of_its_words_is() {
        let mut held = Held::of("gift_id\nNumber\n礼品编号\n12\na.b_c\n");
        for (line, code, expected) in [
            ("| gift_id | Number | 必须 | 12 | 礼品编号 |", false, true),
            ("gift_id Number 必须 13 礼品编号", false, false),
            ("req.setGiftId(12L);", true, true),
            ("req.setABC(1L);", true, true),
            ("req.setGift(12L);", true, false),
            ("XRequest.Gift obj1 =", true, false),
            ("编号", false, true),
            ("", false, true),
        ] {
            assert_eq!(held.holds(line, code), expected, "{line}");
        }
        assert_eq!(words("a-b c_d：礼 __").collect::<Vec<_>>(), ["a", "b", "c_d", "礼"]);
    }
}
