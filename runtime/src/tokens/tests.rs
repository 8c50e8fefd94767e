//! Tokens, against a host that kills the old refresh token with each refresh.

mod host;

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_util::future::join_all;

use self::host::{Host, LIFE};
use super::*;
use crate::client::Client;
use crate::transport::MockTransport;
use crate::{DateTime, Endpoint, TokenSource, blocking};

const CANARIES: [&str; 3] = ["canary-app-secret", "canary-refresh", "canary-access"];

fn no_secret_in(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} shows: {text}");
    }
}

fn mocked(mock: MockTransport) -> Client {
    Client::builder().app_key("12345678").app_secret("canary-app-secret").transport(mock).build().expect("sound")
}

async fn poll_once<T>(call: &mut crate::CallFuture<T>) -> Poll<T> {
    poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await
}

async fn with_user(host: &Host, store: impl TokenStore + 'static) -> Tokens<crate::Async> {
    let oauth = host.oauth();
    let token = oauth.exchange("100".into()).await.expect("a new user");
    let tokens = Tokens::new(oauth, store);
    tokens.put("100", &token).await.expect("stored");
    tokens
}

#[test]
fn a_link_names_application_callback_state_and_view() {
    let oauth = OAuth::new(&mocked(MockTransport::new()), OAuthHost::production(), "https://shop.example/回调?a=b");
    let (link, other) = (oauth.link(), oauth.clone().view(View::Tmall).link());
    let (address, query) = link.url().split_once('?').expect("a query");
    assert_eq!(address, "https://oauth.taobao.com/authorize");
    let query: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["client_id"], "12345678");
    assert_eq!(query["redirect_uri"], "https://shop.example/回调?a=b");
    assert_eq!(query["view"], "web");
    assert_eq!(query["state"], link.state());
    assert_eq!(link.state().len(), 32);
    assert_ne!(link.state(), other.state());
    assert!(other.url().ends_with("view=tmall"));
    no_secret_in(&format!("{link:?} {oauth:?}"));
}

#[test]
fn only_the_answer_to_the_link_brings_a_code() {
    let oauth = OAuth::new(&mocked(MockTransport::new()), OAuthHost::mobile(), "https://shop.example/callback");
    let link = oauth.link();
    let state = link.state();
    let code = |callback: &str| link.code(callback).map(|code| code.expose().to_owned());
    assert_eq!(code(&format!("https://shop.example/callback?code=a%2Bb&state={state}#x")).expect("a code"), "a+b");
    assert_eq!(code(&format!("code=ab&state={state}")).expect("a query alone"), "ab");
    let denied = format!("?error=access_denied&error_description=authorize%20reject&state={state}");
    assert!(matches!(code(&denied), Err(OAuthError::Denied { .. })), "{:?}", code(&denied));
    for (callback, problem) in [
        ("code=ab".to_owned(), "got none"),
        (format!("code=ab&state={}", "0".repeat(32)), "got another one"),
        (format!("code=ab&state={state}&state={state}"), "twice"),
        (format!("code=ab&code=cd&state={state}"), "twice"),
        (format!("code=&state={state}"), "expected a `code`"),
        (format!("error=1001&state={state}"), "1001"),
    ] {
        let error = code(&callback).expect_err(&callback);
        assert!(error.to_string().contains(problem) && !error.needs_authorization(), "{callback}: {error}");
    }
}

