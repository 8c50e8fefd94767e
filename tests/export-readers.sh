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

"$dir/python/bin/python" - "$dir" <<'PYTHON'
import sys
from datetime import datetime, timezone
from decimal import Decimal

import duckdb
import pandas
import polars

folder = sys.argv[1]
failed = False
connection = duckdb.connect()
connection.execute("set timezone = 'UTC'")

# What is in the two orders: an id, one beside an absent one, leading zeros, a decimal of nineteen digits, an instant, a list.
FACTS = {
    "id": lambda one, two: (one["order_id"], 9007199254740993),
    "id beside none": lambda one, two: (one["parent_id"], 9007199254740995),
    "zeros": lambda one, two: (one["outer_id"], "000123"),
    "decimal": lambda one, two: (two["amount"], Decimal("12345678901234567.89")),
    "instant": lambda one, two: (one["paid_at"], "2024-03-01T00:00:00+00:00"),
    "text": lambda one, two: (one["note"], 'a,"b"\n行'),
}


def same(got, expected):
    """Whether a reader's value is the one that was written, as its own type or as the same text."""
    if isinstance(expected, str) and "+00:00" in expected:
        at = datetime.fromisoformat(got) if isinstance(got, str) else got
        return at.tzinfo is not None and at.astimezone(timezone.utc).isoformat() == expected
    if isinstance(got, float):
        return False
    if isinstance(expected, (int, Decimal)):
        return Decimal(got) == expected
    return got == expected


def check(reader, rows, lost=()):
    """All facts hold but those that are known to be lost: a reader that got better is an error too."""
    global failed
    found = [name for name, fact in FACTS.items() if not same(*fact(*rows))]
    good = found == list(lost)
    failed |= not good
    print("ok  " if good else "FAIL", f"{reader}: loses {', '.join(found) or 'nothing'}", "" if good else f"(expected {list(lost)})")


def duck(what):
    cursor = connection.execute(f"select * from {what}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def panda(frame):
    return frame.to_dict("records")


print("DuckDB", duckdb.__version__, "pandas", pandas.__version__, "polars", polars.__version__)
csv, jsonl, parquet = (f"{folder}/a.{ending}" for ending in ("csv", "jsonl", "parquet"))

check("DuckDB, Parquet", duck(f"'{parquet}'"))
check("DuckDB, JSON lines", duck(f"'{jsonl}'"))
check("DuckDB, CSV", duck(f"'{csv}'"), ["decimal"])
check("DuckDB, CSV with all_varchar", duck(f"read_csv('{csv}', all_varchar = true)"))

check("pandas, Parquet", panda(pandas.read_parquet(parquet)), ["id beside none"])
check("pandas, Parquet with dtype_backend", panda(pandas.read_parquet(parquet, dtype_backend="pyarrow")))
check("pandas, JSON lines", panda(pandas.read_json(jsonl, lines=True)), ["id beside none", "zeros", "decimal"])
arrow = pandas.read_json(jsonl, lines=True, engine="pyarrow", dtype_backend="pyarrow")
# It shows instants in UTC, without saying so.
check("pandas, JSON lines with engine and dtype_backend", panda(arrow), ["instant"])
check("pandas, CSV", panda(pandas.read_csv(csv)), ["id beside none", "zeros", "decimal"])
check("pandas, CSV with dtype=str", panda(pandas.read_csv(csv, dtype=str)))

check("polars, Parquet", polars.read_parquet(parquet).to_dicts())
check("polars, JSON lines", polars.read_ndjson(jsonl).to_dicts())
check("polars, CSV", polars.read_csv(csv).to_dicts(), ["zeros", "decimal"])
check("polars, CSV with infer_schema=False", polars.read_csv(csv, infer_schema=False).to_dicts())

titles = ["订单号", "父订单号", "外部单号", "金额", "付款时间", "是否关闭", "标签", "备注"]
chinese = f"{folder}/zh.csv"
for reader, names in {
    "DuckDB": list(duck(f"'{chinese}'")[0]),
    "pandas": list(pandas.read_csv(chinese).columns),
    "polars": polars.read_csv(chinese).columns,
}.items():
    failed |= names != titles
    print("ok  " if names == titles else "FAIL", f"{reader}, Chinese headings: {names}")
sys.exit(failed)
PYTHON
