#![allow(clippy::unwrap_used, clippy::panic)]
use bytes::Bytes;
use http::StatusCode;

use crate::call::build_request::build_request;
use crate::call::config::{Config, Format};
use crate::call::endpoint::Endpoint;
use crate::call::error::{ConfigError, DecodeProblem, Error};
use crate::call::method::{Effect, MethodInfo, Request};
use crate::call::parameters::Parameters;
use crate::call::parse_response::{Reading, ResponseMeta, parse_response};
use crate::testing::{Clash, Find, Plain, REDEEM, Redeem, Redeemed, noon, redeem};
use crate::wire::secret::{AccessToken, AppSecret};
use crate::wire::sign;
use crate::wire::sign::SignMethod;
use crate::wire::value::File;

fn config() -> Config {
    Config { partner_id: "opentop-test".into(), ..Config::new("12345678", "helloworld") }
}

fn form(request: &http::Request<Bytes>) -> &str {
    std::str::from_utf8(request.body()).unwrap()
}

mod requests {
    use super::*;

    #[test]
    fn one_call_in_exact_bytes() {
        let parameters = Parameters::of(&redeem()).unwrap();
        let session = AccessToken::from("a token");
        let request = build_request(&config(), &REDEEM, &parameters, Some(&session), noon()).unwrap();
        assert_eq!(request.method(), http::Method::POST);
        assert_eq!(request.uri(), "https://eco.taobao.com/router/rest");
        let headers: Vec<_> =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let agent = concat!("opentop-rust/", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            headers,
            [("content-type", "application/x-www-form-urlencoded;charset=utf-8"), ("user-agent", agent)]
        );
        let (text, signature) = form(&request).split_once("&sign=").unwrap();
        assert_eq!(
            text,
            "app_key=12345678&count=2&format=json&gift=%E8%8C%B6+%26+tea&method=alibaba.example.gift.redeem\
             &partner_id=opentop-test&request_id=key-1&session=a+token&sign_method=hmac-sha256&simplify=true\
             &timestamp=2026-01-02+12%3A00%3A00&v=2.0"
        );
        // HMAC-SHA-256 of the names and values above, computed apart from this code.
        assert_eq!(signature, SIGNATURE);
    }

    /// `printf 'app_key12345678count2formatjson…' | openssl dgst -sha256 -hmac helloworld`, in upper case.
    const SIGNATURE: &str = "993D934D909371BD2DC890CE28859C1C55C330C9260E2D080C9C54CEE363C66C";

    #[test]
    fn every_sign_method_signs_what_is_sent() {
        for sign_method in [SignMethod::Md5, SignMethod::Hmac, SignMethod::HmacSha256] {
            let config = Config { sign_method, simplify: false, partner_id: String::new(), ..config() };
            let request = build_request(&config, &REDEEM, &Parameters::of(&redeem()).unwrap(), None, noon()).unwrap();
            let sent: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
            let mut pairs: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let signature = pairs.iter().find(|(name, _)| *name == "sign").unwrap().1.to_owned();
            assert!(
                sign::verify(sign_method, &AppSecret::from("helloworld"), &mut pairs, None, &signature),
                "{sign_method}"
            );
            assert!(pairs.iter().all(|(name, _)| !["simplify", "partner_id", "session"].contains(name)));
        }
    }

    #[test]
    fn nothing_is_in_the_url() {
        let request =
            build_request(&config(), &REDEEM, &Parameters::default(), Some(&"canary".into()), noon()).unwrap();
        assert_eq!(request.uri().query(), None);
        assert!(request.headers().values().all(|value| !value.as_bytes().windows(6).any(|text| text == b"canary")));
    }

    #[test]
    fn a_system_parameters_name_is_refused() {
        let clash = Clash { session: Some("x".into()) };
        let error = Parameters::of(&clash).unwrap_err();
        assert!(
            matches!(error, Error::Config(ConfigError::SystemParameter { ref name }) if name == "session"),
            "{error}"
        );
    }

    #[test]
    fn extra_parameters_add_and_never_replace() {
        let mut parameters = Parameters::of(&redeem()).unwrap();
        parameters.add("target_app_key", "42").unwrap();
        let refused = |name: &str, value| parameters.clone().add(name, value).unwrap_err();
        for name in super::super::parameters::SYSTEM {
            assert_eq!(refused(name, "x"), ConfigError::SystemParameter { name: name.into() });
        }
        assert_eq!(refused("gift", "x"), ConfigError::DuplicateParameter { name: "gift".into() });
        assert_eq!(refused("target_app_key", "x"), ConfigError::DuplicateParameter { name: "target_app_key".into() });
        assert_eq!(refused("empty", ""), ConfigError::EmptyParameter { name: "empty".into() });
        assert_eq!(refused("", "x"), ConfigError::EmptyParameter { name: String::new() });
    }

