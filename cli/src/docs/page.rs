//! Renders one page of Markdown as HTML: its body, its title and its method.
//!
//! No HTML of the source passes through: it is shown as text. Links lead to pages of the same site or over http(s); every other link is
//! shown as its text, and so is every image.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// A page, rendered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The first heading, as text.
    pub(crate) title: String,
    /// What stands in a code span before the first table, list or second heading: the method, on a method's page.
    pub(crate) method: Option<String>,
    /// HTML.
    pub(crate) body: String,
}

/// Renders a page.
pub(crate) fn render(markdown: &str) -> Page {
    let events: Vec<Event<'_>> = Parser::new_ext(without_mark(markdown), Options::ENABLE_TABLES).collect();
    let (title, method) = (title(&events), method(&events));
    let mut body = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut body, safe(events).into_iter());
    Page { title, method, body }
}

/// The page without the line by which generated files are known.
fn without_mark(markdown: &str) -> &str {
    match markdown.split_once('\n') {
        Some((first, rest)) if first.starts_with("<!-- @generated ") && first.trim_end().ends_with("-->") => rest,
        _ => markdown,
    }
}

fn title(events: &[Event<'_>]) -> String {
    let from = events.iter().position(|event| matches!(event, Event::Start(Tag::Heading { .. })));
    from.map_or_else(String::new, |from| heading(&events[from + 1..]))
}

/// The text up to the end of the heading that is open.
fn heading(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let text = inside.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => Some(&**text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    });
    text.collect()
}

fn method(events: &[Event<'_>]) -> Option<String> {
    let after = events.iter().skip_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).skip(1);
    let mut paragraph = after.take_while(|event| !matches!(event, Event::End(TagEnd::Paragraph)));
    match (paragraph.next(), paragraph.next(), paragraph.next()) {
        (Some(Event::Start(Tag::Paragraph)), Some(Event::Code(method)), None) => Some(method.to_string()),
        _ => None,
    }
}

/// The events that are shown: no raw HTML, no images, no links elsewhere; headings can be linked to, and wide tables scroll by themselves.
fn safe(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut ids = BTreeMap::new();
    let mut out = Vec::with_capacity(events.len());
    // Links do not nest: whether the open one is shown.
    let mut linked = false;
    let headings: Vec<String> = (0..events.len()).map(|at| heading_id(&events, at, &mut ids)).collect();
    for (event, id) in events.into_iter().zip(headings) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = target(&dest_url);
                linked = target.is_some();
                out.extend(target.map(|to| Event::Start(Tag::Link { link_type, dest_url: to.into(), title, id })));
            }
            Event::End(TagEnd::Link) => out.extend(linked.then_some(Event::End(TagEnd::Link))),
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                out.push(Event::Start(Tag::Heading { level, id: Some(id.into()), classes, attrs }));
            }
            Event::Start(Tag::Table(alignment)) => {
                out.extend([Event::Html("<div class=\"table\">".into()), Event::Start(Tag::Table(alignment))]);
            }
            Event::End(TagEnd::Table) => out.extend([Event::End(TagEnd::Table), Event::Html("</div>\n".into())]),
            other => out.push(other),
        }
    }
    out
}

/// The anchor of the heading that starts at `at`: letters and digits of its text; a number behind where the page has it already. Blank where none starts.
fn heading_id(events: &[Event<'_>], at: usize, taken: &mut BTreeMap<String, usize>) -> String {
    if !matches!(events[at], Event::Start(Tag::Heading { .. })) {
        return String::new();
    }
    let text = heading(&events[at + 1..]).to_lowercase();
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let slug = if words.is_empty() { "section".to_owned() } else { words.join("-") };
    let count = taken.entry(slug.clone()).or_insert(0);
    *count += 1;
    if *count == 1 { slug } else { format!("{slug}-{count}") }
}

/// Where a link leads: a page of this site, an anchor, or http(s).
fn target(url: &str) -> Option<String> {
    if url.starts_with("https://") || url.starts_with("http://") || url.starts_with('#') {
        return Some(url.to_owned());
    }
    // Anything else with a scheme or a host of its own leads out of the site, or runs.
    let foreign = url.starts_with('/') || url.contains([':', '\\']) || url.chars().any(char::is_control);
    if foreign || url.is_empty() {
        return None;
    }
    let (path, anchor) = url.split_once('#').map_or((url, None), |(path, anchor)| (path, Some(anchor)));
    let page = file_name(path);
    Some(anchor.map_or(page.clone(), |anchor| format!("{page}#{anchor}")))
}

/// The HTML file of a Markdown file: the README of a folder is its index.
pub(crate) fn file_name(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let name = match name.strip_suffix(".md") {
        Some("README") => "index.html".to_owned(),
        Some(stem) => format!("{stem}.html"),
        None => name.to_owned(),
    };
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

/// Text within HTML, or within a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn title_and_method_come_from_the_page() {
        let page = render("<!-- @generated by x. -->\n# 兑换 `x`\n\n`alibaba.example.gift.redeem`\n\ntext `other`\n");
        assert_eq!(page.title, "兑换 x");
        assert_eq!(page.method.as_deref(), Some("alibaba.example.gift.redeem"));
        assert!(!page.body.contains("@generated"), "{}", page.body);
        assert_eq!(render("# Reference\n\n## `a`\n\nFeature `api-a`.\n").method, None);
        assert_eq!(render(""), Page::default());
    }

    #[test]
    fn no_html_of_the_source_passes_through() {
        for source in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div>\n<iframe src=x></iframe>\n\n</div>",
            "| a |\n| --- |\n| <b onclick=x>y</b> |",
            "# <svg/onload=alert(1)>",
            "`<script>`",
            "```html\n</code></pre><script>\n```",
            "```\"><script>\nx\n```",
            "<!-- x --><script>alert(1)</script>",
            "[x](<#\"><script>>)",
            "![<script>](x)",
            "&lt;script&gt;",
            "<!-- @generated <script>",
        ] {
            let body = render(source).body;
            for tag in ["<script", "<img", "<iframe", "<svg", "<b ", "<!--"] {
                assert!(!body.contains(tag), "{source:?} gives {body:?}");
            }
        }
        assert!(render("a <b>c</b>").body.contains("a &lt;b&gt;c&lt;/b&gt;"));
    }

    #[test]
    fn links_stay_in_the_site_or_are_http() {
        let row = |url: &str| target(url).unwrap_or_default();
        for (url, expected) in [
            ("alsc/a.b.md", "alsc/a.b.html"),
            ("../README.md#x", "../index.html#x"),
            ("#x", "#x"),
            ("https://example.com/a.md", "https://example.com/a.md"),
            ("javascript:alert(1)", ""),
            ("JaVa\tscript:alert(1)", ""),
            ("data:text/html,x", ""),
            ("//example.com", ""),
            ("\\\\example.com", ""),
            ("/etc", ""),
            ("", ""),
        ] {
            assert_eq!(row(url), expected, "{url:?}");
        }
        assert_eq!(render("[a](javascript:x) [b](b.md)").body, "<p>a <a href=\"b.html\">b</a></p>\n");
        assert_eq!(render("![words](https://example.com/x.png)").body, "<p>words</p>\n");
    }

    #[test]
    fn headings_can_be_linked_to_and_tables_scroll() {
        let body = render("## Limits & rules\n\n## Limits rules\n\n## 参数\n\n| a |\n| --- |\n| b |\n").body;
        for piece in ["id=\"limits-rules\"", "id=\"limits-rules-2\"", "id=\"参数\"", "<div class=\"table\"><table>"] {
            assert!(body.contains(piece), "{piece} is not in {body}");
        }
    }
}
