//! A JSON text with its members in a chosen order.
//!
//! Takes a tree. Returns text, indented by two blanks; lists of plain values stand on one line.

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Flag(bool),
    Number(u32),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(&'static str, Json)>),
}

impl Json {
    pub(super) fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// The whole text, ending with a line break.
    pub(super) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out.push('\n');
        out
    }

    fn write(&self, depth: usize, out: &mut String) {
        let is_plain = |item: &Json| !matches!(item, Json::List(_) | Json::Map(_));
        match self {
            Json::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Json::Number(number) => out.push_str(&number.to_string()),
            Json::Text(text) => quote(text, out),
            Json::List(items) if items.iter().all(is_plain) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    item.write(depth, out);
                }
                out.push(']');
            }
            Json::List(items) => block(out, depth, ['[', ']'], items, |item, out| item.write(depth + 1, out)),
            Json::Map(members) => block(out, depth, ['{', '}'], members, |(name, value), out| {
                quote(name, out);
                out.push_str(": ");
                value.write(depth + 1, out);
            }),
        }
    }
}

fn block<T>(out: &mut String, depth: usize, [open, close]: [char; 2], items: &[T], write: impl Fn(&T, &mut String)) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        write(item, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
}
