//! Makes text of specs fit for documentation.
//!
//! The result is Markdown of single lines without markup of the vendor's: no HTML, no links but `<https://…>`, no code blocks,
//! no headings, no control or direction marks. Rustdoc and the Markdown reference show it as plain text.

mod tags;

use tags::Run;

/// How long a value may be that is shown inside a line.
const LONGEST_SPAN: usize = 160;

/// Paragraphs of Markdown, one line each, none empty. Line breaks of any kind part paragraphs.
#[must_use]
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
    for Run { text, link } in tags::runs(text) {
        for (at, piece) in text.split(is_line_break).enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            if let (Some(line), false) = (lines.last_mut(), piece.is_empty()) {
                line.push(Run { text: piece.to_owned(), link: link.clone() });
            }
        }
    }
    lines.iter().map(|runs| markdown_line(runs)).filter(|line| !line.is_empty()).collect()
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
    let mut rest = text;
    while let Some(at) = rest.find(|letter| !is_common(letter)) {
        out.push_str(&rest[..at]);
        let letter = rest[at..].chars().next().unwrap_or_default();
        rest = &rest[at + letter.len_utf8()..];
        match letter {
            '\t' | '\u{A0}' | '\u{3000}' => out.push(' '),
            _ if is_line_break(letter) => out.push(' '),
            _ if is_invisible(letter) => out.push_str(&format!("U+{:04X}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push_str(rest);
    out
}

/// Whether a character is one of those that most texts are made of, and shows itself.
fn is_common(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{3001}'..='\u{3002}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
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

/// One line as Markdown that renders as exactly its text, with its links.
fn markdown_line(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let shown = visible(&run.text);
        let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        if shown.starts_with(char::is_whitespace) && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        match &run.link {
            _ if words.is_empty() => continue,
            // An address that names itself.
            Some(link) if *link == words && url(link) == Some(link.as_str()) => out.push_str(&format!("<{link}>")),
            Some(link) => {
                let mut said = String::new();
                escaped(&words, false, &mut said);
                out.push_str(&format!("[{said}](<{}>)", link.replace('&', "&amp;")));
            }
            None => escaped(&words, true, &mut out),
        }
        if shown.ends_with(char::is_whitespace) {
            out.push(' ');
        }
    }
    escape_start(out.trim_end().to_owned())
}

/// Writes text so that it renders as itself; bare URLs as links, if they may be.
fn escaped(text: &str, linked: bool, out: &mut String) {
    out.reserve(text.len() + 16);
    let mut rest = text;
    let mut before = out.chars().next_back();
    while let Some(letter) = rest.chars().next() {
        if linked
            && letter == 'h'
            && let Some(url) = url(rest)
        {
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
            ("&lt;script&gt;", "\\<script\\>"),
            ("1&nbsp;&#60; 2 &amp;&amp; &copy &unknown; &", "1 \\< 2 && \\&copy \\&unknown; &"),
            ("a&#8203;b", "aU+200Bb"),
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
            ("<a href=\"javascript:alert(1)\">link</a>", "link"),
            ("x<script>alert(1)</script>y", "xy"),
            ("x<SCRIPT>alert(1)", "x"),
            ("x<!-- hidden -->y", "xy"),
            ("a<b and c>d", "ad"),
            ("List<String>", "List"),
        ];
        for (text, markdown) in &table[..7] {
            assert_eq!(line(text), *markdown, "{text:?}");
        }
        assert_eq!(line("1<2"), "1\\<2");
    }

    #[test]
    fn the_pages_own_links_stay_where_they_lead_over_http() {
        let table = [
            (
                "见<a href=\"http://open.taobao.com/d.htm?a=1&amp;b=2#1\" target=_blank>物流 公司</a>，长度",
                "见[物流 公司](<http://open.taobao.com/d.htm?a=1&amp;b=2#1>)，长度",
            ),
            ("see <A HREF='//a.example.com/x'> this </A> now", "see [this](<https://a.example.com/x>) now"),
            ("<a href=https://a.example.com>https://a.example.com</a>", "<https://a.example.com>"),
            (
                "<a href=\"https://a.example.com/\">http://other.example.com [x]</a>",
                "[http://other.example.com \\[x\\]](<https://a.example.com/>)",
            ),
            ("<a href=\"https://a.example.com/>) <b>\">x</a>", ") \"\\>x"),
            ("<a href=\"https://a.example.com/)[y](javascript:x)\">x</a>", "x"),
            ("<a href=\"http://\">x</a><a name=\"y\">z</a><a href>v</a>", "xzv"),
            ("<a href=\"data:text/html,x\">x</a>", "x"),
            ("<a data-href=\"https://a.example.com\">x</a>", "x"),
            ("<a href=\"https://a.example.com\">x<br>y", "[x](<https://a.example.com>) [y](<https://a.example.com>)"),
            ("<a href=\"https://a.example.com\"></a>x", "x"),
        ];
        for (text, markdown) in table {
            assert_eq!(line(text), markdown, "{text:?}");
        }
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
