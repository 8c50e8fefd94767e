//! The short way through JSON and the thorough one read alike, and the short one takes nothing that is malformed.

use proptest::prelude::*;

use super::{
    super::{
        context::{Context, Mode},
        json, reader, root,
    },
    *,
};

/// Both ways; whether the short one took the text. Where it did, it found what the other finds.
fn agree_on_document(text: &str) -> bool {
    let (mut short, mut thorough) = (Everything::default(), Everything::default());
    let (mut short_cx, mut thorough_cx) = (Context::document(Mode::Exact), Context::document(Mode::Exact));
    let took = reader::document(text, &mut short, &mut short_cx).is_ok();
    if took {
        assert!(json::read(text, &mut thorough, &mut thorough_cx).is_ok(), "malformed: {text}");
        assert_eq!(short, thorough, "{text}");
        assert_eq!(short_cx.into_result(()), thorough_cx.into_result(()), "{text}");
    }
    took
}

/// The same of an answer.
fn agree_on_answer(text: &str) -> bool {
    let (mut short, mut thorough) = (Everything::default(), Everything::default());
    let (mut short_cx, mut thorough_cx) = (Context::answer(Mode::Exact), Context::answer(Mode::Exact));
    let (mut short_what, mut thorough_what) = (Decoded::default(), Decoded::default());
    let took = reader::answer(text, ENVELOPE, &mut short, &mut short_what, &mut short_cx).is_ok();
    if took {
        let read = root::read(text, ENVELOPE, &mut thorough, &mut thorough_what, &mut thorough_cx);
        assert!(read.is_ok(), "malformed: {text}");
        assert_eq!((short, short_what), (thorough, thorough_what), "{text}");
        assert_eq!(short_cx.ambiguity, thorough_cx.ambiguity, "{text}");
        assert_eq!(short_cx.into_result(()), thorough_cx.into_result(()), "{text}");
    }
    took
}

/// Scalars of every sort, a few of them malformed.
fn scalar() -> impl Strategy<Value = String> {
    let fine = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.50",
        "-1.5e3",
        "1E+2",
        "1e999",
        "123456789012345678",
        "1234567890123456789",
        "9223372036854775808",
        "-9223372036854775808",
        r#""""#,
        r#""null""#,
        r#"" 5 ""#,
        r#""1.10""#,
        r#""2019-07-30 14:24:45""#,
        r#""好""#,
        "\"\u{7f}\u{80}\"",
        r#""a\"b\\c\/\b\f\n\r\t""#,
        r#""\u597d\ud83d\ude00""#,
        r#""{\"int\":1,\"texts\":[\"a\"]}""#,
        r#""[{\"int\":1.5}]""#,
        r#""{\"int\":}""#,
    ];
    let malformed = [
        "nul",
        "00",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1a",
        "NaN",
        r#""\ud800""#,
        r#""\ud800\n""#,
        r#""\u12""#,
        r#""\x""#,
        r#""\""#,
        "\"\t\"",
        "\"open",
    ];
    prop_oneof![
        40 => proptest::sample::select(fine.to_vec()).prop_map(str::to_owned),
        1 => proptest::sample::select(malformed.to_vec()).prop_map(str::to_owned),
        5 => (-1e30..1e30).prop_map(|it: f64| it.to_string()),
        5 => any::<i64>().prop_map(|it| it.to_string()),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "text",
        "int",
        "bool",
        "date",
        "decimal",
        "json",
        "channel",
        "level",
        "object",
        "texts",
        "ints",
        "bools",
        "dates",
        "decimals",
        "jsons",
        "channels",
        "levels",
        "objects",
        "unknown",
        "request_id",
        "error_response",
        "t\\u0065xt",
        "",
        ENVELOPE,
    ])
}

fn blank() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["", "", "", " ", "\n\t\r "])
}

/// Values nested a few deep.
fn value() -> impl Strategy<Value = String> {
    scalar().prop_recursive(4, 48, 8, |inner| {
        let element = (blank(), inner.clone(), blank()).prop_map(|(before, it, after)| format!("{before}{it}{after}"));
        prop_oneof![
            1 => proptest::collection::vec(element, 0..4).prop_map(|them| format!("[{}]", them.join(","))),
            3 => object(inner),
        ]
    })
}

fn object(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member =
        (key(), blank(), blank(), inner).prop_map(|(key, one, two, it)| format!("{one}\"{key}\"{two}:{one}{it}{two}"));
    proptest::collection::vec(member, 0..8).prop_map(|them| format!("{{{}}}", them.join(",")))
}

/// One byte or so is wrong.
fn broken(text: &str, at: usize, with: &str) -> String {
    let at = (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let (before, after) = text.split_at(at);
    let kept = after.char_indices().nth(1).map_or("", |(next, _)| &after[next..]);
    [before, with, kept].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn both_ways_read_alike(text in object(value())) {
        agree_on_document(&text);
        agree_on_answer(&text);
        agree_on_answer(&format!("{{\"{ENVELOPE}\":{text},\"request_id\":\"r\"}}"));
    }

    #[test]
    fn the_short_way_takes_nothing_malformed(
        text in object(value()),
        at: usize,
        with in proptest::sample::select(vec!["", "\"", "\\", ",", ",,", ":", "{", "}", "[", "]", "0", "-", "e", "\0", "\n", "\u{b}", "\u{a0}", "好"]),
    ) {
        let text = broken(&text, at, with);
        agree_on_document(&text);
        agree_on_answer(&text);
    }
}

#[test]
fn the_short_way_takes_ordinary_answers() {
    for text in [
        r#"{"text":"a","int":5,"decimal":1.50,"objects":[{"int":1},{"object":{"text":"\"好\""}}],"request_id":"r"}"#,
        r#" { "objects" : { "sample" : [ { "int" : 1 } , null ] } , "texts" : { "string" : [ "a" , 1.50 ] } } "#,
        r#"{"alibaba_example_gift_get_response":{"int":"x","bool":true,"json":{"a":[1,2]},"unknown":[{}],"text":{"a":1}}}"#,
    ] {
        assert!(agree_on_answer(text), "{text}");
    }
}

#[test]
fn what_is_rare_or_malformed_goes_the_thorough_way() {
    let deep = format!(r#"{{"unknown":{},"objects":{}"#, "[".repeat(200), "[".repeat(200));
    for text in [
        "",
        "{",
        "[]",
        "null",
        r#"{"int":1,}"#,
        r#"{,"int":1}"#,
        r#"{"int":1"text":"a"}"#,
        r#"{"int":1}x"#,
        r#"{"ints":[1,]}"#,
        r#"{"ints":[,1]}"#,
        r#"{"text":"\ud800"}"#,
        r#"{"error_response":{"code":1}}"#,
        r#"{"alibaba_example_gift_get_response":[]}"#,
        &deep,
    ] {
        assert!(!agree_on_answer(text), "{text}");
    }
}
