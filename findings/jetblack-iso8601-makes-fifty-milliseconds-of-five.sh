#!/bin/bash
# jetblack-iso8601: milliseconds below a hundred are written without their leading zero, so that 5 ms are read as 50 and 50 as 500. Seconds with a
# fraction are an error, and a year has 360 days.
#
# Versions: jetblack-iso8601 2.0.0 (PyPI), Python 3.11 and its own datetime.fromisoformat() to read.
# Expected: its README: "roundtrip = datetime_to_iso8601(timestamp); assert text == roundtrip" for "2014-02-01T09:28:56.321-10:00". ISO 8601-1, 5.3.1.4:
#   digits behind the decimal sign are a fraction, ".05" is five hundredths. 5.5.2.2: the smallest part of a duration may have a decimal fraction, as in
#   "PT1.5S", which its own pattern allows.
# Seen: 56.021 s are written "56.21", and 10:00:00.005 is "10:00:00.05": the package itself and datetime.fromisoformat() read 50 ms.
#   iso8601_to_timedelta("PT1.5S") is ValueError "invalid literal for int()". "P1Y" is 360 days, and 365 days are written "P1Y5D", five days more for
#   everybody else. A time without a zone gets a "Z".
# Why it matters: one timestamp in ten is off by up to 0.9 s, in logs sorted by it events change places, and nothing looks wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check jetblack-iso8601==2.0.0

cat > find.py <<'PY'
import sys
from datetime import datetime, timedelta, timezone

from jetblack_iso8601 import datetime_to_iso8601, iso8601_to_datetime, iso8601_to_timedelta, timedelta_to_iso8601

seen = {}
for milliseconds in (5, 21, 50, 99, 100, 321):
    moment = datetime(2026, 11, 30, 10, 0, 0, milliseconds * 1000, timezone.utc)
    text = datetime_to_iso8601(moment)
    digits = text.split(".")[1].rstrip("Z")
    stdlib = round(int(digits.ljust(6, "0")) / 1000)
    seen[milliseconds] = (digits, iso8601_to_datetime(text).microsecond // 1000, stdlib)
    print(f"{milliseconds} ms: {text}, read again {seen[milliseconds][1]} ms")
text = "2014-02-01T09:28:56.021-10:00"
again = datetime_to_iso8601(iso8601_to_datetime(text))
print(f"{text} -> {again}; datetime.fromisoformat: {datetime.fromisoformat('2026-11-30T10:00:00.050').microsecond // 1000} ms for .050")
try:
    fraction = str(iso8601_to_timedelta("PT1.5S"))
except ValueError as error:
    fraction = str(error)
year, back = iso8601_to_timedelta("P1Y"), timedelta_to_iso8601(timedelta(days=365))
print("PT1.5S:", fraction, "- P1Y:", year, "- 365 days:", back, "- no zone:", datetime_to_iso8601(datetime(2026, 11, 30)))
sys.exit(
    {key: value[1] for key, value in seen.items()} != {5: 50, 21: 210, 50: 500, 99: 990, 100: 100, 321: 321}
    or any(value[1] != value[2] for value in seen.values())
    or again != "2014-02-01T09:28:56.21-10:00"
    or "invalid literal for int()" not in fraction
    or year.days != 360
    or back != "P1Y5D"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
