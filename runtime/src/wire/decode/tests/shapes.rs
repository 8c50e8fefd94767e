//! The simplified shape, the normal one, mixtures, refusals; and what an answer is recognised by.

use super::*;
use crate::sample_tables::Gift;
use crate::wire::table::leaves;

fn gift(id: i64) -> Gift {
    Gift { gift_id: Some(id), ..Gift::default() }
}

fn expected() -> Answer {
    Answer {
        total: Some(2),
        result: Some(Everything { texts: vec!["a".to_owned(), "b".to_owned()], ..Everything::default() }),
        gifts: vec![gift(1), gift(2)],
        ..Answer::default()
    }
}

#[test]
fn both_shapes_and_their_mixtures_give_the_same_model() {
    let shapes = [
        // simplified
        r#"{"total":2,"result":{"texts":["a","b"]},"gifts":[{"gift_id":1},{"gift_id":2}],"request_id":"r"}"#,
        // normal
        r#"{"alibaba_example_gift_get_response":{"total":2,"result":{"texts":{"string":["a","b"]}},
            "gifts":{"gift":[{"gift_id":1},{"gift_id":2}]},"request_id":"r"}}"#,
        // wrappers in the simplified shape, whatever the key
        r#"{"total":2,"result":{"texts":{"x":["a","b"]}},"gifts":{"y":[{"gift_id":1},{"gift_id":2}]},"request_id":"r"}"#,
        // arrays in the normal shape, the request id outside
        r#"{"alibaba_example_gift_get_response":{"gifts":[{"gift_id":1},{"gift_id":2}],"total":2,
            "result":{"texts":["a","b"]}},"request_id":"r"}"#,
        // objects as text, unknown fields
        r#"{"new":{"deep":[1e999]},"total":2,"result":"{\"texts\":[\"a\",\"b\"]}","gifts":"[{\"gift_id\":1},{\"gift_id\":2}]",
            "request_id":"r"}"#,
        "\u{feff}{\"total\":2,\"result\":{\"texts\":[\"a\",\"b\"]},\"gifts\":[{\"gift_id\":1},{\"gift_id\":2}],\"request_id\":\"r\"}\n",
    ];
    for shape in shapes {
        let (model, decoded) = answer(shape);
        assert_eq!(model, expected(), "{shape}");
        let of_answer =
            Decoded { request_id: Some("r".to_owned()), recognised: true, enveloped: true, ..Decoded::default() };
        assert_eq!(decoded, of_answer, "{shape}");
    }
}

#[test]
fn an_answer_to_another_method_is_none() {
    let other = r#"{"alibaba_other_response":{"total":2,"gifts":[{"gift_id":1}],"request_id":"r"}}"#;
    let decoded = Decoded { foreign_envelope: true, ..Decoded::default() };
    assert_eq!(answer(other), (Answer::default(), decoded));
    #[cfg(feature = "xml")]
    assert!(!xml_answer("<alibaba_other_response><total>2</total></alibaba_other_response>").1.recognised);
}

