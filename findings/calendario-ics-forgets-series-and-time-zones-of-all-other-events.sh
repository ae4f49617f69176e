#!/bin/bash
# calendario-ics: deleting one event rewrites all others without their series, time zones, guests and alarms, and takes a blank out at each fold.
#
# Versions: calendario-ics 2.3.1, icalendar 6.3.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.8.5.3: RRULE makes a series; section 3.3.5: a time has a TZID, a "Z" or neither, which are three different things;
#   section 3.1: for unfolding, the line break "and the single linear white-space character" after it are removed. The package manages the calendar
#   files of KOrganizer and Rainlendar, and its code says that "VTIMEZONE, PRODID, etc." are preserved.
# Seen: with three events, eliminar_evento("gone") deletes the right one; of the two that are left the weekly meeting in Berlin happens once and at
#   9:00 of nowhere, without its guest and its alarm, and its description is the alarm's. The whole day is an event at 0:00 with a length of 24
#   hours. "two words", folded in front of the blank, is "twowords". Adding an event changes nothing else.
# Why it matters: a calendar of years is flattened by the first deletion or change, in place and without a copy; the message is that one event was
#   deleted.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check calendario-ics==2.3.1 icalendar==6.3.2

mkdir calendars home
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:example \
    BEGIN:VEVENT UID:weekly DTSTAMP:20260101T000000Z 'DTSTART;TZID=Europe/Berlin:20260105T090000' \
    'DTEND;TZID=Europe/Berlin:20260105T100000' 'RRULE:FREQ=WEEKLY;BYDAY=MO' 'SUMMARY:Meeting of two' '  words' \
    'ATTENDEE;CN=Jo:mailto:jo@example.org' BEGIN:VALARM ACTION:DISPLAY DESCRIPTION:Reminder TRIGGER:-PT15M END:VALARM END:VEVENT \
    BEGIN:VEVENT UID:day DTSTAMP:20260101T000000Z 'DTSTART;VALUE=DATE:20260106' 'DTEND;VALUE=DATE:20260107' SUMMARY:Day END:VEVENT \
    BEGIN:VEVENT UID:gone DTSTAMP:20260101T000000Z DTSTART:20260107T090000Z SUMMARY:Gone END:VEVENT \
    END:VCALENDAR > calendars/home.ics
cat > find.py <<'PY'
import sys

import icalendar
import calendario_ics as package

package = getattr(package, "calendario_ics", package)


def events():
    with open("calendars/home.ics", "rb") as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    for event in calendar.walk("VEVENT"):
        start = event["DTSTART"]
        facts = [str(event["SUMMARY"]), start.params.get("TZID"), str(start.dt), "RRULE" in event, "ATTENDEE" in event]
        facts += [bool(event.walk("VALARM")), str(event.get("DESCRIPTION", ""))]
        print("   ", str(event["UID"]) + ":", *facts)
        yield str(event["UID"]), facts


print("    summary, zone, start, series, guest, alarm, description")
before = dict(events())
print(package.eliminar_evento("gone"))
after = dict(events())
as_stated = before["weekly"] == ["Meeting of two words", "Europe/Berlin", "2026-01-05 09:00:00+01:00", True, True, True, ""]
as_stated = as_stated and after["weekly"] == ["Meeting of twowords", None, "2026-01-05 09:00:00", False, False, False, "Reminder"]
as_stated = as_stated and (before["day"][2], after["day"][2]) == ("2026-01-06", "2026-01-06 00:00:00")
sys.exit(not as_stated or set(before) - set(after) != {"gone"})
PY
HOME="$work/home" CALENDARIO_ICS_DIR="$work/calendars" venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
