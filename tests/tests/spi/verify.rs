//! What is verified and what is refused, one by one.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use opentop_runtime::__private::engine::sign::sign;
use opentop_runtime::DateTime;
use opentop_runtime::SignMethod;
use opentop_runtime::spi::{Body, Incoming, Reject, Verifier};
use serde_json::Value;

const SECRET: &str = "helloworld";
const JSON: &str = "application/json;charset=utf-8";
const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";
const SYSTEM: &str = "method=qimen.example&app_key=12345678&timestamp=2016-01-01+12%3A00%3A00&v=2.0&sign_method=md5";

fn verifier() -> Verifier {
    let now: DateTime = "2016-01-01 12:00:00".parse().unwrap();
    Verifier::new(SECRET).clock(move || now)
}

fn at(time: &str) -> Verifier {
    let now: DateTime = time.parse().unwrap();
    Verifier::new(SECRET).clock(move || now)
}

#[derive(Debug, Clone)]
struct Call {
    query: String,
    headers: Vec<(String, String)>,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Call {
    fn verified(&self, by: &Verifier) -> Result<opentop_runtime::spi::Verified, Reject> {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        by.verify(&Incoming {
            method: "POST",
            headers: &headers,
            query: &self.query,
            content_type: self.content_type.as_deref(),
            body: &self.body,
        })
    }
}

/// A call signed by the SDK's own signing; no value of `pairs` may be empty.
fn signed(pairs: &[(&str, &str)], query: &str, content_type: &str, body: &str, is_text: bool) -> Call {
    let system = [
        ("method", "qimen.example"),
        ("app_key", "12345678"),
        ("timestamp", "2016-01-01 12:00:00"),
        ("v", "2.0"),
        ("sign_method", "md5"),
    ];
    let mut all: Vec<(&str, &str)> = system.into_iter().chain(pairs.iter().copied()).collect();
    let signature = sign(SignMethod::Md5, &SECRET.into(), &mut all, is_text.then_some(body.as_bytes()));
    Call {
        query: format!("{SYSTEM}{query}&sign={signature}"),
        headers: vec![],
        content_type: Some(content_type.to_owned()),
        body: body.into(),
    }
}

fn json() -> Call {
    signed(&[("nick", "淘宝")], "&nick=%E6%B7%98%E5%AE%9D", JSON, "{\"a\":\"中\"}\r\n", true)
}

fn form() -> Call {
    signed(&[("a", "中 文"), ("b", "1")], "", FORM, "a=%E4%B8%AD+%E6%96%87&b=1", false)
}

fn multipart() -> Call {
    let body = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n中文\r\n--x\r\n\
        Content-Disposition: form-data; name=\"pic\"; filename=\"a.png\"\r\n\r\nnot signed\r\n--x--\r\n";
    signed(&[("title", "中文")], "", "multipart/form-data; boundary=x", body, false)
}

#[test]
fn genuine_calls_are_accepted_and_their_parts_given_back() {
    let verified = json().verified(&verifier()).unwrap();
    assert_eq!(
        (verified.body, verified.get("nick"), verified.method()),
        (Body::Json, Some("淘宝"), Some("qimen.example"))
    );
    assert_eq!(verified.text.as_deref(), Some("{\"a\":\"中\"}\r\n"));
    assert_eq!(form().verified(&verifier()).unwrap().get("a"), Some("中 文"));
    let verified = multipart().verified(&verifier()).unwrap();
    assert_eq!((verified.get("title"), verified.get("pic")), (Some("中文"), None));
    assert!(!format!("{verified:?}").contains("中文"));
}

#[test]
fn the_window_is_exact_both_ways() {
    for (now, expected) in [
        ("2016-01-01 12:05:00", Ok(())),
        ("2016-01-01 12:05:01", Err(Reject::Stale)),
        ("2016-01-01 11:55:00", Ok(())),
        ("2016-01-01 11:54:59", Err(Reject::Future)),
    ] {
        assert_eq!(json().verified(&at(now)).map(drop), expected, "{now}");
    }
    let wide = verifier().window(Duration::from_secs(3_600));
    assert!(json().verified(&wide).is_ok());
}

#[test]
fn a_repeated_call_is_refused_where_that_is_asked_for() {
    let verifier = verifier().refuse_repeats(2);
    assert!(json().verified(&verifier).is_ok());
    assert_eq!(json().verified(&verifier).unwrap_err(), Reject::Repeated);
    assert!(form().verified(&verifier).is_ok());
    assert_eq!(multipart().verified(&verifier).unwrap_err(), Reject::Repeated, "there is no room left");
}

#[test]
fn what_cannot_be_judged_is_refused_with_its_reason() {
    let change = |change: fn(&mut Call)| {
        let mut call = json();
        change(&mut call);
        call.verified(&verifier()).unwrap_err()
    };
    assert_eq!(change(|call| call.query = SYSTEM.to_owned()), Reject::NoSign);
    assert_eq!(change(|call| call.content_type = Some("text/html".to_owned())), Reject::UnsupportedType);
    assert_eq!(change(|call| call.content_type = None), Reject::UnsupportedType);
    assert_eq!(change(|call| call.content_type = Some("text/xml;charset=big5".to_owned())), Reject::Charset);
    assert_eq!(
        change(|call| call.content_type = Some("multipart/form-data; boundary=x".to_owned())),
        Reject::Malformed
    );
    assert_eq!(change(|call| call.query.make_ascii_lowercase()), Reject::BadSign);
    assert_eq!(change(|call| call.query.push_str(&"&a".repeat(1_001))), Reject::Malformed);
}

/// Requests that the vendor's own code judged. They are not part of the repository: without them this test says so and passes.
#[test]
fn the_vendors_verdicts_are_ours() {
    let named = std::env::var_os("OPENTOP_SPI_VECTORS").map(PathBuf::from);
    let path = named.unwrap_or_else(|| crate::support::repository::root().join("../shared/reference/spi_vectors.json"));
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("SKIPPED: the vendor's requests are not at {}", path.display());
        return;
    };
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut judged = 0;
    for vector in file["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap_or_default();
        let hex = text("body_hex");
        let body: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let headers: Vec<(String, String)> = vector["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect();
        let mut call = Call {
            query: String::new(),
            headers,
            content_type: vector["content_type"].as_str().map(str::to_owned),
            body,
        };
        if text("id") == "S24" {
            // The vendor's code is given the text parts; here they stand in the body.
            let part = |name: &str, value: &str| {
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            call.body = format!("{}{}--x--", part("title", "中文"), part("note", "")).into_bytes();
        }
        call.query = text("query_right_sign").to_owned();
        if call.query.is_empty() || text("result_with_right_sign").is_empty() {
            continue;
        }
        // The times of the requests differ; the vendor's code does not look at them.
        let any_time = verifier().window(Duration::from_secs(1 << 32));
        let ours = call.verified(&any_time);
        assert_eq!(ours.is_ok(), text("result_with_right_sign") == "true", "{}: {ours:?}", text("id"));
        call.query = text("query_wrong_sign").to_owned();
        assert_eq!(call.verified(&verifier()).unwrap_err(), Reject::BadSign, "{}", text("id"));
        judged += 1;
    }
    assert_eq!(judged, 27, "vectors with a signature");
}
