//! The plan's Markdown as HTML.
//!
//! The plan has cleaned its texts already: they hold no HTML of a specification. Nothing here relies on that. HTML is shown as text, and
//! a link leads to a page of the site or over http(s), or is shown as its text.

use std::collections::HashMap;
use std::fmt;

use opentop_codegen::plan::Said;
use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd, TextMergeStream, html};

/// Sound HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl Html {
    /// The same in Chinese and in English, of which the style shows one.
    pub(crate) fn either(zh: impl fmt::Display, en: impl fmt::Display) -> Html {
        Html(format!("<span lang=\"zh\">{zh}</span><span lang=\"en\">{en}</span>"))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// The pages of all methods, and the way from a page to the site's root.
#[derive(Clone, Copy)]
pub(crate) struct Links<'a> {
    /// By method, from the site's root.
    pub(crate) pages: &'a HashMap<&'a str, String>,
    pub(crate) up: &'static str,
    /// The method whose page it is: it does not link to itself.
    pub(crate) own: &'a str,
}

impl Links<'_> {
    fn to(&self, method: &str) -> Option<String> {
        let page = (method != self.own).then(|| self.pages.get(method)).flatten()?;
        Some(format!("{}{page}", self.up))
    }
}

/// A line of Markdown as HTML, without a paragraph around it. Methods that it names become links.
pub(crate) fn inline(markdown: &str, links: &Links<'_>) -> Html {
    if is_bare(markdown) {
        return Html(markdown.to_owned());
    }
    let value = markdown.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    match value.filter(|value| is_plain_value(value) && links.to(value).is_none()) {
        Some(value) => Html(format!("<code>{value}</code>")),
        None => parsed(markdown, links),
    }
}

/// Whether a line is its own HTML: nothing in it means anything to Markdown or HTML, and it names no method. Most lines are so.
fn is_bare(line: &str) -> bool {
    let bytes = line.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let is_fine = |(at, byte): (usize, &u8)| match byte {
        b'_' => at > 0 && is_word(at - 1) && is_word(at + 1),
        b' ' | b'-' | b'(' | b')' | b',' | b':' | b';' | b'/' | b'%' | b'?' => at > 0,
        byte => byte.is_ascii_alphabetic() || !byte.is_ascii() || (at > 0 && byte.is_ascii_digit()),
    };
    !line.ends_with(' ') && bytes.iter().enumerate().all(is_fine)
}

/// Whether a value in a code span is its own HTML.
fn is_plain_value(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.,:/-[]".contains(&byte);
    !value.is_empty() && value.bytes().all(is_plain)
}

/// The same for any line.
fn parsed(markdown: &str, links: &Links<'_>) -> Html {
    let mut events = Vec::new();
    // Whether a link is open, and whether it is shown: links do not nest.
    let (mut inside, mut shown) = (false, false);
    for event in TextMergeStream::new(Parser::new(markdown)) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                (inside, shown) = (true, is_web(&dest_url));
                if shown {
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
            }
            Event::End(TagEnd::Link) => {
                inside = false;
                events.extend(shown.then_some(Event::End(TagEnd::Link)));
            }
            Event::Text(text) if !inside => linked(&text, links, &mut events),
            Event::Code(code) if !inside => match links.to(&code) {
                Some(page) => link(page, Event::Code(code), &mut events),
                None => events.push(Event::Code(code)),
            },
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Text(_) | Event::Code(_) | Event::Start(Tag::Emphasis | Tag::Strong) => events.push(event),
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => events.push(event),
            Event::SoftBreak | Event::HardBreak => events.push(Event::SoftBreak),
            _ => {}
        }
    }
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 2);
    html::push_html(&mut out, events.into_iter());
    Html(out.trim_end().to_owned())
}

