#![allow(clippy::unwrap_used)]
use opentop_model::diagnostic::SourceFile;

use super::*;

const SPEC: &str = "\
api: alibaba.example.gift.list
category: example
title: 列表
session: none
effect: read
request:
  fields:
    query: { type: Query, required: true }
    ids: { type: 'Number []' }
    note: { type: String }
    photo: { type: 'byte[]' }
response:
  fields:
    total: { type: Number }
types:
  Query:
    fields:
      page_no: { type: Number }
      price: { type: Price }
      exact: { type: Boolean }
      names: { type: 'String []' }
      since: { type: Date }
";

fn api() -> Api {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let loaded = opentop_model::load(&[
        file("example/category.yaml", "title: 示例\n"),
        file("example/alibaba.example.gift.list.yaml", SPEC),
    ]);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    loaded.model.apis[0].clone()
}

fn read_words(file: Option<&str>, words: &[&str]) -> Result<Vec<(String, String)>, String> {
    given(file, words).map(|given| given.texts)
}

fn given(file: Option<&str>, words: &[&str]) -> Result<Given, String> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    read(&api(), file, &words)
}

#[test]
fn only_a_file_parameter_takes_an_at_sign_for_a_path() {
    let words = ["note=@gift.png", "query.names=@a,@b", "other=@x"];
    for photo in ["@gift.png", r#"{"path": "gift.png"}"#] {
        let photo = format!("photo={photo}");
        let given = given(None, &[&words[..], &[&photo]].concat()).unwrap();
        assert_eq!(given.files, [("photo".to_owned(), File::from_path("gift.png").with_media_type("image/png"))]);
        let texts = [("note", "@gift.png"), ("query", r#"{"names":["@a","@b"]}"#), ("other", "@x")];
        assert_eq!(given.texts, texts.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
    let in_a_file = given(Some(r#"{"photo": "@a.bin", "note": "@b"}"#), &[]).unwrap();
    assert_eq!(in_a_file.files, [("photo".to_owned(), File::from_path("a.bin"))]);
    assert_eq!(in_a_file.texts, [("note".to_owned(), "@b".to_owned())]);
    assert!(given(Some(r#"{"photo": null}"#), &[]).unwrap().files.is_empty());
}

#[test]
fn words_become_parameters_by_the_types_of_their_fields() {
    let words = [
        "query.page_no=1",
        "query.price=12.30",
        "query.exact=true",
        "query.names=a,007",
        "query.since=2024-01-01 00:00:00",
        "ids=1,2",
        "note=007=x",
        "other=1",
    ];
    let query = r#"{"page_no":1,"price":12.30,"exact":true,"names":["a","007"],"since":"2024-01-01 00:00:00"}"#;
    let expected = [("query", query), ("ids", "1,2"), ("note", "007=x"), ("other", "1")];
    let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    assert_eq!(read_words(None, &words).unwrap(), expected);
}

#[test]
fn json_is_taken_as_it_is_on_the_command_line_and_from_a_file() {
    let file = r#"{"query":{"page_no": 12345678901234567890123, "x":[]},"ids":[1,2],"note":null}"#;
    let from_file = read_words(Some(file), &["other=1"]).unwrap();
    let names: Vec<&str> = from_file.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ids", "query", "other"]);
    assert_eq!(from_file[1].1, r#"{"page_no": 12345678901234567890123, "x":[]}"#);
    assert_eq!(read_words(None, &[r#"query={"names":["a,b"]}"#]).unwrap()[0].1, r#"{"names":["a,b"]}"#);
}

#[test]
fn what_cannot_be_put_together_is_an_error_that_names_it() {
    for (file, words, expected) in [
        (None, &["note"][..], "`note` is not KEY=VALUE"),
        (None, &["query..x=1"], "`query..x` is no name"),
        (None, &["note=1", "note=2"], "`note` is given twice"),
        (None, &["query={}", "query.page_no=1"], "`query.page_no` is given twice"),
        (Some("{\"note\":1}"), &["note=2"], "`note` is given twice"),
        (Some(r#"{"note":1,"ids":[1],"n\u006fte":2}"#), &[], "`note` is given twice in the file of parameters"),
        (None, &["query={"], "query: this is not JSON"),
        (None, &[r#"ids=["1,2"]"#], "ids: elements of a list at the top level"),
        (None, &["photo=x"], "photo: this is a file: write @PATH"),
        (None, &["photo={"], "photo: this is not JSON"),
        (Some(r#"{"photo":"@x"}"#), &["photo=@x"], "`photo` is given twice"),
        (Some("[]"), &[], "the file of parameters is not a JSON object"),
    ] {
        let error = read_words(file, words).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
