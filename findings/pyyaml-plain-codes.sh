#!/usr/bin/env bash
# PyYAML writes texts such as a mobile number without quotes; a YAML 1.2 reader takes them for numbers.
#
# Versions: PyYAML 6.0.4 (PyPI), js-yaml 5.5.0 (npm), Python 3.11, Node.js 20. Needs python3 with pip, node and npm.
# Behaviour: PyYAML quotes a text where YAML 1.1 would read something else. "013800138000" is no octal number there (it has an 8) and "1e3"
#   no float (it has no point), so both stay plain; in YAML 1.2 both are numbers. The other way: a plain 0012345 is 5349 (octal) for PyYAML.
# Who is hurt: whoever hands specs, fixtures or settings from Python to JavaScript, Go or Rust: shop codes, mobile numbers and SKUs lose
#   zeros or change altogether. It depends on the digits, so a test with "0012345" (which PyYAML quotes) passes.
# Instead: write with `default_style='"'`, or declare such fields as text in the reader's schema.
# Output:
#   written: mobile: 013800138000
#   written: shop: '0012345'
#   written: sku: 1e3
#   read by js-yaml: {"mobile":13800138000,"shop":"0012345","sku":1000}
#   plain 0012345 read by PyYAML: 5349
#   plain 0012345 read by js-yaml: 12345
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv python && python/bin/pip install --quiet PyYAML==6.0.4 >&2 || exit 2
npm install --silent --no-audit --no-fund --prefix . js-yaml@5.5.0 >&2 || exit 2
cat > write.py <<'PY'
import yaml

text = yaml.safe_dump({"mobile": "013800138000", "shop": "0012345", "sku": "1e3"})
open("codes.yaml", "w").write(text)
for line in text.splitlines():
    print("written:", line)
PY
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import * as yaml from 'js-yaml';

console.log('read by js-yaml:', JSON.stringify(yaml.load(readFileSync('codes.yaml', 'utf8'))));
JS
{
  python/bin/python write.py &&
  node read.mjs &&
  python/bin/python -c 'import yaml; print("plain 0012345 read by PyYAML:", yaml.safe_load("0012345"))' &&
  node --input-type=module -e 'import * as yaml from "js-yaml"; console.log("plain 0012345 read by js-yaml:", yaml.load("0012345"));'
} > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
