//! The bytes of a body as text: UTF-8, or GBK where the gateway says so.
//!
//! A body that is neither still has a shape: the characters of GBK keep clear of everything that structures JSON and XML but for the
//! backslash. With a stand-in for each, the codes of a refusal can be read.

use std::borrow::Cow;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// The text of a body.
pub(crate) enum Body<'a> {
    /// Every character is what the gateway wrote.
    Exact(Cow<'a, str>),
    /// Characters that could not be read are `U+FFFD`, or guessed.
    Lossy {
        text: String,
        /// The offset of the first byte that is not UTF-8.
        wrong_at: usize,
    },
}

impl<'a> Body<'a> {
    /// `charset`: the one that the header names.
    pub(crate) fn of(raw: &'a [u8], charset: Option<&str>) -> Self {
        let bytes = raw.strip_prefix(BOM).unwrap_or(raw);
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Exact(Cow::Borrowed(text)),
            Err(error) => Self::other(bytes, charset, error.valid_up_to() + raw.len() - bytes.len()),
        }
    }

    #[cold]
    fn other(bytes: &'a [u8], charset: Option<&str>, wrong_at: usize) -> Self {
        match charset {
            Some(name) if is_gbk(name) => match gbk(bytes) {
                Some(text) => Self::Exact(text),
                None => Self::Lossy { text: skeleton(bytes, false), wrong_at },
            },
            // Without a word of the gateway it is a guess.
            None => match gbk(bytes) {
                Some(text) => Self::Lossy { text: text.into_owned(), wrong_at },
                None => Self::Lossy { text: skeleton(bytes, true), wrong_at },
            },
            Some(_) => Self::Lossy { text: skeleton(bytes, true), wrong_at },
        }
    }
}

/// The charset that a `Content-Type` names.
pub(crate) fn charset(content_type: &str) -> Option<&str> {
    let named = |parameter: &'_ str| {
        let (name, _) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(())
    };
    let parameter = content_type.split(';').skip(1).find(|parameter| named(parameter).is_some())?;
    Some(parameter.split_once('=')?.1.trim().trim_matches('"'))
}

fn is_gbk(charset: &str) -> bool {
    ["gbk", "gb2312", "gb18030", "cp936"].iter().any(|name| charset.eq_ignore_ascii_case(name))
}

#[cfg(feature = "gbk")]
fn gbk(bytes: &[u8]) -> Option<Cow<'_, str>> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)
}

#[cfg(not(feature = "gbk"))]
fn gbk(_: &[u8]) -> Option<Cow<'_, str>> {
    None
}

/// The text with a stand-in for each character of GBK, and for each byte that is nothing. With `utf8`, characters in UTF-8 stay.
fn skeleton(bytes: &[u8], utf8: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        let rest = &bytes[at..];
        at += match first {
            0..=0x7f => {
                text.push(char::from(first));
                1
            }
            _ => match utf8_character(rest).filter(|_| utf8) {
                Some(character) => {
                    text.push(character);
                    character.len_utf8()
                }
                None => {
                    text.push(char::REPLACEMENT_CHARACTER);
                    gbk_length(rest)
                }
            },
        };
    }
    text
}

fn utf8_character(bytes: &[u8]) -> Option<char> {
    // No character is longer.
    let first = bytes[..bytes.len().min(4)].utf8_chunks().next()?;
    first.valid().chars().next()
}

/// The bytes of the character of GB 18030 that `bytes` begins with; 1 where there is none.
fn gbk_length(bytes: &[u8]) -> usize {
    match bytes {
        [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..] => 2,
        [0x81..=0xfe, b'0'..=b'9', 0x81..=0xfe, b'0'..=b'9', ..] => 4,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &[u8], charset: Option<&str>) -> (bool, String) {
        match Body::of(raw, charset) {
            Body::Exact(text) => (true, text.into_owned()),
            Body::Lossy { text, .. } => (false, text),
        }
    }

    #[test]
    fn utf8_is_taken_as_it_is_without_its_byte_order_mark() {
        assert_eq!(text("\u{feff}{\"a\":\"中\"}".as_bytes(), Some("utf-8")), (true, "{\"a\":\"中\"}".to_owned()));
    }

    #[test]
    fn the_structure_of_gbk_can_be_read_without_its_characters() {
        // 参数 in GBK; 誠 ends with a backslash.
        let body = b"{\"a\":\"\xb2\xce\xca\xfd\xd5\\\",\"b\":1}";
        let (exact, shown) = text(body, Some("GBK"));
        assert_eq!(exact, cfg!(feature = "gbk"));
        assert!(serde_json::from_str::<serde_json::Value>(&shown).is_ok(), "{shown}");
        assert_eq!(
            shown,
            if cfg!(feature = "gbk") {
                "{\"a\":\"参数誠\",\"b\":1}"
            } else {
                "{\"a\":\"\u{fffd}\u{fffd}\u{fffd}\",\"b\":1}"
            }
        );
        let mixed = [b"{\"msg\":\"\xe9\x9d\x9e\",\"sub_msg\":\"", &b"\xb2\xce"[..], b"\"}"].concat();
        assert_eq!(text(&mixed, Some("utf-8")), (false, "{\"msg\":\"非\",\"sub_msg\":\"\u{fffd}\"}".to_owned()));
    }

    #[test]
    fn nothing_is_lost_behind_bytes_that_are_nothing() {
        assert_eq!(
            text(b"{\"a\":\"\xff\",\"b\":\"\x81\"}", Some("utf-8")).1,
            "{\"a\":\"\u{fffd}\",\"b\":\"\u{fffd}\"}"
        );
    }

    #[test]
    fn a_header_names_its_charset_in_many_ways() {
        for (header, name) in [
            ("text/javascript;charset=GBK", Some("GBK")),
            ("application/json; Charset=\"gb2312\" ; q=1", Some("gb2312")),
            ("application/json", None),
            ("application/json; charset", None),
            ("", None),
        ] {
            assert_eq!(charset(header), name, "{header}");
        }
    }
}
