#!/usr/bin/env bash
# Arrow reads 19-digit ids exactly; on the way to pandas one blank in the column makes two of them equal.
#
# Versions: pyarrow 26.0.0, pandas 3.1.1 (PyPI), Python 3.11. Needs python3 with pip.
# Behaviour: pyarrow's CSV and Parquet tables hold int64 with nulls. `Table.to_pandas()` turns such a column into float64, without a warning.
#   So does `pandas.read_csv` by itself, also with `engine="pyarrow"`. Without a blank every id is exact, so tests pass.
# Who is hurt: whoever joins, groups or removes duplicates by order or trade ids: two orders become one.
# Instead: `to_pandas(types_mapper=pandas.ArrowDtype)`, `read_csv(dtype_backend="pyarrow")`, or ids as text.
# Output:
#   arrow column: int64 [1234567890123456789, None, 1234567890123456787]
#   to_pandas: float64 ['1234567890123456768', 'nan', '1234567890123456768'] distinct ids: 1
#   read_csv, engine pyarrow: float64 ['1234567890123456768', 'nan', '1234567890123456768'] distinct ids: 1
#   to_pandas without the blank: int64 ['1234567890123456789', '1234567890123456787'] distinct ids: 2
#   to_pandas(types_mapper=ArrowDtype): int64[pyarrow] ['1234567890123456789', '<NA>', '1234567890123456787'] distinct ids: 2
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv python && python/bin/pip install --quiet pyarrow==26.0.0 pandas==3.1.1 >&2 || exit 2
cat > try.py <<'PY'
import io
import pandas
import pyarrow.csv

TEXT = b"tid,amount\n1234567890123456789,1\n,2\n1234567890123456787,3\n"


def show(title, column):
    texts = [format(value, ".0f") if isinstance(value, float) else str(value) for value in column]
    print(f"{title}: {column.dtype} {texts} distinct ids: {column.nunique()}")


table = pyarrow.csv.read_csv(io.BytesIO(TEXT))
print("arrow column:", table["tid"].type, table["tid"].to_pylist())
show("to_pandas", table.to_pandas()["tid"])
show("read_csv, engine pyarrow", pandas.read_csv(io.BytesIO(TEXT), engine="pyarrow")["tid"])
show("to_pandas without the blank", table.take([0, 2]).to_pandas()["tid"])
show("to_pandas(types_mapper=ArrowDtype)", table.to_pandas(types_mapper=pandas.ArrowDtype)["tid"])
PY
python/bin/python try.py > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