/// A sentence of ours.
pub(crate) fn both(said: &Said, links: &Links<'_>) -> Html {
    if said.zh == said.en {
        return inline(&said.en, links);
    }
    Html::either(inline(&said.zh, links), inline(&said.en, links))
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A text, in which the methods of the site are links.
fn linked<'e>(text: &str, links: &Links<'_>, events: &mut Vec<Event<'e>>) {
    let owned = |text: &str| Event::Text(text.to_owned().into());
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.' || letter == '-';
    let mut rest = text;
    let mut said = 0;
    let mut at = 0;
    while let Some(from) = rest[at..].find(is_part).map(|found| found + at) {
        let end = rest[from..].find(|letter| !is_part(letter)).map_or(rest.len(), |length| from + length);
        let word = rest[from..end].trim_end_matches(['.', '-']);
        at = end;
        let Some(page) = word.contains('.').then(|| links.to(word)).flatten() else { continue };
        events.extend((from > 0).then(|| owned(&rest[..from])));
        link(page, owned(word), events);
        said += from + word.len();
        rest = &text[said..];
        at = 0;
    }
    events.extend((!rest.is_empty()).then(|| owned(rest)));
}

fn link<'e>(page: String, inner: Event<'e>, events: &mut Vec<Event<'e>>) {
    let (title, id) = (CowStr::Borrowed(""), CowStr::Borrowed(""));
    events.push(Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url: page.into(), title, id }));
    events.extend([inner, Event::End(TagEnd::Link)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        let pages = HashMap::from([("a.b.get", "a/a.b.get.html".to_owned()), ("own.get", String::new())]);
        inline(markdown, &Links { pages: &pages, up: "../", own: "own.get" }).to_string()
    }

    #[test]
    fn no_html_passes_through() {
        for source in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div>\n<iframe src=x></iframe>\n\n</div>",
            "`<script>`",
            "<!-- x --><script>alert(1)</script>",
            "[x](<#\"><script>>)",
            "[x](<https://a\"><script>>)",
            "![<script>](x)",
            "&lt;script&gt;",
            "# <svg/onload=alert(1)>",
        ] {
            let html = shown(source);
            for tag in ["<script", "<img", "<iframe", "<svg", "<!--", "<div", "<h1"] {
                assert!(!html.contains(tag), "{source:?} gives {html:?}");
            }
        }
    }

    #[test]
    fn links_lead_over_http_or_to_a_method() {
        for (markdown, html) in [
            (
                "see <https://a.example.com/x?y=1&z>",
                "see <a href=\"https://a.example.com/x?y=1&amp;z\">https://a.example.com/x?y=1&amp;z</a>",
            ),
            ("[x](javascript:alert(1))", "x"),
            ("[x](data:text/html,x)", "x"),
            ("[x](//example.com)", "x"),
            ("[x](/etc)", "x"),
            ("a.b.get。", "<a href=\"../a/a.b.get.html\">a.b.get</a>。"),
            (
                "请用a.b.get. `a.b.get`!",
                "请用<a href=\"../a/a.b.get.html\">a.b.get</a>. <a href=\"../a/a.b.get.html\"><code>a.b.get</code></a>!",
            ),
            ("xa.b.get a.b.get.x own.get", "xa.b.get a.b.get.x own.get"),
            ("[a.b.get](https://x.example.com)", "<a href=\"https://x.example.com\">a.b.get</a>"),
        ] {
            assert_eq!(shown(markdown), html, "{markdown}");
        }
    }

    #[test]
    fn lines_that_are_not_parsed_are_what_they_would_be() {
        let pages = HashMap::from([("a.b", "a/a.b.html".to_owned())]);
        let links = Links { pages: &pages, up: "../", own: "own.get" };
        let pieces = [
            "a", "B", "1", "甲", "。", "_", "-", " ", "(", ")", ",", ":", ";", "/", "%", "?", "`", "a.b", "*", "<",
            "&", ".", "[", "]", "\u{a0}",
        ];
        let mut seed: u64 = 1;
        let mut any = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut bare = 0;
        for _ in 0..20_000 {
            // The first ones mean nothing, so that many lines are bare.
            let most = if any(3) == 0 { pieces.len() } else { 16 };
            let mut line: String = (0..1 + any(6)).map(|_| pieces[any(most)]).collect();
            if any(4) == 0 {
                line = format!("`{line}`");
            }
            bare += usize::from(is_bare(&line));
            // A plan's line has no blanks around it.
            if line.trim() == line {
                assert_eq!(inline(&line, &links), parsed(&line, &links), "{line:?}");
            }
        }
        assert!(bare > 1_000, "{bare}");
    }
}
