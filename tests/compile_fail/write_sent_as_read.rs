use opentop::Client;
use opentop::api::alsc::AlibabaAlscCrmRechargeDedutUpdateRequest;

async fn call(client: &Client, request: AlibabaAlscCrmRechargeDedutUpdateRequest) {
    let _ = client.read(request).await;
}

fn main() {}
