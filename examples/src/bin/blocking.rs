//! Calls without an async runtime: `send` returns when the answer is there, and lists are iterators.

use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use opentop::api::alsc::crm_recharge_dedut_update as deduct;
use opentop::{Endpoint, IdempotencyKey, blocking};
use opentop_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start_blocking()?;
    let client = blocking::Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint())?)
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .build()?;

    let reply = deduct::Request::builder()
        .request_id(IdempotencyKey::generate())
        .operator_id("65673527")
        .outer_order_id("766348726342638")
        .value(2000)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("3742863742")
        .shop_id("73527452")
        .send(&client)?;
    println!("debited: {:?}", reply.result().result_desc);

    let card = flows::Request::builder().brand_id("3742863742").shop_id("73527452").page_no(1).page_size(50).build();
    for flow in card.items(&client) {
        let flow = flow?;
        println!("{:?}: {:?}", flow.flow_id, flow.order_value);
    }
    Ok(())
}

#[test]
fn it_runs() {
    main().expect("the example runs");
}
