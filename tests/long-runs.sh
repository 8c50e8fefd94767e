#!/usr/bin/env bash
# The full counts of the promises of which `cargo test` tries a seeded share. Each takes from seconds to half an hour.
#   tests/long-runs.sh              lists them
#   tests/long-runs.sh NAME...      runs these; the figures are in what they print
#   tests/long-runs.sh all          runs all
# `limits`, `lost` and `chaos` start Redis and PostgreSQL of their own, and skip loudly where those are not installed.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=("$@")
failed=()
for name in "${wanted[@]}"; do
    if [ "$name" != all ] && ! grep -q "^run $name " tests/long-runs.sh; then
        echo "error: expected \`all\` or names of the list, got \`$name\`. Run tests/long-runs.sh to see the list" >&2
        exit 2
    fi
done

# run NAME PROMISE [VARIABLE=VALUE...] COMMAND...
run() {
    local name=$1 promise=$2
    shift 2
    if [ "${#wanted[@]}" = 0 ]; then
        printf '%-11s %s\n' "$name" "$promise"
        return
    fi
    case " ${wanted[*]} " in *" $name "* | *" all "*) ;; *) return 0 ;; esac
    printf '\n== %s: %s\n   %s\n' "$name" "$promise" "$*"
    env "$@" || failed+=("$name")
}
# Tests of several crates are in one program.
wide="cargo test --release -p opentop-tests --test main"

run kills "a write is in the journal or was reported, whenever its process is killed" OPENTOP_KILLS=1000 \
    cargo test -p opentop-runtime --features reqwest,ureq --test kills -- --nocapture
run schedules "no faults of the network make a debit happen twice or be reported wrongly" OPENTOP_SCHEDULES=10000 \
    $wide ledger_under_faults -- --nocapture
run deadlines "no call takes longer than its deadline" OPENTOP_SCHEDULES=1000 $wide faults::deadlines -- --nocapture
run drops "a call whose future is dropped is sent at most once" OPENTOP_DROPS=10000 $wide faults::cancellation -- --nocapture
run histories "a list that changes while it is read loses nothing in silence" OPENTOP_HISTORIES=10000 \
    cargo test --release -p opentop-runtime --lib histories -- --nocapture
run echo "no piece of a secret shows, in whatever form it comes back" OPENTOP_ECHO=all \
    cargo test --release -p opentop-runtime --all-features --test echo -- --nocapture
run altered "no altered incoming request is accepted" OPENTOP_SPI_ALTERED=100000 $wide spi::altered -- --nocapture
run messages "every message is handled, and confirmed if it was, through cuts and restarts" OPENTOP_TMC_MESSAGES=1000000 \
    $wide tmc::soak -- --nocapture
run frames "a damaged frame allocates no more than its size" OPENTOP_ALLOCATIONS=1000000 \
    cargo test --release -p opentop-runtime --all-features --test allocations -- --nocapture
run users "the sessions of many users are each refreshed once" OPENTOP_TOKEN_USERS=10000 \
    cargo test --release -p opentop-runtime --all-features --lib tokens -- --nocapture
run limits "eight processes keep to one rate and learn a ban at once" OPENTOP_LIMIT_SECONDS=60 \
    cargo test -p opentop-stores --all-features --test main -- limits --nocapture
run lost "no token is refreshed twice while servers are killed, paused and cut off" OPENTOP_CHAOS=500 \
    cargo test -p opentop-stores --all-features --test main -- lost --nocapture
run chaos "no deduction is lost or doubled while servers and workers are killed" OPENTOP_CHAOS=500 \
    cargo test -p opentop-fleet --features servers --test main chaos -- --nocapture
run ledger "the sandbox stays below 100 MB" cargo run --release -p opentop-sandbox --example throughput -- 1000000 ledger
run disk "a full disk leaves the old tree or the new one" OPENTOP_DISK_SIZES=200 cargo test -p xtask disk -- --nocapture
run growth "no specification stops the generator or fills the machine" bash -c \
    'cargo build --release -p xtask && OPENTOP_GROWING=5000 OPENTOP_XTASK=target/release/xtask cargo test -p xtask grow -- --nocapture'
run edits "after any edits, generating what changed gives what generating all gives" OPENTOP_REGEN_EDITS=2000 \
    cargo test --release -p opentop-cli --lib regen::tests -- --nocapture
run mutations "a damaged specification is an error with its place" OPENTOP_MUTATIONS=20000 $wide output::mutations -- --nocapture
run readers "YAML readers agree on what is read once" OPENTOP_SIMPLE=1000000 \
    cargo test --release -p opentop-model --lib yaml::simple -- --nocapture
run pages "a damaged page is imported or refused, in time" IMPORT_ROUNDS=20000 \
    cargo test --release -p opentop-import --lib -- damaged_inputs_end --nocapture
run typos "a misspelt name is answered with the right one" OPENTOP_TYPOS=5000 \
    cargo test --release -p opentop-cli --lib resemble -- --nocapture
run exports "every row is exported once, whenever the process is killed" OPENTOP_EXPORT_KILLS=100 \
    cargo test -p opentop-cli --features parquet --test export -- killed --nocapture
run rows "a long export beside reading alone: rate and memory" OPENTOP_EXPORT_ROWS=1000000 \
    cargo test --release -p opentop-cli --features parquet --test export -- rate --nocapture
run throughput "messages a second beside an echo of the same WebSocket crate" OPENTOP_TMC_THROUGHPUT=200000 \
    $wide tmc::throughput -- --nocapture

if [ "${#failed[@]}" -gt 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi
