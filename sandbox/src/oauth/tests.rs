use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;

use opentop_runtime::DateTime;

use super::desk::CODE_LIFE;
use super::*;
use crate::SandboxBuilder;
use crate::gateway;

const CALLBACK: &str = "http://localhost:9/callback?shop=1";

fn get(state: &State, query: &str) -> HttpResponse {
    let request =
        HttpRequest { method: "GET".into(), path: AUTHORIZE.into(), query: query.into(), ..HttpRequest::default() };
    gateway::answer(state, &request)
}

fn post(state: &State, form: &[(&str, &str)]) -> (u16, Value) {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = HttpRequest { path: TOKEN.into(), ..HttpRequest::form(body) };
    let answer = gateway::answer(state, &request);
    (answer.status, serde_json::from_str(&answer.body).expect("JSON"))
}

fn state(lifetimes: TokenLifetimes) -> (State, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(1_700_000_000_000));
    let time = Arc::clone(&clock);
    let now = move || DateTime::from_unix_millis(time.load(Ordering::SeqCst)).expect("in range");
    let builder = SandboxBuilder::default().app("1", "s").app("2", "t").clock(now).token_lifetimes(lifetimes);
    (builder.build_state().expect("sound"), clock)
}

fn code(state: &State, user: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("response_type", "code"), ("client_id", "1"), ("redirect_uri", CALLBACK), ("state", "a&b")])
        .extend_pairs([("user", user), ("consent", "yes")])
        .finish();
    let answer = get(state, &query);
    let location = answer.location.expect("a redirect");
    assert!(location.starts_with(CALLBACK) && location.ends_with("&state=a%26b"), "{location}");
    let (_, rest) = location.split_once("&code=").expect("a code");
    rest.split('&').next().unwrap_or_default().to_owned()
}

fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", "1"),
        ("client_secret", "s"),
        ("redirect_uri", CALLBACK),
    ]
}

fn refresh(token: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "1"), ("client_secret", "s")]
}

#[test]
fn the_page_asks_and_leads_back() {
    let (state, _) = state(TokenLifetimes::default());
    let query = "response_type=code&client_id=1&redirect_uri=http%3A%2F%2Flocalhost&state=%22%3E%3Cscript%3E";
    let page = get(&state, query);
    assert_eq!((page.status, page.content_type), (200, "text/html;charset=utf-8"));
    assert!(page.body.contains("&quot;&gt;&lt;script&gt;") && !page.body.contains("<script"), "{}", page.body);
    let refused = get(&state, &format!("{query}&consent=no")).location.expect("a redirect");
    assert!(refused.starts_with("http://localhost?error=access_denied&error_description=authorize%20reject&state="));
    let shown = get(&state, "response_type=code&client_id=1&redirect_uri=urn:ietf:wg:oauth:2.0:oob&consent=yes");
    assert!(shown.body.starts_with("code="), "{}", shown.body);
    for (query, problem) in [
        ("response_type=code&client_id=3&redirect_uri=http://x", "client_id"),
        ("response_type=token&client_id=1&redirect_uri=http://x", "response_type"),
        ("response_type=code&client_id=1&redirect_uri=javascript:x", "redirect_uri"),
        ("response_type=code&client_id=1", "redirect_uri"),
    ] {
        let answer = get(&state, query);
        assert!(answer.status == 400 && answer.body.contains(problem), "{query}: {}", answer.body);
    }
}

#[test]
fn a_code_works_once_for_its_application_and_callback_and_in_time() {
    let (state, clock) = state(TokenLifetimes::default());
    let first = code(&state, "42");
    let (status, token) = post(&state, &exchange(&first));
    assert_eq!((status, token["taobao_user_id"].as_str()), (200, Some("42")));
    assert_eq!(token["taobao_user_nick"], "%E5%95%86%E5%AE%B642");
    assert_eq!(token["w2_expires_in"], 1_800);
    let (status, again) = post(&state, &exchange(&first));
    assert_eq!((status, again["error"].as_str()), (400, Some("invalid_client")), "{again}");
    let other = code(&state, "42");
    let mut form = exchange(&other);
    form[4].1 = "http://localhost:9/other";
    assert!(post(&state, &form).1["error_description"].as_str().is_some_and(|text| text.contains("redirect_uri")));
    let late = code(&state, "42");
    clock.fetch_add(CODE_LIFE * 1_000, Ordering::SeqCst);
    assert_eq!(post(&state, &exchange(&late)).1["error_description"], "authorize code expire");
    let wrong = code(&state, "42");
    let mut form = exchange(&wrong);
    form[3].1 = "t";
    assert_eq!(post(&state, &form).1["error_description"], "client_secret is invalidate");
    form[2].1 = "2";
    assert_eq!(post(&state, &form).0, 400, "another application's code");
    assert_eq!(post(&state, &exchange(&wrong)).0, 200, "it was not used up by those");
}

#[test]
fn a_refresh_kills_the_refresh_token_before_it() {
    let lifetimes = TokenLifetimes { re_expires_in: 100, ..TokenLifetimes::default() };
    let (state, clock) = state(lifetimes);
    let text = |token: &Value, name: &str| token[name].as_str().expect("a text").to_owned();
    let (_, first) = post(&state, &exchange(&code(&state, "42")));
    let (status, second) = post(&state, &refresh(&text(&first, "refresh_token")));
    assert_eq!((status, text(&second, "access_token")), (200, text(&first, "access_token")));
    assert_eq!(post(&state, &refresh(&text(&first, "refresh_token"))).0, 400);
    clock.fetch_add(100_000, Ordering::SeqCst);
    assert_eq!(post(&state, &refresh(&text(&second, "refresh_token"))).0, 400);
}

#[test]
fn a_session_ends_with_its_level_and_its_token() {
    let lifetimes = TokenLifetimes { expires_in: 100, r1: 50, w1: 10, ..TokenLifetimes::default() };
    let (state, clock) = state(lifetimes);
    let (_, token) = post(&state, &exchange(&code(&state, "42")));
    let access = token["access_token"].as_str().expect("a text");
    let told = |app: &str, writes: bool| {
        let checked = state.oauth().check(access, app, writes, state.now()).expect("given out here");
        checked.err().map(|refusal| (refusal.code, refusal.sub_code.unwrap_or_default()))
    };
    assert_eq!((told("1", true), told("1", false)), (None, None));
    assert_eq!(told("2", false).map(|(code, _)| code), Some(27));
    clock.fetch_add(10_000, Ordering::SeqCst);
    assert_eq!((told("1", true).map(|(code, _)| code), told("1", false)), (Some(53), None));
    clock.fetch_add(90_000, Ordering::SeqCst);
    assert_eq!(told("1", false), Some((27, "session-expired".to_owned())));
    assert!(state.oauth().check("unknown", "1", false, state.now()).is_none());
}
