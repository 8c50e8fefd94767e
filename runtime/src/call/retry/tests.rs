//! One row after another: how an attempt ended, and what follows. Then the same through clients over a scripted transport.

#![allow(clippy::unwrap_used, clippy::panic)]
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::*;
use crate::call::error::DecodeProblem;
use crate::call::method::Executed;
use crate::client::Client;
use crate::client::WriteError;
use crate::testing::{Find, Redeem, noon, redeem};
use crate::transport::{
    MockTransport, ResponseFuture, TransportError, TransportErrorKind, TransportLimits, UnitFuture,
};
use crate::wire::gateway_error::GatewayError;
use crate::wire::secret::AccessToken;

const RAW: Bytes = Bytes::from_static(b"<html>");

fn network(stage: SendStage, kind: TransportErrorKind) -> Error {
    TransportError::new(stage, kind).into()
}

fn status(status: u16) -> Error {
    Error::Status { status: StatusCode::from_u16(status).unwrap(), excerpt: String::new(), raw: RAW }
}

fn refused(code: i64, cause: &str, sub_msg: &str) -> Error {
    refused_under(200, code, cause, sub_msg)
}

fn refused_under(status: u16, code: i64, cause: &str, sub_msg: &str) -> Error {
    let error = GatewayError {
        code: code.into(),
        sub_code: (!cause.is_empty()).then(|| cause.to_owned()),
        sub_msg: Some(sub_msg.to_owned()),
        ..GatewayError::default()
    };
    let status = StatusCode::from_u16(status).unwrap();
    Error::Gateway { error: Box::new(error), status, ambiguous: false, executed: Executed::No, raw: RAW }
}

fn decided(error: &Error, effect: Effect, deduped: bool) -> Decision {
    let (elapsed, timeout) = (Duration::from_secs(1), Duration::from_secs(30));
    let attempt = Attempt { number: 1, effect, deduped, error, asked: ban(error), elapsed, timeout, budget: true };
    decide(&RetryPolicy::default(), &attempt)
}

/// What follows a read, a write, and a write to a server that dedupes: again, or never.
fn rows(error: &Error) -> [bool; 3] {
    [(Effect::Read, false), (Effect::Write, false), (Effect::Write, true)]
        .map(|(effect, deduped)| !matches!(decided(error, effect, deduped), Decision::GiveUp(_)))
}

const ALL: [bool; 3] = [true, true, true];
const NOT_A_PLAIN_WRITE: [bool; 3] = [true, false, true];
const NONE: [bool; 3] = [false, false, false];

#[test]
fn what_was_not_sent_is_sent_again_writes_included() {
    use TransportErrorKind::*;
    for kind in [Dns, Connect, Timeout] {
        assert_eq!(rows(&network(SendStage::NotSent, kind)), ALL, "{kind:?}");
    }
}

#[test]
fn what_may_have_been_sent_is_sent_again_only_where_that_is_safe() {
    use TransportErrorKind::*;
    for kind in [Broken, Timeout] {
        assert_eq!(rows(&network(SendStage::MaybeSent, kind)), NOT_A_PLAIN_WRITE, "{kind:?}");
    }
    for code in [500, 502, 503, 504, 429] {
        assert_eq!(rows(&status(code)), NOT_A_PLAIN_WRITE, "{code}");
    }
    for problem in [DecodeProblem::Empty, DecodeProblem::NotUtf8(0), DecodeProblem::Unrecognised] {
        assert_eq!(rows(&Error::Decode { problem, excerpt: String::new(), raw: RAW }), NOT_A_PLAIN_WRITE);
    }
}

#[test]
fn the_services_troubles_pass_but_the_lasting_ones() {
    for cause in [
        "isp.item-service-unavailable",
        "isp.remote-service-error",
        "isp.remote-service-timeout",
        "isp.remote-connection-error",
        "isp.top-remote-connection-timeout",
        "isp.top-remote-connection-error",
        "isp.top-remote-service-unavailable",
        "isp.unknown-error",
        "isp.http-read-timeout",
        "isp.http-connection-timeout",
    ] {
        for code in [15, 50, 10] {
            assert_eq!(rows(&refused(code, cause, "")), NOT_A_PLAIN_WRITE, "{code} {cause}");
        }
    }
    for cause in ["isp.null-pointer-exception", "isp.top-parse-error", "isp.top-mapping-parse-error"] {
        for status in [200, 503] {
            assert_eq!(rows(&refused_under(status, 15, cause, "")), NONE, "{cause}");
        }
    }
    assert_eq!(rows(&refused(10, "", "")), NOT_A_PLAIN_WRITE);
}

