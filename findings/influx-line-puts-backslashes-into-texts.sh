#!/bin/bash
# influx-line: in a text each blank and comma gets a backslash that the database keeps; a text that ends in a backslash, and a measurement with a blank in
# its name, make a line that is none.
#
# Versions: influx-line 1.0.0, and line-protocol-parser 2.0.1 to read the lines (PyPI), Python 3.11.
# Expected: InfluxDB's line protocol, "Special characters": in a string field value only the double quote and the backslash are escaped; in a measurement
#   comma and blank. The package: "InfluxLine allow step by step building of valid Influx line protocol".
# Seen: add_field("text", "one, two") is text="one\,\ two", and a reader has the text one\,\ two. add_field("path", "C:\") is path="C:\", whose quotation
#   mark is escaped: "Failed to parse value of field". InfluxLine("my weather") writes the name as it is, "Failed to parse"; set_measure("my weather"),
#   called afterwards, escapes it.
# Why it matters: messages of logs and alarms are stored with backslashes, and one line that cannot be read makes InfluxDB refuse its whole batch.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check influx-line==1.0.0 line-protocol-parser==2.0.1

cat > find.py <<'PY'
import sys

from influx_line import InfluxLine
from line_protocol_parser import parse_line


def read(line):
    try:
        return parse_line(str(line))["fields"]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def build(measure, text, name=None):
    line = InfluxLine(measure)
    if name:
        line.set_measure(name)
    line.add_field("text", text)
    print(f"{line}\n    -> {read(line)}")
    return read(line)


plain, blank, path = build("weather", "sun"), build("weather", "one, two"), build("weather", "C:\\")
measure, later = build("my weather", "sun"), build("x", "sun", "my weather")
right = read('weather text="one, two"')
print("without the backslashes:", right)
sys.exit(
    plain != {"text": "sun"}
    or blank != {"text": "one\\,\\ two"}
    or right != {"text": "one, two"}
    or "Failed to parse" not in path
    or "Failed to parse" not in measure
    or later != {"text": "sun"}
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
