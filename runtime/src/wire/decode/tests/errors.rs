//! What does not decode says where and why, all of it in one error, and shows no secret.

use super::*;
use crate::wire::decode::from_json;

fn said(text: &str) -> String {
    let mut into = Answer::default();
    json(text, ENVELOPE, &mut into).unwrap_err().to_string()
}

#[test]
fn an_issue_has_its_path_what_was_wanted_and_what_was_there() {
    assert_eq!(
        said(
            r#"{"alibaba_example_gift_get_response":{"result":{"objects":{"x":[{"int":1},null,{"object":{"date":"soon"}}]}}}}"#
        ),
        "result.objects[2].object.date: expected a date (yyyy-MM-dd HH:mm:ss, or seconds or milliseconds since 1970 in the years 2000 to 2100), found the text \"soon\""
    );
}

#[test]
fn decoding_goes_on_and_all_issues_come_at_once() {
    let text = r#"{"total":1.5,"has_next":"maybe","result":{"int":true,"ints":[1,"x",[2]]},"gifts":{"gift":[{"price":"1,0"}]}}"#;
    assert_eq!(
        said(text).lines().collect::<Vec<_>>(),
        [
            "6 places do not fit:",
            "  total: expected a whole number of 64 bits, found the number 1.5",
            "  has_next: expected true or false, found the text \"maybe\"",
            "  result.int: expected a whole number of 64 bits, found true",
            "  result.ints[1]: expected a whole number of 64 bits, found the text \"x\"",
            "  result.ints[2]: expected a whole number of 64 bits, found a list",
            "  gifts[0].price: expected a decimal that 28 digits hold exactly, found the text \"1,0\"",
        ]
    );
}

