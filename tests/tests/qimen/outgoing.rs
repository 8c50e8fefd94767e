//! Calls through Qimen to the sandbox, which reads them by itself: classic, and the three bodies of the cloud form.

use std::path::PathBuf;

use bytes::Bytes;
use opentop_runtime::journal::Journal;
use opentop_runtime::{Client, Decimal, Endpoint, Error, FileJournal, Json, Qimen, QimenBody, SignMethod, WriteError};
use opentop_sandbox::{Fault, Sandbox};

use crate::called::api::qimen::{example_member_query as query, example_order_create as create};
use crate::support::repository::root;

pub(super) fn specs() -> PathBuf {
    root().join("tests/fixtures/called")
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().spec_dir(specs()).start().await.unwrap()
}

fn at(sandbox: &Sandbox, path: &str) -> Endpoint {
    Endpoint::custom(&format!("http://{}{path}", sandbox.address())).unwrap()
}

pub(super) fn client(sandbox: &Sandbox, qimen: Option<Qimen>, sign: SignMethod) -> Client {
    let builder = Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap())
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .sign_method(sign);
    match qimen {
        Some(qimen) => builder.qimen(qimen).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

pub(super) fn ways(sandbox: &Sandbox) -> Vec<Qimen> {
    let cloud = |body| Qimen::cloud("87654321").body(body).endpoint(at(sandbox, "/router/qm"));
    vec![
        Qimen::classic().customer_id("stub-cust-code").endpoint(at(sandbox, "/router/qimen/service")),
        Qimen::classic().endpoint(at(sandbox, "/router/qimen/service")),
        cloud(QimenBody::Form),
        cloud(QimenBody::Json),
        cloud(QimenBody::Xml).endpoint(at(sandbox, "/router/qmtest")),
    ]
}

fn order(code: &str) -> create::Request {
    create::Request::builder()
        .order_code(code)
        .amount("12.30".parse::<Decimal>().unwrap())
        .receiver_info(create::ReceiverInfo::builder().name("张三 & <李四> \"'\r\n").mobile("13800000000").build())
        .order_lines([
            create::OrderLine::builder().item_code("A-1").plan_qty(3).build(),
            create::OrderLine::builder().item_code("A-2").build(),
        ])
        .warehouse_codes(["W1", "W2"])
        .extend_props(Json::new(r#"{"key1":"v<1>"}"#).unwrap())
        .build()
}

#[tokio::test]
async fn every_form_reaches_the_sandbox_whole_by_every_signature() {
    let sandbox = sandbox().await;
    for sign in [SignMethod::Md5, SignMethod::Hmac, SignMethod::HmacSha256] {
        for (number, qimen) in ways(&sandbox).into_iter().enumerate() {
            let client = client(&sandbox, Some(qimen.clone()), sign);
            let code = format!("O-{sign}-{number}");
            let reply = order(&code).send(&client).await.unwrap_or_else(|error| panic!("{qimen:?}: {error}"));
            assert_eq!(reply.response.as_ref().unwrap().delivery_order_id.as_deref(), Some("D-7"), "{qimen:?}");
            let received = sandbox.received().pop().unwrap();
            let (name, text) = &received.parameters[0];
            let seen: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!((&**name, received.parameters.len()), ("request", 1), "{received:?}");
            assert_eq!(seen["orderCode"], *code);
            assert_eq!(seen["receiverInfo"]["name"], "张三 & <李四> \"'\r\n", "{qimen:?}");
            assert_eq!(seen["orderLines"][1]["itemCode"], "A-2");
            assert_eq!(seen["extendProps"]["key1"], "v<1>", "{qimen:?}: {seen}");

            let reply =
                query::Request::builder().nick("淘宝 &").level(2).send(&client.session(sandbox.session())).await;
            let reply = reply.unwrap_or_else(|error| panic!("{qimen:?}: {error}"));
            assert_eq!((reply.points, reply.cards[0].card_no.as_deref()), (Some(88), Some("C-1")), "{qimen:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_of_the_platform_is_one() {
    let sandbox = sandbox().await;
    for qimen in ways(&sandbox) {
        let wrong =
            Client::builder().app_key(sandbox.app_key()).app_secret("other").qimen(qimen.clone()).build().unwrap();
        match order("O-1").send(&wrong).await {
            Err(WriteError::Failed(Error::Gateway { error, .. })) => assert_eq!(error.code, 25, "{qimen:?}"),
            other => panic!("{qimen:?}: {other:?}"),
        }
        let client = client(&sandbox, Some(qimen.clone()), SignMethod::Md5);
        match query::Request::builder().nick("x").send(&client.session("unknown")).await {
            Err(Error::Gateway { error, .. }) => assert!(error.is_session(), "{error}"),
            other => panic!("{qimen:?}: {other:?}"),
        }
    }
    assert!(sandbox.received().is_empty());
}

#[tokio::test]
async fn a_client_that_is_not_set_up_for_qimen_says_so_and_the_gateway_too() {
    let sandbox = sandbox().await;
    let plain = client(&sandbox, None, SignMethod::Md5);
    let error = order("O-1").send(&plain).await.unwrap_err();
    assert!(error.to_string().contains("Qimen carries the method"), "{error}");
    assert!(matches!(error, WriteError::Failed(Error::Config(_))));
    let untyped =
        plain.call_untyped("taobao.qimen.example.order.create", opentop_runtime::Effect::Read, Default::default());
    let refused = untyped.await.unwrap_err().to_string();
    assert!(refused.contains("goes through Qimen: call /router/qimen/service"), "{refused}");
    // A parameter that the request does not have stands in the URL, signed.
    let [classic, ..] = &*ways(&sandbox) else { panic!() };
    let client = client(&sandbox, Some(classic.clone()), SignMethod::Md5);
    let refused = order("O-1").send(&client.options().param("extra", "x y")).await.unwrap_err().to_string();
    assert!(refused.contains("extra: unknown parameter"), "{refused}");
    // A customer of a single call.
    order("O-1").send(&client.options().param("customerId", "another")).await.unwrap();
}

#[tokio::test]
async fn an_unknown_outcome_is_journalled_and_resumed_with_the_same_body() {
    let sandbox = sandbox().await;
    for (number, qimen) in ways(&sandbox).into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let journal = FileJournal::open(folder.path()).unwrap();
        let client = Client::builder()
            .app_key(sandbox.app_key())
            .app_secret(sandbox.app_secret())
            .qimen(qimen.clone())
            .journal(journal.clone())
            .build()
            .unwrap();
        sandbox.push_faults(vec![Fault::Reset { executed: true }]);
        let unknown = order(&format!("R-{number}")).send(&client).await.unwrap_err();
        assert!(matches!(unknown, WriteError::Unknown(_)), "{qimen:?}: {unknown:?}");
        drop(unknown);
        let first = sandbox.received().pop().unwrap();
        let [stored] = &*journal.pending().unwrap() else { panic!("one write") };
        let typed = stored.clone().typed::<create::Request>().unwrap();
        assert_eq!(stored.method(), "taobao.qimen.example.order.create");
        let reply = typed
            .resume(&client.options().retry_writes(opentop_runtime::Idempotency::GuaranteedByServer))
            .await
            .unwrap_or_else(|error| panic!("{qimen:?}: {error}"));
        assert_eq!(sandbox.received().pop().unwrap().parameters, first.parameters, "{qimen:?}");
        drop(reply);
    }
}

#[tokio::test]
async fn a_dry_run_shows_the_body_and_no_secret() {
    let sandbox = sandbox().await;
    let client = client(&sandbox, Some(Qimen::cloud("1").body(QimenBody::Json)), SignMethod::Md5);
    let plain = query::Request::builder().nick("n").build();
    let shown = client.options().dry_run(&plain).unwrap();
    assert_eq!(shown.body.as_deref(), Some(r#"{"nick":"n"}"#));
    assert_eq!(shown.endpoint, "https://qimen.api.taobao.com/router/qm");
    assert!(shown.base_string.ends_with("v2.0{\"nick\":\"n\"}[app_secret]"), "{}", shown.base_string);
    let hidden = client.options().dry_run(&order("O-1")).unwrap();
    assert!(!format!("{hidden:?}{hidden}").contains("13800000000"), "{hidden}");
}

/// Bytes that no client of ours sends.
#[test]
fn a_body_that_is_not_what_it_says_is_refused_in_the_form_of_the_call() {
    use opentop_sandbox::SandboxBuilder;
    use opentop_sandbox::gateway::{self, HttpRequest};

    let state = SandboxBuilder::default().spec_dir(specs()).build_state().unwrap();
    for (path, content_type, body) in [
        ("/router/qimen/service", "application/json", "{}"),
        ("/router/qimen/service", "text/xml", "<request/>"),
        ("/router/qm", "text/plain", "x"),
        ("/router/qm", "application/json", "["),
    ] {
        let request = HttpRequest {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: "method=taobao.qimen.example.order.create&format=json".to_owned(),
            content_type: Some(content_type.to_owned()),
            separator: None,
            body: Bytes::from_static(body.as_bytes()),
        };
        let answer = gateway::answer(&state, &request);
        let start = if path.ends_with("service") { "<?xml" } else { r#"{"response":{"flag":"failure""# };
        assert!(answer.status == 200 && answer.body.starts_with(start), "{path}: {}", answer.body);
        assert!(answer.body.contains("failure"), "{}", answer.body);
    }
}