/// Three answers that were seen: of a merchant's application, of a test, of a login.
#[tokio::test]
async fn answers_that_were_seen_are_read() {
    let merchant = r#"{"w2_expires_in":1800,"taobao_user_id":"3600000000","taobao_user_nick":"%E5%95%86%E5%AE%B6%E6%B5%8B%E8%AF%95",
        "w1_expires_in":29080846,"re_expires_in":29080846,"r2_expires_in":259200,"expires_in":29080846,"token_type":"Bearer",
        "refresh_token":"canary-refresh","access_token":"canary-access","r1_expires_in":29080846}"#;
    let test = r#"{"access_token":"canary-access","refresh_token":"canary-refresh","expires_in":"86400","re_expires_in":0,
        "r1_expires_in":1800,"r2_expires_in":0,"w1_expires_in":"1800","w2_expires_in":0,"taobao_sub_user_nick":"shop:anna"}"#;
    let login = r#"{"access_token":"canary-access","expire_time":1800000000000,"r1_valid":1700000000000,"r2_valid":0,
        "w1_valid":1700000000001,"w2_valid":0,"refresh_token_valid_time":0,"open_uid":"AAE","user_nick":"100%"}"#;
    let mock = MockTransport::new().reply(merchant).reply(test).reply(login);
    let now = DateTime::from_unix_millis(1_700_000_000_000).expect("in range");
    let client = Client::builder().app_key("1").app_secret("s").clock(move || now).transport(mock.clone());
    let oauth = OAuth::new(&client.build().expect("sound"), OAuthHost::production(), "https://shop.example/callback");

    let token = oauth.exchange("code+1".into()).await.expect("a token");
    let later = |seconds: u64| now.checked_add(std::time::Duration::from_secs(seconds));
    assert_eq!((Some(token.expires()), token.until(Level::R2)), (later(29_080_846), later(259_200)));
    assert_eq!((token.until(Level::W2), token.nick()), (later(1_800), Some("商家测试")));
    assert!(token.can_refresh(now));
    no_secret_in(&format!("{token:?}"));

    let token = oauth.exchange("c2".into()).await.expect("a token");
    assert_eq!((Some(token.expires()), token.until(Level::W2)), (later(86_400), None));
    assert!(!token.can_refresh(now), "re_expires_in is 0");
    assert_eq!((token.user_id(), token.sub_nick()), (None, Some("shop:anna")));
    assert!(matches!(oauth.refresh(&token).await, Err(OAuthError::NotRefreshable)));

    let token = oauth.exchange("c3".into()).await.expect("a token");
    assert_eq!((token.expires().unix_millis(), token.until(Level::R2)), (1_800_000_000_000, None));
    assert_eq!((token.open_uid(), token.nick()), (Some("AAE"), Some("100%")));

    let sent = &mock.sent()[0];
    assert_eq!(sent.request().uri(), "https://oauth.taobao.com/token");
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "code+1"),
        ("client_id", "1"),
        ("client_secret", "s"),
        ("redirect_uri", "https://shop.example/callback"),
    ] {
        assert_eq!(sent.parameter(name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn refusals_are_told_apart_and_show_no_secret() {
    for (status, body, again) in [
        (
            400,
            r#"{"error":"invalid_client","error_description":"authorize code canary-access-code invalidate,please authorize again."}"#,
            true,
        ),
        (
            400,
            r#"{"error":"invalid_client","error_description":"application callback can not match the redirect_uri"}"#,
            false,
        ),
        (200, r#"{"error":"invalid_client","error_description":"client_secret is invalidate"}"#, false),
        (
            400,
            r#"{"error":"x","error_description":"authorize code expire: canary-access-code, canary-app-secret"}"#,
            true,
        ),
        (502, "<html>client_secret=canary-app-secret&code=canary-access-code</html>", false),
        (200, r#"{"access_token":"canary-access"}"#, false),
        (200, "[]", false),
    ] {
        let mock = MockTransport::new().reply_with(http::StatusCode::from_u16(status).expect("sound"), body);
        let oauth = OAuth::new(&mocked(mock.clone()), OAuthHost::production(), "https://shop.example/callback");
        let error = oauth.exchange("canary-access-code".into()).await.expect_err(body);
        assert_eq!(error.needs_authorization(), again, "{error}");
        assert_eq!(mock.sent().len(), 1, "a code works once: nothing is sent twice");
        for secret in ["canary-app-secret", "canary-access-code"] {
            assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
        }
    }
}

#[tokio::test]
async fn the_gateway_gives_tokens_too() {
    let text = r#"{"top_auth_token_create_response":{"token_result":"{\"access_token\":\"canary-access\",\"expires_in\":60}"}}"#;
    let object = r#"{"token_result":{"access_token":"canary-access","expires_in":60},"request_id":"r"}"#;
    let refused = r#"{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-code",
        "sub_msg":"code canary-access-code was used"}}"#;
    let mock = MockTransport::new().reply(text).reply(object).reply(refused);
    let host = OAuthHost::production().tokens_from_gateway();
    let oauth = OAuth::new(&mocked(mock.clone()), host, "https://shop.example/callback");
    for _ in 0..2 {
        let token = oauth.exchange("canary-access-code".into()).await.expect("a token");
        assert_eq!(token.expires().seconds_since(token.obtained()), 60);
    }
    let error = oauth.exchange("canary-access-code".into()).await.expect_err("used");
    assert!(error.needs_authorization(), "{error}");
    no_secret_in(&format!("{error} {error:?}"));
    let sent = &mock.sent()[0];
    assert_eq!(sent.parameter("method").as_deref(), Some("taobao.top.auth.token.create"));
    assert_eq!(sent.parameter("code").as_deref(), Some("canary-access-code"));
    assert!(sent.parameter("sign").is_some() && sent.parameter("client_secret").is_none());
}

#[tokio::test]
async fn a_token_is_refreshed_ahead_of_its_end_and_once() {
    let host = Host::default();
    let tokens = with_user(&host, MemoryTokenStore::default()).await;
    let first = tokens.token("100").await.expect("fresh");
    assert_eq!((host.refreshes(), first.nick()), (0, Some("商家")));
    host.pass(LIFE * 9 / 10 + 1);
    let results = join_all((0..100).map(|_| tokens.token("100"))).await;
    let access: Vec<String> =
        results.into_iter().map(|token| token.expect("fresh").access_token().expose().to_owned()).collect();
    assert_eq!(host.refreshes(), 1);
    assert!(access.iter().all(|token| *token == access[0] && *token != first.access_token().expose()));
}

/// 500 users, or as many as `OPENTOP_TOKEN_USERS` says.
#[tokio::test]
async fn many_users_around_an_end_are_refreshed_once_each() {
    let count = std::env::var("OPENTOP_TOKEN_USERS").map_or(500, |count| count.parse().expect("a number"));
    let (host, store) = (Host::default(), MemoryTokenStore::default());
    let oauth = host.oauth();
    // Four processes that share a store.
    let fleet: Vec<_> = (0..4).map(|_| Tokens::with_async_store(oauth.clone(), Ready(store.clone()))).collect();
    let users: Vec<String> = (0..count).map(|user| user.to_string()).collect();
    for user in &users {
        let token = oauth.exchange(user.as_str().into()).await.expect("a new user");
        fleet[0].put(user, &token).await.expect("stored");
    }
    host.pass(LIFE + 1);
    let calls = users.iter().flat_map(|user| fleet.iter().map(move |tokens| tokens.token(user)));
    let results = join_all(calls).await;
    assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
    assert_eq!((host.refreshes(), host.refused()), (count, 0));
}

#[tokio::test]
async fn a_caller_who_gives_up_leaves_his_refresh_to_the_next_one() {
    let host = Host::default();
    let tokens = with_user(&host, MemoryTokenStore::default()).await;
    host.pass(LIFE + 1);
    // Gives up at every point of the way.
    for polls in 1..40 {
        let mut call = tokens.token("100");
        for _ in 0..polls {
            if poll_once(&mut call).await.is_ready() {
                break;
            }
        }
    }
    tokens.token("100").await.expect("refreshed");
    assert_eq!((host.refreshes(), host.refused()), (1, 0));
}

#[tokio::test]
async fn another_process_takes_over_when_the_lease_of_a_dead_one_is_over() {
    let (host, store) = (Host::default(), MemoryTokenStore::default());
    let dead = with_user(&host, store.clone()).await;
    host.pass(LIFE * 95 / 100);
    let mut call = dead.token("100");
    while host.refreshes() == 0 {
        assert!(poll_once(&mut call).await.is_pending());
        tokio::task::yield_now().await;
    }
    // It dies with the answer on its way: what it asked for is lost.
    std::mem::forget(call);
    let alive = Tokens::new(host.oauth(), store);
    let old = alive.token("100").await.expect("the old one is valid for a while");
    assert_eq!(old.expires().seconds_since(old.obtained()), LIFE);
    host.pass(300);
    let error = alive.token("100").await.expect_err("the refresh token was used up");
    assert!(error.needs_authorization(), "{error}");
    assert_eq!((host.refreshes(), host.refused()), (1, 1));
    // Nobody asks again for what the platform has refused for good.
    host.pass(3_600);
    assert!(alive.token("100").await.expect_err("still").needs_authorization());
    assert_eq!(host.refused(), 1);
    let token = host.oauth().exchange("100".into()).await.expect("authorised again");
    alive.put("100", &token).await.expect("stored");
    alive.token("100").await.expect("a new token");
}

#[tokio::test]
async fn a_network_that_fails_is_not_asked_all_the_time_and_no_reason_to_ask_the_user() {
    let host = Host::default();
    let tokens = with_user(&host, MemoryTokenStore::default()).await;
    host.pass(LIFE * 95 / 100);
    host.fail_next(1);
    for _ in 0..10 {
        tokens.token("100").await.expect("the old one still works");
    }
    assert_eq!(host.refreshes(), 0);
    host.pass(11);
    tokens.token("100").await.expect("refreshed");
    assert_eq!(host.refreshes(), 1);
    host.pass(LIFE + 1);
    host.fail_next(1);
    let error = tokens.token("100").await.expect_err("no token");
    assert!(!error.needs_authorization(), "{error}");
    no_secret_in(&format!("{error} {error:?}"));
    host.pass(11);
    tokens.token("100").await.expect("refreshed");
}

/// A store that never blocks.
struct Ready(MemoryTokenStore);

impl AsyncTokenStore for Ready {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move { self.0.load(user) })
    }

    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.0.replace(user, old, new) })
    }
}

