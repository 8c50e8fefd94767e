//! Servers that the platform calls: two of axum, one of them behind GBK, and one behind the layer of tower.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::State;
use axum::routing::{any, post};
use axum::{Extension, Router};
use bytes::Bytes;
use opentop_runtime::DateTime;
use opentop_runtime::spi::{Answer, AnswerFormat, Reject, Verified, Verifier, VerifyLayer};
use opentop_sandbox::SpiCall;
use tower_service::Service;

use crate::support::repository::{output, xtask};

const SECRET: &str = "helloworld";

/// How many calls came through.
pub(super) type Handled = Arc<AtomicUsize>;

#[derive(Clone)]
struct App {
    verifier: Verifier,
    handled: Handled,
}

impl axum::extract::FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

async fn greet(State(app): State<App>, call: Verified) -> Answer {
    app.handled.fetch_add(1, Ordering::SeqCst);
    let nick = call.get("nick").unwrap_or_default();
    let seen = call.text.as_deref().unwrap_or_default();
    match call.format() {
        AnswerFormat::Xml => call.answer(&format!("<response><nick>{nick}</nick></response>")),
        _ => call.answer(&serde_json::json!({ "code": "0", "nick": nick, "seen": seen }).to_string()),
    }
}

pub(super) fn app(verifier: Verifier) -> (Router, Handled) {
    let handled = Handled::default();
    let app = App { verifier, handled: handled.clone() };
    (Router::new().route("/spi", any(greet)).with_state(app), handled)
}

/// Calls over a socket.
async fn over_http(app: Router, requests: Vec<http::Request<Bytes>>) -> Vec<(u16, String, Vec<u8>)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut answers = Vec::new();
    for request in requests {
        let (parts, body) = request.into_parts();
        let url = format!("http://{address}{}", parts.uri.path_and_query().unwrap());
        let sent = client.request(parts.method, url).headers(parts.headers).body(body).send().await.unwrap();
        let content_type = sent.headers()["content-type"].to_str().unwrap().to_owned();
        answers.push((sent.status().as_u16(), content_type, sent.bytes().await.unwrap().to_vec()));
    }
    server.abort();
    answers
}

fn to_url(call: &SpiCall) -> http::Request<Bytes> {
    call.request("http://localhost/spi", &SECRET.into()).unwrap()
}

