//! What every store promises, against each of the servers.

use std::sync::Arc;

use opentop::tokens::{AsyncTokenStore, OAuth, OAuthHost, Tokens};
use opentop::transport::{MockTransport, SendStage, TransportError, TransportErrorKind};
use opentop::{AsyncJournal, Client, Endpoint, Journal, StoredWrite, WriteError, blocking};
use opentop_sandbox::{Sandbox, TokenLifetimes};
use opentop_stores::{Blocking, Postgres, Redis, tokio_postgres};

use crate::support::servers::Server;
use crate::support::stores::{client, debit, executions, postgres, redis};

/// A stored write whose outcome is unknown, and one that a process holds.
async fn writes(journal: &(impl AsyncJournal + Clone + 'static)) -> Vec<StoredWrite> {
    let cut = TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken);
    let mock = MockTransport::new().fail(cut);
    let client = Client::builder().app_key("1").app_secret("s").transport(mock);
    let client = client.async_journal(journal.clone()).build().unwrap();
    let error = debit("key").send(&client).await.unwrap_err();
    assert!(matches!(error, WriteError::Unknown(_)), "{error}");
    journal.list().await.unwrap()
}

async fn a_journal_keeps_its_promises(journal: impl AsyncJournal + Clone + 'static) {
    let write = writes(&journal).await.pop().unwrap();
    let texts = |writes: &[StoredWrite]| writes.iter().map(StoredWrite::to_json).collect::<Vec<_>>();
    assert_eq!(texts(&journal.pending().await.unwrap()), [write.to_json()]);
    // The same again changes nothing.
    journal.save(&write).await.unwrap();
    assert_eq!(journal.list().await.unwrap().len(), 1);

    // Of many who take it over, one wins.
    let claims: Vec<StoredWrite> = (0..8)
        .map(|n| {
            StoredWrite::from_json(&write.to_json().replace("\"cause\":\"", &format!("\"cause\":\"{n}: "))).unwrap()
        })
        .collect();
    let tasks: Vec<_> = claims
        .iter()
        .map(|new| {
            let (journal, old, new) = (journal.clone(), write.clone(), new.clone());
            tokio::spawn(async move { journal.replace(&old, &new).await.unwrap() })
        })
        .collect();
    let mut won = Vec::new();
    for (task, new) in tasks.into_iter().zip(&claims) {
        if task.await.unwrap() {
            won.push(new.clone());
        }
    }
    assert_eq!(won.len(), 1, "{won:?}");
    assert_eq!(texts(&journal.list().await.unwrap()), texts(&won));
    // A repeated call, after a lost answer, says that it was done.
    assert!(journal.replace(&write, &won[0]).await.unwrap());
    assert!(!journal.replace(&write, &write).await.unwrap());
    journal.remove(write.id()).await.unwrap();
    journal.remove(write.id()).await.unwrap();
    assert!(journal.list().await.unwrap().is_empty());
    assert!(!journal.replace(&write, &won[0]).await.unwrap(), "what was removed is not put back");
}