/// A store whose writes fail for a while.
struct Failing(MemoryTokenStore, Arc<AtomicUsize>);

impl TokenStore for Failing {
    fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError> {
        self.0.load(user)
    }

    fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError> {
        let fails = self.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        // A new token has no lease.
        if fails && new.contains("\"leased_until\":null") {
            return Err(TokenStoreError::new("the disk is full"));
        }
        self.0.replace(user, old, new)
    }
}

#[tokio::test]
async fn a_new_token_is_used_only_when_it_is_stored_and_kept_until_then() {
    let (host, store, failures) = (Host::default(), MemoryTokenStore::default(), Arc::new(AtomicUsize::new(0)));
    let tokens = with_user(&host, Failing(store.clone(), Arc::clone(&failures))).await;
    host.pass(LIFE + 1);
    failures.store(1_000, Ordering::SeqCst);
    let error = tokens.token("100").await.expect_err("not stored");
    assert!(error.to_string().contains("the disk is full") && !error.needs_authorization(), "{error}");
    no_secret_in(&error.to_string());
    failures.store(0, Ordering::SeqCst);
    tokens.token("100").await.expect("stored at last");
    assert_eq!((host.refreshes(), host.refused()), (1, 0));
    let elsewhere = Tokens::new(host.oauth(), store);
    elsewhere.token("100").await.expect("the new one is in the store");
    assert_eq!(host.refused(), 0);
}