    #[test]
    fn an_invalid_request_shows_all_its_violations() {
        let error = Parameters::of(&Redeem { gift: Some("长".repeat(21)), ..Redeem::default() }).unwrap_err();
        assert_eq!(error.violations().len(), 2);
        assert_eq!(error.to_string().lines().count(), 3, "{error}");
    }

    #[test]
    fn a_session_that_is_needed_must_be_there_and_not_empty() {
        let prepared = |api: &MethodInfo, session: Option<&AccessToken>| {
            build_request(&config(), api, &Parameters::default(), session, noon())
        };
        let needs = Plain::INFO;
        assert!(matches!(prepared(needs, None), Err(Error::Config(ConfigError::MissingSession))));
        assert!(matches!(prepared(&REDEEM, Some(&"".into())), Err(Error::Config(ConfigError::EmptySession))));
        assert!(prepared(needs, Some(&"token".into())).is_ok());
    }

    #[test]
    fn a_file_makes_it_multipart_and_is_not_signed() {
        let upload = |bytes: &'static [u8]| {
            let photo = File::new("a\"b\\\r\n.png", bytes).with_media_type("image/png");
            let request = Redeem { photo: Some(photo), ..redeem() };
            build_request(&config(), &REDEEM, &Parameters::of(&request).unwrap(), None, noon()).unwrap()
        };
        let request = upload(b"\x89PNG opentop-boundary-00000000\r\n");
        let boundary = "opentop-boundary-00000001";
        let content_type = format!("multipart/form-data;charset=utf-8;boundary={boundary}");
        assert_eq!(request.headers()["content-type"], content_type.as_str());
        let body = request.body();
        let ends_with = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a%22b%5C%0D%0A.png\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        let mut tail = ends_with.into_bytes();
        tail.extend_from_slice(b"\x89PNG opentop-boundary-00000000\r\n\r\n");
        tail.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        assert!(body.ends_with(&tail), "{}", body.escape_ascii());
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"app_key\"\r\nContent-Type: text/plain\r\n\r\n12345678\r\n"
        );
        assert!(body.starts_with(head.as_bytes()), "{}", body.escape_ascii());
        let signature = |request: &http::Request<Bytes>| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            body.split_once("name=\"sign\"\r\nContent-Type: text/plain\r\n\r\n").unwrap().1[..64].to_owned()
        };
        assert_eq!(signature(&request), signature(&upload(b"another")));
    }

    #[test]
    fn a_hostile_media_type_cannot_add_a_header() {
        let photo = File::new("a.png", &b"x"[..]).with_media_type("image/png\r\nX-Evil: 1");
        let parameters = Parameters::of(&Redeem { photo: Some(photo), ..redeem() }).unwrap();
        let request = build_request(&config(), &REDEEM, &parameters, None, noon()).unwrap();
        let body = String::from_utf8_lossy(request.body());
        assert!(body.contains("Content-Type: application/octet-stream") && !body.contains("X-Evil"), "{body}");
    }

    #[test]
    fn another_endpoint_is_where_it_goes() {
        let endpoint = Endpoint::custom("http://127.0.0.1:9/router/rest").unwrap();
        let request =
            build_request(&Config { endpoint, ..config() }, Find::INFO, &Parameters::default(), None, noon()).unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:9/router/rest");
    }
}

mod answers {
    use super::*;

