//! `<error_response>` where JSON was asked for, or in XML that is not quite XML. A reader of the few elements that a refusal has.

use super::super::context::Ambiguity;
use super::super::envelope::{Decoded, ERROR_ROOT, ErrorFields};
use super::super::reference::{code_point, surrogate_pair};

/// The refusal that is the whole document.
pub(super) fn error_response(text: &str) -> Option<Decoded> {
    let (attributes, rest) = past_misc(text)?.strip_prefix('<')?.strip_prefix(ERROR_ROOT)?.split_once('>')?;
    if !attributes.is_empty() && !attributes.starts_with([' ', '\t', '\r', '\n', '/']) {
        return None;
    }
    let (mut fields, mut ambiguity) = (ErrorFields::default(), Ambiguity::default());
    let mut rest = if attributes.ends_with('/') { rest } else { children(rest, &mut fields, &mut ambiguity)? };
    rest = past_misc(rest)?;
    // Whatever follows, it is not this refusal.
    ambiguity.duplicate_key |= !rest.is_empty();
    let mut decoded = Decoded { duplicate_fields: ambiguity.duplicate_key, ..Decoded::default() };
    decoded.error = Some(fields.into_error());
    Some(decoded)
}

/// Reads the elements inside the root; what follows the root's end.
fn children<'t>(mut rest: &'t str, fields: &mut ErrorFields, ambiguity: &mut Ambiguity) -> Option<&'t str> {
    loop {
        // Text between elements says nothing.
        rest = past_misc(&rest[rest.find('<')?..])?;
        if let Some(end) = rest.strip_prefix("</") {
            let (name, after) = end.split_once('>')?;
            return (name.trim_ascii_end() == ERROR_ROOT).then_some(after);
        }
        let Some(start) = rest.strip_prefix('<') else { continue };
        let (tag, inside) = start.split_once('>')?;
        let name = tag.trim_end_matches('/').split_ascii_whitespace().next()?;
        let (content, after) = if tag.ends_with('/') { ("", inside) } else { element(name, inside)? };
        if let Some(index) = ErrorFields::names().iter().position(|field| *field == name)
            && !content.is_empty()
        {
            ambiguity.duplicate_key |= !fields.set(index, unescaped(content)?);
        }
        rest = after;
    }
}

/// What stands in an element, and behind it. An element of the same name inside is not one of a refusal's.
fn element<'t>(name: &str, inside: &'t str) -> Option<(&'t str, &'t str)> {
    let end = format!("</{name}");
    let mut from = 0;
    loop {
        let at = from + inside.get(from..)?.find(&end)?;
        // An end tag inside a CDATA section is text.
        match inside[..at].rfind("<![CDATA[") {
            Some(section) if !inside[section..at].contains("]]>") => from = at + end.len(),
            _ => {
                let (blanks, after) = inside[at + end.len()..].split_once('>')?;
                return blanks.trim_ascii().is_empty().then_some((&inside[..at], after));
            }
        }
    }
}

/// Behind blanks, comments and instructions. A document type is refused.
fn past_misc(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_ascii_start();
        let end = match text {
            _ if text.starts_with("<?") => "?>",
            _ if text.starts_with("<!--") => "-->",
            _ if text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") => return None,
            _ => return Some(text),
        };
        text = text.split_once(end)?.1;
    }
}

/// Text without its escapes, sections and comments. Entities that are not known stay as they are.
fn unescaped(content: &str) -> Option<String> {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find(['&', '<']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if let Some(section) = rest.strip_prefix("<![CDATA[") {
            let (inside, after) = section.split_once("]]>")?;
            text.push_str(inside);
            after
        } else if rest.starts_with("<!--") {
            rest.split_once("-->")?.1
        } else if let Some((character, after)) = reference(rest) {
            text.push(character);
            after
        } else {
            text.push_str(&rest[..1]);
            &rest[1..]
        };
    }
    text.push_str(rest);
    Some(text)
}

/// The character that a reference stands for, and what follows it. Two halves of a surrogate pair are one character.
fn reference(text: &str) -> Option<(char, &str)> {
    let (name, after) = text.strip_prefix('&')?.split_once(';')?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = code_point(name)?;
            let pair = || {
                let (name, after) = after.strip_prefix('&')?.split_once(';')?;
                Some((surrogate_pair(number, code_point(name)?)?, after))
            };
            return Some(pair().unwrap_or((char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER), after)));
        }
    };
    Some((character, after))
}

#[cfg(test)]
mod tests {
    use super::error_response;

    fn shown(text: &str) -> Option<(String, bool)> {
        let decoded = error_response(text)?;
        Some((decoded.error?.to_string(), decoded.duplicate_fields))
    }

    #[test]
    fn a_refusal_in_xml_is_read() {
        for (text, expected) in [
            (
                "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response><args list=\"true\"><arg><key>a</key></arg></args>\
                 <code>15</code><msg>Remote service error</msg><sub_code>isv.x</sub_code><sub_msg>非法 &lt;a&gt;</sub_msg>\
                 <request_id>r</request_id></error_response><!--top010179031191.s.et2-->",
                "gateway error 15: Remote service error (isv.x: 非法 <a>), request_id r",
            ),
            ("<error_response>\n <code>27</code>\n <sub_msg/>\n</error_response >", "gateway error 27: "),
            ("<error_response/>", "gateway error 0: "),
            (
                "<error_response><sub_msg>&#55357;&#56832;&#55357;&nbsp;&x;&#x4e2d;\t<![CDATA[<b></sub_msg>]]></sub_msg></error_response>",
                "gateway error 0:  (😀\u{fffd}\u{a0}&x;中\\t<b></sub_msg>)",
            ),
        ] {
            assert_eq!(shown(text), Some((expected.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn what_stands_beside_a_refusal_is_told() {
        for text in [
            "<error_response><code>15</code></error_response><x_response/>",
            "<error_response><code>15</code><code>7</code></error_response>",
            "<error_response><code>15</code></error_response> text",
        ] {
            assert_eq!(shown(text).map(|(_, ambiguous)| ambiguous), Some(true), "{text}");
        }
    }

    #[test]
    fn other_documents_are_none() {
        for text in [
            "<html><error_response><code>15</code></error_response></html>",
            "<!DOCTYPE x><error_response><code>15</code></error_response>",
            "<error_responses><code>15</code></error_responses>",
            "<error_response><code>15</code>",
            "<error_response><code>15</cod",
            "<error_response><code>15",
            "<x_response><success>true</success></x_response>",
            "<",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
