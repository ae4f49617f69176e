#!/bin/bash
# icshelper: its module that makes series of events cannot be imported from the package; where one helps, all calendars share their events, and local
# times are stamped as UTC.
#
# Versions: icshelper 0.0.1, and icalendar 7.3.2 to compare with (PyPI), Python 3.11.
# Expected: an installed package is imported by its name. RFC 5545, section 3.6: PRODID is required in a calendar, once; section 3.8.7.2: DTSTAMP "MUST be
#   specified in the UTC time format"; section 3.1: lines end with CRLF. Two Calendar objects are two calendars.
# Seen: the generator is ModuleNotFoundError "No module named 'Event'". With the package's folder on the path it works, and then: a second Calendar has
#   the events of the first, and its header fields; "PROID" is written for PRODID, so icalendar finds none; with TZ=Asia/Shanghai, the zone the package is
#   made for, DTSTAMP says Z and is eight hours ahead.
# Why it matters: a web service that makes one calendar for each student gives everyone the timetables of all before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check icshelper==0.0.1 icalendar==7.3.2

cat > find.py <<'PY'
import datetime
import importlib
import os
import sys
import time
from pathlib import Path

import icalendar
import icshelper

folder = Path(icshelper.__file__ or list(icshelper.__path__)[0])
folder = folder if folder.is_dir() else folder.parent
names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
state = {}
for name in names:
    try:
        importlib.import_module(f"icshelper.{name}")
        state[name] = "imported"
    except ModuleNotFoundError as error:
        state[name] = str(error)
print(state)
failed = [name for name, text in state.items() if "'Event'" in text]
os.environ["TZ"] = "Asia/Shanghai"
time.tzset()
sys.path.insert(0, str(folder))
modules = [importlib.import_module(name) for name in names]
Calendar = next(module.Calendar for module in modules if hasattr(module, "Calendar"))
generate = next(module.genEventsByWeeks for module in modules if hasattr(module, "genEventsByWeeks"))
start = datetime.datetime(2026, 11, 30, 8)
first, second = Calendar(), Calendar()
first.addEvents(generate({"SUMMARY": "Lesson of Jo", "DESCRIPTION": "x"}, start, start + datetime.timedelta(hours=1), [1]))
text = str(second)
print(text)
parsed = icalendar.Calendar.from_ical(text)
stamp = parsed.events[0].DTSTAMP
ahead = stamp - datetime.datetime.now(datetime.timezone.utc)
print(f"second calendar: {len(parsed.events)} event; PRODID {parsed.get('prodid')}; DTSTAMP is {ahead.total_seconds() / 3600:.1f} hours ahead")
sys.exit(
    not failed
    or "Lesson of Jo" not in text
    or parsed.get("prodid") is not None
    or not 7.9 < ahead.total_seconds() / 3600 < 8.1
    or "\r\n" in text
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
