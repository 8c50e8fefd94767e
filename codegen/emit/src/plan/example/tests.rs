use super::*;

#[test]
fn dates_are_days_that_exist() {
    for date in ["2019-07-04 15:32:17", "2020-02-29 00:00:00", "2000-02-29 23:59:59"] {
        assert!(is_date(date), "{date}");
    }
    for date in [
        "2019-02-29 00:00:00",
        "1900-02-29 00:00:00",
        "2019-13-01 00:00:00",
        "2019-1-1 0:0:0",
        "2019-07-04",
        "２０19-07-04 15:32:1",
    ] {
        assert!(!is_date(date), "{date}");
    }
}

#[test]
fn decimals_are_texts_that_come_back_as_they_went() {
    for text in ["0", "12.30", "-0.5", "2000"] {
        assert!(is_decimal(text), "{text}");
    }
    for text in ["", "1.", ".5", "012", "-0", "1e3", "+1", "1.2.3", "12345678901234567890123456789"] {
        assert!(!is_decimal(text), "{text}");
    }
}

#[test]
fn plain_numbers_keep_their_limits() {
    let limits = |min: Option<&str>, max: Option<&str>| Limits {
        min: min.map(str::to_owned),
        max: max.map(str::to_owned),
        ..Limits::default()
    };
    assert_eq!(plain_int(&limits(None, None)), 1);
    assert_eq!(plain_int(&limits(Some("10"), None)), 10);
    assert_eq!(plain_int(&limits(Some("-9"), Some("-3"))), -3);
    assert_eq!(plain_decimal(&limits(Some("0.01"), None)), "0.01");
}
