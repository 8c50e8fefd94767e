#![allow(clippy::unwrap_used)]
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::{ConfigError, DecodeProblem, Error, GatewayError};
use crate::call::method::Executed;
use crate::transport::{SendStage, TransportError, TransportErrorKind};

const RAW: Bytes = Bytes::from_static(b"<html>\r\n");

fn gateway(code: i64, status: u16) -> Error {
    let error =
        GatewayError { code: code.into(), msg: "no".into(), request_id: Some("r1".into()), ..GatewayError::default() };
    let status = StatusCode::from_u16(status).unwrap();
    Error::Gateway { error: Box::new(error), status, ambiguous: false, executed: Executed::No, raw: RAW }
}

fn transport(stage: SendStage, kind: TransportErrorKind) -> Error {
    TransportError::new(stage, kind).into()
}

#[test]
fn every_error_says_what_and_what_was_sent_on_one_line() {
    let because = std::io::Error::other("reset\nby peer");
    let table: [(Error, &str); 9] = [
        (ConfigError::EmptySession.into(), "the session is empty: give the access token of a user"),
        (
            transport(SendStage::NotSent, TransportErrorKind::Dns),
            "the gateway's name cannot be resolved; nothing was sent",
        ),
        (
            TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken).with_source(because).into(),
            "the exchange with the gateway broke off; the request may have been sent: reset\\nby peer",
        ),
        (
            TransportError::timeout(SendStage::MaybeSent, Duration::from_secs(30)).into(),
            "timed out after 30s; the request may have been sent",
        ),
        (
            Error::Status { status: StatusCode::BAD_GATEWAY, excerpt: "<html>\\r\\n".into(), raw: RAW },
            "HTTP status 502 instead of an answer: \"<html>\\r\\n\"",
        ),
        (gateway(25, 200), "gateway error 25: no, request_id r1"),
        (
            Error::Unconfirmed { request_id: Some("r\n1".into()), raw: RAW },
            "the answer does not say whether it was done, request_id r\\n1",
        ),
        (
            Error::Decode { problem: DecodeProblem::Unrecognised, excerpt: "<html>\\r\\n".into(), raw: RAW },
            "the answer is not this method's: \"<html>\\r\\n\"",
        ),
        (
            Error::Decode { problem: DecodeProblem::Empty, excerpt: String::new(), raw: Bytes::new() },
            "the answer is empty",
        ),
    ];
    for (error, shown) in table {
        assert_eq!(error.to_string(), shown);
    }
}

#[test]
fn the_body_stays_reachable_and_out_of_debug() {
    let error =
        Error::Business { code: None, message: None, executed: Executed::No, request_id: Some("r1".into()), raw: RAW };
    assert_eq!((error.raw(), error.request_id()), (Some(&RAW), Some("r1")));
    assert_eq!(format!("{error:?}"), "Business { message: the business refused, request_id r1, raw_bytes: 8 }");
    assert_eq!(Error::from(ConfigError::ZeroLimit).raw(), None);
}

#[test]
fn retryable_is_what_waiting_can_cure() {
    let status =
        |status| Error::Status { status: StatusCode::from_u16(status).unwrap(), excerpt: String::new(), raw: RAW };
    for (error, is) in [
        (transport(SendStage::NotSent, TransportErrorKind::Connect), true),
        (transport(SendStage::MaybeSent, TransportErrorKind::Timeout), true),
        (transport(SendStage::NotSent, TransportErrorKind::Tls), false),
        (transport(SendStage::MaybeSent, TransportErrorKind::TooLarge), false),
        (status(503), true),
        (status(429), true),
        (status(404), false),
        (gateway(7, 200), true),
        (gateway(25, 200), false),
        (gateway(25, 503), false),
        (gateway(50, 503), true),
        (gateway(50, 429), false),
        (Error::Decode { problem: DecodeProblem::Empty, excerpt: String::new(), raw: RAW }, true),
        (ConfigError::MissingSession.into(), false),
    ] {
        assert_eq!(error.is_retryable(), is, "{error}");
    }
}

#[test]
fn questions_reach_the_gateways_error() {
    assert!(gateway(27, 200).is_session() && !gateway(25, 200).is_session());
    assert!(gateway(25, 200).gateway().is_some_and(|error| error.code == 25));
    assert!(gateway(25, 200).violations().is_empty());
    assert_eq!(gateway(7, 200).ban_seconds(), None);
}
