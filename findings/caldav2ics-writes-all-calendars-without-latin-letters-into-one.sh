#!/bin/bash
# caldav2ics: calendars whose names have no Latin letters all go to the file ".ics", each in place of the one before; and alarms are left out.
#
# Versions: caldav2ics 0.1.2, icalendar 7.3.2, caldav 3.6.0 (PyPI), Python 3.11.
# Expected: RFC 4918, section 15.2: DAV:displayname is a name for people, in any language. RFC 5545, section 3.6.6: a VALARM is a part of its event.
#   The package is to "Cache CalDAV calendars in static .ICS files".
# Seen: a file's name is made of the ASCII letters and digits of the calendar's name: from the calendars "仕事" and "家族" there is one file, ".ics",
#   with the second calendar; "Büro" and "Bro" share "Bro.ics". The event in it has no VALARM, while its other properties are there.
# Why it matters: in Japan, Russia or Greece the copy holds one calendar, of which one, depends on the order; nothing is reported. Whoever
#   subscribes to the file is not reminded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check caldav2ics==0.1.2 icalendar==7.3.2 caldav==3.6.0

cat > find.py <<'PY'
import os
import sys

from caldav2ics.cli import write_calendar


class Object:  # what a collection of the caldav package yields; _data is its text
    def __init__(self, summary):
        self._data = "\r\n".join((
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:example", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z",
            "DTSTART:20260105T090000Z", f"SUMMARY:{summary}", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:a", "TRIGGER:-PT15M",
            "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
        ))


os.mkdir("out")
for name, summary in {"仕事": "Work", "家族": "Family", "Büro": "Office", "Bro": "Brother"}.items():
    write_calendar(name, [Object(summary)], "jo", "out")
seen = {}
for name in sorted(os.listdir("out")):
    with open(os.path.join("out", name)) as file:
        text = file.read()
    seen[name] = [line for line in text.splitlines() if line.startswith(("SUMMARY", "BEGIN:VALARM"))]
    print(f"{name!r}: {seen[name]}")
sys.exit(seen != {".ics": ["SUMMARY:Family"], "Bro.ics": ["SUMMARY:Brother"]})
PY
PYTHONUTF8=1 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