#[tokio::test]
async fn a_level_that_ends_early_is_kept_fresh_and_one_that_is_not_available_is_not_asked_for() {
    let host = Host::default();
    let tokens = with_user(&host, MemoryTokenStore::default()).await;
    host.pass(601);
    tokens.token("100").await.expect("valid as a whole");
    assert_eq!(host.refreshes(), 0);
    let sensitive = tokens.clone().level(Level::R2);
    sensitive.token("100").await.expect("refreshed");
    assert_eq!(host.refreshes(), 1);
    tokens.clone().level(Level::W2).token("100").await.expect("valid as a whole");
    assert_eq!(host.refreshes(), 1, "w2_expires_in is 0: a refresh cannot help");
}

#[tokio::test]
async fn many_calls_that_were_refused_at_once_lead_to_one_refresh() {
    let host = Host::default();
    let tokens = with_user(&host, MemoryTokenStore::default()).await;
    host.pass(100);
    let results = join_all((0..50).map(|_| tokens.refresh("100"))).await;
    assert!(results.iter().all(Result::is_ok));
    tokens.refresh("100").await.expect("just made");
    assert_eq!(host.refreshes(), 1);
    host.pass(61);
    tokens.refresh("100").await.expect("made anew");
    assert_eq!(host.refreshes(), 2);
}

