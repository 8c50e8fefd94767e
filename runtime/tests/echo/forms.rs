//! The forms in which a secret comes back.

use std::fmt::Write as _;

/// This many bytes in a row of any form of a secret are a leak.
pub(crate) const RUN: usize = 8;

/// Every form in which a text comes back that a tool undoes at once.
pub(crate) fn forms(text: &str) -> Vec<String> {
    let form = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let each = |write: &dyn Fn(&mut String, char)| {
        text.chars().fold(String::new(), |mut all, character| {
            write(&mut all, character);
            all
        })
    };
    let percent = text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "%{byte:02X}").unwrap();
        all
    });
    let json = serde_json::Value::from(text).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let escapes = text.encode_utf16().fold(String::new(), |mut all, unit| {
        write!(all, "\\u{unit:04x}").unwrap();
        all
    });
    let xml =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;");
    let named = xml(text).replace('+', "&plus;").replace('/', "&sol;").replace('=', "&equals;");
    let decimal = each(&|all, character| write!(all, "&#{};", u32::from(character)).unwrap());
    let hex = each(&|all, character| write!(all, "&#x{:X};", u32::from(character)).unwrap());
    let reference = |write: &dyn Fn(u32) -> String| text.chars().map(|character| write(character.into())).collect();
    let bytes_as = |write: &dyn Fn(u8) -> String| text.bytes().map(write).collect::<String>();
    let in_gbk = encoding_rs::GBK.encode(text).0;
    let gbk_as = |write: &dyn Fn(u8) -> String| in_gbk.iter().map(|byte| write(*byte)).collect::<String>();
    let quoted_printable =
        |byte: u8| if matches!(byte, 33..=60 | 62..=126) { char::from(byte).into() } else { format!("={byte:02X}") };
    let mut forms = vec![
        text.to_owned(),
        form(text),
        form(text).to_lowercase(),
        percent.clone(),
        percent.to_lowercase(),
        json.clone(),
        json.replace('/', "\\/"),
        escapes.clone(),
        xml(text),
        named,
        decimal,
        hex.clone(),
        escapes.to_uppercase().replace("\\U", "\\u"),
        escapes.replace("\\u", "%u"),
        hex.to_lowercase(),
        // Without the semicolon, and with zeros.
        reference(&|number| format!("&#{number}")),
        reference(&|number| format!("&#0{number};")),
        reference(&|number| format!("\\u{{{number:x}}}")),
        bytes_as(&|byte| format!("\\x{byte:02X}")),
        bytes_as(&|byte| format!("\\{byte:03o}")),
        bytes_as(&quoted_printable),
        bytes_as(&|byte| format!("{byte:02x}")),
        bytes_as(&|byte| format!("{byte:02X}")),
        // UTF-8 read as Latin-1.
        bytes_as(&|byte| char::from(byte).into()),
        // Twice over.
        bytes_as(&|byte| format!("%25{byte:02x}")),
        form(&base64(text.as_bytes())),
        form(&form(text)),
        form(&json),
        xml(&json),
        form(&xml(text)),
        serde_json::Value::from(json.as_str()).to_string(),
        xml(&form(text)),
    ];
    // To find those takes the tables of GBK.
    if cfg!(feature = "gbk") {
        forms.extend([
            gbk_as(&|byte| format!("%{byte:02X}")),
            gbk_as(&|byte| format!("%{byte:02x}")),
            gbk_as(&|byte| format!("\\x{byte:02x}")),
            gbk_as(&|byte| format!("={byte:02X}")),
            gbk_as(&|byte| format!("%25{byte:02X}")),
            base64(&in_gbk),
            base64(&in_gbk).replace('+', "-").replace('/', "_"),
            gbk_as(&|byte| format!("{byte:02X}")),
            // Read as Latin-1.
            gbk_as(&|byte| char::from(byte).into()),
        ]);
    }
    for before in ["", "x", "xy"] {
        for inner in [text.to_owned(), form(text), json.clone()] {
            let standard = base64(format!("{before}{inner}zz").as_bytes());
            forms.push(standard.replace('+', "-").replace('/', "_"));
            forms.push(form(&standard));
            forms.push(standard);
        }
    }
    forms
}

/// A text broken into lines or groups, as dumps, mails and logs break it.
pub(crate) fn broken(text: &str) -> Vec<String> {
    let in_groups = |length: usize, between: &str| {
        let characters: Vec<char> = text.chars().collect();
        characters.chunks(length).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
    };
    vec![in_groups(76, "=\r\n"), in_groups(5, "=\r\n"), in_groups(4, " "), in_groups(7, "\n"), in_groups(1, "\0")]
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut all = String::new();
    for group in bytes.chunks(3) {
        let part = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let number = part(0) << 16 | part(1) << 8 | part(2);
        (0..=group.len()).for_each(|at| all.push(char::from(LETTERS[(number >> (18 - 6 * at)) as usize & 63])));
    }
    all
}

/// Every piece that is long enough to be a leak.
pub(crate) fn runs(text: &[u8]) -> impl Iterator<Item = &[u8; RUN]> {
    text.windows(RUN).filter_map(|run| run.try_into().ok())
}
