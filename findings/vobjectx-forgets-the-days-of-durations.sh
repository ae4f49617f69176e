#!/bin/bash
# vobjectx: an event that lasts one day and two hours (P1DT2H) lasts two hours, and is written so.
#
# Versions: vobjectx 0.6.1, with icalendar 6.3.1 and vobject 0.9.9, of which it is a fork, to compare with (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.3.6: a duration has weeks, or days and a time; "A duration of 15 days, 5 hours, and 20 seconds would be:
#   P15DT5H0M20S".
# Seen: this example is read as 5:00:20, P1DT2H as 2:00:00 and -P1DT2H as minus two hours; icalendar and vobject read days and hours. serialize()
#   then writes DURATION:PT5H20S. P1D, P2W, PT26H and PT15M are right. PT26H is written as P1DT2H, so
#   what vobjectx has written itself it reads as 2:00:00.
# Why it matters: a stay, a shift or a conference of more than a day ends on its first day in every calendar that the program writes to, and a
#   reminder "-P1DT2H" comes a day late. Nothing says so. Write durations in hours, and only once.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check vobjectx==0.6.1 icalendar==6.3.1
python3 -m venv old
old/bin/pip install -qq --disable-pip-version-check vobject==0.9.9

cat > event.py <<'PY'
def event(duration):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20261130T080000Z"]
    lines += ["DTSTART:20261130T080000Z", f"DURATION:{duration}", "SUMMARY:Stay", "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(lines)


DURATIONS = ["P1D", "P2W", "PT15M", "PT26H", "P1DT2H", "-P1DT2H", "P15DT5H0M20S"]
PY
cat > old.py <<'PY'
import vobject
from event import DURATIONS, event

for duration in DURATIONS:
    print(int(vobject.readOne(event(duration)).vevent.duration.value.total_seconds()))
PY
cat > find.py <<'PY'
import subprocess
import sys
from datetime import timedelta

import icalendar
import vobjectx
from event import DURATIONS, event

output = subprocess.run(["old/bin/python", "-W", "ignore", "old.py"], capture_output=True, encoding="utf-8", timeout=30, check=True).stdout
before = [timedelta(seconds=int(line)) for line in output.split()]
seen = []
for duration, old in zip(DURATIONS, before, strict=True):
    parsed = vobjectx.read_one(event(duration))
    mine = parsed.vevent.duration.value
    written = next(line for line in parsed.serialize().splitlines() if line.startswith("DURATION"))
    right = icalendar.Calendar.from_ical(event(duration)).walk("VEVENT")[0]["DURATION"].dt
    assert right == old
    seen.append(mine == right)
    print(f"{duration}: vobjectx {mine}, writes {written}; icalendar and vobject {right}")
again = vobjectx.read_one(vobjectx.read_one(event("PT26H")).serialize()).vevent.duration.value
print(f"PT26H, written and read again: {again}")
sys.exit(seen != [True] * 4 + [False] * 3 or again != timedelta(hours=2))
PY
timeout 60 venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
