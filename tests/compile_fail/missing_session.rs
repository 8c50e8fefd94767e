use opentop::Client;
use opentop::api::bill::book_bills_get as bills;

async fn call(client: &Client, request: bills::Request) {
    let _ = request.send(client).await;
}

fn main() {}