#[test]
fn refusals_are_never_repeated_under_any_status() {
    for status in [200, 400, 403, 429, 500, 502, 503] {
        for code in [3, 10, 15, 40, 41, 50] {
            assert_eq!(rows(&refused_under(status, code, "isv.invalid-parameter:gift", "")), NONE, "{status} {code}");
        }
        for code in [9, 11, 12, 13, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 40, 41, 42, 43, 44, 47, 53]
        {
            assert_eq!(rows(&refused_under(status, code, "", "")), NONE, "{status} {code}");
        }
        for cause in ["invalid-sessionkey", "session-expired", "isv.session-not-exist"] {
            assert_eq!(rows(&refused_under(status, 27, cause, "")), NONE, "{status} {cause}");
        }
    }
    for error in [status(302), status(400), status(404), network(SendStage::NotSent, TransportErrorKind::Tls)] {
        assert_eq!(rows(&error), NONE, "{error}");
    }
    assert_eq!(rows(&network(SendStage::MaybeSent, TransportErrorKind::TooLarge)), NONE);
    assert_eq!(
        rows(&Error::Business { code: None, message: None, executed: Executed::No, request_id: None, raw: RAW }),
        NONE
    );
    assert_eq!(rows(&Error::Unconfirmed { request_id: None, raw: RAW }), NONE);
}

#[test]
fn a_ban_is_waited_out_to_the_second_where_it_fits_the_deadline() {
    let banned = |seconds| refused(7, "accesscontrol.x", &format!("This ban will last for {seconds} more seconds"));
    assert_eq!(decided(&banned(1), Effect::Read, false), Decision::AfterExactly(Duration::from_secs(2)));
    assert_eq!(decided(&banned(27), Effect::Read, false), Decision::AfterExactly(Duration::from_secs(28)));
    for seconds in [28, 31_062, u64::MAX] {
        assert_eq!(
            decided(&banned(seconds), Effect::Read, false),
            Decision::GiveUp(GiveUpReason::Deadline),
            "{seconds}"
        );
    }
    // What is left must be worth an attempt: a second, or half of a short deadline.
    for (asked, elapsed, timeout, fits) in [
        (28_000, 1_000, 30_000, true),
        (28_001, 1_000, 30_000, false),
        (28_999, 1_000, 30_000, false),
        (499, 0, 1_000, true),
        (501, 0, 1_000, false),
        (86_400_000, 0, u64::MAX, true),
        (86_400_001, 0, u64::MAX, false),
        (u64::MAX, 0, u64::MAX, false),
    ] {
        let [asked, elapsed, timeout] = [asked, elapsed, timeout].map(Duration::from_millis);
        let error = banned(1);
        let (number, effect) = (1, Effect::Read);
        let attempt = Attempt {
            number,
            effect,
            deduped: false,
            error: &error,
            asked: Some(asked),
            elapsed,
            timeout,
            budget: true,
        };
        let expected = if fits { Decision::AfterExactly(asked) } else { Decision::GiveUp(GiveUpReason::Deadline) };
        assert_eq!(decide(&RetryPolicy::default(), &attempt), expected, "{asked:?} of {timeout:?}");
    }
    assert_eq!(decided(&banned(1), Effect::Write, false), Decision::GiveUp(GiveUpReason::MaybeDone));
    assert_eq!(decided(&banned(1), Effect::Write, true), Decision::AfterExactly(Duration::from_secs(2)));
    assert_eq!(decided(&refused(7, "", "no number"), Effect::Read, false), Decision::After(Duration::from_millis(200)));
}

