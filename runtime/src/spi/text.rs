//! Text in the charset of a request, and the parameters in it.

use encoding_rs::{GBK, UTF_8};

/// The charset of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Gbk,
}

impl Charset {
    /// The charset that a content type names. Without one, UTF-8. `None` for one that is neither UTF-8 nor GBK.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let parameters = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
        let mut named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let label = named.next().map(|(_, value)| value.trim().trim_matches('"')).unwrap_or_default();
        match encoding_rs::Encoding::for_label(if label.is_empty() { b"utf-8" } else { label.as_bytes() })? {
            encoding if encoding == UTF_8 => Some(Self::Utf8),
            encoding if encoding == GBK => Some(Self::Gbk),
            _ => None,
        }
    }

    /// The name in a content type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gbk => "GBK",
        }
    }

    /// The bytes of a text. A character that the charset does not have becomes what `instead` writes.
    pub(super) fn encode(self, text: &str, instead: fn(char, &mut String)) -> Vec<u8> {
        if self == Self::Utf8 {
            return text.into();
        }
        let (bytes, _, has_others) = GBK.encode(text);
        if !has_others {
            return bytes.into_owned();
        }
        let mut written = String::with_capacity(text.len());
        for letter in text.chars() {
            match GBK.encode(letter.encode_utf8(&mut [0; 4])).2 {
                true => instead(letter, &mut written),
                false => written.push(letter),
            }
        }
        GBK.encode(&written).0.into_owned()
    }

    /// The text of bytes. `None` where they are not in the charset.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Gbk => GBK.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned()),
        }
    }
}

/// The bytes behind percent signs and plus signs.
pub(super) fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut bytes, mut at) = (Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = text.get(at) {
        at += 1;
        match (byte, digit(text.get(at)), digit(text.get(at + 1))) {
            (b'%', Some(high), Some(low)) => {
                // Two digits make a byte.
                bytes.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    bytes
}

/// The most parameters of one call.
pub(super) const MOST_PARAMETERS: usize = 1_000;

/// A parameter: its name, its value as bytes in the charset.
pub(super) type Parameter = (Vec<u8>, Vec<u8>);

/// The parameters of a query or a form, in their order.
pub(super) fn parameters(text: &[u8]) -> impl Iterator<Item = Parameter> {
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        (percent_decoded(name), percent_decoded(value))
    })
}
