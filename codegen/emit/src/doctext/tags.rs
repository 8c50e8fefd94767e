//! Takes the tags out of what a page says, and keeps its links.

use opentop_model::text::unescape;

/// Text of a page, and where it leads if it is a link over http(s).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) link: Option<String>,
}

/// Takes HTML tags away: `<br>` and block tags part lines, `<script>` and `<style>` go with what is in them. Entities are resolved.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut link: Option<String> = None;
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
        let written = &rest[..tag.length];
        rest = &rest[tag.length..];
        match tag.name.as_str() {
            "a" => {
                end(&mut runs, &mut out, link);
                link = if tag.closing { None } else { address(written) };
            }
            "br" | "p" | "div" | "li" | "tr" | "ul" | "ol" | "table" => out.push('\n'),
            "script" | "style" if !tag.closing => match closing(rest, &tag.name) {
                Some(at) => rest = &rest[at..],
                None => rest = "",
            },
            _ => {}
        }
    }
    out.push_str(rest);
    end(&mut runs, &mut out, link);
    runs
}

/// Ends a run, if it has begun.
fn end(runs: &mut Vec<Run>, text: &mut String, link: Option<String>) {
    if !text.is_empty() {
        runs.push(Run { text: unescape(&std::mem::take(text)), link });
    }
}

/// Where an `<a …>` leads, if that is over http(s) and written with nothing but what an address may hold. `//host` is over https.
fn address(tag: &str) -> Option<String> {
    let mut rest = tag.get(2..)?.trim_end_matches('>').trim_end_matches('/');
    while let Some(from) = rest.find(|letter: char| !letter.is_whitespace() && letter != '/') {
        rest = &rest[from..];
        let length = rest.find(|letter: char| letter.is_whitespace() || letter == '=').unwrap_or(rest.len()).max(1);
        let (name, after) = rest.split_at(length);
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            rest = after;
            continue;
        };
        let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value[1..].split_once(quote)?,
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case("href") {
            return sound(value);
        }
        rest = after;
    }
    None
}

fn sound(href: &str) -> Option<String> {
    let href = href.trim().replace("&amp;", "&");
    let href = if href.starts_with("//") { format!("https:{href}") } else { href };
    let host = ["https://", "http://"].into_iter().find_map(|scheme| href.strip_prefix(scheme))?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+,;=%".contains(&byte);
    (host.starts_with(|letter: char| letter.is_ascii_alphanumeric()) && host.bytes().all(allowed)).then_some(href)
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
