#!/bin/sh
# Installs other YAML readers into a folder, and reads with them what the importer writes.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-target/yaml-readers}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
(cd "$folder" && npm install --silent js-yaml@4 js-yaml-5@npm:js-yaml@5 yaml) || echo "SKIPPED: npm" >&2
{ python3 -m venv "$folder/v" && "$folder/v/bin/pip" --quiet install pyyaml ruamel.yaml; } || echo "SKIPPED: pip" >&2
mkdir -p "$folder/saphyr/src"
cat > "$folder/saphyr/Cargo.toml" <<'END'
[package]
name = "read"
edition = "2021"
[dependencies]
serde-saphyr = "0.0"
serde_json = "1"
[workspace]
END
cat > "$folder/saphyr/src/main.rs" <<'END'
fn main() {
    let path = std::env::args().nth(2).unwrap();
    let read: serde_json::Value = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    println!("{read}");
}
END
{ (cd "$folder/saphyr" && CARGO_TARGET_DIR="$folder/saphyr/target" cargo build --quiet) &&
    cp "$folder/saphyr/target/debug/read" "$folder/saphyr/read"; } || echo "SKIPPED: cargo" >&2
YAML_READERS=$folder cargo test -p opentop-import --lib -- tests::readers --nocapture