async fn a_store_of_tokens_keeps_its_promises(store: impl AsyncTokenStore + Clone + 'static) {
    assert_eq!(store.load("商家").await.unwrap(), None);
    assert!(!store.replace("商家", Some("a"), "b").await.unwrap());
    assert!(store.replace("商家", None, "a").await.unwrap());
    assert!(store.replace("商家", None, "a").await.unwrap(), "a repeated call says that it was done");
    assert!(!store.replace("商家", None, "b").await.unwrap());
    assert!(store.replace("商家", Some("a"), "").await.unwrap());
    assert_eq!(store.load("商家").await.unwrap().as_deref(), Some(""));
    assert!(!store.replace("商家", None, "b").await.unwrap(), "an empty text is a text");
    // Eight tasks count up together.
    assert!(store.replace("n", None, "0").await.unwrap());
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for step in 0..25 {
                    loop {
                        let old = store.load("n").await.unwrap().unwrap();
                        let count: u32 = old.split(' ').next().unwrap().parse().unwrap();
                        if store.replace("n", Some(&old), &format!("{} {task}.{step}", count + 1)).await.unwrap() {
                            break;
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(store.load("n").await.unwrap().unwrap().starts_with("200 "));
}

/// Four processes that share a store refresh a token once.
async fn a_fleet_refreshes_once(store: impl AsyncTokenStore + Clone + 'static) {
    let sandbox = Sandbox::builder()
        .token_lifetimes(TokenLifetimes { expires_in: 2, ..TokenLifetimes::default() })
        .start_blocking()
        .unwrap();
    let client = client(&sandbox).build().unwrap();
    let host = OAuthHost::custom(&sandbox.authorize_url(), &sandbox.token_url()).unwrap();
    let oauth = OAuth::new(&client, host, "http://127.0.0.1:9/callback");
    let fleet: Vec<_> = (0..4).map(|_| Tokens::with_async_store(oauth.clone(), store.clone())).collect();
    let link = oauth.link();
    let callback = crate::support::stores::consent(link.url()).await;
    let token = oauth.exchange(link.code(&callback).unwrap()).await.unwrap();
    fleet[0].put("shop", &token).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let tasks: Vec<_> = (0..40)
        .map(|task| {
            let tokens = fleet[task % 4].clone();
            tokio::spawn(async move { tokens.token("shop").await.unwrap().obtained() })
        })
        .collect();
    let mut obtained = Vec::new();
    for task in tasks {
        obtained.push(task.await.unwrap());
    }
    obtained.dedup();
    assert_eq!(obtained.len(), 1, "one refresh: {obtained:?}");
}

#[tokio::test]
async fn redis_keeps_its_promises() {
    let Some(server) = Server::redis("always") else { return };
    let redis = redis(&server).await;
    a_journal_keeps_its_promises(redis.clone()).await;
    a_store_of_tokens_keeps_its_promises(redis.clone()).await;
    a_fleet_refreshes_once(redis).await;
}

#[tokio::test]
async fn postgres_keeps_its_promises() {
    let Some(server) = Server::postgres() else { return };
    let postgres = postgres(&server).await;
    postgres.migrate().await.unwrap();
    a_journal_keeps_its_promises(postgres.clone()).await;
    a_store_of_tokens_keeps_its_promises(postgres.clone()).await;
    a_fleet_refreshes_once(postgres.clone()).await;
    acknowledging_joins_a_transaction(&server, postgres).await;
}

async fn acknowledging_joins_a_transaction(server: &Server, journal: Postgres) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox).async_journal(journal.clone()).build().unwrap();
    let reply = debit("joined").send(&client).await.unwrap();
    let address = format!("host=127.0.0.1 port={} user=postgres", server.port);
    let (mut own, connection) = tokio_postgres::connect(&address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    own.batch_execute("create table debits (write_id text primary key)").await.unwrap();
    let id = reply.write_id().unwrap();
    for commits in [false, true] {
        let transaction = own.transaction().await.unwrap();
        transaction.execute("insert into debits values ($1)", &[&id]).await.unwrap();
        assert!(Postgres::acknowledge_in(&transaction, id).await.unwrap());
        if commits {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
            assert_eq!(journal.list().await.unwrap().len(), 1, "rolled back: it is not acknowledged");
        }
    }
    assert!(journal.list().await.unwrap().is_empty());
    assert_eq!(own.query("select 1 from debits", &[]).await.unwrap().len(), 1);
    assert_eq!(executions(&sandbox, "joined"), 1);
}

#[tokio::test]
async fn a_redis_that_would_lose_entries_is_refused() {
    let Some(server) = Server::redis("everysec") else { return };
    let address = format!("redis://127.0.0.1:{}", server.port);
    let error = Redis::connect(&address).await.unwrap_err().to_string();
    assert!(error.contains("expected a Redis with `appendfsync always`, got `appendfsync everysec`"), "{error}");
    let redis = Redis::connect_volatile(&address).await.unwrap();
    assert!(redis.list().await.unwrap().is_empty());
    let wrong = Redis::connect_volatile("redis://user:canary@[").await.unwrap_err().to_string();
    assert!(!wrong.contains("canary"), "{wrong}");
}

#[test]
fn blocking_clients_take_the_same_stores() {
    let Some(server) = Server::redis("always") else { return };
    let address = format!("redis://127.0.0.1:{}", server.port);
    let journal = Blocking::start(Redis::connect(&address)).unwrap();
    let sandbox = Sandbox::start_blocking().unwrap();
    let client = blocking::Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap())
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .journal(Arc::new(journal.clone()))
        .build()
        .unwrap();
    let reply = debit("blocking").send(&client).unwrap();
    assert_eq!(Journal::list(&journal).unwrap().len(), 1);
    reply.acknowledge(&client).unwrap();
    assert!(Journal::list(&journal).unwrap().is_empty());
}