    fn read(api: &MethodInfo, status: u16, body: &[u8]) -> Result<(Redeemed, ResponseMeta), Error> {
        let mut response = http::Response::new(Bytes::copy_from_slice(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let mut model = Redeemed::default();
        parse_response(api, &Reading::strict(Format::Json), response, &mut model).map(|answer| (model, answer))
    }

    fn problem(body: &[u8]) -> DecodeProblem {
        match read(&REDEEM, 200, body) {
            Err(Error::Decode { problem, raw, .. }) => {
                assert_eq!(raw, body);
                problem
            }
            other => panic!("{:?}", other.err()),
        }
    }

    #[test]
    fn both_shapes_are_read_with_their_request_id() {
        for body in [
            r#"{"success": true, "left": 3, "request_id": "r1"}"#,
            r#"{"alibaba_example_gift_redeem_response": {"success": true, "left": "3", "request_id": "r1"}}"#,
            "\u{feff}{\"success\": true, \"left\": 3, \"request_id\": \"r1\"}",
        ] {
            let (model, answer) = read(&REDEEM, 200, body.as_bytes()).unwrap();
            assert_eq!((model.left, answer.request_id(), answer.raw()), (Some(3), Some("r1"), body));
        }
    }

    #[test]
    fn an_error_response_wins_over_everything_else_in_the_body() {
        let body = br#"{"error_response": {"code": 15, "msg": "no", "request_id": "r2"}, "success": true}"#;
        match read(&REDEEM, 200, body) {
            Err(Error::Gateway { error, ambiguous, .. }) => {
                assert_eq!((error.request_id.as_deref(), ambiguous), (Some("r2"), true));
                assert!(error.code == 15);
            }
            other => panic!("{:?}", other.err()),
        }
    }

    #[test]
    fn the_business_flag_decides() {
        let refused =
            read(&REDEEM, 200, br#"{"success": false, "code": 7, "message": "sold\nout", "request_id": "r3"}"#);
        let error = refused.err().unwrap();
        assert_eq!(error.to_string(), "the business refused, code 7: sold\\nout, request_id r3");
        let absent = br#"{"success": "", "left": 3}"#;
        assert!(matches!(read(&REDEEM, 200, absent), Err(Error::Unconfirmed { .. })));
        assert!(read(&MethodInfo { effect: Effect::Read, ..REDEEM }, 200, absent).is_ok());
        assert!(read(Plain::INFO, 200, absent).is_ok());
    }

    #[test]
    fn what_is_no_answer_is_a_decode_error_with_the_body() {
        assert!(matches!(problem(b""), DecodeProblem::Empty));
        assert!(matches!(problem(b"\xef\xbb\xbf \n"), DecodeProblem::Empty));
        assert!(matches!(problem(b"{\"success\": \xd6\xd0}"), DecodeProblem::NotUtf8(12)));
        assert!(matches!(problem(b"\xef\xbb\xbf\xff"), DecodeProblem::NotUtf8(3)));
        assert!(matches!(problem(b"{}"), DecodeProblem::Unrecognised));
        assert!(matches!(problem(b"{\"somebody\": {\"success\": true}}"), DecodeProblem::Unrecognised));
        assert!(matches!(problem(b"<html>login</html>"), DecodeProblem::Fields(_)));
        assert!(matches!(problem(b"{\"success\": true"), DecodeProblem::Fields(_)));
        assert!(matches!(problem(b"{\"success\": true, \"left\": 1.5}"), DecodeProblem::Fields(_)));
    }

    #[test]
    fn a_status_is_an_error_unless_the_body_explains_it() {
        for status in [302, 404, 502] {
            let error = read(&REDEEM, status, br#"{"success": true}"#).err().unwrap();
            assert!(matches!(&error, Error::Status { status: given, .. } if given.as_u16() == status), "{error}");
        }
        let error =
            read(&REDEEM, 400, br#"{"error_response": {"code": 25, "msg": "Invalid signature"}}"#).err().unwrap();
        assert_eq!(error.to_string(), "gateway error 25: Invalid signature, HTTP status 400");
    }

    #[test]
    fn a_value_that_does_not_fit_cannot_forge_a_log_line() {
        for body in [r#"{"left": "1\u001b[31m\nERROR"}"#, "{\"left\": \"1\u{1b}\"}", "{\"left\": \u{1b}[31m\nERROR"] {
            let shown = read(&REDEEM, 200, body.as_bytes()).err().unwrap().to_string();
            assert!(!shown.contains('\u{1b}') && !shown.contains("\nERROR"), "{shown:?}");
        }
    }

    #[test]
    fn errors_show_a_body_escaped_and_bounded_and_never_a_well_formed_one() {
        let shown = read(&REDEEM, 200, b"<html>\n\x1b[31m".repeat(99).as_slice()).err().unwrap().to_string();
        assert!(shown.contains("<html>\\n\\u{1b}") && !shown.contains('\u{1b}') && shown.len() < 1_000, "{shown}");
        let error = read(&REDEEM, 200, br#"{"message": "canary", "left": 1.5}"#).err().unwrap();
        assert!(!format!("{error} {error:?} {error:#?}").contains("canary"));
    }
}
