use opentop::Client;
use opentop::api::bill::BillBookBillsGetRequest;

async fn call(client: &Client, request: BillBookBillsGetRequest) {
    let _ = client.read(request).await;
}

fn main() {}
