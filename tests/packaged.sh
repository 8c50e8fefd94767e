#!/usr/bin/env bash
# Packs every crate, and works outside of the repository with the packed crates alone: a program calls the packed sandbox and gets a
# typed answer, from `opentop` and from a method of its own that its build script generates; the packed command makes a new crate, which
# is tested, gets two more methods, is moved to a path with blanks and Chinese where nothing can be written, and calls them there, offline.
# `--pack` ends after the packages, which takes seconds: CI runs that. `--verify` compiles every crate from its package, too.
# Needs a cargo that can fetch third-party crates, or has them. OPENTOP_OFFLINE=1 asks no network.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never
command -v tar >/dev/null || { echo "SKIPPED: tests/packaged.sh needs tar" >&2; exit 0; }
offline=()
if [ -n "${OPENTOP_OFFLINE:-}" ]; then offline=(--offline); fi
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

verify=(--no-verify)
if [ "${1:-}" = "--verify" ]; then verify=(); fi
rm -f "$target"/package/opentop*.crate
cargo package --quiet --workspace --exclude xtask --exclude opentop-examples --exclude opentop-fleet --exclude opentop-tests --allow-dirty "${verify[@]}" "${offline[@]}"
mkdir "$work/crates" "$work/shop" "$work/shop/src"
patches="" packed=0
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
for crate in opentop opentop-build opentop-cli opentop-codegen opentop-import opentop-model opentop-runtime opentop-sandbox opentop-stores; do
    file="$target/package/$crate-$version.crate"
    tar -xzf "$file" -C "$work/crates"
    folder="$work/crates/$crate-$version"
    for needed in README.md LICENSE-MIT LICENSE-APACHE Cargo.toml; do
        [ -s "$folder/$needed" ] || { echo "error: $crate: $needed is not in the package" >&2; exit 1; }
    done
    if grep -n "path = \"\.\." "$folder/Cargo.toml"; then echo "error: $crate leads out of its package" >&2; exit 1; fi
    patches+="$crate = { path = \"$folder\" }"$'\n'
    packed=$((packed + 1))
    printf '%-18s %7s bytes packed\n' "$crate" "$(stat -c %s "$file" 2>/dev/null || stat -f %z "$file")"
done

if [ "${1:-}" = "--pack" ]; then
    echo "$packed crates packed"
    exit 0
fi

cp -r spec "$work/shop/top"
cp Cargo.lock "$work/shop/Cargo.lock"
cat >"$work/shop/Cargo.toml" <<TOML
[package]
name = "shop"
version = "0.1.0"
edition = "2024"
[workspace]
[dependencies]
opentop = { version = "$version", features = ["api-bill"] }
opentop-runtime = { version = "$version", features = ["reqwest"] }
opentop-sandbox = "$version"
tokio = { version = "1", features = ["macros", "rt", "net", "time"] }
[build-dependencies]
opentop-build = "$version"
TOML
mkdir "$work/.cargo"
printf '[patch.crates-io]\n%s' "$patches" >"$work/.cargo/config.toml"
echo 'fn main() { opentop_build::Config::new("top").build(); }' >"$work/shop/build.rs"
cat >"$work/shop/src/main.rs" <<'RUST'
opentop_runtime::include_sdk!();

macro_rules! year {
    ($bills:path) => {{
        use $bills as bills;
        bills::Request::builder()
            .fields([bills::BookBillField::Bid])
            .account_id(20001021)
            .start_time("2013-01-14 09:56:48".parse()?)
            .end_time("2013-01-14 10:05:25".parse()?)
    }};
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = opentop_sandbox::Sandbox::start().await?;
    let client = opentop::Client::builder()
        .endpoint(opentop::Endpoint::custom(&sandbox.endpoint())?)
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .build()?
        .session(sandbox.session().to_owned());
    let theirs = year!(opentop::api::bill::book_bills_get).send(&client).await?;
    let ours = year!(crate::api::bill::book_bills_get).send(&client).await?;
    assert_eq!(theirs.items().len(), ours.items().len());
    assert!(!ours.items().is_empty());
    println!("typed answers: {:?}", ours.items()[0].bid);
    Ok(())
}
RUST
cd "$work/shop"
CARGO_TARGET_DIR="$target/packaged" cargo run --quiet "${offline[@]}"
if CARGO_TARGET_DIR="$target/packaged" cargo tree "${offline[@]}" | grep -F "$root/"; then
    echo "error: the program depends on the repository" >&2
    exit 1
fi
echo "$packed crates packed; the program outside of the repository got typed answers from them"

# A newcomer's first hour, with the packed command.
export CARGO_TARGET_DIR="$target/packaged"
fixtures="$root/tests/fixtures/import"
(cd "$work" && cargo install --quiet --debug --path "crates/opentop-cli-$version" --root "$work/installed" --no-track "${offline[@]}")
PATH="$work/installed/bin:$PATH"
cd "$work"
opentop new first
cp shop/Cargo.lock first/
cd first
cargo test --quiet "${offline[@]}"
opentop add "$fixtures/dump_titled.txt" 2>/dev/null
opentop add "$fixtures/description.json" 2>/dev/null
mkdir src/bin
cat >src/bin/typed.rs <<'RUST'
use first::api::example::{gift_dump, gift_user_get_2013_07_01 as gift_user};
use opentop_runtime::{Client, Endpoint};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let client = Client::builder()
        .endpoint(Endpoint::custom(&variable("OPENTOP_ENDPOINT")?)?)
        .app_key(variable("OPENTOP_APP_KEY")?)
        .app_secret(variable("OPENTOP_APP_SECRET")?)
        .build()?;
    let dump = gift_dump::Request::builder().gift_id(1).send(&client).await?;
    let user = gift_user::Request::builder().ids([1, 2]).send(&client).await?;
    println!("{} {}", dump.result.is_some(), user.tree.is_some() || user.result.is_some());
    Ok(())
}
RUST
opentop sandbox --port 0 >"$work/sandbox.log" 2>&1 &
gateway=$!
trap 'kill "$gateway"; chmod -R u+w "$work"; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q '^export ' "$work/sandbox.log" && break; sleep 0.1; done
eval "$(grep '^export ' "$work/sandbox.log")"
mkdir "$work/有 空格"
mv "$work/first" "$work/有 空格/第一 first"
cd "$work/有 空格/第一 first"
chmod -R a-w .
held() { find . -type f -print0 | sort -z | xargs -0 cksum; }
before=$(held)
cargo run --quiet --offline --locked --bin typed
[ "$before" = "$(held)" ] || { echo "error: the build wrote into the source tree" >&2; exit 1; }
echo "the new crate calls its methods from a read-only path with blanks, offline"
