#!/bin/bash
# msconsconverter: it makes thirteen rows of four quarter hours of an electricity meter, most of them with a wrong period; of a file with one segment a
# line it reads the first line only.
#
# Versions: msconsconverter 2.0.0 (PyPI), Python 3.11.
# Expected: its documentation: it "Converts MSCONS (EDIFACT) to CSV". EDI@Energy MSCONS message description: segment group 10 is one QTY with its DTM+163 and
#   DTM+164, begin and end of the period measured: one value each. ISO 9735-1: line breaks behind the segment terminator are allowed and common.
# Seen: four values in one line give 13 rows: once the first DTM+164 has been met, a row is added for each segment that follows, whatever it is. The value
#   2.5 of the second quarter has three rows, two of them with the period of the first or from 00:15 to 00:15; the last value has a row for each segment of
#   the end of the message. The sum is 46.5 instead of 12. With line breaks the program ends with a KeyError, since it has read "UNA" only.
# Why it matters: a supplier who adds up the rows bills more than three times what was used. The rows to keep are those that follow DTM+164.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check msconsconverter==2.0.0

cat > find.py <<'PY'
import csv
import pathlib
import subprocess
import sys

segments = ["UNA:+.? ", "UNB+UNOC:3+9900000000001:500+9900000000002:500+261130:1200+1", "UNH+1+MSCONS:D:04B:UN:2.4c", "BGM+7+1+9", "NAD+DP"]
segments += ["LOC+172+DE0001112222200000000000000000001", "LIN+1", "PIA+5+1-1?:1.29.0:SRW"]
for quarter in range(4):
    start, end = (f"20261130{minutes // 60:02d}{minutes % 60:02d}?+00" for minutes in (15 * quarter, 15 * quarter + 15))
    segments += [f"QTY+220:{quarter + 1}.5", f"DTM+163:{start}:303", f"DTM+164:{end}:303"]
segments += ["UNT+19+1", "UNZ+1+1"]

seen = []
for end in ("'", "'\n"):
    pathlib.Path("meter.txt").write_text(end.join(segments) + end)
    pathlib.Path("out").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "msconsconverter", "convert", "--input-file", "meter.txt", "--output-directory", "out"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    rows = [row for path in pathlib.Path("out").glob("*.csv") for row in csv.DictReader(path.open())]
    for path in pathlib.Path("out").glob("*.csv"):
        path.unlink()
    print(f"segments end with {end!r}: exit {result.returncode}, {(result.stderr.strip().splitlines() or [''])[-1][-60:]}, {len(rows)} rows")
    for row in rows:
        print("  ", row["DATE_PERIOD_START"], row["DATE_PERIOD_END"], row["VALUE"])
    seen.append((result.returncode != 0, len(rows), sum(float(row["VALUE"]) for row in rows)))
values = [segment.split(":")[1] for segment in segments if segment.startswith("QTY+")]
print("in the message:", values)
print("rows and sums:", seen)
sys.exit(seen[0][1:] != (13, 46.5) or seen[1][1] != 0 or not seen[1][0] or values != ["1.5", "2.5", "3.5", "4.5"])
PY
timeout 120 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
