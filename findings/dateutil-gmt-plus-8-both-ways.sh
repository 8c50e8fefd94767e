#!/usr/bin/env bash
# In dateutil "GMT+8" is eight hours west of Greenwich in a date's text and eight hours east as a zone's name.
#
# Versions: python-dateutil 4.0.0, pandas 3.1.1 (PyPI), Python 3.11. Needs python3 with pip.
# Behaviour: `parser.parse` reads the sign as POSIX does, against common use; `tz.gettz` and `tz.tzstr` read it as people do. pandas'
#   `to_datetime` goes with the parser. The same holds for "UTC+8".
# Who is hurt: whoever reads times of services that document them as "GMT+8" (China): a record lands sixteen hours late, on another day.
# Instead: write `+08:00`, or attach `zoneinfo.ZoneInfo("Asia/Shanghai")` to a time without a zone.
# Output:
#   dateutil parse "2026-01-01 00:00:00 GMT+8": 2026-01-01 08:00 UTC
#   dateutil gettz("GMT+8"): 2025-12-31 16:00 UTC
#   pandas to_datetime "2026-01-01 00:00:00 GMT+8": 2026-01-01 08:00 UTC
#   pandas to_datetime "2026-01-01 00:00:00 UTC+8": 2026-01-01 08:00 UTC
#   pandas to_datetime "2026-01-01 00:00:00+08:00": 2025-12-31 16:00 UTC
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv python && python/bin/pip install --quiet python-dateutil==4.0.0 pandas==3.1.1 >&2 || exit 2
cat > try.py <<'PY'
from datetime import datetime, timezone
import pandas
from dateutil import parser, tz


def show(title, instant):
    print(f"{title}: {instant.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC")


show('dateutil parse "2026-01-01 00:00:00 GMT+8"', parser.parse("2026-01-01 00:00:00 GMT+8"))
show('dateutil gettz("GMT+8")', datetime(2026, 1, 1, tzinfo=tz.gettz("GMT+8")))
for text in ["2026-01-01 00:00:00 GMT+8", "2026-01-01 00:00:00 UTC+8", "2026-01-01 00:00:00+08:00"]:
    show(f'pandas to_datetime "{text}"', pandas.to_datetime(text).to_pydatetime())
PY
python/bin/python try.py > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
