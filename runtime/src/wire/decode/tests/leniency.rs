//! Every lenient rule: what stands there, what it becomes.

use super::*;
use crate::wire::decode::from_json;
use crate::wire::table::leaves;

/// What a model holds, as `path = type value` lines; an issue as its text.
fn shown(read: Result<Everything, DecodeError>) -> String {
    match read {
        Ok(model) => {
            let lines: Vec<_> = leaves(&model).into_iter().map(|(path, leaf)| format!("{path} = {leaf}")).collect();
            lines.join("; ")
        }
        Err(error) => format!("! {error}"),
    }
}

/// JSON value, then what field `name` holds: `""` for absent, `!` for an issue.
type Case = (&'static str, &'static str);

fn check(name: &str, cases: &[Case]) {
    for (value, expected) in cases {
        let read = shown(everything(&format!(r#"{{"{name}":{value}}}"#)));
        assert_case(name, value, &read, expected);
    }
}

fn assert_case(name: &str, value: &str, read: &str, expected: &str) {
    match expected {
        "" => assert_eq!(read, "", "{name}: {value}"),
        "!" => assert!(read.starts_with(&format!("! {name}")), "{name}: {value} gives {read}"),
        expected => assert_eq!(read, format!("{name} = {expected}"), "{name}: {value}"),
    }
}

#[test]
fn numbers() {
    check(
        "int",
        &[
            ("12", "Number 12"),
            (r#""12""#, "Number 12"),
            (r#""-12""#, "Number -12"),
            (r#"" 12 ""#, "Number 12"),
            ("-0", "Number 0"),
            ("9223372036854775807", "Number 9223372036854775807"),
            (r#""-9223372036854775808""#, "Number -9223372036854775808"),
            ("9007199254740993", "Number 9007199254740993"),
            ("null", ""),
            (r#""""#, ""),
            (r#""null""#, ""),
            ("9223372036854775808", "!"),
            ("123456789012345678901234567890", "!"),
            ("1.0", "Number 1"),
            ("10.0", "Number 10"),
            (r#""12.00""#, "Number 12"),
            ("1e3", "Number 1000"),
            ("12.5", "!"),
            (r#""1.5""#, "!"),
            ("1e999", "!"),
            (r#""+1""#, "!"),
            (r#""1,000""#, "!"),
            (r#""12.30元""#, "!"),
            (r#""1,2""#, "!"),
            ("true", "!"),
            ("{}", "!"),
            ("[1]", "!"),
        ],
    );
}

#[test]
fn booleans() {
    check(
        "bool",
        &[
            ("true", "Boolean true"),
            (r#""true""#, "Boolean true"),
            (r#""TRUE""#, "Boolean true"),
            (r#""False""#, "Boolean false"),
            ("0", "Boolean false"),
            ("1", "Boolean true"),
            (r#""1""#, "Boolean true"),
            (r#""0""#, "Boolean false"),
            ("null", ""),
            (r#""""#, ""),
            (r#""null""#, ""),
            ("2", "!"),
            (r#""yes""#, "!"),
            ("1.0", "!"),
            ("{}", "!"),
        ],
    );
}

#[test]
fn text_takes_any_scalar_by_its_source_and_composites_as_json() {
    check(
        "text",
        &[
            (r#""words 好""#, "String \"words 好\""),
            (r#""a\"b\u4e2d""#, "String \"a\\\"b中\""),
            ("12", "String \"12\""),
            ("1.10", "String \"1.10\""),
            ("-0", "String \"-0\""),
            ("1E5", "String \"1E5\""),
            ("1e999", "String \"1e999\""),
            ("123456789012345678901234567890", "String \"123456789012345678901234567890\""),
            ("18446744073709551615", "String \"18446744073709551615\""),
            ("true", "String \"true\""),
            (r#"{"a": 1.10}"#, r#"String "{\"a\": 1.10}""#),
            ("[1, 2]", "String \"[1, 2]\""),
            (r#""null""#, "String \"null\""),
            (r#""\"\"""#, r#"String "\"\"""#),
            (r#"" ""#, "String \" \""),
            (r#""""#, ""),
            ("null", ""),
        ],
    );
}

#[test]
fn decimals() {
    check(
        "decimal",
        &[
            ("12.30", "Decimal 12.30"),
            (r#""12.30""#, "Decimal 12.30"),
            ("12", "Decimal 12"),
            ("-0.01", "Decimal -0.01"),
            ("1.23E1", "Decimal 12.3"),
            ("0.1234567890123456789012345678", "Decimal 0.1234567890123456789012345678"),
            ("79228162514264337593543950335", "Decimal 79228162514264337593543950335"),
            (r#""""#, ""),
            (r#""null""#, ""),
            ("null", ""),
            ("0.12345678901234567890123456789", "!"),
            ("1e400", "!"),
            (r#"".5""#, "Decimal 0.5"),
            (r#""1,234.50""#, "Decimal 1234.50"),
            (r#""1,000""#, "Decimal 1000"),
            (r#""1,00""#, "!"),
            (r#""12.30元""#, "!"),
            ("true", "!"),
            ("{}", "!"),
        ],
    );
}

#[test]
fn dates() {
    check(
        "date",
        &[
            (r#""2019-07-30 14:24:45""#, "Date 2019-07-30 14:24:45"),
            (r#""2019-07-30 14:24:45.120""#, "Date 2019-07-30 14:24:45.120"),
            (r#""2019-07-30""#, "Date 2019-07-30 00:00:00"),
            ("1564467885000", "Date 2019-07-30 14:24:45"),
            (r#""1564467885000""#, "Date 2019-07-30 14:24:45"),
            (r#""0000-00-00 00:00:00""#, ""),
            (r#"" 0000-00-00 00:00:00.0 ""#, ""),
            (r#""0000-00-00""#, ""),
            (r#""0000-00-00 01:00:00""#, "!"),
            (r#""0000-00-01""#, "!"),
            (r#""""#, ""),
            (r#""null""#, ""),
            ("null", ""),
            ("1564467885", "Date 2019-07-30 14:24:45"),
            ("20190730", "Date 2019-07-30 00:00:00"),
            (r#""20190730142445""#, "Date 2019-07-30 14:24:45"),
            (r#""201907301424""#, "!"),
            ("253402300799000", "!"),
            ("0", "!"),
            (r#""2019-02-30 00:00:00""#, "!"),
            ("1.5", "!"),
        ],
    );
}

#[test]
fn json_is_kept_to_the_byte() {
    check(
        "json",
        &[
            (r#"{"b": 1.10,  "a":{}}"#, r#"Json {"b": 1.10,  "a":{}}"#),
            ("[1, 2]", "Json [1, 2]"),
            ("1.10", "Json 1.10"),
            ("true", "Json true"),
            (r#""{\"a\": 1}""#, r#"Json {"a": 1}"#),
            (r#""words""#, r#"Json "words""#),
            (r#""null""#, r#"Json "null""#),
            (r#""""#, ""),
            ("null", ""),
        ],
    );
}

#[test]
fn listed_values_stay_open() {
    check(
        "channel",
        &[
            (r#""CS""#, "String \"CS\""),
            (r#""NEW""#, "String \"NEW\""),
            (r#""null""#, "String \"null\""),
            ("1.10", "String \"1.10\""),
            (r#""""#, ""),
            ("null", ""),
            ("{}", "!"),
        ],
    );
    check(
        "level",
        &[
            ("88", "Number 88"),
            (r#""99""#, "Number 99"),
            (r#""""#, ""),
            (r#""null""#, ""),
            ("1.5", "!"),
            (r#""high""#, "!"),
        ],
    );
}

#[test]
fn objects() {
    check(
        "object",
        &[
            ("null", ""),
            (r#""""#, ""),
            (r#""null""#, ""),
            ("1", "!"),
            ("1.5", "!"),
            ("[1]", "!"),
            ("[null]", "!"),
            (r#""x""#, "!"),
            (r#""{x""#, "!"),
        ],
    );
    for (value, expected) in [
        (r#"{"int":1}"#, "object.int = Number 1"),
        (r#""{\"int\":1}""#, "object.int = Number 1"),
        (r#"" {\"int\": \"1\"} ""#, "object.int = Number 1"),
    ] {
        assert_eq!(shown(everything(&format!(r#"{{"object":{value}}}"#))), expected);
    }
    // The last two are how PHP writes an empty object.
    for empty in ["{}", "\"{}\"", "[]", "[ ]", "\"[]\""] {
        assert!(everything(&format!(r#"{{"object":{empty}}}"#)).unwrap().object.is_some(), "{empty}");
    }
    assert_eq!(everything(r#"{"objects":[[],{"int":1}]}"#).unwrap().objects.len(), 2);
    assert!(everything(r#"{"object":null}"#).unwrap().object.is_none());
}

#[test]
fn lists() {
    for (name, value, expected) in [
        ("texts", r#"["a","b"]"#, r#"texts[0] = String "a"; texts[1] = String "b""#),
        ("texts", r#"[null,"a",""]"#, r#"texts[0] = String "a""#),
        ("texts", r#""a""#, r#"texts[0] = String "a""#),
        ("texts", r#""a,b""#, r#"texts[0] = String "a"; texts[1] = String "b""#),
        ("texts", r#""[\"a\",\"b\"]""#, r#"texts[0] = String "a"; texts[1] = String "b""#),
        ("texts", r#""[新] a""#, r#"texts[0] = String "[新] a""#),
        ("texts", r#"["a,b"]"#, r#"texts[0] = String "a,b""#),
        ("texts", r#"{"string":"a,b"}"#, r#"texts[0] = String "a,b""#),
        ("ints", r#""1,2""#, "ints[0] = Number 1; ints[1] = Number 2"),
        ("ints", r#""[1,2]""#, "ints[0] = Number 1; ints[1] = Number 2"),
        ("ints", r#""1,,2""#, "ints[0] = Number 1; ints[1] = Number 2"),
        ("decimals", r#""1.10,2""#, "decimals[0] = Decimal 1.10; decimals[1] = Decimal 2"),
        (
            "dates",
            r#""2019-07-30,20190731""#,
            "dates[0] = Date 2019-07-30 00:00:00; dates[1] = Date 2019-07-31 00:00:00",
        ),
        ("channels", r#""CS,X""#, r#"channels[0] = String "CS"; channels[1] = String "X""#),
        ("jsons", r#""{\"a\":1,\"b\":2}""#, r#"jsons[0] = Json {"a":1,"b":2}"#),
        ("jsons", r#""[1,2]""#, "jsons[0] = Json 1; jsons[1] = Json 2"),
        ("texts", "1.10", r#"texts[0] = String "1.10""#),
        ("texts", r#"[{"a":1}]"#, r#"texts[0] = String "{\"a\":1}""#),
        ("ints", r#"{"number":[1,"2"]}"#, "ints[0] = Number 1; ints[1] = Number 2"),
        ("ints", "5", "ints[0] = Number 5"),
        ("bools", r#"[true,"0"]"#, "bools[0] = Boolean true; bools[1] = Boolean false"),
        ("dates", r#"["0000-00-00 00:00:00","2019-07-30"]"#, "dates[0] = Date 2019-07-30 00:00:00"),
        ("dates", r#"{"date":["2019-07-30"]}"#, "dates[0] = Date 2019-07-30 00:00:00"),
        ("decimals", r#"[1.10,"2.0"]"#, "decimals[0] = Decimal 1.10; decimals[1] = Decimal 2.0"),
        ("decimals", "1.10", "decimals[0] = Decimal 1.10"),
        ("jsons", r#"{"json":[{"a":1},[2]]}"#, r#"jsons[0] = Json {"a":1}; jsons[1] = Json [2]"#),
        ("channels", r#"["CS","X"]"#, r#"channels[0] = String "CS"; channels[1] = String "X""#),
        ("levels", "[88]", "levels[0] = Number 88"),
        ("objects", r#"[null,{"int":1}]"#, "objects[0].int = Number 1"),
        ("objects", r#"{"any":{"int":1}}"#, "objects[0].int = Number 1"),
        ("objects", r#"["{\"int\":1}"]"#, "objects[0].int = Number 1"),
    ] {
        assert_eq!(shown(everything(&format!(r#"{{"{name}":{value}}}"#))), expected, "{value}");
    }
    let lists = ["texts", "ints", "bools", "dates", "decimals", "jsons", "channels", "levels", "objects"];
    for (list, empty) in lists.iter().flat_map(|list| ["null", "[]", "{}", r#""""#].map(|empty| (list, empty))) {
        assert_eq!(shown(everything(&format!(r#"{{"{list}":{empty}}}"#))), "", "{list}: {empty}");
    }
    for (name, value) in [
        ("ints", r#""1,x""#),
        ("decimals", r#""1,234.50""#),
        ("ints", "[[1]]"),
        ("objects", "[1]"),
        ("objects", "1.5"),
        ("objects", r#""x""#),
    ] {
        let read = shown(everything(&format!(r#"{{"{name}":{value}}}"#)));
        assert!(read.starts_with(&format!("! {name}")), "{value}: {read}");
    }
}

#[test]
fn documents_keep_empty_text_for_the_checks_to_refuse() {
    let model: Everything = from_json(r#"{"text":"","channel":"","texts":["a",""],"int":""}"#).unwrap();
    assert_eq!(
        shown(Ok(model)),
        r#"text = String ""; channel = String ""; texts[0] = String "a"; texts[1] = String """#
    );
}

#[cfg(feature = "xml")]
mod xml {
    use super::*;

    #[test]
    fn every_scalar_by_the_same_rules() {
        for (name, inner, expected) in [
            ("int", "12", "Number 12"),
            ("int", " 12\n", "Number 12"),
            ("int", "", ""),
            ("int", "null", ""),
            ("int", "1.0", "Number 1"),
            ("int", "1.5", "!"),
            ("int", "<a/>", "!"),
            ("bool", "TRUE", "Boolean true"),
            ("bool", "1", "Boolean true"),
            ("bool", "", ""),
            ("bool", "no", "!"),
            ("text", " inner  blanks ", "String \" inner  blanks \""),
            ("text", "null", "String \"null\""),
            ("text", "&quot;&quot;", r#"String "\"\"""#),
            ("text", "a&lt;b&#20013;&#x6587;&amp;", "String \"a<b中文&\""),
            ("text", "a&nbsp;b&hellip;", r#"String "a\u{a0}b…""#),
            ("text", "&#55357;&#56832;", "String \"😀\""),
            ("text", "&nix;", "!"),
            ("text", "&#55357;x", "!"),
            ("text", "<![CDATA[<b>&amp;]]>!", "String \"<b>&amp;!\""),
            ("text", "a<!-- c -->b", "String \"ab\""),
            ("text", "1.10", "String \"1.10\""),
            ("text", "a<b>c</b>d", "String \"a<b>c</b>d\""),
            ("text", "", ""),
            ("decimal", "12.30", "Decimal 12.30"),
            ("decimal", "null", ""),
            ("date", "2019-07-30 14:24:45", "Date 2019-07-30 14:24:45"),
            ("date", "1564467885000", "Date 2019-07-30 14:24:45"),
            ("json", "{&quot;a&quot;: 1}", r#"Json {"a": 1}"#),
            ("json", "words", r#"Json "words""#),
            ("channel", "NEW", "String \"NEW\""),
            ("level", "88", "Number 88"),
            ("object", "", ""),
            ("object", "\n", ""),
            ("object", "null", ""),
            ("object", "words", "!"),
        ] {
            let read = shown(xml_everything(&format!("<{name}>{inner}</{name}>")));
            assert_case(name, inner, &read, expected);
        }
    }

    #[test]
    fn lists_and_objects() {
        for (inner, expected) in [
            ("<texts><string>a</string><b>b</b></texts>", r#"texts[0] = String "a"; texts[1] = String "b""#),
            ("<texts>a</texts>", r#"texts[0] = String "a""#),
            ("<texts>a,b</texts>", r#"texts[0] = String "a"; texts[1] = String "b""#),
            ("<texts><string>a,b</string></texts>", r#"texts[0] = String "a,b""#),
            ("<ints>[1,2]</ints>", "ints[0] = Number 1; ints[1] = Number 2"),
            ("<texts>\n</texts><ints/><objects></objects>", ""),
            ("<ints><number>1</number><number/></ints>", "ints[0] = Number 1"),
            ("<decimals><price>1.10</price></decimals>", "decimals[0] = Decimal 1.10"),
            ("<channels><string>CS</string></channels>", r#"channels[0] = String "CS""#),
            ("<object>{\"int\":1}</object>", "object.int = Number 1"),
            ("<object><int>1</int></object>", "object.int = Number 1"),
            ("<objects><a><int>1</int></a><a/></objects>", "objects[0].int = Number 1"),
            ("<int>1</int><int>2</int>", "int = Number 1"),
        ] {
            assert_eq!(shown(xml_everything(inner)), expected, "{inner}");
        }
    }
}
