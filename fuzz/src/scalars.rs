//! Numbers, decimals, booleans and dates, each beside a second reading of its own.
//!
//! Input: the text of one value. What must hold: exact or refused, never rounded; the same as JSON number, as JSON text and in XML; what
//! is printed reads back to the same.

use opentop_runtime::__private::engine::decode::{DecodeError, Decoded, json, xml};
use opentop_runtime::{DateTime, Decimal, Json};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, value::RawValue};

use super::tables::{ENVELOPE, Everything};

/// What reads an answer in JSON.
pub type Decode<'a> = &'a dyn Fn(&str, &mut Everything) -> Result<Decoded, DecodeError>;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &|text, into| json(text, ENVELOPE, into));
}

/// The same of any code under test.
pub fn check(data: &[u8], decode: Decode<'_>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let token = Value::from(text).to_string();
    one_value(text, &token, decode);
    // The text itself, if it is a number.
    if text.starts_with(|it: char| it == '-' || it.is_ascii_digit()) && serde_json::from_str::<&RawValue>(text).is_ok()
    {
        one_value(text.trim_ascii_end(), text, decode);
    }
    in_xml(text);
    date_alone(text);
    passed_through(text);
}

fn read(field: &str, token: &str, decode: Decode<'_>) -> Option<Everything> {
    let mut model = Everything::default();
    decode(&format!("{{\"{field}\":{token}}}"), &mut model).ok().map(|_| model)
}

fn one_value(text: &str, token: &str, decode: Decode<'_>) {
    let absent = matches!(text.trim_ascii(), "" | "null");
    let is_number = !token.starts_with('"');
    let int = read("int", token, decode).map(|it| it.int);
    // Nothing at all, times a power beyond all bounds, may be refused.
    let is_zero = normal(text.trim_ascii()).is_some_and(|(_, digits, _)| digits.is_empty());
    if !(is_zero && int.is_none()) {
        let expected = integer(text.trim_ascii()).or_else(|| whole(text.trim_ascii()));
        assert_eq!(int, if absent { Some(None) } else { expected.map(Some) }, "int {token}");
    }
    let truth = read("bool", token, decode).map(|it| it.bool);
    assert_eq!(truth, if absent { Some(None) } else { boolean(text.trim_ascii()).map(Some) }, "bool {token}");
    let decimal = read("decimal", token, decode).map(|it| it.decimal);
    if absent {
        assert_eq!(decimal, Some(None));
    } else {
        let text = text.trim_ascii();
        exact(&ungrouped(text).unwrap_or_else(|| text.to_owned()), decimal.flatten());
    }
    if let (true, Some(json)) = (is_number, read("json", token, decode).and_then(|it| it.json)) {
        let written = serde_json::to_value(&json).expect("a number or its text");
        let is_exact = written.as_str() == Some(text) || normal(&written.to_string()) == normal(text);
        assert!(is_exact, "{text} is written as {written}");
    }
    let text_field = read("text", token, decode).and_then(|it| it.text);
    assert_eq!(text_field.as_deref(), (!text.is_empty()).then_some(text), "text {token}");
    if let Some(Some(date)) = read("date", token, decode).map(|it| it.date) {
        the_same_moment(text.trim_ascii(), date, is_number);
    }
}

/// `-`, then digits, in 64 bits.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let significant = digits.trim_start_matches('0');
    let sound = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) && significant.len() < 20;
    let magnitude = if sound { format!("0{significant}").parse::<i128>().ok()? } else { return None };
    i64::try_from(if text.starts_with('-') { -magnitude } else { magnitude }).ok()
}

