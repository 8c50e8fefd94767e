#![allow(clippy::unwrap_used)]
use super::{Json, Value, lenient, strict};

fn names(value: &Value) -> Vec<&str> {
    let Json::Map(entries) = &value.kind else { return Vec::new() };
    entries.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn order_and_repeated_names_are_kept() {
    assert_eq!(names(&strict(r#"{"b":1,"a":2,"b":3}"#).unwrap()), ["b", "a", "b"]);
}

#[test]
fn a_description_is_read_strictly() {
    for text in ["", "{", r#"{"a":,}"#, r#"{'a':1}"#, "[1,]", "[1] 2", "{\"a\":tru}", "\"\\x\"", "\"\u{1}\""] {
        assert!(strict(text).is_err(), "{text}");
    }
}

#[test]
fn a_sample_is_read_as_far_as_it_goes() {
    let broken = lenient(r#"{"a":, "b":text without quotes, 'c':[{"d":"x\/y"},], e: 1"#).unwrap();
    assert_eq!(names(&broken), ["a", "b", "c", "e"]);
    assert_eq!(broken.get("b").unwrap().text().as_deref(), Some("text without quotes"));
    assert_eq!(broken.get("c").unwrap().items().unwrap()[0].get("d").unwrap().text().as_deref(), Some("x/y"));
}

#[test]
fn depth_is_bounded() {
    assert!(strict(&"[".repeat(200_000)).is_err());
    assert!(lenient(&"{\"a\":".repeat(200_000)).is_err());
}

#[test]
fn no_cut_of_a_text_makes_a_reader_panic_or_hang() {
    let text = r#"{"é":[1,{"b":"\ud83d\ude00"},'c',null],"d":-1.5e3, f: {g}}"#;
    for (at, _) in text.char_indices() {
        let _ = (strict(&text[..at]), lenient(&text[..at]), lenient(&text[at..]));
    }
}

#[test]
fn what_the_model_writes_reads_back() {
    for text in ["", "a\"\\\n\t\u{1}\u{85}\u{2028}\u{feff}\u{ffff}\u{e0001}\u{1f600}", "中文"] {
        let mut out = String::new();
        opentop_model::text::push_json_string(&mut out, text);
        assert_eq!(strict(&out).unwrap().text().as_deref(), Some(text));
    }
}
