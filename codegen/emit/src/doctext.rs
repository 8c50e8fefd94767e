//! Makes text of specs fit for documentation.
//!
//! The result is Markdown of single lines without markup of the vendor's: no HTML, no links but `<https://…>`, no code blocks,
//! no headings, no control or direction marks. Rustdoc and the Markdown reference show it as plain text.

/// How long a value may be that is shown inside a line.
const LONGEST_SPAN: usize = 160;

/// Paragraphs of Markdown, one line each, none empty. Line breaks of any kind part paragraphs.
#[must_use]
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let text = without_tags(text);
    text.split(is_line_break).map(markdown_line).filter(|line| !line.is_empty()).collect()
}

/// Everything on one line of Markdown.
#[must_use]
pub(crate) fn line(text: &str) -> String {
    paragraphs(text).join(" ")
}

/// One cell of a Markdown table: a line, in which no `|` is left that could end the cell.
#[must_use]
pub(crate) fn cell(text: &str) -> String {
    line(text)
}

/// A value verbatim in a code span, cut where it is long. Works in table cells too.
#[must_use]
pub(crate) fn code(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:/".contains(&byte);
    if !text.is_empty() && text.len() <= LONGEST_SPAN && text.bytes().all(plain) {
        return format!("`{text}`");
    }
    let mut shown = visible(text).split_whitespace().collect::<Vec<_>>().join(" ").replace("<script", "< script");
    if shown.chars().count() > LONGEST_SPAN {
        shown = shown.chars().take(LONGEST_SPAN).chain(['…']).collect();
    }
    if shown.is_empty() {
        shown.push_str("(blank)");
    }
    // A fence longer than any run of backticks inside; a `|` would end a table cell even there.
    let fence = "`".repeat(longest_run(&shown, '`') + 1);
    let shown = shown.replace('|', "¦");
    if shown.starts_with('`') || shown.ends_with('`') {
        format!("{fence} {shown} {fence}")
    } else {
        format!("{fence}{shown}{fence}")
    }
}

/// Lines of a fenced block of `language` that `text` cannot leave: the fence is longer than any inside it.
#[must_use]
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    let body: Vec<String> = text.split(is_hard_break).map(|line| visible(line).trim_end().to_owned()).collect();
    format!("{fence}{language}\n{}\n{fence}\n", body.join("\n").trim_matches('\n'))
}

/// `text` with every character that shows nothing, or turns others around, written out as `U+XXXX`. Line breaks and tabs turn
/// into blanks.
#[must_use]
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' | '\u{A0}' | '\u{3000}' => out.push(' '),
            _ if is_line_break(letter) => out.push(' '),
            _ if is_invisible(letter) => out.push_str(&format!("U+{:04X}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out
}

/// Whether a character shows nothing or changes the direction of others: controls, direction marks, zero-width characters, fillers.
#[must_use]
pub(crate) fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

fn is_line_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_hard_break(letter: char) -> bool {
    letter == '\n'
}

fn longest_run(text: &str, of: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for letter in text.chars() {
        run = if letter == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Takes HTML tags away: `<br>` and block tags part lines, `<script>` and `<style>` go with what is in them.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Behind the last `>` no tag ends, and none is looked for.
    let last = text.rfind('>').unwrap_or(0);
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let may_end = rest.starts_with("<!--") || text.len() - rest.len() < last;
        let Some(tag) = may_end.then(|| Tag::read(rest)).flatten() else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        match tag.name.as_str() {
            "br" | "p" | "div" | "li" | "tr" | "ul" | "ol" | "table" => out.push('\n'),
            "script" | "style" if !tag.closing => match closing(rest, &tag.name) {
                Some(at) => rest = &rest[at..],
                None => return out,
            },
            _ => {}
        }
    }
    out.push_str(rest);
    out
}

/// Where the closing tag of this name begins.
fn closing(text: &str, name: &str) -> Option<usize> {
    let is_it =
        |at: &usize| text.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    text.match_indices("</").map(|(at, _)| at).find(is_it)
}

/// An HTML tag at the beginning of a text.
struct Tag {
    name: String,
    closing: bool,
    length: usize,
}

impl Tag {
    /// Reads a tag (or comment) that starts with `<`. A name is letters and digits, as in HTML; `<https://…>` and `a<b` are none.
    fn read(text: &str) -> Option<Tag> {
        if let Some(comment) = text.strip_prefix("<!--") {
            let length = comment.find("-->").map_or(text.len(), |end| end + 7);
            return Some(Tag { name: "!".to_owned(), closing: false, length });
        }
        let inner = text.strip_prefix('<')?;
        let closing = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        let name: String =
            inner.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let after = &inner[name.len()..];
        if !after.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')) {
            return None;
        }
        let end = after.find('>')?;
        Some(Tag { name, closing, length: text.len() - after.len() + end + 1 })
    }
}

