//! Exact values in unusual dress, and values that are none.

use crate::model::{End, read, write};

#[test]
fn exact_values_are_taken_however_they_are_written() {
    for (value, total) in [("10.0", 10), (r#""12.00""#, 12), ("1e3", 1_000)] {
        assert_eq!(read(&format!(r#"{{"total":{value}}}"#)).unwrap().total, Some(total), "{value}");
    }
    for (value, price) in [(r#"".5""#, "0.5"), (r#""1,234.50""#, "1234.50")] {
        let found = read(&format!(r#"{{"price":{value}}}"#)).unwrap();
        assert_eq!(found.price.map(|price| price.to_string()).as_deref(), Some(price), "{value}");
    }
    assert!(read(r#"{"best":[]}"#).unwrap().best.is_some());
    assert_eq!(read(r#"{"ids":"1,2"}"#).unwrap().ids, [1, 2]);
    for list in [r#""a,b""#, r#""[\"a\",\"b\"]""#] {
        assert_eq!(read(&format!(r#"{{"names":{list}}}"#)).unwrap().names, ["a", "b"], "{list}");
    }
    assert_eq!(write(r#"{"success":true,"out_no":1.0}"#), End::Done);
}

#[test]
fn nothing_is_rounded() {
    for body in
        [r#"{"total":12.5}"#, r#"{"total":"1e-1"}"#, r#"{"price":"12.30元"}"#, r#"{"total":9223372036854775808.0}"#]
    {
        assert!(read(body).is_err(), "{body}");
    }
    assert_eq!(read(r#"{"total":9223372036854775807.0}"#).unwrap().total, Some(i64::MAX));
}

#[test]
fn compact_dates_are_dates_and_nothing_becomes_another_date() {
    for (value, date) in [
        (r#""20190730142445""#, "2019-07-30 14:24:45"),
        (r#""20190730""#, "2019-07-30 00:00:00"),
        ("20190730", "2019-07-30 00:00:00"),
        ("1564467885", "2019-07-30 14:24:45"),
        ("1564467885000", "2019-07-30 14:24:45"),
    ] {
        let found = read(&format!(r#"{{"date":{value}}}"#)).unwrap();
        assert_eq!(found.date.map(|date| date.to_string()).as_deref(), Some(date), "{value}");
    }
    for value in [r#""201907301424""#, "201907301424", "15644678850000", "253402300799000", "1", "-1564467885000"] {
        assert!(read(&format!(r#"{{"date":{value}}}"#)).is_err(), "{value}");
    }
}
