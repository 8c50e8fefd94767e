//! One answer, three forms (JSON in its own envelope, JSON reduced, XML), two clients (async, blocking): the models are equal, and so
//! are the errors.

use opentop::api::{alsc, bill, wdk};
use opentop::{Client, Endpoint, Error, Format, ReadRequest, Request, WriteRequest};
use opentop_runtime::__private::engine::table::{Leaf, Table, leaves};
use std::ops::Deref;

use opentop_runtime::__private::v1::{send_read, send_write};
use opentop_runtime::blocking;
use opentop_sandbox::{Fault, Sandbox};

use crate::support::repository::root;

fn sandbox() -> Sandbox {
    Sandbox::builder().spec_dir(root().join("spec")).start_blocking().unwrap()
}

/// Both clients for each of the three forms.
fn clients(sandbox: &Sandbox) -> [(Client, blocking::Client); 3] {
    let endpoint = || Endpoint::custom(&sandbox.endpoint()).unwrap();
    [(true, Format::Json), (false, Format::Json), (true, Format::Xml)].map(|(simplify, format)| {
        let (key, secret) = (sandbox.app_key(), sandbox.app_secret());
        let client = Client::builder().endpoint(endpoint()).app_key(key).app_secret(secret);
        let blocking = blocking::Client::builder().endpoint(endpoint()).app_key(key).app_secret(secret);
        let client = client.simplify(simplify).format(format).build().unwrap();
        (client, blocking.simplify(simplify).format(format).build().unwrap())
    })
}

const FLOWS: &str = r#"{"param_page_query_account_flows_open_req":{"brand_id":"1","shop_id":"2","page_no":1}}"#;
const DEDUCTION: &str = r#"{"param_dedut_open_req":{"request_id":"k","operator_id":"1","outer_order_id":"2","value":1,"biz_channel":"CS","brand_id":"3","shop_id":"4"}}"#;
const BILLS: &str = r#"{"fields":["bid","account_id","journal_type","amount","book_time"],"account_id":1,"start_time":"2013-01-01 00:00:00","end_time":"2013-01-02 00:00:00"}"#;
const ORDERS: &str = r#"{"finance_order_detail_request":{"current_page":1,"page_size":100,"start_time":"2019-01-11 00:00:01","end_time":"2019-01-11 23:59:00"}}"#;

fn from<R: Request>(json: &str) -> R {
    opentop::from_json(json).unwrap()
}

/// What was decoded; ids of calls differ from call to call.
fn facts(table: &dyn Table) -> Vec<(String, Leaf)> {
    let mut found = leaves(table);
    found.retain(|(path, _)| path != "request_id");
    found
}

/// All that an error says but the id of its call.
fn said(error: &Error) -> String {
    let text = format!(
        "{error} {:?}",
        error.gateway().map(|it| (it.code.clone(), it.msg.clone(), it.sub_code.clone(), it.sub_msg.clone()))
    );
    text.split("request_id").next().unwrap_or_default().trim_end_matches([',', ' ']).to_owned()
}

async fn reads<R: ReadRequest<Checked: Table>>(sandbox: &Sandbox, json: &str) {
    let (mut models, mut errors) = (Vec::new(), Vec::new());
    for (client, blocking) in clients(sandbox) {
        models.push(facts(&*send_read(from::<R>(json), &client.session(sandbox.session())).await.unwrap()));
        models.push(facts(&*send_read(from::<R>(json), &blocking.session(sandbox.session())).unwrap()));
        sandbox.push_faults(vec![refusal(), refusal()]);
        errors.push(said(&send_read(from::<R>(json), &client.session(sandbox.session())).await.err().unwrap()));
        errors.push(said(&send_read(from::<R>(json), &blocking.session(sandbox.session())).err().unwrap()));
    }
    assert!(models.iter().all(|model| !model.is_empty() && *model == models[0]), "{}: {models:#?}", R::INFO.name());
    assert!(errors[0].contains("isv.example-refused"), "{}", errors[0]);
    assert!(errors.iter().all(|error| *error == errors[0]), "{}: {errors:#?}", R::INFO.name());
}

async fn writes<R: WriteRequest>(sandbox: &Sandbox, json: &str)
where
    R::Checked: Deref<Target = R::Response>,
{
    let (mut models, mut errors) = (Vec::new(), Vec::new());
    for (client, blocking) in clients(sandbox) {
        models.push(facts(&**send_write(from::<R>(json), &client.session(sandbox.session())).await.unwrap()));
        models.push(facts(&**send_write(from::<R>(json), &blocking.session(sandbox.session())).unwrap()));
        sandbox.push_faults(vec![refusal(), refusal()]);
        let error = send_write(from::<R>(json), &client.session(sandbox.session())).await.err().unwrap();
        errors.push(said(error.error().unwrap()));
        let error = send_write(from::<R>(json), &blocking.session(sandbox.session())).err().unwrap();
        errors.push(said(error.error().unwrap()));
    }
    assert!(models.iter().all(|model| !model.is_empty() && *model == models[0]), "{}: {models:#?}", R::INFO.name());
    assert!(errors[0].contains("isv.example-refused"), "{}", errors[0]);
    assert!(errors.iter().all(|error| *error == errors[0]), "{}: {errors:#?}", R::INFO.name());
}

fn refusal() -> Fault {
    Fault::Isv { sub_code: "isv.example-refused".to_owned() }
}

#[tokio::test]
async fn every_method_means_the_same_in_every_form_and_so_do_its_errors() {
    let sandbox = sandbox();
    reads::<alsc::crm_recharge_accountflows_get::Request>(&sandbox, FLOWS).await;
    writes::<alsc::crm_recharge_dedut_update::Request>(&sandbox, DEDUCTION).await;
    reads::<bill::book_bills_get::Request>(&sandbox, BILLS).await;
    reads::<wdk::finance_order_backflow::Request>(&sandbox, ORDERS).await;
}

#[tokio::test]
async fn harmless_oddities_change_no_model() {
    let sandbox = sandbox();
    let request = || from::<wdk::finance_order_backflow::Request>(ORDERS);
    for (client, _) in clients(&sandbox) {
        let plain = request().send(&client.session(sandbox.session())).await.unwrap();
        for fault in [Fault::OtherShape, Fault::NumbersAsText, Fault::UnknownFields] {
            sandbox.push_faults(vec![fault.clone()]);
            let odd = request().send(&client.session(sandbox.session())).await.unwrap();
            assert_eq!(facts(&*odd), facts(&*plain), "{fault:?}");
        }
        // The control: an oddity that takes something away is seen.
        sandbox.push_faults(vec![Fault::EmptyLists]);
        let emptied = request().send(&client.session(sandbox.session())).await.unwrap();
        assert_ne!(facts(&*emptied), facts(&*plain));
    }
}