#[cfg(feature = "xml")]
#[test]
fn an_empty_element_is_how_xml_writes_an_empty_object() {
    let root = "alibaba_example_gift_get_response";
    let (xml, _) = xml_answer(&format!("<{root}><result></result><gifts><gift/></gifts></{root}>"));
    let (json, _) = answer(r#"{"result":{},"gifts":[{}]}"#);
    assert_eq!(xml, json);
    assert!(xml.result.is_some() && xml.gifts.len() == 1);
}

#[cfg(feature = "xml")]
#[test]
fn xml_gives_the_same_model() {
    for text in [
        r#"<?xml version="1.0" encoding="utf-8" ?><alibaba_example_gift_get_response><total>2</total>
            <result><texts list="true"><string>a</string><string>b</string></texts></result>
            <gifts list="true"><gift><gift_id>1</gift_id></gift><gift><gift_id>2</gift_id></gift></gifts>
            <request_id>r</request_id></alibaba_example_gift_get_response><!--top010179031191.s.et2-->"#,
        "<alibaba_example_gift_get_response><unknown a='1'><x/></unknown><total>2</total><?pi x?><result><texts><any>a</any><other>b</other></texts>
            </result><gifts><a><gift_id>1</gift_id></a><b>null</b><c><gift_id><!-- two -->2</gift_id></c></gifts>
            <request_id>r</request_id></alibaba_example_gift_get_response>",
    ] {
        let (model, decoded) = xml_answer(text);
        assert_eq!(model, expected());
        assert!(decoded.enveloped && decoded.request_id.as_deref() == Some("r"));
    }
}

#[test]
fn a_wrapper_may_hold_a_single_value_instead_of_an_array() {
    let (model, _) =
        answer(r#"{"gifts":{"gift":{"gift_id":1}},"result":{"texts":{"string":"a"},"decimals":{"price":1.10}}}"#);
    assert_eq!(model.gifts, [gift(1)]);
    let shown: Vec<_> = leaves(&model).into_iter().map(|(path, leaf)| format!("{path} = {leaf}")).collect();
    assert_eq!(
        shown,
        ["result.texts[0] = String \"a\"", "result.decimals[0] = Decimal 1.10", "gifts[0].gift_id = Number 1"]
    );
}

#[test]
fn a_refusal_is_told_by_its_root_alone() {
    let (_, decoded) = answer(
        r#"{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.x","sub_msg":"非法","request_id":"r","args":{}}}"#,
    );
    let error = decoded.error.unwrap();
    assert_eq!((error.code, error.msg.as_str()), (15.into(), "Remote service error"));
    assert_eq!((error.sub_code.as_deref(), error.sub_msg.as_deref()), (Some("isv.x"), Some("非法")));
    assert_eq!(error.request_id.as_deref(), Some("r"));
    assert!(!decoded.recognised && !decoded.enveloped);

    let (model, decoded) = answer(r#"{"result":{"object":{"error_response":{"code":1}}},"note":"x"}"#);
    assert!(decoded.error.is_none() && model.result.is_some());
}

#[test]
fn an_odd_refusal_is_still_one() {
    for (text, code, msg) in [
        (r#"{"error_response":{"code":"50","sub_code":2}}"#, "50", ""),
        (r#"{"error_response":{"code":"E-1","msg":"m"}}"#, "E-1", "m"),
        (r#"{"error_response":{"code":"E-1","message":"m"}}"#, "E-1", "m"),
        (r#"{"error_response":{"code":1.5}}"#, "1.5", ""),
        (r#"{"error_response":{}}"#, "0", ""),
        (r#"{"error_response":"down"}"#, "0", "down"),
        (r#"{"error_response":"down \ud800"}"#, "0", "down \u{fffd}"),
        (r#"{"error_response":[1]}"#, "0", "[1]"),
        (r#"{"error_response":{"code":7},"total":"what?"}"#, "7", ""),
    ] {
        let error = answer(text).1.error.unwrap_or_else(|| panic!("{text}"));
        assert!(error.code == code && error.msg == msg, "{text}: {error:?}");
    }
    assert!(answer(r#"{"error_response":null}"#).1.error.is_none());
}

#[test]
fn a_refusal_and_an_answer_in_one_text_are_both_told() {
    let (_, decoded) = answer(r#"{"alibaba_example_gift_get_response":{"total":1},"error_response":{"code":15}}"#);
    assert!(decoded.error.is_some() && decoded.enveloped);
}

#[test]
fn an_answer_is_recognised_by_its_envelope_a_field_or_a_request_id() {
    for (text, recognised, enveloped) in [
        ("{}", false, false),
        (r#"{"html":"<p>"}"#, false, false),
        (r#"{"x_response":"text"}"#, false, false),
        (r#"{"request_id":"r"}"#, true, false),
        (r#"{"request_id":""}"#, false, false),
        (r#"{"total":null}"#, true, true),
        (r#"{"x_response":{}}"#, false, false),
        (r#"{"alibaba_example_gift_get_response":{}}"#, true, true),
        (r#"{"alibaba_example_gift_get_response":null}"#, true, true),
        (r#"{"alibaba_example_gift_get_response":[]}"#, true, true),
    ] {
        let decoded = answer(text).1;
        assert_eq!((decoded.recognised, decoded.enveloped), (recognised, enveloped), "{text}");
    }
}

#[cfg(feature = "xml")]
#[test]
fn xml_answers_are_recognised_alike() {
    for (text, recognised, error) in [
        ("<html><body>502</body></html>", false, None),
        ("<alibaba_example_gift_get_response/>", true, None),
        ("<other_response><total>1</total></other_response>", false, None),
        ("<error_response><code>50</code><sub_code>isv.x</sub_code></error_response>", false, Some(50)),
    ] {
        let decoded = xml_answer(text).1;
        assert_eq!(
            (decoded.recognised, decoded.error.and_then(|error| error.code.number())),
            (recognised, error),
            "{text}"
        );
    }
}

#[test]
fn the_first_of_duplicate_keys_counts() {
    let (model, decoded) = answer(
        r#"{"total":1,"total":2,"gifts":[{"gift_id":1}],"gifts":[{"gift_id":9}],"request_id":"a","request_id":"b",
            "alibaba_example_gift_get_response":{"total":3,"note":"x"}}"#,
    );
    assert_eq!((model.total, model.gifts, model.note.as_deref()), (Some(1), vec![gift(1)], Some("x")));
    assert_eq!((decoded.request_id.as_deref(), decoded.duplicate_fields), (Some("a"), true));
}

#[test]
fn text_that_needs_its_source_is_read_again_from_a_clean_model() {
    let (model, _) =
        answer(r#"{"gifts":[{"gift_id":1},{"gift_id":2}],"total":2,"result":{"texts":[1.10,"x"]},"note":1.10}"#);
    assert_eq!(model.gifts.len(), 2);
    assert_eq!((model.note.as_deref(), model.result.unwrap().texts.join(" ")), (Some("1.10"), "1.10 x".to_owned()));
    let (model, _) = answer(r#"{"result":"{\"text\":1.10,\"object\":\"{\\\"text\\\":[1.0]}\"}"}"#);
    let result = model.result.unwrap();
    assert_eq!((result.text.as_deref(), result.object.unwrap().text.as_deref()), (Some("1.10"), Some("[1.0]")));
}