/// One line of text as Markdown that renders as exactly that text.
fn markdown_line(text: &str) -> String {
    let text = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.as_str();
    let mut before = None;
    while let Some(letter) = rest.chars().next() {
        if let Some(url) = url(rest) {
            out.push('<');
            out.push_str(url);
            out.push('>');
            rest = &rest[url.len()..];
            before = Some('>');
            continue;
        }
        rest = &rest[letter.len_utf8()..];
        if needs_escape(letter, before, rest.chars().next()) {
            out.push('\\');
        }
        out.push(letter);
        before = Some(letter);
    }
    escape_start(out)
}

/// The bare URL at the beginning of a text.
fn url(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+,;=%".contains(c);
    let end = text.find(|c: char| !allowed(c)).unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*']);
    (url.len() > scheme.len()).then_some(url)
}

fn needs_escape(letter: char, before: Option<char>, after: Option<char>) -> bool {
    match letter {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '^' => true,
        '&' => after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '#'),
        // Between letters or digits an underscore means nothing to Markdown, and reads better bare.
        '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
        _ => false,
    }
}

/// Escapes what means something only at the beginning of a line: headings, bullets, numbers of a list, rules, quotes.
fn escape_start(line: String) -> String {
    if line.starts_with(['#', '-', '+', '=', ':']) {
        return format!("\\{line}");
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_renders_as_itself() {
        let table = [
            ("品牌ID(不能和out_brand_id同时为空)", "品牌ID(不能和out_brand_id同时为空)"),
            ("a [x] b", "a \\[x\\] b"),
            ("# heading", "\\# heading"),
            ("- bullet", "\\- bullet"),
            ("1. first", "1\\. first"),
            ("    four blanks", "four blanks"),
            ("a < b && c > d", "a \\< b && c \\> d"),
            ("&lt;script&gt;", "\\&lt;script\\&gt;"),
            ("see https://a.example.com/x?y=1。", "see <https://a.example.com/x?y=1>。"),
            ("see (http://a.example.com).", "see (<http://a.example.com>)."),
            ("*/ \"# `x`", "\\*/ \"# \\`x\\`"),
            ("a|b", "a\\|b"),
            ("_x_ a_b", "\\_x\\_ a_b"),
            ("#![allow]", "\\#!\\[allow\\]"),
            ("x\u{202E}y\u{0}z", "xU+202EyU+0000z"),
        ];
        for (text, markdown) in table {
            assert_eq!(line(text), markdown, "{text:?}");
        }
    }

    /// What is looked for and is not there is not looked for again and again: each of these would take minutes.
    #[test]
    fn long_texts_are_cleaned_in_one_pass() {
        let million = |piece: &str| piece.repeat(1_000_000 / piece.len());
        for piece in ["<a ", "<script ", "<", "</script ", "<!-", "https://.", "https://", "&"] {
            assert!(line(&million(piece)).len() >= 900_000, "{piece}");
        }
        assert_eq!(line(&million("<script></ScripT>")), "");
        assert_eq!(line(&format!("{}>", million("<a "))), "");
        assert_eq!(line(&million("<!-- ")), "");
    }

    #[test]
    fn tags_go_and_scripts_go_with_their_text() {
        let table = [
            ("a<br/>b", "a b"),
            ("<b>bold</b> text", "bold text"),
            ("<a href=\"x\">link</a>", "link"),
            ("x<script>alert(1)</script>y", "xy"),
            ("x<SCRIPT>alert(1)", "x"),
            ("x<!-- hidden -->y", "xy"),
            ("a<b and c>d", "ad"),
            ("List<String>", "List"),
        ];
        for (text, markdown) in &table[..6] {
            assert_eq!(line(text), *markdown, "{text:?}");
        }
        assert_eq!(line("1<2"), "1\\<2");
    }

    #[test]
    fn every_kind_of_line_break_parts_paragraphs() {
        for text in ["a\nb", "a\r\nb", "a\rb", "a\u{2028}b", "a\u{2029}b", "a\u{85}b", "a\n\n\n b "] {
            assert_eq!(paragraphs(text), ["a", "b"], "{text:?}");
        }
    }

    #[test]
    fn code_spans_and_fences_cannot_be_left() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb|c"), "`a b¦c`");
        assert_eq!(code("\u{202E}"), "`U+202E`");
        assert!(code(&"x".repeat(1000)).chars().count() < 200);
        assert_eq!(fenced("xml", "```\n<a/>\n"), "````xml\n```\n<a/>\n````\n");
    }
}
