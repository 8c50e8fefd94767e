//! Frames that the vendor's own code wrote. They are not part of the repository: without them this test says so and passes.

use std::fs;
use std::path::PathBuf;

use opentop_runtime::__private::engine::sign::sign;
use opentop_runtime::__private::v1::link::{Frame, Value};
use opentop_runtime::SignMethod;
use serde_json::Value as Json;

/// The file that `OPENTOP_TMC_VECTORS` names, or the one beside a checkout.
fn vectors() -> Option<Json> {
    let named = std::env::var_os("OPENTOP_TMC_VECTORS").map(PathBuf::from);
    let path = named.unwrap_or_else(|| crate::support::repository::root().join("../shared/reference/tmc_vectors.json"));
    match fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            eprintln!("SKIPPED: the vendor's frames are not at {}", path.display());
            None
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn text<'a>(message: &'a Json, name: &str) -> &'a str {
    message[name].as_str().unwrap_or_default()
}

fn number(message: &Json, name: &str) -> i64 {
    message[name].as_i64().unwrap_or_default()
}

fn value<'a>(json: &'a Json, raw: &'a [u8]) -> Value<'a> {
    let number = json["value"].as_i64().unwrap_or_default();
    match json["type"].as_str().unwrap() {
        "void" => Value::Void,
        "string" => Value::Text(json["value"].as_str().unwrap_or_default()),
        "byte" => Value::Byte(number as i8),
        "int16" => Value::Int16(number as i16),
        "int32" => Value::Int32(number as i32),
        "int64" => Value::Int64(number),
        "date" => Value::Date(number),
        "bytes" => Value::Bytes(raw),
        other => panic!("{other}"),
    }
}

fn raws(message: &Json) -> Vec<Vec<u8>> {
    let fields = message["content"].as_array().unwrap();
    fields.iter().map(|field| bytes(field["value"]["hex"].as_str().unwrap_or_default())).collect()
}

fn fields<'a>(message: &'a Json, raws: &'a [Vec<u8>]) -> Vec<(&'a str, Value<'a>)> {
    let fields = message["content"].as_array().unwrap().iter().zip(raws);
    fields.map(|(field, raw)| (text(field, "name"), value(&field["value"], raw))).collect()
}

/// Empty text is read as void.
fn as_read(value: Value<'_>) -> Value<'_> {
    if value == Value::Text("") { Value::Void } else { value }
}

#[test]
fn the_vendors_frames_are_written_and_read_to_the_byte() {
    let Some(vectors) = vectors() else { return };
    let (mut written, mut read) = (0, 0);
    for vector in vectors["encode"].as_array().unwrap() {
        let (id, message, hex) = (text(vector, "id"), &vector["message"], bytes(text(vector, "hex")));
        let raws = raws(message);
        let fields = fields(message, &raws);
        let (status, flag) = (number(message, "status_code") as i32, number(message, "flag") as i32);
        let kind = number(message, "type") as i8;
        if number(message, "version") == 2 {
            let frame = Frame::new(kind).refusal(status, text(message, "status_phrase")).flag(flag);
            assert_eq!(frame.token(text(message, "token")).encode(&fields), hex, "{id}");
            written += 1;
        }
        let frame = Frame::decode(&hex).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!((frame.kind, frame.status, frame.flag), (kind, status.max(0), flag.max(0)), "{id}");
        assert_eq!((frame.phrase, frame.token), (text(message, "status_phrase"), text(message, "token")), "{id}");
        for (name, value) in fields {
            assert_eq!(frame.get(name), as_read(value), "{id} {name}");
        }
        read += 1;
    }
    assert_eq!((written, read), (21, 24));
}

#[test]
fn the_vendors_odd_frames_are_read_or_refused_on_purpose() {
    let Some(vectors) = vectors() else { return };
    for vector in vectors["decode"].as_array().unwrap() {
        let (id, frame) = (text(vector, "id"), bytes(text(vector, "hex")));
        let read = Frame::decode(&frame);
        // D03 and D04 are read as noise by the vendor's client, D05 to D07 end early.
        assert_eq!(read.is_err(), matches!(id, "D03" | "D04" | "D05" | "D06" | "D07"), "{id}: {read:?}");
        let Ok(frame) = read else { continue };
        let raws = raws(&vector["result"]);
        assert_eq!(frame.fields.into_iter().last(), fields(&vector["result"], &raws).pop(), "{id}");
        assert_eq!(i64::from(frame.kind), number(&vector["result"], "type"), "{id}");
        assert_eq!(frame.trailing > 0, id == "D09");
    }
}

#[test]
fn the_signature_of_a_connection_is_the_vendors() {
    let mut signed = [("app_key", "12345678"), ("group_name", "default"), ("timestamp", "1451620800000")];
    let signature = sign(SignMethod::Md5, &"helloworld".into(), &mut signed, None);
    assert_eq!(signature, "2E03D1348D7B65A366F8DB4BD1435983");
}