#[test]
fn a_hundred_issues_are_listed_and_the_others_counted() {
    let text = format!(r#"{{"result":{{"ints":[{}"x"]}}}}"#, r#""x","#.repeat(149));
    let mut into = Answer::default();
    let error = json(&text, ENVELOPE, &mut into).unwrap_err();
    assert_eq!((error.issues().len(), error.unlisted()), (100, 50));
    assert!(error.to_string().ends_with("\n  and 50 more"));
}

#[test]
fn what_is_not_json_has_line_and_column() {
    for (text, position) in [
        ("", (1, 0)),
        ("{\"total\":\n  1,}", (2, 5)),
        ("{\"total\":1} x", (1, 13)),
        ("{\"total\":1}{}", (1, 12)),
        ("{\"note\":\"a", (1, 10)),
        ("<html>", (1, 1)),
        ("{\"total\":01}", (1, 11)),
        ("{\"note\":\"a\nb\"}", (1, 10)),
    ] {
        let mut into = Answer::default();
        let error = json(text, ENVELOPE, &mut into).unwrap_err();
        assert_eq!(error.position(), Some(position), "{text}: {error}");
        assert!(error.to_string().contains("not valid JSON"), "{error}");
    }
}

#[test]
fn half_a_character_is_an_issue_of_its_field() {
    assert_eq!(said(r#"{"note":"\ud800"}"#), "note: the text holds an escape that stands for no character");
}

#[test]
fn an_answer_is_an_object() {
    for text in ["[]", "1", "1.5", "true", "null", "\"text\""] {
        assert_eq!(said(text), "expected an object as the whole answer", "{text}");
    }
    assert_eq!(said(r#"{"alibaba_example_gift_get_response":"x"}"#), "expected an object inside the envelope");
}

#[test]
fn sensitive_values_and_control_characters_are_not_shown() {
    assert_eq!(said(r#"{"secret":"my-token"}"#), "secret: expected a whole number of 64 bits, found [redacted]");
    let said = said(r#"{"total":"\u001b[31m\nforged"}"#);
    assert!(!said.contains(['\n', '\u{1b}']), "{said}");
}

#[test]
fn documents_refuse_unknown_fields_all_of_them() {
    let error = from_json::<Answer>(r#"{"totall":1,"result":{"txt":1.5,"objects":[{},{"no\nne":{}}]},"total":"x"}"#)
        .unwrap_err();
    let paths: Vec<_> = error.issues().iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(paths, ["totall", "result.txt", "result.objects[1].no\\nne", "total"]);
    assert!(error.issues()[0].problem.contains("no field of that name"));
    for text in ["[]", "1", "{", "null"] {
        assert!(from_json::<Answer>(text).is_err(), "{text}");
    }
}

/// Which of the two was meant, nobody knows: neither the first nor the last is sent.
#[test]
fn documents_refuse_a_field_given_twice_all_of_them() {
    let twice = r#"{"total":1,"result":{"text":"a","text":"b"},"gifts":[{"gift_id":1,"gift_id":2}],"total":2}"#;
    // The comma at the end sends it to the thorough reader, which has an issue more.
    let error = from_json::<Answer>(twice).unwrap_err();
    let thorough = from_json::<Answer>(&format!("{twice},")).unwrap_err();
    let expected = ["result.text", "gifts[0].gift_id", "total"].map(|path| format!("{path}: given twice: say it once"));
    for error in [&error, &thorough] {
        let said: Vec<_> = error.issues().iter().take(3).map(ToString::to_string).collect();
        assert_eq!(said, expected);
    }
    assert_eq!((error.issues().len(), thorough.issues().len()), (3, 4));
}

/// In a request it would silently not be sent.
#[test]
fn documents_refuse_a_date_that_is_none() {
    assert!(everything(r#"{"date":"0000-00-00 00:00:00"}"#).is_ok());
    for date in ["0000-00-00 00:00:00", "0000-00-00"] {
        assert!(from_json::<Everything>(&format!(r#"{{"date":"{date}"}}"#)).is_err());
    }
}

#[test]
fn depth_is_bounded_however_it_is_reached() {
    let nested = |depth: usize| format!("{}{}{}", r#"{"object":"#.repeat(depth), "{}", "}".repeat(depth));
    let run = move || {
        assert!(everything(&nested(100)).is_ok());
        for depth in [129, 10_000, 1_000_000] {
            assert!(everything(&nested(depth)).is_err());
        }
        // Through text within text, which the parser's own limit does not see.
        let mut text = nested(60);
        for _ in 0..6 {
            text = nested(60).replace("{}", &serde_json::to_string(&text).unwrap());
        }
        assert!(everything(&text).unwrap_err().to_string().contains("deep"));
        // What is skipped, or kept as text, is not descended into.
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(everything(&format!(r#"{{"unknown":{deep},"text":{deep},"json":{deep}}}"#)).is_ok());
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}

#[cfg(feature = "xml")]
mod xml {
    use super::*;

    fn said(text: &str) -> String {
        let mut into = Answer::default();
        crate::wire::decode::xml(text, ENVELOPE, &mut into).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_xml_has_line_and_column() {
        for text in [
            "",
            "words",
            "{}",
            "<alibaba_example_gift_get_response>",
            "<alibaba_example_gift_get_response></y>",
            "<alibaba_example_gift_get_response></alibaba_example_gift_get_response>words",
            "<alibaba_example_gift_get_response/><alibaba_example_gift_get_response/>",
            "<alibaba_example_gift_get_response><total>&amp</total></alibaba_example_gift_get_response>",
            "<!DOCTYPE x><alibaba_example_gift_get_response/>",
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/hosts\">]><alibaba_example_gift_get_response>&a;</alibaba_example_gift_get_response>",
            "<alibaba_example_gift_get_response><note><![CDATA[</note></alibaba_example_gift_get_response>",
        ] {
            let said = said(text);
            assert!(said.contains("not valid XML") && said.contains("at line 1 column"), "{text}: {said}");
        }
        assert!(
            said("<alibaba_example_gift_get_response>\n  <a></b>").contains("at line 2 column 6"),
            "{}",
            said("<alibaba_example_gift_get_response>\n  <a></b>")
        );
    }

    #[test]
    fn a_reference_that_stands_for_nothing_is_an_issue_of_its_field() {
        for (reference, problem) in [
            ("&nix;", "the entity &nix; is not known"),
            ("&#0;", "the entity &#0; is not known"),
            ("&#55357;", "the text holds an escape that stands for no character"),
            ("&#56832;&#55357;", "the text holds an escape that stands for no character"),
        ] {
            let said = said(&format!(
                "<alibaba_example_gift_get_response><note>{reference}</note></alibaba_example_gift_get_response>"
            ));
            assert!(said.contains(&format!("note: {problem}")), "{reference}: {said}");
        }
    }

    #[test]
    fn issues_have_the_same_paths() {
        assert_eq!(
            said(
                "<alibaba_example_gift_get_response><total>x</total><result><objects><a/><a><int>1.5</int></a></objects></result></alibaba_example_gift_get_response>"
            ),
            "2 places do not fit:\n  total: expected a whole number of 64 bits, found the text \"x\"\n  \
             result.objects[1].int: expected a whole number of 64 bits, found the text \"1.5\""
        );
    }

    #[test]
    fn depth_is_bounded() {
        let run = || {
            for depth in [129, 10_000, 300_000] {
                for name in ["object", "unknown"] {
                    let open = format!("<{name}>").repeat(depth);
                    assert!(xml_everything(&open).unwrap_err().to_string().contains("deep"), "{depth}");
                }
            }
            let fits = format!("{}{}", "<object>".repeat(120), "</object>".repeat(120));
            assert!(xml_everything(&fits).is_ok());
        };
        std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
    }
}

/// On half a mebibyte of stack, which is what small threads have.
#[test]
fn no_depth_overflows_a_small_stack() {
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(|| {
        for depth in [129, 10_000, 1_000_000] {
            let arrays = "[".repeat(depth);
            let objects = r#"{"object":"#.repeat(depth);
            for text in [format!(r#"{{"objects":{arrays}"#), objects, format!(r#"{{"unknown":{arrays}"#), arrays] {
                assert!(everything(&text).is_err(), "{depth}");
            }
            #[cfg(feature = "xml")]
            for element in ["<object>", "<unknown>"] {
                assert!(super::xml_everything(&element.repeat(depth)).is_err(), "{depth}");
            }
        }
    });
    assert!(thread.unwrap().join().is_ok());
}

#[test]
fn numbers_at_their_limits_are_exact_or_refused() {
    for (number, exact) in [
        ("9223372036854775807", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("-9223372036854775808", Some(i64::MIN)),
        ("-9223372036854775809", None),
        ("18446744073709551616", None),
        ("9007199254740993", Some((1 << 53) + 1)),
        ("-0", Some(0)),
        ("1e400", None),
        ("NaN", None),
    ] {
        for text in [format!(r#"{{"int":{number}}}"#), format!(r#"{{"int":"{number}"}}"#)] {
            assert_eq!(everything(&text).ok().and_then(|model| model.int), exact, "{text}");
        }
    }
}
