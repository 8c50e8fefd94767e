#!/bin/sh
# Installs the YAML readers of other languages into a folder, and reads with them what the importer writes.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-target/yaml-readers}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
(cd "$folder" && npm install --silent js-yaml@4 js-yaml-5@npm:js-yaml@5 yaml) || echo "SKIPPED: npm" >&2
{ python3 -m venv "$folder/v" && "$folder/v/bin/pip" --quiet install pyyaml ruamel.yaml; } || echo "SKIPPED: pip" >&2
YAML_READERS=$folder cargo test -p opentop-import --lib -- tests::readers --nocapture