#[tokio::test]
async fn a_server_in_utf8_answers_genuine_calls_and_refuses_others_in_their_form() {
    let (app, handled) = app(Verifier::new(SECRET));
    let json = SpiCall::new("qimen.example").parameter("nick", "淘宝 &=+").json("{\"a\": \"中\"}\r\n");
    let old = DateTime::from_unix_millis(DateTime::now().unix_millis() - 301_000).unwrap();
    let answers = over_http(
        app,
        vec![
            to_url(&json),
            to_url(&SpiCall::new("qimen.example").form([("nick", "form"), ("empty", "")])),
            to_url(&SpiCall::new("qimen.example").form([("nick", "part")]).file("f", "a.bin", &b"\0\xff"[..])),
            to_url(&SpiCall::new("qimen.example").parameter("nick", "none")),
            to_url(&SpiCall::new("qimen.example").signed_header("X-Trace", "链 1").parameter("nick", "h").xml("<a/>")),
            to_url(&json.clone().wrong_signature()),
            to_url(&json.clone().at(old)),
            to_url(&json.clone().xml("<a/>").wrong_signature()),
            to_url(&json.parameter("format", "xml").wrong_signature()),
        ],
    )
    .await;
    let text = |at: usize| String::from_utf8(answers[at].2.clone()).unwrap();
    assert!(answers.iter().all(|(status, ..)| *status == 200), "{answers:?}");
    assert_eq!(text(0), "{\"code\":\"0\",\"nick\":\"淘宝 &=+\",\"seen\":\"{\\\"a\\\": \\\"中\\\"}\\r\\n\"}");
    assert_eq!(answers[0].1, "application/json;charset=utf-8");
    assert!(text(1).contains("form") && text(2).contains("part") && text(3).contains("none"));
    assert_eq!(
        (text(4).as_str(), answers[4].1.as_str()),
        ("<response><nick>h</nick></response>", "text/xml;charset=utf-8")
    );
    assert!(text(5).contains(r#""sub_code":"sign-check-failure""#) && text(6).contains("sign-check-failure"));
    assert!(text(7).starts_with("<response><flag>failure</flag>"), "{}", text(7));
    assert!(text(8).starts_with("<response><flag>failure</flag>"), "{}", text(8));
    assert_eq!(handled.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_server_behind_gbk_reads_and_answers_in_gbk() {
    let scene = |reject: Reject, _: AnswerFormat| {
        let message = if reject == Reject::BadSign { "签名错误" } else { "拒绝" };
        serde_json::json!({ "success": false, "errorCode": "sign-check-failure", "errorMsg": message }).to_string()
    };
    let (app, handled) = app(Verifier::new(SECRET).refusals(scene).refuse_repeats(100));
    let json = SpiCall::new("qimen.example").parameter("nick", "淘宝").json("{\"n\":\"中文\"}").gbk();
    let form = SpiCall::new("qimen.example").form([("nick", "中 文"), ("键", "值")]).gbk();
    let (json, form, wrong) = (to_url(&json), to_url(&form), to_url(&json.wrong_signature()));
    let answers = over_http(app, vec![json.clone(), form, json, wrong]).await;
    let text = |at: usize| {
        let (text, _, bad) = encoding_rs::GBK.decode(&answers[at].2);
        assert!(!bad);
        text.into_owned()
    };
    assert!(answers.iter().all(|(status, kind, _)| *status == 200 && kind == "application/json;charset=GBK"));
    assert_eq!(text(0), "{\"code\":\"0\",\"nick\":\"淘宝\",\"seen\":\"{\\\"n\\\":\\\"中文\\\"}\"}");
    assert!(text(1).contains("中 文"));
    assert!(text(2).contains("拒绝"), "a call that came before: {}", text(2));
    assert!(text(3).contains("签名错误"));
    assert_eq!(handled.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let large = to_url(&SpiCall::new("qimen.example").json(format!("\"{}\"", "a".repeat(3 << 20))));
    let (mut app, handled) = app(Verifier::new(SECRET));
    let answer = app.call(large.clone().map(HttpBody::from)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let (layered, passed) = layered(VerifyLayer::new(Verifier::new(SECRET)));
    assert_eq!(layered.clone().call(large.map(HttpBody::from)).await.unwrap().status(), 200);
    assert_eq!((handled.load(Ordering::SeqCst), passed.load(Ordering::SeqCst)), (0, 0));
}

fn layered(layer: VerifyLayer) -> (Router, Handled) {
    let passed = Handled::default();
    let count = passed.clone();
    let handler = move |Extension(call): Extension<Verified>, body: Bytes| async move {
        count.fetch_add(1, Ordering::SeqCst);
        let mut text = call.get("nick").unwrap_or_default().to_owned().into_bytes();
        text.extend_from_slice(&body);
        text
    };
    (Router::new().route("/spi", post(handler)).layer(layer), passed)
}

#[tokio::test]
async fn the_layer_hands_on_genuine_calls_with_their_body_and_no_others() {
    let (mut app, passed) = layered(VerifyLayer::new(Verifier::new(SECRET)));
    let call = SpiCall::new("qimen.example").parameter("nick", "n:").json("{\"a\":1}\n");
    for (request, expected) in [(to_url(&call), "n:{\"a\":1}\n"), (to_url(&call.clone().wrong_signature()), "")] {
        let answer = app.call(request.map(HttpBody::from)).await.unwrap();
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        match expected {
            "" => assert!(String::from_utf8_lossy(&body).contains("sign-check-failure")),
            some => assert_eq!(body, some),
        }
    }
    assert_eq!(passed.load(Ordering::SeqCst), 1);
}

/// `opentop spi send` against a server: genuine, altered, old, and repeated.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_calls_a_server_as_the_platform_would() {
    let (app, handled) = app(Verifier::new("canary-secret").refuse_repeats(100));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/spi", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let send = async |words: &[&str]| {
        let mut command = xtask(&[&["spi", "send", "qimen.example", &url], words].concat());
        command.env("OPENTOP_APP_KEY", "12345678").env("OPENTOP_APP_SECRET", "canary-secret");
        let (code, said) = tokio::task::spawn_blocking(move || output(&mut command)).await.unwrap();
        assert!(code == 0 && said.contains("200 ") && !said.contains("canary"), "{words:?}: {said}");
        said
    };
    assert!(send(&["nick=中 文", "--gbk"]).await.contains("\"nick\":\"中 文\""));
    assert!(send(&["--json", "{\"a\":1}", "nick=q", "--header", "X-Trace=1"]).await.contains("\"nick\":\"q\""));
    assert!(send(&["--xml", "<a/>", "--wrong-signature"]).await.contains("<code>sign-check-failure</code>"));
    assert!(send(&["nick=n", "--age", "400"]).await.contains("sign-check-failure"));
    assert!(send(&["nick=n", "--age", "-400"]).await.contains("sign-check-failure"));
    let twice = send(&["nick=n", "--twice"]).await;
    assert!(twice.matches("\"code\":\"0\"").count() == 1 && twice.contains("sign-check-failure"), "{twice}");
    assert_eq!(handled.load(Ordering::SeqCst), 3);
    server.abort();
}
