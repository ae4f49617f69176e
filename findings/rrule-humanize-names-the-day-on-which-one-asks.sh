#!/bin/bash
# rrule-humanize: a meeting each Tuesday is "on Monday" if one asks on a Monday; and "each second Monday of the month" is "Every month".
#
# Versions: rrule-humanize 0.1.0, python-dateutil 2.9.0.post0 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.3.10: what is missing in a rule, such as the day of the week of FREQ=WEEKLY, is derived from DTSTART; BYDAY=2MO is
#   the second Monday of the month and BYMONTHDAY=-1 the last day. humanize(rule, dtstart) gives a "Human-readable description of the recurrence
#   rule".
# Seen: humanize("FREQ=WEEKLY", start) says "on" and the day of the week of today, whatever the start is; the start is printed, but not used for the
#   rule. FREQ=MONTHLY;BYDAY=2MO and FREQ=MONTHLY;BYMONTHDAY=-1 are "Every month", without any day.
# Why it matters: the text beside a calendar entry changes from one day to the next and contradicts the entry; for monthly meetings it leaves out
#   the one thing that people look for.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rrule-humanize==0.1.0 python-dateutil==2.9.0.post0

cat > find.py <<'PY'
import datetime
import sys

from dateutil.rrule import rrulestr
from rrule_humanize import humanize

today = datetime.date.today()
start = datetime.datetime(2026, 9, 1, 10)
if start.weekday() == today.weekday():
    start += datetime.timedelta(1)
first = rrulestr("FREQ=WEEKLY", dtstart=start)[1]
text = humanize("FREQ=WEEKLY", start)
print(f"today is a {today:%A}; weekly from {start:%A, %Y-%m-%d}, by dateutil next on {first:%A, %Y-%m-%d}: {text!r}")
monthly = {}
for rule in ("FREQ=MONTHLY;BYDAY=2MO", "FREQ=MONTHLY;BYMONTHDAY=-1"):
    monthly[rule] = humanize(rule)
    print(rule, "is", f"{rrulestr(rule, dtstart=start)[0]:%A, %Y-%m-%d}", "next:", repr(monthly[rule]))
still = datetime.date.today()
as_stated = any(text.endswith(f", on {day:%A}") for day in (today, still)) and first.weekday() == start.weekday()
sys.exit(not as_stated or set(monthly.values()) != {"Every month"})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
