#!/bin/bash
# influx-line-protocol: each number with a fraction is written with six digits: 1234567.0 becomes 1234570, and a place on earth moves by 40 metres. A path
# in a tag gets a second backslash.
#
# Versions: influx-line-protocol 0.1.5, and line-protocol-parser 2.0.1 to read the lines (PyPI), Python 3.11.
# Expected: InfluxDB's line protocol: a float is an "IEEE-754 64-bit floating-point number"; Python's repr() writes each so that it is read as the same
#   number. In tags only comma, equals sign and blank are escaped.
# Seen: add_value("bytes", 1234567.0) is "bytes=1.23457e+06", 3 more; 16777217.5 is 17 less; the longitude 113.264385 is 113.264, 40 m away, and the time
#   1700000123.25 is 1.7e+09, two minutes earlier. Numbers of type int are whole. add_tag("path", "C:\x") is "path=C:\\x", two backslashes in the database.
# Why it matters: meters and counters that grow beyond a million stand still and jump, and nobody thinks of the client. Send integers, or multiply before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check influx-line-protocol==0.1.5 line-protocol-parser==2.0.1

cat > find.py <<'PY'
import sys

from influx_line_protocol import Metric
from line_protocol_parser import parse_line

VALUES = {"bytes": 1234567.0, "odd": 16777217.5, "longitude": 113.264385, "time": 1700000123.25, "count": 1234567, "short": 12.5}
metric = Metric("meter")
metric.add_tag("path", "C:\\x")
for name, value in VALUES.items():
    metric.add_value(name, value)
line = str(metric)
read = parse_line(line)
print(line)
for name, value in VALUES.items():
    print(f"{name}: {value!r}, in the database {read['fields'][name]!r}, difference {read['fields'][name] - value:g}")
right = parse_line("meter " + ",".join(f"{name}={value!r}" for name, value in VALUES.items() if isinstance(value, float)))
print("written with repr():", right["fields"], "- tag:", read["tags"])
sys.exit(
    read["fields"]
    != {"bytes": 1234570.0, "odd": 16777200.0, "longitude": 113.264, "time": 1700000000.0, "count": 1234567, "short": 12.5}
    or any(right["fields"][name] != value for name, value in VALUES.items() if isinstance(value, float))
    or read["tags"]["path"] != "C:\\\\x"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
