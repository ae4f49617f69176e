#!/bin/bash
# org2ical: days are written as what is no time, texts end at their first comma, and each run gives all events new names, so that they double.
#
# Versions: org2ical 0.0.4, orgparse 0.4.20250520, and vobject 0.9.9 and icalendar 6.3.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.8.2.4: DTSTART is a DATE-TIME; for a date it MUST have VALUE=DATE. Section 3.3.11: in a text "," ";" and "\" are written with a
#   backslash before them. Section 3.8.4.7: UID is a "persistent, globally unique identifier", by which a calendar knows an event again.
# Seen: "SCHEDULED: <2026-12-01 Tue>" becomes "DTSTART:20261201". "Meeting; bring pens, paper" is written as it is, and vobject reads "Meeting; bring pens";
#   the folder C:\new has a line break in it for vobject and icalendar. The UID is a hash that includes the time of the conversion: a second run of the same
#   file one hour later has other UIDs throughout.
# Why it matters: it is meant to be run again and again for a calendar feed. Who imports it twice has each appointment twice; half of the headings are cut.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check org2ical==0.0.4 orgparse==0.4.20250520 vobject==0.9.9 icalendar==6.3.1

cat > find.py <<'PY'
import datetime
import sys

import icalendar
import org2ical
import vobject

ORG = """* TODO Meeting; bring pens, paper
  SCHEDULED: <2026-12-01 Tue>
* Copy C:\\new
  <2026-12-24 Thu 10:00-11:00>
"""
now = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.timezone.utc)
first, warnings = org2ical.loads(ORG, now=now)
second, _ = org2ical.loads(ORG, now=now + datetime.timedelta(hours=1))
print(first, warnings)
starts = [line for line in first.splitlines() if line.startswith("DTSTART")]
one = [event.summary.value for event in vobject.readOne(first).vevent_list]
other = [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(first).walk("VEVENT")]
print(f"vobject: {one}; icalendar: {other}")
uids = [{str(event["UID"]) for event in icalendar.Calendar.from_ical(text).walk("VEVENT")} for text in (first, second)]
print(f"UIDs of the first run that the second one has again: {len(uids[0] & uids[1])} of {len(uids[0])}")
sys.exit(
    warnings != []
    or starts != ["DTSTART:20261201", "DTSTART:20261224T100000Z"]
    or one != ["Meeting; bring pens", "Copy C:\new"]
    or other[1] != "Copy C:\new"
    or uids[0] & uids[1] != set()
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
