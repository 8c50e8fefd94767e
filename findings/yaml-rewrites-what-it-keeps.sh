#!/usr/bin/env bash
# The document of the npm package yaml, which keeps comments and formatting, writes an untouched 19-digit id back with other digits.
#
# Versions: yaml 2.9.1 (npm), Node.js 20. Needs node and npm.
# Behaviour: `parseDocument(text).toString()` keeps comments and even the zero of `1.10`, but an integer beyond 2^53 is held as a double and
#   written from it. `1e3` becomes `1e+3`. There is neither an error nor a warning, and the node that changed need not be touched.
# Who is hurt: whoever edits one field of a fixture or setting by a script: ids elsewhere in the file point at other orders afterwards.
# Instead: `parseDocument(text, { intAsBigInt: true })`, or ids in quotes.
# Output:
#   before:
#   # an order
#   tid: 1234567890123456789
#   rate: 1.10
#   sku: 1e3
#   after parseDocument and toString:
#   # an order
#   tid: 1234567890123456800
#   rate: 1.10
#   sku: 1e+3
#   warnings: 0
#   with intAsBigInt: tid: 1234567890123456789
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund --prefix . yaml@2.9.1 >&2 || exit 2
cat > try.mjs <<'JS'
import { parseDocument } from 'yaml';

const text = '# an order\ntid: 1234567890123456789\nrate: 1.10\nsku: 1e3\n';
const document = parseDocument(text);
process.stdout.write('before:\n' + text + 'after parseDocument and toString:\n' + document.toString());
console.log('warnings:', document.errors.length + document.warnings.length);
console.log('with intAsBigInt:', parseDocument(text, { intAsBigInt: true }).toString().split('\n')[1]);
JS
node try.mjs > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
