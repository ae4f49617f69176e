#!/bin/bash
# fixparser: its human-readable output says "N/A" for every field of every message, and one value with an equals sign ends the run.
#
# Versions: fixparser 1.0.1 (PyPI), Python 3.11.
# Expected: the package's README: "exporting them to human-readable text and structured CSV formats", from "FIX protocol messages in comma-separated
#   format". FIX 4.4, volume 1: a field is tag, "=" and value; the first "=" ends the tag, and values of type String (tag 58, Text) may hold any character
#   but the delimiter.
# Seen: for "8=FIX.4.4,35=D,49=BUYER,..." the text file has "8 (Protocol): N/A, 9 (Body Length): N/A, ..." fourteen times: it looks the values up under
#   the headings and not under the tags. The CSV file has the values. A message with "58=limit=12.5" is ValueError "too many values to unpack", and the
#   messages behind it are not exported.
# Why it matters: the text file is what one sends to the other side after a dispute about an order. Use the CSV file, and take field 58 out first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check fixparser==1.0.1

cat > find.py <<'PY'
import csv
import sys

from fixparser import FIXParser

ORDER = "8=FIX.4.4,9=120,35=D,49=BUYER,56=SELLER,34=2,52=20261130-10:00:00,11=ID1,38=100,40=2,54=1,55=ABC,44=12.5,10=123"


def run(*lines):
    open("in.txt", "w").write("\n".join(lines) + "\n")
    try:
        FIXParser("in.txt", "out.txt", "out.csv").parse_and_export()
        return "done"
    except ValueError as error:
        return f"ValueError: {error}"


print(run(ORDER))
text = open("out.txt").read()
rows = list(csv.reader(open("out.csv")))
print("text:", text.strip())
print("CSV: ", rows[1])
state = run(ORDER, ORDER.replace(",10=", ",58=limit=12.5,10="), ORDER)
print("with 58=limit=12.5 in the second of three:", state, "- rows in the CSV file:", len(open("out.csv").readlines()) - 1)
sys.exit(text.count("N/A") != 14 or "BUYER" in text or rows[1][3] != "BUYER" or "too many values" not in state)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
