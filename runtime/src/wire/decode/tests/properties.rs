//! What holds for any input: exact round trips, and no panic.

use proptest::prelude::*;

use super::*;
use crate::wire::decode::from_json;
use crate::wire::encode;
use crate::wire::value::{DateTime, Decimal};

fn any_decimal() -> impl Strategy<Value = Decimal> {
    const LARGEST: i128 = (1 << 96) - 1;
    (-LARGEST..=LARGEST, 0_u32..=28).prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

fn any_date() -> impl Strategy<Value = DateTime> {
    let (first, last) = (DateTime::MIN.unix_millis() / 1_000, DateTime::MAX.unix_millis() / 1_000);
    (first..=last).prop_map(|seconds| DateTime::from_unix_millis(seconds * 1_000).unwrap())
}

prop_compose! {
    fn any_model()(
        text in proptest::option::of(".+"),
        int in proptest::option::of(any::<i64>()),
        bool in proptest::option::of(any::<bool>()),
        decimal in proptest::option::of(any_decimal()),
        date in proptest::option::of(any_date()),
        texts in proptest::collection::vec(".+", 0..3),
        ints in proptest::collection::vec(any::<i64>(), 0..3),
        decimals in proptest::collection::vec(any_decimal(), 0..3),
        dates in proptest::collection::vec(any_date(), 0..3),
    ) -> Everything {
        Everything { text, int, bool, decimal, date, texts, ints, decimals, dates, ..Everything::default() }
    }
}

/// Text that is nearly JSON or XML of our fields, to get past the first character.
fn nearly(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(parts), 0..24).prop_map(|parts| parts.concat())
}

const JSON_PARTS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"int\":",
    "\"text\":",
    "\"object\":",
    "\"objects\":",
    "\"texts\":",
    "\"decimal\":",
    "\"json\":",
    "\"error_response\":",
    "\"x_response\":",
    "\"request_id\":",
    "1",
    "-1.5e3",
    "1e999",
    "null",
    "true",
    "\"\"",
    "\"{\\\"int\\\":1}\"",
    "\"\\ud800\"",
    "\"a\"",
    " ",
    "\u{feff}",
    "\"date\":",
    "\"2019-07-30\"",
];
#[cfg(feature = "xml")]
const XML_PARTS: &[&str] = &[
    "<x_response>",
    "</x_response>",
    "<int>",
    "</int>",
    "<objects>",
    "</objects>",
    "<object>",
    "</object>",
    "<text>",
    "</text>",
    "<a/>",
    "1",
    "&amp;",
    "&#x41;",
    "&#xD800;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE",
    "<?",
    "?>",
    " ",
    "\"",
    "<json>",
    "</json>",
    "中",
    "&",
    "<",
];

proptest! {
    #[test]
    fn a_model_comes_back_exactly_from_its_json(model in any_model()) {
        let text = encode::json(&model);
        let back: Everything = from_json(&text).unwrap();
        prop_assert_eq!(encode::json(&back), text.clone());
        prop_assert_eq!(&back, &model);
        prop_assert_eq!(everything(&format!(r#"{{"{ENVELOPE}":{text}}}"#)).unwrap(), back);
    }

    #[test]
    fn numbers_as_text_are_the_same_numbers(int in any::<i64>(), decimal in any_decimal()) {
        let model = everything(&format!(r#"{{"int":"{int}","decimal":"{decimal}"}}"#)).unwrap();
        prop_assert_eq!(model.int, Some(int));
        prop_assert_eq!(model.decimal.map(|back| back.to_string()), Some(decimal.to_string()));
    }

    #[test]
    fn any_text_as_json_ends_well(text in any::<String>(), near in nearly(JSON_PARTS)) {
        for text in [text, near] {
            let _ = everything(&text);
            let _ = from_json::<Everything>(&text);
        }
    }

    #[test]
    fn any_bytes_as_json_end_well(bytes in any::<Vec<u8>>()) {
        let _ = everything(&String::from_utf8_lossy(&bytes));
    }
}

#[cfg(feature = "xml")]
proptest! {
    #[test]
    fn any_text_as_xml_ends_well(text in any::<String>(), near in nearly(XML_PARTS)) {
        for text in [text, near] {
            let _ = crate::wire::decode::xml(&text, ENVELOPE, &mut Everything::default());
            let _ = xml_everything(&text);
        }
    }

    #[test]
    fn numbers_come_back_exactly_from_xml(int in any::<i64>(), decimal in any_decimal(), date in any_date()) {
        let model = xml_everything(&format!("<int>{int}</int><decimal>{decimal}</decimal><date>{date}</date>")).unwrap();
        prop_assert_eq!((model.int, model.decimal, model.date), (Some(int), Some(decimal), Some(date)));
    }
}
