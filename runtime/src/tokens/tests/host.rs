//! A token host with a clock of its own: each refresh kills the refresh token before it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::yield_now;

use crate::tokens::{OAuth, OAuthHost};
use crate::transport::{ResponseFuture, Transport, TransportError, TransportErrorKind, TransportLimits, UnitFuture};
use crate::{Async, Client, DateTime, Endpoint};

/// How long a token of this host lives, in seconds.
pub(super) const LIFE: i64 = 3_600;

const BEGIN: i64 = 1_700_000_000_000;

#[derive(Clone, Default)]
pub(super) struct Host(Arc<State>);

#[derive(Default)]
struct State {
    /// Milliseconds after the beginning.
    clock: AtomicI64,
    /// The refresh token that works, for each user.
    works: Mutex<HashMap<String, String>>,
    pub(super) refreshes: AtomicUsize,
    refused: AtomicUsize,
    /// How many of the next requests fail in the network.
    failures: AtomicUsize,
    made: AtomicUsize,
}

impl Host {
    pub(super) fn client(&self) -> Client {
        let host = self.clone();
        Client::builder()
            .endpoint(Endpoint::custom("http://127.0.0.1:1/router/rest").expect("sound"))
            .app_key("12345678")
            .app_secret("canary-app-secret")
            .clock(move || host.now())
            .transport(self.clone())
            .build()
            .expect("sound")
    }

    pub(super) fn oauth(&self) -> OAuth<Async> {
        let host = OAuthHost::custom("http://127.0.0.1:1/authorize", "http://127.0.0.1:1/token").expect("sound");
        OAuth::new(&self.client(), host, "https://shop.example/callback")
    }

    pub(super) fn now(&self) -> DateTime {
        DateTime::from_unix_millis(BEGIN + self.0.clock.load(Ordering::SeqCst)).expect("in range")
    }

    pub(super) fn pass(&self, seconds: i64) {
        self.0.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub(super) fn fail_next(&self, requests: usize) {
        self.0.failures.store(requests, Ordering::SeqCst);
    }

    pub(super) fn refreshes(&self) -> usize {
        self.0.refreshes.load(Ordering::SeqCst)
    }

    pub(super) fn refused(&self) -> usize {
        self.0.refused.load(Ordering::SeqCst)
    }

    fn answer(&self, body: &[u8]) -> http::Response<Bytes> {
        let form: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let user = match form["grant_type"].as_str() {
            "authorization_code" => form["code"].clone(),
            _ => form["refresh_token"].split('.').next().unwrap_or_default().to_owned(),
        };
        let mut works = self.0.works.lock().expect("no panic");
        if form["grant_type"] == "refresh_token" {
            if works.get(&user) != Some(&form["refresh_token"]) {
                self.0.refused.fetch_add(1, Ordering::SeqCst);
                let body = r#"{"error":"invalid_grant","error_description":"refresh token invalid"}"#;
                return http::Response::builder().status(400).body(body.into()).expect("sound");
            }
            self.0.refreshes.fetch_add(1, Ordering::SeqCst);
        }
        let number = self.0.made.fetch_add(1, Ordering::SeqCst);
        let refresh = format!("{user}.canary-refresh-{number}");
        works.insert(user.clone(), refresh.clone());
        let body = format!(
            r#"{{"access_token":"canary-access-{user}-{number}","refresh_token":"{refresh}","expires_in":{LIFE},
            "re_expires_in":"{}","r1_expires_in":{LIFE},"w1_expires_in":{LIFE},"r2_expires_in":600,"w2_expires_in":0,
            "taobao_user_id":"{user}","token_type":"Bearer","taobao_user_nick":"%E5%95%86%E5%AE%B6"}}"#,
            LIFE * 10
        );
        http::Response::new(body.into())
    }
}

impl Transport for Host {
    fn send(&self, request: http::Request<Bytes>, _: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(async move {
            yield_now().await;
            let fails = self.0.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if fails.is_ok() {
                return Err(TransportError::new(crate::transport::SendStage::NotSent, TransportErrorKind::Connect));
            }
            let response = self.answer(request.body());
            // The answer is on its way for a while.
            for _ in 0..5 {
                yield_now().await;
            }
            Ok(response)
        })
    }

    /// Time passes only where a test says so.
    fn sleep(&self, _: Duration) -> UnitFuture<'_> {
        Box::pin(yield_now())
    }
}
