#!/bin/bash
# mergecal: where two calendars have a time zone of the same name, the definition of the first is kept for both, so the meetings of the second are hours
# off; a meeting and its cancellation come side by side, and tasks are gone.
#
# Versions: mergecal 0.5.0 with icalendar 7.3.2, x-wr-timezone 2.0.1 and tzdata 2026.6 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.8.3.1: a TZID is unique within one calendar object, and its meaning is that calendar's VTIMEZONE, whatever others call
#   so. Section 3.8.7.4: of two components with the same UID the one with the higher SEQUENCE is the newer version of it. Section 3.6: a calendar has
#   VTODO, VJOURNAL and VFREEBUSY too. "A Python library to merge iCalendar feeds", whose result "will contain all the events of both calendars".
# Seen: of two calendars whose zone "Office" is at +0100 and at -0500 the result has one "Office", at +0100: the second meeting at 10:00 was at 15:00
#   UTC and is at 09:00. An event with SEQUENCE 3 and STATUS:CANCELLED is there beside its first version. The task of each calendar is missing. With
#   different names of the zones the hours are right.
# Why it matters: Outlook and Exchange name zones as the user does ("Customized Time Zone", "tzone://Microsoft/Custom"), so feeds of two offices meet;
#   who looks at the merged calendar goes to meetings that are cancelled and comes six hours early to others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mergecal==0.5.0 icalendar==7.3.2 x-wr-timezone==2.0.1 tzdata==2026.6

cat > find.py <<'PY'
import sys

import mergecal
from icalendar import Calendar

EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID={zone}:20261210T100000\r\n{more}END:VEVENT\r\n"
TASK = "BEGIN:VTODO\r\nUID:task\r\nDTSTAMP:20260101T000000Z\r\nEND:VTODO\r\n"


def calendar(uid, zone, offset, more="SEQUENCE:0\r\n"):
    """A calendar with an event at 10:00 in a time zone, and a task."""
    half = f"DTSTART:19700101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\n"
    zone_text = f"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\nBEGIN:STANDARD\r\n{half}END:STANDARD\r\nEND:VTIMEZONE\r\n"
    event = EVENT.format(uid=uid, zone=zone, more=more)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{zone_text}{event}{TASK}END:VCALENDAR\r\n"


def hours(text):
    """When the events of a calendar begin, in UTC, by the time zones that the calendar itself has."""
    parsed = Calendar.from_ical(text)
    offsets = {str(zone["TZID"]): zone.walk("STANDARD")[0]["TZOFFSETTO"].td for zone in parsed.walk("VTIMEZONE")}
    result = []
    for event in parsed.walk("VEVENT"):
        begin = event["DTSTART"].dt.replace(tzinfo=None) - offsets[event["DTSTART"].params["TZID"]]
        result.append((str(event["UID"]), begin.strftime("%H:%M"), str(event.get("STATUS", ""))))
    return result, len(parsed.walk("VTODO"))


def merge(*texts):
    before = [hours(text) for text in texts]
    after = hours(mergecal.merge_calendars([Calendar.from_ical(text) for text in texts]).to_ical())
    print(f"before: {before}; after: {after}")
    return after


other = merge(calendar("a", "Office A", "+0100"), calendar("b", "Office B", "-0500"))
same = merge(calendar("a", "Office", "+0100"), calendar("b", "Office", "-0500"))
versions = merge(calendar("a", "Office", "+0100"), calendar("a", "Office", "+0100", "SEQUENCE:3\r\nSTATUS:CANCELLED\r\n"))
sys.exit(
    other != ([("a", "09:00", ""), ("b", "15:00", "")], 0)
    or same != ([("a", "09:00", ""), ("b", "09:00", "")], 0)
    or versions != ([("a", "09:00", ""), ("a", "09:00", "CANCELLED")], 0)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
