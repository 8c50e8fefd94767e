//! The JSON Schema of the spec format, beside the reader: what the reader accepts, the schema accepts.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{REDEEM, bent, load_method};
use jsonschema::Validator;
use opentop_model::schema;
use serde_json::Value;

fn validator(schema: &str) -> Validator {
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// A YAML text as editors see it: numbers and booleans where YAML has them. Integers past 64 bits are cut: they stay numbers.
fn value(text: &str) -> Value {
    let mut digits = 0;
    let fits = |letter: &char| {
        digits = if letter.is_ascii_digit() { digits + 1 } else { 0 };
        digits <= 18
    };
    let text: String = text.chars().filter(fits).collect();
    serde_json::to_value(serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap()).unwrap()
}

/// What is wrong with a text; nothing where it is valid.
fn problems(validator: &Validator, text: &str) -> Vec<String> {
    validator.iter_errors(&value(text)).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder of the repository with this ending, with its path from the root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut open = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn the_schemas_are_valid_schemas_and_committed_as_they_are() {
    for (name, schema) in schema::files() {
        assert!(jsonschema::meta::is_valid(&serde_json::from_str(&schema).unwrap()), "{name}");
        let committed = fs::read_to_string(root().join("spec").join(name)).unwrap();
        assert!(committed == schema, "spec/{name} is out of date: cargo xtask regen");
    }
}

#[test]
fn every_committed_spec_and_fixture_is_valid_and_names_the_schema() {
    let (spec, category) = (validator(&schema::spec()), validator(&schema::category()));
    let (overrides, message) = (validator(&schema::overrides()), validator(&schema::message()));
    let mut seen = 0;
    for (path, text) in files("spec", ".yaml").into_iter().chain(files("tests/fixtures/hostile", ".yaml")) {
        let validator = match path.as_str() {
            path if path.ends_with("/category.yaml") => &category,
            path if path.ends_with(".override.yaml") => &overrides,
            _ if text.contains("\ntopic: ") => &message,
            _ => &spec,
        };
        assert_eq!(problems(validator, &text), [""; 0], "{path}");
        if path.starts_with("spec/") && !path.ends_with("/category.yaml") {
            assert!(text.starts_with("# yaml-language-server: $schema=../"), "{path}");
        }
        seen += 1;
    }
    assert!(seen >= 7 + 2, "{seen}");
    assert_eq!(problems(&spec, REDEEM), [""; 0]);
}

#[test]
fn mistakes_that_an_editor_can_see_are_seen() {
    let spec = validator(&schema::spec());
    for (from, to) in [
        ("title: 兑换礼品\n", ""),
        ("title: 兑换礼品\n", "title: [兑换礼品]\n"),
        ("title: 兑换礼品\n", "title: 兑换礼品\ntitel: x\n"),
        ("session: none", "session: never"),
        ("effect: write", "effect: delete"),
        ("  total_items: result.total\n", ""),
        ("  total_items: result.total\n", "  total_items: result.total\n  has_next: result.success\n"),
        ("  page: redeem_req.page_no\n", "  page: redeem_req.page_no\n  offset: redeem_req.page_no\n"),
        ("  page: redeem_req.page_no\n", ""),
        ("  page: redeem_req.page_no\n", "  page: redeem_req.page_no\n  next_cursor: result.code\n"),
        ("  page: redeem_req.page_no\n  total_items: result.total\n", "  cursor: redeem_req.request_id\n"),
        ("  page: redeem_req.page_no\n", "  cursor: redeem_req.request_id\n  next_cursor: result.code\n"),
        ("  page: redeem_req.page_no\n", "  page: redeem_req.page_no\n  order: backwards\n"),
        ("ok: result.success, ", ""),
        ("type: RedeemReq, required: true", "type: RedeemReq, required: yes"),
        ("type: RedeemReq, required: true", "required: true"),
        ("type: String, required: true, max_length: 32", "type: String, requird: true, max_length: 32"),
        ("max_length: 32", "max_length: -1"),
        ("max_length: 32", "max_length: 3.5"),
        ("max_length: 32", "max_length: '032'"),
        ("min: 0.01", "min: [0.01]"),
        ("type: 'Number []'", "type: 'Number [] []'"),
        ("type: 'Number []'", "type: [Number]"),
        ("{ value: 101 }, ", "[101], "),
        ("at_least_one_of: [brand_id, out_brand_id]", "at_least_one_of: brand_id"),
        ("at_least_one_of: [brand_id, out_brand_id]", "one_of: [brand_id, out_brand_id]"),
        ("end: end_time, days: 30", "end: end_time"),
        ("end: end_time, days: 30", "end: end_time, days: 30, hours: 1"),
        ("  response_xml: |", "  response: |"),
        ("{ code: isv.gift-not-found, message", "{ message"),
        ("{ code: isv.gift-not-found, message", "{ code: isv.gift-not-found, executed: yes, message"),
        ("{ code: isv.gift-not-found, message", "{ code: isv.gift-not-found, executed: false, message"),
    ] {
        let text = bent(from, to);
        assert!(!problems(&spec, &text).is_empty(), "the schema accepts {to:?} for {from:?}");
        assert!(load_method(&text).0.has_errors(), "the reader accepts {to:?} for {from:?}");
    }
}

#[test]
fn what_the_reader_accepts_the_schema_accepts() {
    let spec = validator(&schema::spec());
    for (from, to) in [
        (
            "  page: redeem_req.page_no\n  total_items: result.total\n",
            "  cursor: redeem_req.request_id\n  next_cursor: result.code\n  last_cursor: -1\n  has_next: result.success\n",
        ),
        ("  page: redeem_req.page_no\n", "  offset: redeem_req.page_no\n  first: 1\n  order: last_first\n"),
        ("example: a1", "example: 012"),
        ("example: a1", "example: no"),
        ("{ code: isv.gift-not-found, message", "{ code: isv.gift-not-found, executed: no, message"),
        ("{ code: isv.gift-not-found, message", "{ code: isv.gift-not-found, executed: 'maybe', message"),
        ("example: a1", "example: null"),
        ("example: a1", "example: 2019-01-01"),
        ("max_length: 32", "max_length: '32'"),
        ("required: true, max_length", "required: 'true', max_length"),
        ("min: 0.01", "min: '0.01'"),
        ("type: 'Number []'", "type: 'Number[]'"),
        ("type: 'Number []'", "type: ' Number [] '"),
        ("type: RedeemResult", "type: 'RedeemResult '"),
        ("samples:\n", "suggested: [1, { a: b }]\nsamples:\n"),
        ("samples:\n", "vendor: { source: page, said: '{}' }\nsamples:\n"),
        ("description: 渠道", "element: channel_no, description: 渠道"),
        ("  Gift:\n", "  Empty: {}\n  Gift:\n"),
    ] {
        let text = bent(from, to);
        assert!(!load_method(&text).0.has_errors(), "the reader refuses {to:?}");
        assert_eq!(problems(&spec, &text), [""; 0], "{to:?}");
    }
}

#[test]
fn descriptions_say_what_each_key_means() {
    fn undescribed(value: &Value, path: &str, out: &mut Vec<String>) {
        if let Some(properties) = value["properties"].as_object() {
            let without = properties.iter().filter(|(_, key)| key["description"].as_str().is_none_or(str::is_empty));
            out.extend(without.map(|(name, _)| format!("{path}.{name}")));
        }
        for (name, definition) in value["$defs"].as_object().into_iter().flatten() {
            undescribed(definition, name, out);
        }
    }
    for (name, schema) in schema::files() {
        let mut out = Vec::new();
        undescribed(&serde_json::from_str(&schema).unwrap(), name, &mut out);
        assert_eq!(out, [""; 0]);
    }
}
