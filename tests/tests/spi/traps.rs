//! What trips the vendor's own helpers does not trip ours, also where the vendor's vectors are absent.

use opentop_runtime::DateTime;
use opentop_runtime::spi::{Incoming, Reject, Verifier};

/// What it is about, the verb, headers, the query from the value of `sign_method` on, the content type and the body.
type Trap = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    Option<&'static str>,
    &'static str,
);

/// Calls over which the vendor's helpers for one language or another stumble. Their signatures were computed apart, in Python.
#[rustfmt::skip]
const TRAPS: [Trap; 20] = [
    ("hmac in `sign_method` is signed and not obeyed", "POST", &[], "hmac&sign=E020495628879B4F84E44C7DC93FF26E", Some("application/json;charset=utf-8"), "{}"),
    ("so is hmac-sha256", "POST", &[], "hmac-sha256&sign=F30280E16608B47C89E4CCD1C3C567EF", Some("application/json;charset=utf-8"), "{}"),
    ("an empty value is signed", "POST", &[], "md5&a=&sign=4442AE0FB78310D1F2DEE291145DFEE4", Some("application/json;charset=utf-8"), "{}"),
    ("a name without `=` has an empty value", "POST", &[], "md5&a&sign=4442AE0FB78310D1F2DEE291145DFEE4", Some("application/json;charset=utf-8"), "{}"),
    ("of two with one name the last counts", "POST", &[], "md5&a=1&a=2&sign=3A980206F69624AA673EA27A0F2D79C7", Some("application/json;charset=utf-8"), "{}"),
    ("`+` and `%20` are both a blank", "POST", &[], "md5&a=x+y&b=x%20y&sign=2E353F5C9B5C8F69CC3013DFF45DA23D", Some("application/json;charset=utf-8"), "{}"),
    ("a header of the list is decoded, and signed as the list spells it", "POST", &[("top-sign-list", "X-aB"), ("x-ab", "%E4%B8%AD+1")], "md5&sign=A7B4C5A235199F531C7F242570848FB4", Some("application/json;charset=utf-8"), "{}"),
    ("nothing of the list is trimmed", "POST", &[("top-sign-list", "X-A, X-B"), ("x-a", "1"), ("x-b", "2")], "md5&sign=77C18024BB301F02D0ED126CB4FD404A", Some("application/json;charset=utf-8"), "{}"),
    ("a header that is absent is signed as empty", "POST", &[("top-sign-list", "X-A")], "md5&sign=61F7FA3B80B6F44D71A4253CA0623D16", Some("application/json;charset=utf-8"), "{}"),
    ("the query wins over a header", "POST", &[("top-sign-list", "x"), ("x", "h")], "md5&x=q&sign=A737A0DFE707BC59B1CAEC331590DCF3", Some("application/json;charset=utf-8"), "{}"),
    ("a text body is signed as it came, with its mark and its ends of lines", "POST", &[], "md5&sign=F67AA7078B44EE55964C7C3FF160FF4A", Some("application/json;charset=utf-8"), "\u{feff}{}\r\n "),
    ("an empty text body", "POST", &[], "md5&sign=38C7CF337CC956B2FEBFE44B768DE329", Some("application/json;charset=utf-8"), ""),
    ("a charset in quotes", "POST", &[], "md5&sign=83EEE6C9F319AFC1C0128F1E2BF18D49", Some("application/json; charset=\"utf-8\""), "{}"),
    ("an empty charset", "POST", &[], "md5&sign=83EEE6C9F319AFC1C0128F1E2BF18D49", Some("application/json;charset="), "{}"),
    ("a content type in capitals", "POST", &[], "md5&sign=83EEE6C9F319AFC1C0128F1E2BF18D49", Some("Application/JSON"), "{}"),
    ("a form's field that the query has is ignored", "POST", &[], "md5&a=q&sign=084976A2D8E1F81AD3BF3DB634E87DA9", Some("application/x-www-form-urlencoded;charset=UTF-8"), "a=f&b=1"),
    ("of a form's fields with one name the first counts", "POST", &[], "md5&sign=ED299CD77714B21E64A91DF4DAA73196", Some("application/x-www-form-urlencoded;charset=UTF-8"), "a=1&a=2"),
    ("`sign` in a form is no signature, and not signed", "POST", &[], "md5&sign=ED299CD77714B21E64A91DF4DAA73196", Some("application/x-www-form-urlencoded;charset=UTF-8"), "a=1&sign=X"),
    ("a GET has no content type", "GET", &[], "md5&a=1&sign=ED299CD77714B21E64A91DF4DAA73196", None, ""),
    ("names are sorted by UTF-16 units", "POST", &[], "md5&%F0%90%80%80=1&%EF%BF%AE=2&sign=6D410979A18AE1E727E376B0BCE8C9E1", Some("application/json;charset=utf-8"), "{}"),
];

#[test]
fn what_trips_the_vendors_helpers_is_judged_by_the_rule() {
    let now: DateTime = "2016-01-01 12:00:00".parse().unwrap();
    let verifier = Verifier::new("helloworld").clock(move || now);
    for (what, verb, headers, query, content_type, body) in TRAPS {
        let start = "method=qimen.example&app_key=12345678&timestamp=2016-01-01+12%3A00%3A00&v=2.0&sign_method=";
        let query = format!("{start}{query}");
        let verify = |query: &str| {
            verifier.verify(&Incoming { method: verb, headers, query, content_type, body: body.as_bytes() }).map(drop)
        };
        assert_eq!(verify(&query), Ok(()), "{what}");
        // The signature in small letters is another one, and so is that of one letter more.
        let (start, sign) = query.rsplit_once('=').unwrap();
        assert_eq!(verify(&format!("{start}={}", sign.to_lowercase())), Err(Reject::BadSign), "{what}");
        assert_eq!(verify(&format!("more=&{query}")), Err(Reject::BadSign), "{what}");
    }
}
