#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

/// `02 02`, a token, a flag, fields of every format, the end. Written by hand from the description of the format.
const HAND: &str = "0202 0400 07000000 0500 01000000 74 \
    0100 01000000 61 00 \
    0100 01000000 62 01 02000000 6869 \
    0100 01000000 63 02 ff \
    0100 01000000 64 03 feff \
    0100 01000000 65 04 fdffffff \
    0100 01000000 66 05 0000000000000080 \
    0100 01000000 67 06 0100000000000000 \
    0100 01000000 68 07 03000000 0001ff 0000";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn of_hand() -> [(&'static str, Value<'static>); 8] {
    [
        ("a", Value::Void),
        ("b", Value::Text("hi")),
        ("c", Value::Byte(-1)),
        ("d", Value::Int16(-2)),
        ("e", Value::Int32(-3)),
        ("f", Value::Int64(i64::MIN)),
        ("g", Value::Date(1)),
        ("h", Value::Bytes(&[0, 1, 255])),
    ]
}

#[test]
fn a_frame_written_by_hand_is_read_and_written_alike() {
    let hand = bytes(HAND);
    let frame = Frame::decode(&hand).unwrap();
    assert_eq!((frame.version, frame.kind, frame.flag, frame.token, frame.status), (2, SEND, 7, "t", 0));
    assert_eq!(frame.fields.into_iter().collect::<Vec<_>>(), of_hand());
    assert_eq!(Frame::new(SEND).token("t").flag(7).encode(&of_hand()), hand);
}

#[test]
fn what_is_empty_or_not_above_zero_is_not_written() {
    assert_eq!(Frame::new(SEND_ACK).token("").flag(-1).refusal(0, "").encode(&[]), bytes("0203 0000"));
}

#[test]
fn an_empty_text_is_read_as_void_and_a_negative_length_as_empty() {
    let empty = Frame::new(SEND).encode(&[("k", Value::Text(""))]);
    assert_eq!(Frame::decode(&empty).unwrap().get("k"), Value::Void);
    assert_eq!(Frame::decode(&bytes("0202 0500 ffffffff 0000")).unwrap().token, "");
}

#[test]
fn of_two_fields_with_one_name_the_last_counts() {
    let twice = Frame::new(SEND).encode(&[("k", Value::Byte(1)), ("k", Value::Byte(2))]);
    assert_eq!(Frame::decode(&twice).unwrap().get("k"), Value::Byte(2));
}

#[test]
fn unknown_headers_and_formats_are_errors_and_bytes_behind_the_end_are_counted() {
    let problem = |hex: &str| Frame::decode(&bytes(hex)).unwrap_err();
    assert_eq!(problem("0202 0900 0000").problem, FrameProblem::Header(9));
    assert_eq!(problem("0202 0100 01000000 6b 08 01000000 76 0000").problem, FrameProblem::Format(8));
    assert_eq!(problem("0202 0500 01000000 ff 0000").problem, FrameProblem::NotUtf8);
    assert_eq!(Frame::decode(&bytes("0202 0000 deadbeef")).unwrap().trailing, 4);
    assert_eq!(problem("").to_string(), "the frame ends inside of what begins at byte 0");
}

#[test]
fn text_that_is_not_utf8_does_not_lose_the_frame() {
    let frame = bytes("0202 0100 01000000 6b 01 02000000 ff41 0000");
    assert_eq!(Frame::decode(&frame).unwrap().get("k"), Value::NotUtf8(&[0xff, 0x41]));
}

#[test]
fn version_1_turns_big_endian_behind_its_first_number() {
    let frame = bytes("0102 0100 02000000 6964 05 0500000000000000 0001 00000001 61 01 00000001 62 0000");
    let frame = Frame::decode(&frame).unwrap();
    assert_eq!(frame.fields.into_iter().collect::<Vec<_>>(), [("id", Value::Int64(5)), ("a", Value::Text("b"))]);
}

#[test]
fn every_cut_frame_is_an_error() {
    let hand = bytes(HAND);
    for cut in 0..hand.len() {
        assert_eq!(Frame::decode(&hand[..cut]).unwrap_err().problem, FrameProblem::Short, "{cut}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        (kind, status, flag) in (any::<i8>(), 0..i32::MAX, 0..i32::MAX),
        (phrase, token) in (".{0,20}", ".{0,40}"),
        texts in prop::collection::vec((".{0,8}", ".{1,30}"), 0..5),
        numbers in prop::collection::vec(any::<i64>(), 0..5),
        bytes in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let mut fields: Vec<(&str, Value<'_>)> = texts.iter().map(|(n, t)| (n.as_str(), Value::Text(t))).collect();
        fields.extend(numbers.iter().map(|number| ("n", Value::Int64(*number))));
        fields.push(("bytes", Value::Bytes(&bytes)));
        let written = Frame::new(kind).refusal(status, &phrase).flag(flag).token(&token).encode(&fields);
        let read = Frame::decode(&written).unwrap();
        prop_assert_eq!((read.kind, read.status, read.flag), (kind, status, flag));
        prop_assert_eq!((read.phrase, read.token, read.trailing), (&*phrase, &*token, 0));
        prop_assert_eq!(read.fields.into_iter().collect::<Vec<_>>(), fields);
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert!(frame.fields.into_iter().count() <= bytes.len());
        }
    }
}
