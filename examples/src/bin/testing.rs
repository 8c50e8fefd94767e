//! How to test code that calls the platform: with the mock (no network, answers from a script) and with the sandbox (a real gateway
//! on this machine, which checks signatures, limits and rules, and can fail on demand).

use opentop::api::alsc::crm_recharge_dedut_update as deduct;
use opentop::{Client, WriteError};

/// The code under test: what the till shows after a deduction.
async fn till_says(client: &Client, key: &str) -> &'static str {
    let outcome = deduct::Request::builder()
        .request_id(key)
        .operator_id("1")
        .outer_order_id("2")
        .value(100)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("3")
        .shop_id("4")
        .send(client)
        .await;
    match outcome {
        Ok(_) => "paid",
        Err(WriteError::Failed(_)) => "not paid, try another card",
        Err(WriteError::Unknown(_)) => "ask the cashier to check",
    }
}

fn main() {
    println!("this example is its tests: cargo test -p opentop-examples --bin testing");
    let _ = till_says;
}

#[cfg(test)]
mod tests {
    use opentop::transport::MockTransport;
    use opentop_examples::client_of;
    use opentop_sandbox::{Fault, Sandbox};

    use super::*;

    fn client(mock: &MockTransport) -> Client {
        Client::builder().app_key("12345678").app_secret("s").transport(mock.clone()).build().expect("a client")
    }

    #[tokio::test]
    async fn a_refusal_is_shown_as_one() {
        let mock = MockTransport::new().reply(r#"{"result": {"biz_success": false, "result_desc": "余额不足"}}"#);
        assert_eq!(till_says(&client(&mock), "k1").await, "not paid, try another card");
        // What was sent can be looked at.
        assert_eq!(mock.sent()[0].parameter("method").as_deref(), Some("alibaba.alsc.crm.recharge.dedut.update"));
    }

    #[tokio::test]
    async fn a_lost_answer_is_not_shown_as_a_refusal() {
        let sandbox = Sandbox::start().await.expect("a sandbox");
        let client = client_of(&sandbox).expect("a client");
        assert_eq!(till_says(&client, "k1").await, "paid");
        sandbox.push_faults(vec![Fault::Reset { executed: true }]);
        assert_eq!(till_says(&client, "k2").await, "ask the cashier to check");
    }
}
