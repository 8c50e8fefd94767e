//! Batches against the sandbox: typed calls of several methods, mixed sessions, and the refusals of the gateway.

use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use opentop::api::bill::book_bills_get as bills;
use opentop::{Batch, Client, Endpoint, Error, Format, SignMethod, blocking};
use opentop_sandbox::Sandbox;

fn bills() -> bills::Request {
    bills::Request::builder()
        .fields([bills::BookBillField::Bid])
        .account_id(20_001_021)
        .start_time("2013-01-14 09:56:48".parse().unwrap())
        .end_time("2013-01-14 10:05:25".parse().unwrap())
        .build()
}

fn flows() -> flows::Request {
    flows::Request::builder().brand_id("3724809629\r\n-S-\r\n#PUBLIC#").shop_id("3724809631").page_no(1).build()
}

fn builder(sandbox: &Sandbox) -> opentop::ClientBuilder {
    let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
    Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret())
}

#[tokio::test]
async fn calls_of_several_methods_and_sessions_are_answered_as_they_are_one_by_one() {
    let sandbox = Sandbox::start().await.unwrap();
    for (format, method) in
        [(Format::Json, SignMethod::Md5), (Format::Json, SignMethod::Hmac), (Format::Xml, SignMethod::HmacSha256)]
    {
        let client = builder(&sandbox).format(format).sign_method(method).build().unwrap();
        let user = client.session(sandbox.session());
        let mut batch = Batch::new();
        let of_user = batch.add(bills(), &user);
        let of_app = batch.add(flows(), &client);
        let of_nobody = batch.add(bills(), &client.session("no such token"));
        let again = batch.add(flows(), &user);
        let mut replies = batch.send(&client).await.unwrap();
        assert_eq!(*replies.take(of_user).unwrap(), *bills().send(&user).await.unwrap());
        let alone = flows().send(&client).await.unwrap();
        assert_eq!(*replies.take(of_app).unwrap(), *alone);
        assert_eq!(*replies.take(again).unwrap(), *alone);
        let error = replies.take(of_nobody).unwrap_err();
        assert!(error.is_session() && error.request_id().is_some(), "{error}");
    }
    let sent = |call: &opentop_sandbox::Received| {
        let query = call.parameter("param_page_query_account_flows_open_req").unwrap_or_default();
        query.contains(r"3724809629\r\n-S-\r\n#PUBLIC#")
    };
    assert_eq!(sandbox.received().iter().filter(|call| sent(call)).count(), 9);
}

#[tokio::test]
async fn a_wrong_secret_refuses_the_whole_batch() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).app_secret("another secret").build().unwrap();
    for calls in [1, 3] {
        let mut batch = Batch::new();
        let tickets: Vec<_> = (0..calls).map(|_| batch.add(flows(), &client)).collect();
        let error = match batch.send(&client).await {
            Err(error) => error,
            // Of a batch of one, the refusal is that of the call.
            Ok(mut replies) => replies.take(tickets.into_iter().next().unwrap()).unwrap_err(),
        };
        let Error::Gateway { error, .. } = error else { panic!("{error}") };
        assert_eq!(error.code, 25);
    }
    assert!(sandbox.received().is_empty());
}

#[test]
fn a_blocking_client_sends_a_batch_of_many() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
    let builder = blocking::Client::builder().endpoint(endpoint).app_key(sandbox.app_key());
    let client = builder.app_secret(sandbox.app_secret()).build().unwrap();
    let user = client.session(sandbox.session());
    let mut batch = Batch::new();
    let tickets: Vec<_> = (0..100).map(|_| batch.add(bills(), &user)).collect();
    let mut replies = batch.send(&client).unwrap();
    assert!(tickets.into_iter().all(|ticket| !replies.take(ticket).unwrap().bills.is_empty()));
}
