//! What a ban stops: later calls of its scope, for as long as it lasts.

use std::time::Duration;

use super::{SECRET, TOKEN, client};
use crate::blocking;
use crate::call::error::Error;
use crate::call::retry::RetryPolicy;
use crate::client::WriteError;
use crate::testing::{Find, noon, redeem};
use crate::transport::MockTransport;
use crate::wire::gateway_error::LimitScope;

/// A refusal with a ban of this many seconds.
fn banned(kind: &str, seconds: u32) -> String {
    format!(
        r#"{{"error_response": {{"code": 7, "msg": "App Call Limited", "sub_code": "accesscontrol.limited-by-{kind}-access-count",
        "sub_msg": "This ban will last for {seconds} more seconds"}}}}"#
    )
}

const DONE: &str = r#"{"success": true, "left": 1}"#;

#[tokio::test]
async fn a_ban_of_a_method_stops_that_method_and_no_other() {
    let fake = MockTransport::new().reply(banned("app-api", 600)).reply(DONE);
    let client = client(&fake);
    assert!(Find::default().send(&client).await.unwrap_err().gateway().is_some());
    let error = Find::default().send(&client).await.unwrap_err();
    let Error::Banned { scope: LimitScope::AppAndMethod, left } = error else { panic!("{error}") };
    assert!(left > Duration::from_secs(590) && left <= Duration::from_secs(601), "{left:?}");
    assert_eq!(error.rate_limit().unwrap().scope, LimitScope::AppAndMethod);
    assert!(error.is_retryable() && error.ban_seconds() >= Some(590), "{error:?}");
    let text = error.to_string();
    assert!(
        text.starts_with("an earlier answer said that the platform refuses this method for this application for "),
        "{text}"
    );
    assert!(
        text.ends_with(" more seconds; nothing was sent. Call again after that, or with a longer deadline"),
        "{text}"
    );
    redeem().send(&client).await.unwrap();
    assert_eq!(fake.sent().len(), 2, "one of each method");
}

#[tokio::test]
async fn a_ban_of_the_application_stops_all_calls_and_a_write_then_is_not_done() {
    let fake = MockTransport::new().reply(banned("app", 600));
    let client = client(&fake);
    assert!(matches!(redeem().send(&client).await, Err(WriteError::Failed(Error::Gateway { .. }))));
    assert!(matches!(redeem().send(&client.session(TOKEN)).await, Err(WriteError::Failed(Error::Banned { .. }))));
    let called = client.clone().options().timeout(Duration::from_secs(5));
    assert!(matches!(Find::default().send(&called).await, Err(Error::Banned { .. })));
    assert_eq!(fake.sent().len(), 1);
}

#[tokio::test]
async fn a_call_waits_for_the_end_of_a_ban_within_its_deadline() {
    let fake = MockTransport::new().reply(banned("app", 7)).reply(DONE).reply(DONE).reply(DONE);
    let client = client(&fake);
    // Neither a write nor a call without retries waits once it was sent.
    assert!(!redeem().send(&client).await.unwrap_err().is_unknown());
    redeem().send(&client.options().timeout(Duration::from_secs(30))).await.unwrap();
    Find::default().send(&client).await.unwrap();
    let waits = fake.backoffs();
    assert!(waits.len() == 2 && waits.iter().all(|wait| *wait > Duration::from_secs(7)), "{waits:?}");
    assert!(fake.sent()[1].limits().timeout < Duration::from_secs(23), "{:?}", fake.sent()[1].limits());
    let once = client.options().retries(RetryPolicy::none());
    assert!(matches!(Find::default().send(&once).await, Err(Error::Banned { .. })));
    let short = client.options().timeout(Duration::from_secs(8));
    assert!(matches!(Find::default().send(&short).await, Err(Error::Banned { .. })));
    assert_eq!(fake.sent().len(), 3);
}

#[tokio::test]
async fn a_call_that_waits_out_its_own_ban_waits_once() {
    let fake = MockTransport::new().reply(banned("app-api", 3)).reply(DONE);
    Find::default().send(&client(&fake)).await.unwrap();
    assert_eq!(fake.backoffs(), [Duration::from_secs(4)]);
}

#[test]
fn a_blocking_client_holds_bans_too() {
    let fake = MockTransport::new().reply(banned("api", 600));
    let builder = blocking::Client::builder().app_key("12345678").app_secret(SECRET).clock(noon);
    let client = builder.transport(fake.clone()).build().unwrap();
    Find::default().send(&client).unwrap_err();
    let again = client.clone();
    assert!(matches!(Find::default().send(&again), Err(Error::Banned { scope: LimitScope::Method, .. })));
    assert_eq!(fake.sent().len(), 1);
}
