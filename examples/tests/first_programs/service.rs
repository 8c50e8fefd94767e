//! Program 5: a web service whose handlers share one client.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use opentop::Client;
use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::FLOWS;
use crate::gateway::Gateway;

async fn flows_of_a_card(
    State(client): State<Arc<Client>>,
    Path(card): Path<String>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let request = flows::Request::builder().brand_id("1").shop_id("2").card_id(card).page_no(1).page_size(20);
    let reply = request.send(&client).await.map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))?;
    Ok(Json(json!({ "ids": reply.items().iter().map(|flow| &flow.flow_id).collect::<Vec<_>>() })))
}

async fn ask(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn handlers_answer_and_pass_refusals_on() {
    let gateway = Gateway::start(&["--fault", &format!("{FLOWS}:none*8,isv=isv.invalid-parameter")]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/cards/{card}", get(flows_of_a_card)).with_state(Arc::new(gateway.client()));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let asked: Vec<_> =
        (0..8).map(|card| tokio::spawn(async move { ask(address, &format!("/cards/{card}")).await })).collect();
    for answer in asked {
        let answer = answer.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#"{"ids":["874751237654718534"]}"#), "{answer}");
    }
    let refused = ask(address, "/cards/9").await;
    assert!(refused.starts_with("HTTP/1.1 502") && refused.contains("isv.invalid-parameter"), "{refused}");
    server.abort();
}
