//! Decodes `application/x-www-form-urlencoded` text strictly.
//!
//! Bytes that are not UTF-8 are an error. Replacement characters would make the signature wrong for a reason that nobody sees.

/// Splits `name=value&…`, decodes `+` and `%XX`. A `%` without two hex digits stands for itself, as browsers read it.
///
/// # Errors
/// What part is not UTF-8.
pub(crate) fn decode(input: &[u8]) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    for part in input.split(|&byte| byte == b'&').filter(|part| !part.is_empty()) {
        let (name, value) = match part.iter().position(|&byte| byte == b'=') {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &[][..]),
        };
        let name = component(name).ok_or("a parameter's name is not UTF-8")?;
        let value = component(value).ok_or_else(|| format!("the value of `{name}` is not UTF-8"))?;
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn component(input: &[u8]) -> Option<String> {
    let hex = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        match (byte, hex(input.get(at + 1)), hex(input.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.extend(u8::try_from(high * 16 + low));
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pairs(input: &str) -> Vec<(String, String)> {
        decode(input.as_bytes()).unwrap()
    }

    #[test]
    fn names_and_values_are_decoded() {
        let expected = [("a", "1 2"), ("中", "&=+%"), ("b", ""), ("c", "x=y"), ("", "z")];
        let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(pairs("a=1+2&%E4%B8%AD=%26%3D%2B%25&b&c=x=y&&=z&"), expected);
    }

    #[test]
    fn a_stray_percent_sign_stands_for_itself() {
        assert_eq!(pairs("a=100%&b=%zz&c=%4")[0].1, "100%");
        assert_eq!(pairs("a=100%&b=%zz&c=%4")[1].1, "%zz");
        assert_eq!(pairs("a=100%&b=%zz&c=%4")[2].1, "%4");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error() {
        assert_eq!(decode(b"q=%FF").unwrap_err(), "the value of `q` is not UTF-8");
        assert!(decode(b"\xff=1").is_err());
    }

    #[test]
    fn it_reads_what_form_urlencoded_writes() {
        let value = "a&b=c+d%20e/?#\"'<>~* 测试😀\r\n\0";
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("q", value).finish();
        assert_eq!(pairs(&body), [("q".to_owned(), value.to_owned())]);
    }
}
