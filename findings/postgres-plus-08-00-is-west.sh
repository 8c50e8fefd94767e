#!/usr/bin/env bash
# In PostgreSQL `set timezone = '+08:00'` and `at time zone '+08'` are eight hours west of Greenwich; `set timezone = '+08'` and a literal
# with `+08:00` are east.
#
# Versions: PostgreSQL 18.6 as PGlite 0.5.16 (npm), Node.js 20; PostgreSQL 15.18 does the same. Needs node and npm.
# Behaviour: a zone that is no name of the database is read as a POSIX zone, whose sign counts westwards: "GMT+8", "UTC+8", "+08:00" in
#   `SET`, and also "+08" in `AT TIME ZONE`. In `SET` a bare number is hours east. In a literal an offset follows ISO 8601.
# Who is hurt: whoever takes the offset of a date's text, or "GMT+8" of a service's documentation, and uses it as a zone.
# Instead: `'Asia/Shanghai'`, or `interval '8 hours'` in `AT TIME ZONE`.
# Output:
#   PostgreSQL 18.6
#   set timezone = '+08'            2025-12-31 16:00Z is 2026-01-01 00:00:00+08
#   set timezone = '+08:00'         2025-12-31 16:00Z is 2025-12-31 08:00:00-08
#   set timezone = 'GMT+8'          2025-12-31 16:00Z is 2025-12-31 08:00:00-08
#   set timezone = 'Asia/Shanghai'  2025-12-31 16:00Z is 2026-01-01 00:00:00+08
#   timestamptz '2026-01-01 00:00 +08:00'                             2025-12-31 16:00 UTC
#   timestamptz '2026-01-01 00:00 GMT+8'                              2026-01-01 08:00 UTC
#   timestamp '2026-01-01 00:00' at time zone '+08:00'                2026-01-01 08:00 UTC
#   timestamp '2026-01-01 00:00' at time zone '+08'                   2026-01-01 08:00 UTC
#   timestamp '2026-01-01 00:00' at time zone interval '8 hours'      2025-12-31 16:00 UTC
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @electric-sql/pglite@0.5.16 >&2 || exit 2
cat > try.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite';

const database = new PGlite();
const ask = async (sql) => Object.values((await database.query(sql)).rows[0])[0];
console.log('PostgreSQL', await ask('show server_version'));
for (const zone of ['+08', '+08:00', 'GMT+8', 'Asia/Shanghai']) {
  await database.exec(`set timezone = '${zone}'`);
  const local = await ask("select (timestamptz '2025-12-31 16:00:00Z')::text");
  console.log(`set timezone = '${zone}'`.padEnd(31), `2025-12-31 16:00Z is ${local}`);
}
await database.exec("set timezone = 'UTC'");
for (const value of [
  "timestamptz '2026-01-01 00:00 +08:00'",
  "timestamptz '2026-01-01 00:00 GMT+8'",
  "timestamp '2026-01-01 00:00' at time zone '+08:00'",
  "timestamp '2026-01-01 00:00' at time zone '+08'",
  "timestamp '2026-01-01 00:00' at time zone interval '8 hours'",
]) {
  console.log(value.padEnd(65), (await ask(`select to_char(${value}, 'YYYY-MM-DD HH24:MI')`)) + ' UTC');
}
JS
node try.mjs > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
