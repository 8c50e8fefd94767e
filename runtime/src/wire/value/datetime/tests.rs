#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn the_wire_form_reads_and_writes() {
    for text in ["2019-07-30 14:24:45", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2020-02-29 00:00:01"] {
        assert_eq!(text.parse::<DateTime>().unwrap().to_string(), text);
    }
}

#[test]
fn nothing_but_the_wire_form_is_read_strictly() {
    for (text, error) in [
        ("", DateTimeError::Form),
        ("2019-07-30", DateTimeError::Form),
        ("2019-07-30T14:24:45", DateTimeError::Form),
        ("2019-7-30 14:24:45", DateTimeError::Form),
        ("2019-07-30 14:24:45.123", DateTimeError::Form),
        ("2019-07-30 14:24:4五", DateTimeError::Form),
        ("+019-07-30 14:24:45", DateTimeError::Form),
        ("2019-02-29 00:00:00", DateTimeError::NoSuchTime),
        ("2019-01-01 24:00:00", DateTimeError::NoSuchTime),
        ("2019-01-01 23:59:60", DateTimeError::NoSuchTime),
        ("2019-13-01 00:00:00", DateTimeError::NoSuchTime),
        ("0000-01-01 00:00:00", DateTimeError::Range),
    ] {
        assert_eq!(text.parse::<DateTime>(), Err(error), "{text}");
    }
}

#[test]
fn answers_may_hold_fractions_dates_alone_and_milliseconds() {
    for (text, shown) in [
        ("2019-07-30", "2019-07-30 00:00:00"),
        ("2019-07-30 14:24:45", "2019-07-30 14:24:45"),
        ("2019-07-30 14:24:45.0", "2019-07-30 14:24:45"),
        ("2019-07-30 14:24:45.5", "2019-07-30 14:24:45.500"),
        ("2019-07-30 14:24:45.123", "2019-07-30 14:24:45.123"),
        ("1564467885000", "2019-07-30 14:24:45"),
        ("978307200000", "2001-01-01 08:00:00"),
        ("1564467885", "2019-07-30 14:24:45"),
        ("20190730142445", "2019-07-30 14:24:45"),
        ("20190730", "2019-07-30 00:00:00"),
        ("946656000", "2000-01-01 00:00:00"),
        ("946656000000", "2000-01-01 00:00:00"),
        ("4133951999", "2100-12-31 23:59:59"),
        ("4133951999999", "2100-12-31 23:59:59.999"),
    ] {
        assert_eq!(format!("{:?}", DateTime::parse_lenient(text).unwrap()), shown, "{text}");
    }
    for text in [
        "156446788500000",
        "2019-07-30 14:24:45.",
        "2019-07-30 14:24:45.1234",
        // A compact date without seconds, and numbers of other years: never another date.
        "201907301424",
        "946655999",
        "4133952000",
        "946655999999",
        "4133952000000",
        "99999999999999",
        "20190230",
        "20190730142460",
        "20191301000000",
        "00190730",
        "2019073",
        "20190730T",
        "-1564467885",
    ] {
        assert!(DateTime::parse_lenient(text).is_err(), "{text}: {:?}", DateTime::parse_lenient(text));
    }
}

#[test]
fn a_number_is_read_as_its_digits_are() {
    let numbers = [0, 1, 9_999_999, 20_190_730, 20_190_230, 99_999_999, 946_656_000, 1_564_467_885, 2_019_073_014];
    let larger = [4_133_952_000, 201_907_301_424, 1_564_467_885_000, 20_190_730_142_445, i64::MAX];
    for number in numbers.into_iter().chain(larger) {
        assert_eq!(DateTime::from_number(number), DateTime::parse_lenient(&number.to_string()), "{number}");
    }
    assert!(DateTime::from_number(-1).is_err() && DateTime::from_number(i64::MIN).is_err());
}

#[test]
fn milliseconds_go_there_and_back_over_the_whole_range() {
    for millis in [0, -1, 1_564_467_885_123, DateTime::MIN.unix_millis(), DateTime::MAX.unix_millis()] {
        assert_eq!(DateTime::from_unix_millis(millis).unwrap().unix_millis(), millis);
    }
    assert_eq!(DateTime::from_unix_millis(0).unwrap().to_string(), "1970-01-01 08:00:00");
    for millis in [i64::MIN, i64::MAX, DateTime::MIN.unix_millis() - 1, DateTime::MAX.unix_millis() + 1] {
        assert_eq!(DateTime::from_unix_millis(millis), Err(DateTimeError::Range));
    }
}

#[test]
fn arithmetic_stops_at_the_ends() {
    let day = Duration::from_secs(86_400);
    let new_year = DateTime::new(2020, 1, 1, 0, 0, 0).unwrap();
    assert_eq!((new_year - day).to_string(), "2019-12-31 00:00:00");
    assert_eq!((new_year + day).seconds_since(new_year), 86_400);
    assert_eq!(new_year.seconds_since(new_year + day), -86_400);
    assert_eq!(DateTime::MAX + day, DateTime::MAX);
    assert_eq!(DateTime::MIN - Duration::MAX, DateTime::MIN);
    assert_eq!(DateTime::MAX.checked_add(Duration::from_millis(1)), None);
}

#[test]
fn the_systems_clock_is_read_to_the_millisecond() {
    let time = UNIX_EPOCH + Duration::from_nanos(1_564_467_885_123_999_999);
    assert_eq!(DateTime::from(time).unix_millis(), 1_564_467_885_123);
    assert_eq!(DateTime::from(UNIX_EPOCH - Duration::from_nanos(1)).unix_millis(), -1);
    assert!(DateTime::now() > DateTime::new(2020, 1, 1, 0, 0, 0).unwrap());
}
