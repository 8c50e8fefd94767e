//! Writes the parts of a frame.

use super::value::Value;

pub(super) fn size(value: Value<'_>) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::NotUtf8(bytes) | Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

pub(super) fn value(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Void => out.push(0),
        Value::Text(text) => {
            out.push(1);
            counted(text.as_bytes(), out);
        }
        Value::NotUtf8(bytes) => {
            out.push(1);
            counted(bytes, out);
        }
        Value::Byte(number) => out.extend([2, number.cast_unsigned()]),
        Value::Int16(number) => {
            out.push(3);
            out.extend(number.to_le_bytes());
        }
        Value::Int32(number) => {
            out.push(4);
            out.extend(number.to_le_bytes());
        }
        Value::Int64(number) => {
            out.push(5);
            out.extend(number.to_le_bytes());
        }
        Value::Date(number) => {
            out.push(6);
            out.extend(number.to_le_bytes());
        }
        Value::Bytes(bytes) => {
            out.push(7);
            counted(bytes, out);
        }
    }
}

pub(super) fn header(of: i16, out: &mut Vec<u8>) {
    out.extend(of.to_le_bytes());
}

/// A length of 4 bytes and as many bytes. What is longer than that can count is cut off; no frame gets that large.
pub(super) fn counted(bytes: &[u8], out: &mut Vec<u8>) {
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    out.extend(length.to_le_bytes());
    out.extend_from_slice(bytes.get(..length.unsigned_abs() as usize).unwrap_or(bytes));
}
