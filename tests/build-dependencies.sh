#!/usr/bin/env bash
# What generating in a build script costs whoever builds the crate, beside progenitor: the CPU of compiling the build dependencies, cold, in
# the dev profile; what the script itself takes for 20 methods; and that cargo does not run it again where nothing changed.
# Needs cargo, and a network or a filled cargo home. Prints ratios; fails where one is missed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
unset CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
progenitor=$(grep -A1 '^name = "progenitor"$' bench/Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p')

crate() { # NAME BUILD-DEPENDENCIES
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n[build-dependencies]\n%s\n' "$1" "$2" >"$work/$1/Cargo.toml"
    cp bench/Cargo.lock "$work/$1/Cargo.lock"
    touch "$work/$1/src/lib.rs"
    echo 'fn main() {}' >"$work/$1/build.rs"
}

cpu() { # COMMAND…: user and system seconds
    local TIMEFORMAT='%U %S'
    { time "$@" >/dev/null 2>"$work/log"; } 2>&1 | awk '{ print $1 + $2 }' || { cat "$work/log" >&2; exit 1; }
}

crate ours "opentop-build = { path = \"$root/codegen/build\" }"
crate theirs "progenitor = \"=$progenitor\"
serde_json = \"1\"
openapiv3 = \"2\""
for name in ours theirs; do (cd "$work/$name" && cargo fetch --quiet); done
ours=$(cd "$work/ours" && cpu cargo build --offline)
theirs=$(cd "$work/theirs" && cpu cargo build --offline)
echo "build dependencies, cold, dev profile: ours $ours CPU s, progenitor $progenitor, serde_json and openapiv3 $theirs CPU s"

# 20 methods: the committed ones, five times under other names.
for file in spec/*/*.yaml; do
    category=$(basename "$(dirname "$file")")
    name=$(basename "$file" .yaml)
    mkdir -p "$work/ours/top/$category"
    cp "$file" "$work/ours/top/$category/"
    case "$name" in category | *.override) continue ;; esac
    grep -q '^api: ' "$file" || continue
    for copy in 1 2 3 4; do
        sed "s/^api: .*/api: $name.c$copy/; s/^module: .*//" "$file" >"$work/ours/top/$category/$name.c$copy.yaml"
    done
done
methods=$(grep -rl '^api: ' "$work/ours/top" | wc -l)
cd "$work/ours"
echo 'fn main() { opentop_build::Config::new("top").build(); }' >build.rs
cargo build --offline --quiet
script=$(find target/debug/build -name build-script-build -path '*ours-*' -newer Cargo.toml | xargs ls -t | head -n 1)
best=
for _ in 1 2 3 4 5; do
    mkdir -p "$work/out"
    took=$(OUT_DIR="$work/out" CARGO_MANIFEST_DIR="$PWD" cpu "$script")
    best=$(printf '%s\n%s\n' "$took" "$best" | grep . | sort -g | head -n 1)
    rm -rf "$work/out"
done
echo "the build script itself, $methods methods, dev profile: $best CPU s"
sleep 1
if cargo build --offline --verbose 2>&1 | grep -q 'Running.*build-script-build'; then
    echo "error: the build script ran though nothing had changed" >&2
    exit 1
fi
echo "it is not run where nothing changed"
awk -v ours="$ours" -v theirs="$theirs" -v script="$best" 'BEGIN {
    printf "ratio %.2f (must be <= 0.5), script %.3f s (must be <= 0.1)\n", ours / theirs, script
    exit !(ours <= 0.5 * theirs && script <= 0.1)
}'
