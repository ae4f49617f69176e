#!/bin/bash
# adiftools: a time of four digits, hour and minute, gets another minute and invented seconds. In a log that it writes again, a field that a contact does
# not have is "nan", and all text is in capitals.
#
# Versions: adiftools 0.1.12 with pandas 3.1.1 (PyPI), Python 3.11.
# Expected: ADIF 3.1.4, section II.B, data type Time: "6 Digits representing a time in HHMMSS format or a 4 Digits representing a time in HHMM format"; so
#   1234 is 12:34. A field that is not known is left out of a record.
# Seen: read_adi(file, enable_timestamp=True) gives TIME_ON 1234 the timestamp 12:03:04, 0959 the timestamp 09:05:09, and 2359 gives 23:05:09; 123400 is
#   12:34. to_adi() writes "<NAME:3>nan" for the contact without a name, and "Jo Doe" as "JO DOE".
# Why it matters: four digits are what contest loggers write. The times are wrong by up to 54 minutes and look exact, so contacts do not match those of
#   the other station.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check adiftools==0.1.12 pandas==3.1.1

cat > find.py <<'PY'
import re
import sys

from adiftools import adiftools

LOG = "log\n<EOH>\n" + "".join(
    f"<CALL:6>DL0XY{letter} <QSO_DATE:8>20261130 <TIME_ON:{len(time)}>{time}{name} <EOR>\n"
    for letter, time, name in (("A", "1234", " <NAME:6>Jo Doe"), ("B", "0959", ""), ("C", "2359", ""), ("D", "123400", ""))
)
open("in.adi", "w").write(LOG)
parser = adiftools.ADIFParser()
frame = parser.read_adi("in.adi", enable_timestamp=True)
times = dict(zip(frame["TIME_ON"], frame["timestamp"].dt.strftime("%H:%M:%S")))
print("times:", times)
parser.to_adi("out.adi")
names = re.findall(r"<NAME:\d+>[^<]*", open("out.adi").read())
print("names in the file written:", names)
sys.exit(
    times != {"1234": "12:03:04", "0959": "09:05:09", "2359": "23:05:09", "123400": "12:34:00"}
    or [name.strip() for name in names] != ["<NAME:6>JO DOE"] + ["<NAME:3>nan"] * 3
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