/// A decimal that is a whole number of 64 bits.
fn whole(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (negative, digits, power) = normal(text).filter(|_| !unsigned.starts_with('.'))?;
    let zeros = usize::try_from(power).ok().filter(|zeros| *zeros < 20)?;
    let magnitude: i128 = format!("0{digits}{}", "0".repeat(zeros)).parse().ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// A number without separators of thousands, where putting them in again gives the same text.
fn ungrouped(text: &str) -> Option<String> {
    let plain = text.replace(',', "");
    let unsigned = plain.strip_prefix('-').unwrap_or(&plain);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits_only = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    let sound = digits_only(whole) && digits_only(fraction) && !fraction.is_empty() && !whole.starts_with('0');
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    (sound && text.contains(',') && text == plain.replacen(whole, &grouped, 1)).then_some(plain)
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A number as sign, digits without zeros around them, and the power of ten behind; `None` if the text is no number.
fn normal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (number, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits_only = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    let parts = [whole, fraction, power];
    if (whole.is_empty() && fraction.is_empty())
        || power.is_empty()
        || number.ends_with('.')
        || !parts.into_iter().all(digits_only)
    {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Some((false, String::new(), 0));
    }
    let power = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let power = power.checked_add(i64::try_from(digits.len() - kept.len()).ok()?)?;
    Some((negative, kept.trim_start_matches('0').to_owned(), power))
}

/// A decimal is the number that was written, whenever 96 bits and 28 places hold that.
fn exact(text: &str, decimal: Option<Decimal>) {
    let wanted = normal(text);
    let held = wanted.as_ref().is_some_and(|(_, digits, power)| {
        let zeros = usize::try_from(*power).unwrap_or(0).min(40);
        let mantissa = format!("0{digits}{}", "0".repeat(zeros));
        *power >= -28 && mantissa.len() < 32 && mantissa.parse::<i128>().is_ok_and(|it| it < 1 << 96)
    });
    // Nothing at all, times a power beyond all bounds, may be refused.
    let is_zero = wanted.as_ref().is_some_and(|(_, digits, _)| digits.is_empty());
    let Some(decimal) = decimal else {
        assert!(!held || is_zero, "{text} is refused");
        return;
    };
    assert!(held, "{text}: {decimal:?}");
    let printed = decimal.to_string();
    assert_eq!(normal(&printed), wanted, "{text} became {printed}");
    assert_eq!(printed.parse::<Decimal>().ok().map(|it| it.to_string()), Some(printed));
}

/// Text in an element reads as the same text in JSON does.
fn in_xml(text: &str) {
    let escaped: String = text
        .chars()
        .map(|it| if matches!(it, '&' | '<' | '>' | '\r') { format!("&#{};", u32::from(it)) } else { it.to_string() })
        .collect();
    for field in ["int", "bool", "decimal", "date", "text", "channel", "level", "ints", "dates"] {
        let (mut from_xml, mut from_json) = (Everything::default(), Everything::default());
        let one = xml(&format!("<{ENVELOPE}><{field}>{escaped}</{field}></{ENVELOPE}>"), ENVELOPE, &mut from_xml);
        let other = json(&format!("{{\"{field}\":{}}}", Value::from(text)), ENVELOPE, &mut from_json);
        // An element without anything but blanks in it is an empty list.
        let is_blank_list = field.ends_with('s') && text.trim_ascii().is_empty();
        // What XML forbids, and numbers of characters that it forbids, are malformed.
        let forbidden = one.as_ref().is_err_and(|error| error.position().is_some());
        if is_blank_list || (forbidden && text.contains(|it: char| it.is_control())) {
            continue;
        }
        assert_eq!(one.is_ok(), other.is_ok(), "{field}: {one:?} {other:?}");
        assert_eq!(from_xml, from_json, "{field}");
    }
}

fn date_alone(text: &str) {
    let date = match text.parse::<DateTime>() {
        Ok(date) => date,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert_eq!(date.to_string(), text);
    the_same_moment(text, date, false);
    let day = Duration::from_secs(86_400);
    if let Some(next) = date.checked_add(day) {
        assert_eq!((next, next.seconds_since(date), next.checked_sub(day)), (date + day, 86_400, Some(date)));
    }
    assert!(date - day <= date && date <= date + day);
    if let Ok(millis) = u64::try_from(date.unix_millis()) {
        assert_eq!(DateTime::from(UNIX_EPOCH + Duration::from_millis(millis)), date);
    }
}

/// JSON that is passed through is one value, kept to the byte.
fn passed_through(text: &str) {
    let is_value = serde_json::from_str::<&RawValue>(text).is_ok();
    let json = Json::new(text);
    assert_eq!(json.is_ok(), is_value);
    if let Ok(json) = json {
        assert_eq!((json.as_str(), &*json.to_string()), (text.trim_ascii(), text.trim_ascii()));
        assert_eq!(text.parse::<Json>().ok(), Some(json.clone()));
        if let Ok(tree) = json.parse::<Value>() {
            assert_eq!(Json::from_value(&tree), Json::from_serialize(&tree).expect("a tree is JSON"));
        }
    }
}

/// A date is the moment that was written, counted a second time.
fn the_same_moment(text: &str, date: DateTime, is_number: bool) {
    let millis = date.unix_millis();
    assert_eq!(DateTime::from_unix_millis(millis), Ok(date));
    let shown = format!("{date:?}");
    assert_eq!(
        read("date", &format!("\"{shown}\""), &|text, into| json(text, ENVELOPE, into)).and_then(|it| it.date),
        Some(date)
    );
    if is_number || !text.contains('-') {
        let number: i64 = text.parse().expect("a date is digits or has dashes");
        match text.len() {
            8 | 14 => {
                let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
                assert_eq!(digits, format!("{text:0<14}"));
            }
            9 | 10 => assert_eq!(number * 1_000, millis),
            _ => assert_eq!(number, millis),
        }
        let is_compact = matches!(text.len(), 8 | 14);
        assert!(is_compact || ("2000"..="2100").contains(&&shown[..4]), "{text} became {shown}");
        return;
    }
    assert!(shown.starts_with(text.trim_end_matches(['0', '.']).trim_end_matches([':', ' '])), "{text} became {shown}");
    let number = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.parse::<i64>().unwrap_or(0));
    let seconds = (number(11, 13) - 8) * 3_600 + number(14, 16) * 60 + number(17, 19);
    let fraction = text.get(20..).map_or(0, |part| format!("{part:0<3}").parse::<i64>().unwrap_or(0));
    let days = days_since_1970(number(0, 4), number(5, 7), number(8, 10));
    assert_eq!(millis, (days * 86_400 + seconds) * 1_000 + fraction, "{text}");
}

/// Days in the proleptic Gregorian calendar, by counting: 365 for every year and one more for each leap year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let leap_years = |before: i64| (before - 1) / 4 - (before - 1) / 100 + (before - 1) / 400;
    let is_leap = leap_years(year + 1) > leap_years(year);
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: i64 = lengths.iter().take(usize::try_from(month - 1).unwrap_or(0)).sum();
    (year - 1970) * 365 + leap_years(year) - leap_years(1970) + months + day - 1
}