#[test]
fn attempts_deadline_and_budget_each_end_it() {
    let error = status(503);
    let attempt = Attempt {
        number: 1,
        effect: Effect::Read,
        deduped: false,
        error: &error,
        asked: None,
        elapsed: Duration::ZERO,
        timeout: Duration::from_secs(30),
        budget: true,
    };
    let decided = |attempt: &Attempt<'_>| decide(&RetryPolicy::default(), attempt);
    assert_eq!(decided(&Attempt { number: 2, ..attempt }), Decision::After(Duration::from_millis(400)));
    assert_eq!(decided(&Attempt { number: 3, ..attempt }), Decision::GiveUp(GiveUpReason::Attempts));
    assert_eq!(
        decided(&Attempt { elapsed: Duration::from_secs(30), ..attempt }),
        Decision::GiveUp(GiveUpReason::Deadline)
    );
    assert_eq!(decided(&Attempt { budget: false, ..attempt }), Decision::GiveUp(GiveUpReason::Budget));
    let late = Attempt { elapsed: Duration::from_millis(29_900), ..attempt };
    assert_eq!(decided(&late), Decision::After(Duration::from_millis(50)));
    let patient = RetryPolicy::default().max_attempts(u32::MAX).max_backoff(Duration::from_secs(5));
    let often = Attempt { number: 4_000_000_000, ..attempt };
    assert_eq!(decide(&patient, &often), Decision::After(Duration::from_secs(5)));
    assert_eq!(decide(&RetryPolicy::none(), &attempt), Decision::GiveUp(GiveUpReason::Attempts));
}

/// Numbers as random as a test needs, the same on every run.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Kolmogorov and Smirnov: the largest gap between the waits and an even spread stays under the bound for p > 0.01.
#[test]
fn jitter_is_full_and_even() {
    let ceiling = Duration::from_millis(400);
    let mut state = 7;
    let mut waits: Vec<f64> =
        (0..10_000).map(|_| jitter(ceiling, random(&mut state)).as_secs_f64() / ceiling.as_secs_f64()).collect();
    waits.sort_by(f64::total_cmp);
    let count = waits.len() as f64;
    let gap = waits.iter().enumerate().map(|(at, wait)| (wait - at as f64 / count).abs()).fold(0.0, f64::max);
    assert!(gap < 1.63 / count.sqrt(), "{gap}");
    assert_eq!((jitter(ceiling, 0), jitter(ceiling, u64::MAX)), (Duration::ZERO, ceiling));
    assert_eq!(jitter(Duration::ZERO, u64::MAX), Duration::ZERO);
    assert!(jitter(Duration::MAX, u64::MAX) > Duration::from_secs(500_000_000));
}

/// How many calls and attempts of `clients` clients reach a gateway that fails `percent` of them.
fn outage(clients: u32, calls: u32, percent: u64, budget: impl Fn() -> RetryBudget) -> (u32, u32) {
    let (mut sent, mut state) = (0, 42);
    for _ in 0..clients {
        let budget = budget();
        for _ in 0..calls {
            budget.pay_in();
            for attempt in 1..=3 {
                sent += 1;
                let failed = random(&mut state) % 100 < percent;
                if !failed || attempt == 3 || !budget.take() {
                    break;
                }
            }
        }
    }
    (clients * calls, sent)
}

#[test]
fn an_outage_costs_the_gateway_a_fifth_more_at_most() {
    for percent in [100, 50, 30] {
        let (calls, sent) = outage(10_000, 400, percent, RetryBudget::default);
        assert!(sent * 10 <= calls * 12, "{percent} %: {sent} for {calls}");
    }
    // What the budget is good for.
    let (calls, sent) = outage(100, 400, 100, RetryBudget::unlimited);
    assert_eq!(sent, calls * 3);
}

fn client(fake: &MockTransport) -> Client {
    Client::builder().app_key("1").app_secret("s").transport(fake.clone()).clock(noon).build().unwrap()
}

fn cut() -> TransportError {
    TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken)
}

#[tokio::test]
async fn a_read_comes_back_after_two_cuts() {
    let fake = MockTransport::new().fail(cut()).reply("<html>").reply(r#"{"left": 3}"#);
    assert_eq!(Find::default().send(&client(&fake)).await.unwrap().left, Some(3));
    let waits = fake.backoffs();
    assert!(waits.len() == 2 && waits[0] <= Duration::from_millis(200) && waits[1] <= Duration::from_millis(400));
}

#[tokio::test]
async fn nothing_of_a_failed_attempt_stays_in_the_model() {
    let fake = MockTransport::new().reply(r#"{"message": "half"#).reply(r#"{"left": 3}"#);
    let reply = Find::default().send(&client(&fake)).await.unwrap();
    assert_eq!((reply.left, reply.message.clone()), (Some(3), None));
}

#[tokio::test]
async fn a_ban_is_waited_for_or_told() {
    let banned = |seconds: u32| {
        format!(
            r#"{{"error_response": {{"code": 7, "msg": "App Call Limited", "sub_code": "accesscontrol.limited-by-api-access-count",
                "sub_msg": "This ban will last for {seconds} more seconds"}}}}"#
        )
    };
    let fake = MockTransport::new().reply(banned(1)).reply(r#"{"left": 3}"#);
    assert!(Find::default().send(&client(&fake)).await.is_ok());
    assert_eq!(fake.backoffs(), [Duration::from_secs(2)]);
    let fake = MockTransport::new().reply(banned(3_600));
    let error = Find::default().send(&client(&fake)).await.unwrap_err();
    assert_eq!((error.ban_seconds(), fake.sent().len(), fake.backoffs().len()), (Some(3_600), 1, 0));
}

