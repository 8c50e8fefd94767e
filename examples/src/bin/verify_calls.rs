//! A web service that the platform calls (SPI): genuine calls are answered, others refused as the platform wants it.

use axum::Router;
use axum::extract::State;
use axum::routing::any;
use opentop::spi::{Answer, AnswerFormat, Verified, Verifier};

/// Answers a call. The extractor lets genuine calls in and no others. The status is 200 for refusals too.
async fn spi(call: Verified) -> Answer {
    match call.format() {
        AnswerFormat::Xml => call.answer("<response><flag>success</flag></response>"),
        _ => call.answer(&serde_json::json!({ "code": "0", "method": call.method() }).to_string()),
    }
}

fn service(verifier: Verifier) -> Router {
    Router::new().route("/spi", any(spi)).route("/health", any(health)).with_state(verifier)
}

/// What is not the platform's needs no signature.
async fn health(State(_): State<Verifier>) -> &'static str {
    "ok"
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The secret of the application that is called.
    let secret = std::env::var("TOP_APP_SECRET").unwrap_or_else(|_| "helloworld".to_owned());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    println!("the platform may call http://{}/spi; try `opentop spi send`", listener.local_addr()?);
    axum::serve(listener, service(Verifier::new(secret).refuse_repeats(100_000))).await?;
    Ok(())
}

#[tokio::test]
async fn a_call_in_gbk_is_answered_and_an_altered_one_refused() {
    use axum::body::Body;
    use axum::extract::FromRequest;
    use axum::response::IntoResponse;

    let now: opentop::DateTime = "2016-01-01 12:00:00".parse().expect("a time");
    let verifier = Verifier::new("helloworld").clock(move || now);
    // Signed by the vendor's rule: the body is in GBK, and so is the query.
    let query = "method=qimen.alibaba.member.activate&app_key=12345678&timestamp=2016-01-01+12%3A00%3A00&v=2.0\
        &sign_method=md5&sign=242AA3D0DB2B4EF6057E43D2164320C0&nick=%CC%D4%B1%A6";
    for (body, expected) in [(&b"{\"n\":\"\xd6\xd0\xce\xc4\"}"[..], "\"code\":\"0\""), (b"{}", "sign-check-failure")] {
        let request =
            http::Request::post(format!("/spi?{query}")).header("content-type", "application/json;charset=GBK");
        let request = request.body(Body::from(body)).expect("a request");
        let response = match Verified::from_request(request, &verifier).await {
            Ok(call) => spi(call).await.into_response(),
            Err(refused) => refused.into_response(),
        };
        assert_eq!(response.status(), 200);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains(expected), "{body:?}");
    }
    let _ = service(verifier);
}
