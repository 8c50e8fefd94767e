use opentop::Client;
use opentop::api::alsc::crm_recharge_dedut_update as deduct;

async fn call(client: &Client) {
    let _ = deduct::Request::builder()
        .request_id("k")
        .outer_order_id("1")
        .value(2000)
        .biz_channel(deduct::BizChannel::CS)
        .send(client)
        .await;
}

fn main() {}
