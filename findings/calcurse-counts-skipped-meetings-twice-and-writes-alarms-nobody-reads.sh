#!/bin/bash
# calcurse: a series of five meetings two of which are cancelled goes on for two weeks too long, an alarm 15 minutes before is 5 minutes before, "-P300S".
#
# Versions: calcurse 4.7.1 (Debian 12: calcurse 4.7.1-1), icalendar 7.3.0, recurring-ical-events 3.8.2 (PyPI) for comparison. Wants `apt-get update`
#   beforehand.
# Expected: RFC 5545, section 3.3.10: COUNT "defines the number of occurrences at which to range-bound the recurrence", DTSTART being the first one.
#   Section 3.8.5.1: EXDATE excludes instances from the set that the rule has made, hence of five with two excluded there are three. Section 3.3.6:
#   a duration in seconds has a T, as in "-PT300S". Section 3.6.1: each VEVENT has a UID and a DTSTAMP.
# Seen: `calcurse -i` of COUNT=5 and two EXDATEs moves the end of the series by two weeks, so that there are five meetings. With one EXDATE it is
#   one. From an alarm with the trigger -PT15M it keeps that there is one, and `calcurse -x` writes TRIGGER:-P300S, which is no duration and
#   icalendar refuses the whole calendar. No event has a UID or a DTSTAMP.
# Why it matters: who imports an invitation sees meetings that do not take place. What calcurse exports, other programs cannot read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download calcurse=4.7.1-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x calcurse*.deb .
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.0 recurring-ical-events==3.8.2

cat > find.py <<'PY'
import os
import re
import subprocess
from datetime import date
from pathlib import Path

import icalendar
import recurring_ical_events

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART:20270111T090000Z
DTEND:20270111T100000Z
RRULE:FREQ=WEEKLY;COUNT=5
%sSUMMARY:Weekly
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Soon
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
"""
ENVIRONMENT = {**os.environ, "TZ": "UTC", "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def calcurse(folder, *arguments):
    command = ["usr/bin/calcurse", "-q", "-D", folder, *arguments]
    return subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=True).stdout


def days(calendar):
    return [event["DTSTART"].dt.strftime("%m/%d") for event in recurring_ical_events.of(calendar).between(date(2027, 1, 1), date(2027, 12, 31))]


for name, line in ("none", ""), ("one", "EXDATE:20270118T090000Z\n"), ("two", "EXDATE:20270118T090000Z,20270125T090000Z\n"):
    text = (EVENT % line).replace("\n", "\r\n")
    Path(f"{name}.ics").write_bytes(text.encode())
    Path(name).mkdir()
    calcurse(name, "-i", f"{name}.ics")
    shown = [day[:5] for day in re.findall(r"^\d\d/\d\d/\d\d(?=:)", calcurse(name, "-Q", "--from", "01/01/2027", "--days", "365"), re.M)]
    print(f"{name} excluded: recurring-ical-events {' '.join(days(icalendar.Calendar.from_ical(text)))}; calcurse {' '.join(shown)}")
exported = calcurse("two", "-x")
print(" ".join(re.findall(r"^TRIGGER.*", exported, re.M)), "UID:", exported.count("UID:"), "DTSTAMP:", exported.count("DTSTAMP"))
try:
    print(icalendar.Calendar.from_ical(exported).events[0]["SUMMARY"])
except ValueError as error:
    print(f"icalendar: {type(error).__name__}: {error}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
none excluded: recurring-ical-events 01/11 01/18 01/25 02/01 02/08; calcurse 01/11 01/18 01/25 02/01 02/08
one excluded: recurring-ical-events 01/11 01/25 02/01 02/08; calcurse 01/11 01/25 02/01 02/08 02/15
two excluded: recurring-ical-events 01/11 02/01 02/08; calcurse 01/11 02/01 02/08 02/15 02/22
TRIGGER:-P300S UID: 0 DTSTAMP: 0
icalendar: InvalidCalendar: Invalid iCalendar duration: -P300S
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
