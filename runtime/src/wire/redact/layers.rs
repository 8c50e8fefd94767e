//! Undoes layers of escapes: percent-encoding, the escapes of JSON and of programming languages, references of XML and HTML,
//! quoted-printable, and UTF-8 that was read as Latin-1.

/// A byte, and where in the text it comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) byte: u8,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Escapes within escapes that are undone.
const LAYERS: usize = 3;

/// A text with some of its escapes undone.
pub(super) struct Layer {
    pub(super) units: Vec<Unit>,
    /// Whether its blanks, line breaks and zero bytes were left out: what was broken into lines or groups, or written in UTF-16, is
    /// whole again.
    pub(super) is_squeezed: bool,
}

/// Shows a text as it is, and with its escapes undone, layer by layer; each also without its blanks, if it has any.
pub(super) fn each_layer(text: &[u8], mut show: impl FnMut(&Layer)) {
    let mut layer = Layer { units: plain(text), is_squeezed: false };
    for number in 0..=LAYERS {
        show(&layer);
        let units: Vec<Unit> = layer.units.iter().filter(|unit| !is_blank(unit.byte)).copied().collect();
        if units.len() < layer.units.len() {
            show(&Layer { units, is_squeezed: true });
        }
        match undo_escapes(&layer.units).filter(|_| number < LAYERS) {
            Some(units) => layer.units = units,
            None => return,
        }
    }
}

/// What a text is broken by, and what a blank may be.
pub(super) fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | b'+')
}

/// Every byte as it is.
fn plain(text: &[u8]) -> Vec<Unit> {
    text.iter().enumerate().map(|(at, byte)| Unit { byte: *byte, start: at, end: at + 1 }).collect()
}

/// The bytes with their escapes undone; `None` if there were none.
fn undo_escapes(units: &[Unit]) -> Option<Vec<Unit>> {
    let bytes: Vec<u8> = units.iter().map(|unit| unit.byte).collect();
    let mut undone = Vec::with_capacity(units.len());
    let (mut at, mut changed) = (0, false);
    // Where the last escape of quoted-printable ended.
    let mut quoted_to = usize::MAX;
    while at < units.len() {
        let rest = &bytes[at..];
        let escape = match rest[0] {
            b'%' if rest.get(1) == Some(&b'u') => utf16(rest),
            b'%' => hex(rest, 1, 2).map(|byte| (Stands::Byte(byte), 3)),
            b'\\' => backslash(rest),
            b'&' => reference(rest),
            b'=' => quoted_printable(rest, quoted_to == at),
            0xc2 | 0xc3 => latin1(rest),
            _ => None,
        };
        let Some((stands, length)) = escape else {
            undone.push(units[at]);
            at += 1;
            continue;
        };
        let (start, end) = (units[at].start, units[at + length - 1].end);
        let mut push = |byte| undone.push(Unit { byte, start, end });
        match stands {
            Stands::Byte(byte) => push(u8::try_from(byte).unwrap_or_default()),
            Stands::Character(character) => character.encode_utf8(&mut [0; 4]).bytes().for_each(push),
            Stands::Nothing => {}
        }
        at += length;
        if rest[0] == b'=' {
            quoted_to = at;
        }
        changed = true;
    }
    changed.then_some(undone)
}

/// What an escape stands for.
enum Stands {
    Byte(u32),
    Character(char),
    Nothing,
}

/// The number in `count` hexadecimal digits from `from` on.
fn hex(bytes: &[u8], from: usize, count: usize) -> Option<u32> {
    let digits = bytes.get(from..from + count)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
}

fn backslash(rest: &[u8]) -> Option<(Stands, usize)> {
    let character = |character| Some((Stands::Character(character), 2));
    match rest.get(1)? {
        b'u' if rest.get(2) == Some(&b'{') => {
            let end = rest.iter().take(10).position(|byte| *byte == b'}')?;
            let number = u32::from_str_radix(std::str::from_utf8(&rest[3..end]).ok()?, 16).ok()?;
            Some((Stands::Character(char::from_u32(number)?), end + 1))
        }
        b'u' => utf16(rest),
        b'x' => Some((Stands::Byte(hex(rest, 2, 2)?), 4)),
        b'n' => character('\n'),
        b't' => character('\t'),
        b'r' => character('\r'),
        b'0'..=b'3' => {
            let digits = std::str::from_utf8(rest.get(1..4)?).ok()?;
            Some((Stands::Byte(u32::from_str_radix(digits, 8).ok()?), 4))
        }
        other if other.is_ascii_punctuation() => character(char::from(*other)),
        _ => None,
    }
}

/// `\uXXXX` of JSON and `%uXXXX` of old JavaScript, alone or as a pair.
fn utf16(rest: &[u8]) -> Option<(Stands, usize)> {
    let first = hex(rest, 2, 4)?;
    let second = || (rest.get(6..8)? == &rest[..2]).then(|| hex(rest, 8, 4))?;
    match (char::from_u32(first), second().and_then(|second| pair(first, second))) {
        (Some(character), _) => Some((Stands::Character(character), 6)),
        (None, Some(character)) => Some((Stands::Character(character), 12)),
        (None, None) => None,
    }
}

fn pair(high: u32, low: u32) -> Option<char> {
    char::decode_utf16([u16::try_from(high).ok()?, u16::try_from(low).ok()?]).next()?.ok()
}

/// `=XX`, where it is not just a value that begins so: an equals sign, or one of several. And the end of a line that goes on.
fn quoted_printable(rest: &[u8], follows_another: bool) -> Option<(Stands, usize)> {
    match rest.get(1)? {
        b'\n' => Some((Stands::Nothing, 2)),
        b'\r' if rest.get(2) == Some(&b'\n') => Some((Stands::Nothing, 3)),
        _ => {
            let byte = hex(rest, 1, 2)?;
            let is_escape = follows_another || byte == u32::from(b'=') || rest.get(3) == Some(&b'=');
            is_escape.then_some((Stands::Byte(byte), 3))
        }
    }
}

/// A byte of Latin-1 that was written in UTF-8.
fn latin1(rest: &[u8]) -> Option<(Stands, usize)> {
    let last = *rest.get(1).filter(|byte| (0x80..0xc0).contains(*byte))?;
    Some((Stands::Byte(u32::from(rest[0] & 3) << 6 | u32::from(last & 0x3f)), 2))
}

/// The names that HTML has for the punctuation of ASCII.
const NAMES: [(&str, char); 34] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("verbar", '|'),
];

fn reference(rest: &[u8]) -> Option<(Stands, usize)> {
    let Some(number) = rest[1..].strip_prefix(b"#") else {
        let end = rest.iter().take(12).position(|byte| *byte == b';')?;
        let name = std::str::from_utf8(&rest[1..end]).ok()?;
        return Some((Stands::Character(NAMES.iter().find(|(known, _)| *known == name)?.1), end + 1));
    };
    let is_hex = matches!(number.first()?, b'x' | b'X');
    let radix = if is_hex { 16 } else { 10 };
    let from = 2 + usize::from(is_hex);
    let length = rest[from..].iter().take(10).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let digits = std::str::from_utf8(&rest[from..from + length]).ok()?;
    let character = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    // Browsers need no semicolon.
    let has_end = rest.get(from + length) == Some(&b';');
    Some((Stands::Character(character), from + length + usize::from(has_end)))
}
