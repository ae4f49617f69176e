#!/bin/bash
# ronschaeffer-ics-calendar-utils: an evening in July at 19:00 in London is at 20:00 in the calendar, and a festival of three days lasts for one.
#
# Versions: ronschaeffer-ics-calendar-utils 0.2.2, icalendar 6.3.2, tzdata 2025.2 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.3.5: a time with "Z" is in UTC; in summer 19:00 in London is 180000Z. Section 3.6.1: without DTEND an event on a
#   date lasts for that day. Section 3.1: lines should not be longer than 75 octets. Section 3.3.11: a comma in a text is "\,". The package writes
#   X-WR-TIMEZONE:Europe/London into each calendar, and has dtstart_date, dtstart_time, dtend_date and dtend_time for its fields.
# Seen: {"dtstart_date": "2026-07-03", "dtstart_time": "19:00"} is written as DTSTART:20260703T190000Z. With "dtend_date": "2026-07-06" and no times
#   there is no DTEND at all. A description of 200 letters is one line, and the category "food, drink" becomes two.
# Why it matters: whoever goes by the calendar comes an hour late from March to October; validate_events() finds nothing wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ronschaeffer-ics-calendar-utils==0.2.2 icalendar==6.3.2 tzdata==2025.2

cat > find.py <<'PY'
import sys
import warnings
import zoneinfo

import icalendar
from ics_calendar_utils import ICSGenerator

warnings.simplefilter("ignore")
EVENTS = [
    {"summary": "Concert", "dtstart_date": "2026-07-03", "dtstart_time": "19:00", "description": "x" * 200, "categories": ["food, drink"]},
    {"summary": "Festival", "dtstart_date": "2026-07-03", "dtend_date": "2026-07-06"},
]
generator = ICSGenerator(calendar_name="Events")
text = generator.generate_ics(EVENTS)
calendar = icalendar.Calendar.from_ical(text)
concert, festival = calendar.walk("VEVENT")
start = concert["DTSTART"].dt.astimezone(zoneinfo.ZoneInfo("Europe/London"))
print(f"19:00 in {calendar['X-WR-TIMEZONE']}: {concert['DTSTART'].to_ical().decode()}, which is {start:%H:%M} there")
print("from", festival["DTSTART"].dt, "until 2026-07-06: DTEND", festival.get("DTEND"))
categories = concert["CATEGORIES"].to_ical().decode()
longest = max(map(len, text.splitlines()))
print("category 'food, drink':", categories, "- longest line:", longest, "- validate_events():", generator.validate_events(EVENTS))
as_stated = f"{start:%H:%M}" == "20:00" and "DTEND" not in festival and "CATEGORIES:food, drink" in text
sys.exit(not as_stated or longest != 212 or bool(generator.validate_events(EVENTS)))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
