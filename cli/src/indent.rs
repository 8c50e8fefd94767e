//! A sample with line breaks, for a person to read. Nothing but white space between its pieces changes.

/// A text with lines of its own is left alone, unless one of them is longer.
const LONG: usize = 160;

fn is_readable(text: &str) -> bool {
    text.lines().nth(1).is_some() && text.lines().all(|line| line.len() <= LONG)
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    // Nobody reads a hundred levels, and blanks for them would be most of the text.
    (0..depth.min(40)).for_each(|_| out.push_str("  "));
}

/// JSON, or what looks like it.
pub(crate) fn json(text: &str) -> String {
    if is_readable(text) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut letters = text.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        if quoted {
            out.push(letter);
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '"' => {
                quoted = true;
                out.push(letter);
            }
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(close) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

/// XML, or what looks like it. Where an element holds text, nothing is added.
pub(crate) fn xml(text: &str) -> String {
    if is_readable(text) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut opened, mut rest) = (0_usize, false, text.trim());
    while let Some(tag) = rest.strip_prefix('<').and_then(|_| rest.find('>')).map(|end| &rest[..=end]) {
        let closes = tag.starts_with("</");
        let stands_alone = tag.ends_with("/>") || tag.starts_with("<?") || tag.starts_with("<!");
        if closes {
            depth = depth.saturating_sub(1);
        }
        // An element without a child ends where it begins.
        if !(out.is_empty() || (closes && opened)) {
            line(&mut out, depth);
        }
        out.push_str(tag);
        opened = !closes && !stands_alone;
        depth += usize::from(opened);
        rest = &rest[tag.len()..];
        let said = rest.find('<').map_or(rest, |next| &rest[..next]);
        if said.trim().is_empty() {
            rest = rest.trim_start();
        } else {
            out.push_str(said);
            rest = &rest[said.len()..];
            // The text's end tag follows at once.
            if let Some(end) = rest.strip_prefix("</").and_then(|_| rest.find('>')) {
                out.push_str(&rest[..=end]);
                rest = rest[end + 1..].trim_start();
                depth = depth.saturating_sub(1);
                opened = false;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_spread_and_its_pieces_stay() {
        let text = r#"{"a":[1.10,{"b":"x,{\"}:"},[],{}],"c":null}"#;
        let expected = "{\n  \"a\": [\n    1.10,\n    {\n      \"b\": \"x,{\\\"}:\"\n    },\n    [],\n    {}\n  ],\n  \"c\": null\n}";
        assert_eq!(json(text), expected);
        for broken in ["", "}", "]]]]", "{\"a", "\"\\", "[[[[", "{ , }"] {
            assert_eq!(
                json(broken).split_whitespace().collect::<String>(),
                broken.split_whitespace().collect::<String>()
            );
        }
        assert_eq!(json("{\n\"a\":1}\n"), "{\n\"a\":1}", "the vendor's own lines stay");
    }

    #[test]
    fn xml_is_spread_and_its_texts_stay() {
        let text = "<?xml version=\"1.0\"?><a><b list=\"true\"><c> x y </c><c/></b><d></d><e>1</e></a>";
        let expected = "<?xml version=\"1.0\"?>\n<a>\n  <b list=\"true\">\n    <c> x y </c>\n    <c/>\n  </b>\n  <d></d>\n  <e>1</e>\n</a>";
        assert_eq!(xml(text), expected);
        for broken in ["", "x", "<", "<a", "</a></a>", "<a>x", "<a>x<b>y</a>", "a>b"] {
            assert_eq!(xml(broken).replace(['\n', ' '], ""), broken.replace(' ', ""), "{broken}");
        }
    }
}
