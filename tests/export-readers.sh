#!/usr/bin/env bash
# What DuckDB, pandas and polars read from the files of `opentop export`: the table in README.md, checked.
# The packages are installed into a temporary folder. Without python3 or the package index this is skipped, and says so.
#
#   tests/export-readers.sh
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
sandbox=""
trap '[ -z "$sandbox" ] || kill "$sandbox"; rm -rf "$dir"' EXIT
if ! python3 -m venv "$dir/python" 2>"$dir/log" ||
    ! "$dir/python/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1 >"$dir/log" 2>&1; then
    tail -3 "$dir/log" >&2
    echo "SKIPPED: DuckDB, pandas and polars cannot be installed" >&2
    exit 0
fi

cargo build --quiet --package opentop-cli --features parquet
opentop=${CARGO_TARGET_DIR:-target}/debug/opentop

mkdir -p "$dir/top/example"
echo 'title: 示例' >"$dir/top/example/category.yaml"
cat >"$dir/top/example/alibaba.example.order.list.yaml" <<'YAML'
api: alibaba.example.order.list
category: example
title: 订单列表
session: none
effect: read
paging: { page: page_no, size: page_size, has_next: has_next, items: orders, item_key: order_id }
request: { fields: { page_no: { type: Number }, page_size: { type: Number } } }
response: { fields: { has_next: { type: Boolean }, orders: { type: 'Order []' } } }
types:
  Order:
    fields:
      order_id: { type: Number, description: 订单号 }
      parent_id: { type: Number, description: 父订单号 }
      outer_id: { type: String, description: 外部单号 }
      amount: { type: Price, description: 金额 }
      paid_at: { type: Date, description: 付款时间 }
      closed: { type: Boolean, description: 是否关闭 }
      tags: { type: 'String []', description: 标签 }
      note: { type: String, description: 备注 }
YAML
cat >"$dir/orders.json" <<'JSON'
[
  { "order_id": 9007199254740993, "parent_id": 9007199254740995, "outer_id": "000123", "amount": "12.30", "paid_at": "2024-03-01 08:00:00", "closed": true, "tags": ["甲", "b,c"], "note": "a,\"b\"\n行" },
  { "order_id": 9007199254740994, "outer_id": "000045", "amount": "12345678901234567.89", "paid_at": "2024-03-01 00:00:00", "closed": false }
]
JSON

"$opentop" sandbox --port 0 --spec "$dir/top" --records alibaba.example.order.list="$dir/orders.json" >"$dir/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 100); do
    grep -q '^methods' "$dir/sandbox.log" && break
    sleep 0.1
done
of() { sed -n "s/^$1  *//p" "$dir/sandbox.log"; }
OPENTOP_ENDPOINT=$(of endpoint) OPENTOP_APP_KEY=$(of 'app key') OPENTOP_APP_SECRET=$(of 'app secret')
export OPENTOP_ENDPOINT OPENTOP_APP_KEY OPENTOP_APP_SECRET
for format in csv jsonl parquet; do
    "$opentop" export alibaba.example.order.list --spec "$dir/top" --out "$dir/a.$format"
done
"$opentop" export alibaba.example.order.list --spec "$dir/top" --out "$dir/zh.csv" --headings zh

TZ=UTC "$dir/python/bin/python" - "$dir" <<'PYTHON'
import sys
from decimal import Decimal

import duckdb
import pandas
import polars

folder = sys.argv[1]
failed = False
UTC = "2024-03-01T00:00:00+00:00"


def check(what, got, expected):
    global failed
    good = got == expected
    failed |= not good
    print(f"{'ok  ' if good else 'FAIL'} {what}: {got!r}" + ("" if good else f", expected {expected!r}"))


def utc(value):
    return value.astimezone(__import__("datetime").timezone.utc).isoformat()


# Parquet: everything, in all three.
def parquet(name, row, second, instant):
    check(f"{name} parquet: id", row["order_id"], 9007199254740993)
    check(f"{name} parquet: id beside an absent one", int(row["parent_id"]), 9007199254740995 if name != "pandas" else int(float(9007199254740995)))
    check(f"{name} parquet: leading zeros", row["outer_id"], "000123")
    check(f"{name} parquet: decimal", Decimal(second["amount"]), Decimal("12345678901234567.89"))
    check(f"{name} parquet: instant", instant(row["paid_at"]), UTC)
    check(f"{name} parquet: flag", bool(row["closed"]), True)
    check(f"{name} parquet: list as JSON text", row["tags"], '["甲","b,c"]')
    check(f"{name} parquet: text", row["note"], 'a,"b"\n行')


connection = duckdb.connect()
connection.execute("set timezone = 'UTC'")


def duck(query):
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


print("duckdb", duckdb.__version__, "pandas", pandas.__version__, "polars", polars.__version__)
rows = duck(f"select * from '{folder}/a.parquet'")
parquet("duckdb", rows[0], rows[1], utc)
for name, row in [("csv", duck(f"select * from '{folder}/a.csv'")), ("jsonl", duck(f"select * from '{folder}/a.jsonl'"))]:
    print("   duckdb", name, row)
frame = pandas.read_parquet(f"{folder}/a.parquet")
print(frame.dtypes.to_dict())
rows = frame.to_dict("records")
parquet("pandas", rows[0], rows[1], utc)
print("   pandas csv", pandas.read_csv(f"{folder}/a.csv").to_dict("records"))
print("   pandas csv str", pandas.read_csv(f"{folder}/a.csv", dtype=str).to_dict("records"))
print("   pandas jsonl", pandas.read_json(f"{folder}/a.jsonl", lines=True).to_dict("records"))
print("   pandas arrow", pandas.read_parquet(f"{folder}/a.parquet", dtype_backend="pyarrow").to_dict("records"))
rows = polars.read_parquet(f"{folder}/a.parquet")
print(rows.schema)
rows = rows.to_dicts()
parquet("polars", rows[0], rows[1], utc)
print("   polars csv", polars.read_csv(f"{folder}/a.csv").to_dicts())
print("   polars csv dates", polars.read_csv(f"{folder}/a.csv", try_parse_dates=True).to_dicts())
print("   polars jsonl", polars.read_ndjson(f"{folder}/a.jsonl").to_dicts())
print("   zh", polars.read_csv(f"{folder}/zh.csv").columns, list(pandas.read_csv(f"{folder}/zh.csv").columns), duck(f"select * from '{folder}/zh.csv'")[0].keys())
sys.exit(failed)
PYTHON
