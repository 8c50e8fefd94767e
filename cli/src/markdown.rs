//! Lines of the plan's Markdown as text, for a terminal and for what is no HTML.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// What a line says, without the addresses of its links.
pub(crate) fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    Parser::new(line).for_each(|event| out.push_str(words(&event)));
    out
}

/// What a line says, each link followed by its address.
pub(crate) fn with_addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    // The address of the link that is open, and where its words begin.
    let mut open = None;
    for event in Parser::new(line) {
        match &event {
            Event::Start(Tag::Link { dest_url, .. }) => open = Some((dest_url.to_string(), out.len())),
            Event::End(TagEnd::Link) => {
                if let Some((address, begin)) = open.take().filter(|(address, begin)| out[*begin..] != *address) {
                    let blank = if out.len() == begin { "" } else { " " };
                    out.push_str(&format!("{blank}({address})"));
                }
            }
            _ => out.push_str(words(&event)),
        }
    }
    out
}

fn words<'e>(event: &'e Event<'_>) -> &'e str {
    match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text,
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_marks() {
        let line = "a `b` \\*c\\* **d** [e](<https://x.example.com/?a=1&amp;b>) <https://y.example.com>";
        assert_eq!(plain(line), "a b *c* d e https://y.example.com");
        assert_eq!(with_addresses(line), "a b *c* d e (https://x.example.com/?a=1&b) https://y.example.com");
    }
}
