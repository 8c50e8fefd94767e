//! Undoes one layer of escapes: percent-encoding, the escapes of JSON and of programming languages, references of XML and HTML.

/// A byte, and where in the text it comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) byte: u8,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Escapes within escapes that are undone.
const LAYERS: usize = 3;

/// Shows a text as it is, and with its escapes undone, layer by layer.
pub(super) fn each_layer(text: &[u8], mut show: impl FnMut(&[Unit])) {
    let mut units = plain(text);
    show(&units);
    for _ in 0..LAYERS {
        let Some(undone) = undo_escapes(&units) else { return };
        units = undone;
        show(&units);
    }
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
    while at < units.len() {
        let rest = &bytes[at..];
        let escape = match rest[0] {
            b'%' => hex(rest, 1, 2).map(|byte| (Stands::Byte(byte), 3)),
            b'\\' => backslash(rest),
            b'&' => reference(rest),
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
        }
        at += length;
        changed = true;
    }
    changed.then_some(undone)
}

/// What an escape stands for.
enum Stands {
    Byte(u32),
    Character(char),
}

/// The number in `count` hexadecimal digits from `from` on.
fn hex(bytes: &[u8], from: usize, count: usize) -> Option<u32> {
    let digits = bytes.get(from..from + count)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
}

fn backslash(rest: &[u8]) -> Option<(Stands, usize)> {
    let character = |character| Some((Stands::Character(character), 2));
    match rest.get(1)? {
        b'u' => {
            let first = hex(rest, 2, 4)?;
            let second = || (rest.get(6..8)? == b"\\u").then(|| hex(rest, 8, 4))?;
            match (char::from_u32(first), second().and_then(|second| pair(first, second))) {
                (Some(character), _) => Some((Stands::Character(character), 6)),
                (None, Some(character)) => Some((Stands::Character(character), 12)),
                (None, None) => None,
            }
        }
        b'x' => Some((Stands::Byte(hex(rest, 2, 2)?), 4)),
        b'n' => character('\n'),
        b't' => character('\t'),
        b'r' => character('\r'),
        other if other.is_ascii_punctuation() => character(char::from(*other)),
        _ => None,
    }
}

fn pair(high: u32, low: u32) -> Option<char> {
    char::decode_utf16([u16::try_from(high).ok()?, u16::try_from(low).ok()?]).next()?.ok()
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
    let end = rest.iter().take(12).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)?
        }
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((Stands::Character(character), end + 1))
}
