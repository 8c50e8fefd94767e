//! From the page of consent to a call in a user's name, and over the end of the token: client and sandbox over sockets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use opentop_runtime::tokens::{FileTokenStore, MemoryTokenStore, OAuth, OAuthHost, Token, Tokens};
use opentop_runtime::{Client, DateTime, Endpoint, Error, blocking};
use opentop_sandbox::{Sandbox, TokenLifetimes};

const CALLBACK: &str = "http://127.0.0.1:9/callback";

/// A clock that client and sandbox share.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn now(&self) -> DateTime {
        DateTime::from_unix_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
}

fn sandbox(lifetimes: TokenLifetimes) -> (Sandbox, Clock) {
    let clock = Clock(Arc::new(AtomicI64::new(DateTime::now().unix_millis())));
    let time = clock.clone();
    let sandbox = Sandbox::builder().clock(move || time.now()).token_lifetimes(lifetimes).start_blocking().unwrap();
    (sandbox, clock)
}

fn hosts(sandbox: &Sandbox) -> (Endpoint, OAuthHost) {
    let host = OAuthHost::custom(&sandbox.authorize_url(), &sandbox.token_url()).unwrap();
    (Endpoint::custom(&sandbox.endpoint()).unwrap(), host)
}

/// What the sandbox answers to a browser.
fn browse(url: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Consents as a user does who clicks the button, and returns where the browser is sent.
fn consented(link: &str, user: &str) -> String {
    let page = browse(link);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains(r#"name="consent" value="yes""#), "{page}");
    let answer = browse(&format!("{link}&user={user}&consent=yes"));
    assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned()
}

async fn token_of(oauth: &OAuth<opentop_runtime::Async>, user: &str) -> Token {
    let link = oauth.link();
    let callback = consented(link.url(), user);
    assert!(callback.starts_with(CALLBACK));
    oauth.exchange(link.code(&callback).unwrap()).await.unwrap()
}

fn request() -> flows::Request {
    flows::Request::builder()
        .brand_id("1")
        .shop_id("1")
        .start_time("2019-07-30 14:24:45".parse().unwrap())
        .page_no(1)
        .build()
}

#[tokio::test]
async fn a_user_consents_and_calls_work_over_the_end_of_the_token() {
    let (sandbox, clock) = sandbox(TokenLifetimes { expires_in: 1_000, r1: 1_000, ..TokenLifetimes::default() });
    let (endpoint, host) = hosts(&sandbox);
    let time = clock.clone();
    let client = Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret());
    let client = client.clock(move || time.now()).build().unwrap();
    let oauth = OAuth::new(&client, host, CALLBACK);
    let token = token_of(&oauth, "42").await;
    assert_eq!((token.user_id(), token.nick()), (Some("42"), Some("商家42")));

    // Without a store, calls fail when the token has ended.
    let fixed = client.session(token.access_token());
    request().send(&fixed).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tokens = Tokens::new(oauth, FileTokenStore::open(folder.path().join("tokens")).unwrap());
    tokens.put("shop", &token).await.unwrap();
    clock.pass(1_001);
    let error = request().send(&fixed).await.unwrap_err();
    assert!(error.is_session() && error.gateway().unwrap().session_problem().unwrap().can_refresh(), "{error}");

    let shop = client.session(tokens.of("shop"));
    request().send(&shop).await.unwrap();
    let other = tokens.of("nobody");
    let error = request().send(&client.session(other)).await.unwrap_err();
    assert!(matches!(&error, Error::Token(error) if error.needs_authorization()), "{error}");
}

#[test]
fn blocking_clients_share_one_refresh() {
    let (sandbox, clock) = sandbox(TokenLifetimes { expires_in: 1_000, ..TokenLifetimes::default() });
    let (endpoint, host) = hosts(&sandbox);
    let time = clock.clone();
    let client = blocking::Client::builder().endpoint(endpoint).app_key(sandbox.app_key());
    let client = client.app_secret(sandbox.app_secret()).clock(move || time.now()).build().unwrap();
    let oauth = OAuth::new(&client, host, CALLBACK);
    let link = oauth.link();
    let callback = consented(link.url(), "7");
    let token = oauth.exchange(link.code(&callback).unwrap()).unwrap();
    let again = oauth.exchange(link.code(&callback).unwrap()).unwrap_err();
    assert!(again.needs_authorization() && again.to_string().contains("please authorize again"), "{again}");
    let store = MemoryTokenStore::default();
    let fleet: Vec<_> = (0..3).map(|_| Tokens::new(oauth.clone(), store.clone())).collect();
    fleet[0].put("shop", &token).unwrap();
    clock.pass(1_001);
    std::thread::scope(|scope| {
        for tokens in &fleet {
            for _ in 0..4 {
                scope.spawn(|| request().send(&client.session(tokens.of("shop"))).unwrap());
            }
        }
    });
    assert_eq!(sandbox.received().len(), 12);
}

#[tokio::test]
async fn the_gateway_gives_and_refreshes_tokens_by_signed_calls() {
    let (sandbox, clock) = sandbox(TokenLifetimes { expires_in: 1_000, ..TokenLifetimes::default() });
    let (endpoint, host) = hosts(&sandbox);
    let time = clock.clone();
    let client = Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret());
    let client = client.clock(move || time.now()).build().unwrap();
    let oauth = OAuth::new(&client, host.tokens_from_gateway(), CALLBACK);
    let link = oauth.link();
    let callback = consented(link.url(), "42");
    let token = oauth.exchange(link.code(&callback).unwrap()).await.unwrap();
    assert_eq!((token.user_id(), token.nick()), (Some("42"), Some("商家42")));
    let again = oauth.exchange(link.code(&callback).unwrap()).await.unwrap_err();
    assert!(again.needs_authorization() && again.to_string().contains("please authorize again"), "{again}");

    let tokens = Tokens::new(oauth.clone(), MemoryTokenStore::default());
    tokens.put("shop", &token).await.unwrap();
    clock.pass(1_001);
    request().send(&client.session(tokens.of("shop"))).await.unwrap();
    let dead = oauth.refresh(&token).await.unwrap_err();
    assert!(dead.needs_authorization() && dead.to_string().contains("was replaced"), "{dead}");
    // The log of calls keeps none of their secrets.
    let gave: Vec<_> = sandbox.received().into_iter().filter(|call| call.method.contains("auth.token")).collect();
    assert!(gave.len() == 4 && gave.iter().all(|call| call.parameters.is_empty()), "{gave:?}");
}
