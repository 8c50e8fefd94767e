//! Stores over servers of one's own, and a client that debits through the sandbox.

use std::time::Duration;

use opentop::api::alsc::{crm_recharge_accountflows_get, crm_recharge_dedut_update as deduct};
use opentop::{Client, ClientBuilder, Endpoint, Request};
use opentop_sandbox::Sandbox;
use opentop_stores::deadpool_postgres::{Manager, Pool};
use opentop_stores::tokio_postgres::NoTls;
use opentop_stores::{Postgres, Redis};

use super::servers::Server;

pub(crate) async fn postgres(server: &Server) -> Postgres {
    let address = format!("host=127.0.0.1 port={} user=postgres dbname=postgres", server.port);
    let manager = Manager::new(address.parse().unwrap(), NoTls);
    let postgres = Postgres::new(Pool::builder(manager).max_size(8).build().unwrap());
    let begun = std::time::Instant::now();
    // It takes connections a little before it is ready.
    while let Err(error) = postgres.migrate().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    postgres
}

pub(crate) async fn redis(server: &Server) -> Redis {
    Redis::connect(&format!("redis://127.0.0.1:{}", server.port)).await.unwrap()
}

pub(crate) fn client(sandbox: &Sandbox) -> ClientBuilder {
    let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
    Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret())
}

/// A list.
pub(crate) fn flows() -> crm_recharge_accountflows_get::Request {
    crm_recharge_accountflows_get::Request::builder()
        .brand_id("1")
        .shop_id("1")
        .start_time("2019-07-30 14:24:45".parse().unwrap())
        .page_no(1)
        .build()
}

/// A debit with this idempotency key.
pub(crate) fn debit(key: &str) -> deduct::Request {
    deduct::Request::builder()
        .request_id(key)
        .operator_id("1")
        .outer_order_id(key)
        .value(1)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("1")
        .shop_id("1")
        .build()
}

/// How often the debit with this key was executed.
pub(crate) fn executions(sandbox: &Sandbox, key: &str) -> u64 {
    let all = sandbox.executions(deduct::Request::INFO.name());
    all.into_iter().find(|(known, _)| known == key).map_or(0, |(_, times)| times)
}

/// Consents as a user does who clicks the button, and returns where the browser is sent.
pub(crate) async fn consent(link: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let user = if path.contains("&user=") { "" } else { "&user=42" };
    let request = format!("GET /{path}{user}&consent=yes HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned()
}
