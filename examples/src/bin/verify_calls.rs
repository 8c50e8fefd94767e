//! A web service that the platform calls (SPI): genuine calls are answered, others refused as the platform wants it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::response::IntoResponse;
use axum::routing::any;
use opentop::spi::{Body, Incoming, Verifier, failure_json, failure_xml};

/// Verifies a call and answers it. The status is 200 for refusals too.
async fn spi(
    State(verifier): State<Verifier>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> impl IntoResponse {
    let readable = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let readable: Vec<(&str, &str)> = readable.collect();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let call = Incoming {
        method: method.as_str(),
        headers: &readable,
        query: query.as_deref().unwrap_or_default(),
        content_type,
        body: &body,
    };
    let is_xml = content_type.is_some_and(|kind| kind.contains("xml"));
    let answer = match verifier.verify(&call) {
        Ok(call) if call.body == Body::Xml => "<response><flag>success</flag></response>".to_owned(),
        Ok(call) => serde_json::json!({ "code": "0", "method": call.method() }).to_string(),
        Err(reason) => {
            eprintln!("refused: {reason}");
            if is_xml { failure_xml().to_owned() } else { failure_json().to_owned() }
        }
    };
    ([(CONTENT_TYPE, if is_xml { "text/xml;charset=utf-8" } else { "application/json;charset=utf-8" })], answer)
}

fn service(verifier: Verifier) -> Router {
    Router::new().route("/spi", any(spi)).with_state(verifier)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    println!("the platform may call http://{}/spi", listener.local_addr()?);
    axum::serve(listener, service(Verifier::new("helloworld").refuse_repeats(100_000))).await?;
    Ok(())
}

#[tokio::test]
async fn a_call_in_gbk_is_answered_and_an_altered_one_refused() {
    let now: opentop::DateTime = "2016-01-01 12:00:00".parse().expect("a time");
    let verifier = Verifier::new("helloworld").clock(move || now);
    // Signed by the vendor's rule: the body is in GBK, and so is the query.
    let query = "method=qimen.alibaba.member.activate&app_key=12345678&timestamp=2016-01-01+12%3A00%3A00&v=2.0\
        &sign_method=md5&sign=242AA3D0DB2B4EF6057E43D2164320C0&nick=%CC%D4%B1%A6";
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/json;charset=GBK".parse().expect("a header"));
    for (body, expected) in [(&b"{\"n\":\"\xd6\xd0\xce\xc4\"}"[..], "\"code\":\"0\""), (b"{}", "sign-check-failure")] {
        let (state, raw) = (State(verifier.clone()), RawQuery(Some(query.to_owned())));
        let response = spi(state, Method::POST, headers.clone(), raw, Bytes::from_static(body)).await.into_response();
        assert_eq!(response.status(), 200);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains(expected), "{body:?}");
    }
    let _ = service(verifier);
}