#[tokio::test]
async fn a_session_error_asks_for_authorisation_at_once() {
    let fake = MockTransport::new().reply(r#"{"error_response": {"code": 27, "msg": "Invalid session"}}"#);
    let error = Find::default().send(&client(&fake).session("old")).await.unwrap_err();
    assert!(error.is_session() && fake.sent().len() == 1);
}

#[tokio::test]
async fn a_connection_that_never_stood_is_tried_again_for_writes_too() {
    let refused = TransportError::new(SendStage::NotSent, TransportErrorKind::Connect);
    let fake = MockTransport::new().fail(refused).reply(r#"{"success": true}"#);
    assert!(redeem().send(&client(&fake)).await.is_ok());
    assert_eq!(fake.sent().len(), 2);
}

#[tokio::test]
async fn a_write_goes_out_again_only_by_the_callers_word_and_with_its_key() {
    let script = || MockTransport::new().fail(cut()).reply(r#"{"success": true}"#);
    let fake = script();
    assert!(matches!(redeem().send(&client(&fake)).await, Err(WriteError::Unknown(_))));
    assert_eq!(fake.sent().len(), 1);
    let fake = script();
    assert!(redeem().send(&client(&fake).options().retry_writes(Idempotency::GuaranteedByServer)).await.is_ok());
    assert_eq!(fake.sent().len(), 2);
    // The word without a key is worth nothing.
    let fake = script();
    let without = Redeem { request_id: None, gift: Some("tea".into()), ..Redeem::default() };
    let result = without.send(&client(&fake).options().retry_writes(Idempotency::GuaranteedByServer)).await;
    assert!(result.is_err() && fake.sent().len() <= 1);
}

#[tokio::test]
async fn a_refusal_after_an_unknown_attempt_leaves_the_write_unknown() {
    let refused = r#"{"error_response": {"code": 50, "sub_code": "isv.duplicate", "msg": "no"}}"#;
    let not_sent = || TransportError::new(SendStage::NotSent, TransportErrorKind::Tls);
    for fake in [MockTransport::new().fail(cut()).reply(refused), MockTransport::new().fail(cut()).fail(not_sent())] {
        let result = redeem().send(&client(&fake).options().retry_writes(Idempotency::GuaranteedByServer)).await;
        assert!(matches!(result, Err(WriteError::Unknown(_))));
        assert_eq!(fake.sent().len(), 2);
    }
}

const RETRIES: usize = 100_000;

/// Whatever the number of attempts, only the time and the signature change.
#[tokio::test]
async fn over_all_retries_the_business_parameters_are_the_same_bytes() {
    let seconds = std::sync::atomic::AtomicU64::new(0);
    let clock = move || noon() + Duration::from_secs(seconds.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let fake = (0..RETRIES).fold(MockTransport::new(), |fake, _| fake.fail(cut())).reply(r#"{"success": true}"#);
    // Waits that together stay far below the deadline.
    let policy = RetryPolicy::default().max_attempts(u32::MAX).max_backoff(Duration::from_micros(1));
    let client = Client::builder()
        .app_key("1")
        .app_secret("s")
        .transport(fake.clone())
        .retries(policy)
        .retry_budget(RetryBudget::unlimited())
        .clock(clock)
        .build()
        .unwrap();
    let call = client.session(AccessToken::from("token")).timeout(Duration::from_secs(3_600));
    redeem().send(&call.retry_writes(Idempotency::GuaranteedByServer)).await.unwrap();
    let forms: Vec<Bytes> = fake.sent().iter().map(|attempt| attempt.request().body().clone()).collect();
    let (changed, signatures) = compared(&forms);
    assert_eq!(changed, ["sign", "timestamp"]);
    assert_eq!((forms.len(), signatures), (RETRIES + 1, RETRIES + 1));
}

/// The names of the parameters that differ between any two of these forms, and how many signatures there are.
fn compared(forms: &[Bytes]) -> (Vec<String>, usize) {
    let pairs = |form: &Bytes| form.split(|byte| *byte == b'&').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (mut changed, mut signatures, first) =
        (std::collections::BTreeSet::new(), std::collections::HashSet::new(), pairs(&forms[0]));
    for form in forms {
        let now = pairs(form);
        assert_eq!(now.len(), first.len());
        for (pair, then) in now.into_iter().zip(&first) {
            let name =
                String::from_utf8_lossy(pair.split(|byte| *byte == b'=').next().unwrap_or_default()).into_owned();
            if pair != *then {
                changed.insert(name.clone());
            }
            if name == "sign" {
                signatures.insert(pair);
            }
        }
    }
    (changed.into_iter().collect(), signatures.len())
}

/// The control: a caller who builds the request anew for each attempt, with a key of its own.
#[tokio::test]
async fn a_key_made_anew_for_each_attempt_is_seen() {
    let fake = MockTransport::new().fail(cut()).fail(cut());
    for key in ["key-1", "key-2"] {
        let request = Redeem { request_id: Some(key.to_owned()), ..redeem() };
        assert!(request.send(&client(&fake)).await.is_err());
    }
    let forms: Vec<Bytes> = fake.sent().iter().map(|attempt| attempt.request().body().clone()).collect();
    assert_eq!(compared(&forms).0, ["request_id", "sign"]);
}

#[tokio::test]
async fn clones_of_a_client_share_one_budget() {
    let fake = (0..100).fold(MockTransport::new(), |fake, _| fake.reply_with(StatusCode::SERVICE_UNAVAILABLE, ""));
    let client = client(&fake);
    for _ in 0..20 {
        Find::default().send(&client.clone()).await.unwrap_err();
    }
    let retries = fake.sent().len() - 20;
    assert!((10..=14).contains(&retries), "{retries}");
}

/// Never ends a wait.
struct Waiting(MockTransport);

impl crate::transport::Transport for Waiting {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        crate::transport::Transport::send(&self.0, request, limits)
    }

    fn sleep(&self, _: Duration) -> UnitFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn calls_that_are_dropped_while_they_wait_use_up_no_retries() {
    let fake = (0..100).fold(MockTransport::new(), |fake, _| fake.reply_with(StatusCode::SERVICE_UNAVAILABLE, ""));
    let (budget, waiting) = (RetryBudget::default(), Waiting(fake));
    let builder = Client::builder().app_key("1").app_secret("s").retry_budget(budget.clone());
    let client = builder.transport(waiting).build().unwrap();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for call in 0..100 {
        assert!(budget.has_one(), "call {call} has no retry left");
        assert!(Box::pin(Find::default().send(&client)).as_mut().poll(&mut context).is_pending());
    }
}

#[tokio::test]
async fn a_server_that_names_a_wait_is_given_it() {
    let later = http::Response::builder().status(503).header("retry-after", "4").body(Bytes::new()).unwrap();
    let fake = MockTransport::new().respond(later).reply(r#"{"left": 1}"#);
    assert!(Find::default().send(&client(&fake)).await.is_ok());
    assert_eq!(fake.backoffs(), [Duration::from_secs(4)]);
}

#[tokio::test]
async fn an_absurd_wait_ends_the_call_whatever_its_deadline() {
    for seconds in ["9999999999999999999", "18446744073709551615", "86401"] {
        let later = http::Response::builder().status(503).header("retry-after", seconds).body(Bytes::new()).unwrap();
        let fake = MockTransport::new().respond(later);
        let result = Find::default().send(&client(&fake).options().timeout(Duration::MAX)).await;
        assert!(matches!(result, Err(Error::Status { .. })) && fake.backoffs().is_empty(), "{seconds}");
    }
}

/// The refusal is what the caller must see, with its seconds, and for certain; a millisecond is no attempt.
#[tokio::test]
async fn a_wait_that_leaves_no_time_for_an_attempt_is_not_made() {
    let banned = r#"{"error_response": {"code": 7, "msg": "x", "sub_msg": "This ban will last for 1 more seconds"}}"#;
    let fake = MockTransport::new().reply(banned).reply(banned);
    let client = client(&fake);
    let call = client.options().timeout(Duration::from_millis(2_500));
    assert_eq!(Find::default().send(&call).await.unwrap_err().ban_seconds(), Some(1));
    let written = redeem().send(&call.retry_writes(Idempotency::GuaranteedByServer)).await;
    assert!(matches!(written, Err(WriteError::Failed(error)) if error.ban_seconds() == Some(1)));
    assert!(fake.backoffs().is_empty());
}