#[tokio::test]
async fn what_is_stored_is_bound_to_key_user_and_application() {
    let (host, store) = (Host::default(), MemoryTokenStore::default());
    let oauth = host.oauth();
    let token = oauth.exchange("100".into()).await.expect("a token");
    let tokens = Tokens::new(oauth.clone(), store.clone()).encrypted(TokenKey::new([7; 32]));
    tokens.put("100", &token).await.expect("stored");
    let text = TokenStore::load(&store, "100").expect("memory").expect("stored");
    no_secret_in(&text);
    assert_eq!(tokens.token("100").await.expect("decrypted").user_id(), Some("100"));

    // Moved to another user, damaged, read with another key or without one.
    assert!(store.replace("200", None, &text).expect("memory"));
    assert!(store.replace("300", None, &text[..text.len() - 2]).expect("memory"));
    assert!(store.replace("400", None, "xchacha20poly1305:中").expect("memory"));
    for user in ["200", "300", "400"] {
        let error = tokens.token(user).await.expect_err(user);
        assert!(!error.needs_authorization(), "{user}: {error}");
    }
    for other in [
        Tokens::new(oauth.clone(), store.clone()).encrypted(TokenKey::new([8; 32])),
        Tokens::new(oauth.clone(), store.clone()),
    ] {
        let error = other.token("100").await.expect_err("another key").to_string();
        assert!(error.contains("cannot be read"), "{error}");
    }
    let plain = Tokens::new(oauth, MemoryTokenStore::default());
    let error = plain.token("100").await.expect_err("nobody");
    assert!(error.needs_authorization(), "{error}");

    let clear = MemoryTokenStore::default();
    Tokens::new(host.oauth(), clear.clone()).put("100", &token).await.expect("stored");
    let endpoint = Endpoint::custom("http://127.0.0.1:1/router/rest").expect("sound");
    let other = Client::builder().endpoint(endpoint).app_key("999").app_secret("s").transport(MockTransport::new());
    let other = OAuth::new(&other.build().expect("sound"), OAuthHost::production(), "https://shop.example/callback");
    let error = Tokens::new(other, clear).token("100").await.expect_err("another application").to_string();
    assert!(error.contains("expected a token of application 999, got one of 12345678"), "{error}");
}

#[test]
fn files_are_the_owners_alone_and_swapped_atomically() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokens");
    let store = FileTokenStore::open(&path).expect("opened");
    assert!(store.replace("商家/..", None, "a").expect("written"));
    assert!(!store.replace("商家/..", None, "b").expect("there is one"));
    assert!(!store.replace("商家/..", Some("x"), "b").expect("another"));
    assert!(store.replace("商家/..", Some("a"), "b").expect("swapped"));
    assert_eq!(store.load("商家/..").expect("read").as_deref(), Some("b"));
    assert_eq!(store.load("nobody").expect("read"), None);
    assert!(store.load("").is_err() && store.load(&"商".repeat(100)).is_err());
    std::fs::write(path.join("left.tmp"), "canary").expect("written");
    let again = FileTokenStore::open(&path).expect("opened");
    assert!(!path.join("left.tmp").exists(), "what a crash left is swept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for entry in std::fs::read_dir(&path).expect("read") {
            let mode = entry.expect("entry").metadata().expect("metadata").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
    // Eight threads count up to 400 together.
    assert!(again.replace("n", None, "0").expect("written"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    loop {
                        let old = again.load("n").expect("read").expect("there");
                        let new = (old.parse::<u32>().expect("a number") + 1).to_string();
                        if again.replace("n", Some(&old), &new).expect("written") {
                            break;
                        }
                    }
                }
            });
        }
    });
    assert_eq!(again.load("n").expect("read").as_deref(), Some("400"));
}

#[test]
fn a_blocking_client_has_tokens_too() {
    let answer = r#"{"access_token":"canary-access","expires_in":86400,"taobao_user_id":100}"#;
    let mock = MockTransport::new().reply(answer).reply(r#"{"x_response":{"ok":true}}"#);
    let client =
        blocking::Client::builder().app_key("1").app_secret("s").transport(mock.clone()).build().expect("sound");
    let oauth = OAuth::new(&client, OAuthHost::production(), "https://shop.example/callback");
    let token = oauth.exchange("code".into()).expect("a token");
    assert_eq!(token.user_id(), Some("100"));
    let tokens = Tokens::new(oauth, MemoryTokenStore::default());
    tokens.put("100", &token).expect("stored");
    let shop = client.session(tokens.of("100"));
    shop.call_untyped("taobao.x", crate::Effect::Read, crate::Parameters::default()).expect("called");
    assert_eq!(mock.sent()[1].parameter("session").as_deref(), Some("canary-access"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| tokens.token("100").expect("fresh"));
        }
    });
}

#[tokio::test]
async fn a_session_asks_for_the_token_of_its_user() {
    let host = Host::default();
    let tokens = with_user(&host, MemoryTokenStore::default()).await;
    let user = tokens.of("100");
    assert!(user.token().await.expect("fresh").expose().starts_with("canary-access"));
    assert!(tokens.of("nobody").token().await.expect_err("nobody").needs_authorization());
    no_secret_in(&format!("{tokens:?} {user:?}"));
}
