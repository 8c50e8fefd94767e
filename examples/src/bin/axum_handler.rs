//! A web service whose handlers share one client.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use opentop::Client;
use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use opentop_examples::client_of;
use opentop_sandbox::Sandbox;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Card {
    brand: String,
    shop: String,
    card: String,
}

/// The flows of a card, as JSON. Errors of the platform become a 502 with its request ID, which the vendor's support asks for.
async fn card_flows(
    State(client): State<Arc<Client>>,
    Query(card): Query<Card>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let request =
        flows::Request::builder().brand_id(card.brand).shop_id(card.shop).card_id(card.card).page_no(1).page_size(20);
    let reply = request.send(&client).await.map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))?;
    let items: Vec<Value> =
        reply.items().iter().map(|flow| json!({ "id": flow.flow_id, "value": flow.order_value })).collect();
    Ok(Json(json!({ "flows": items })))
}

fn service(client: Client) -> Router {
    Router::new().route("/flows", get(card_flows)).with_state(Arc::new(client))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    println!("try http://{}/flows?brand=1&shop=2&card=3", listener.local_addr()?);
    axum::serve(listener, service(client_of(&sandbox)?)).await?;
    Ok(())
}

#[tokio::test]
async fn a_handler_answers() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = Arc::new(client_of(&sandbox).expect("a client"));
    let card = Card { brand: "1".into(), shop: "2".into(), card: "3".into() };
    let answer = card_flows(State(client.clone()), Query(card)).await.expect("an answer");
    assert!(answer.0["flows"].as_array().is_some_and(|flows| !flows.is_empty()), "{answer:?}");
    let _ = service((*client).clone());
}
