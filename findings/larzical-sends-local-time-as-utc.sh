#!/bin/bash
# larzical: a call at 15:00 in Berlin is written as 15:00 UTC, an hour late, and of an invitation that was read and written again the time zone, the
# length and the exceptions are gone.
#
# Versions: larzical 0.1.0, with icalendar 6.3.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.3.5: a time with "Z" is one of UTC, one with TZID is one of that zone. Section 3.2: the value of a parameter may be
#   quoted, and has colons then. larzical's own documentation: it makes invitations that calendars accept, and parses the ones that they send.
# Seen: Event(start=datetime(2026, 11, 30, 15, tzinfo=<UTC+1>)) is written as DTSTART:20261130T150000Z, where 14:00 would be right. Of
#   DTSTART;TZID=Europe/Berlin:20261130T150000 the zone is dropped, and to_ical() writes 150000Z. DURATION, two EXDATE and SEQUENCE are not
#   written again, and the organizer "Doe: Jo" <jo@example.org> is ' Jo":MAILTO:jo@example.org'. icalendar reads all of it.
# Why it matters: invitations travel by mail between people in different zones. Everybody who is invited joins an hour late, and to the calls that
#   were called off as well. Convert each time to UTC before it is given to Event, and do not write what was read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check larzical==0.1.0 icalendar==6.3.1

cat > find.py <<'PY'
import sys
from datetime import datetime, timedelta, timezone

import icalendar
import larzical

INVITATION = "\r\n".join("""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:7
DTSTAMP:20261130T080000Z
DTSTART;TZID=Europe/Berlin:20261130T150000
DURATION:PT1H
SUMMARY:Call
ORGANIZER;CN="Doe: Jo":MAILTO:jo@example.org
EXDATE;TZID=Europe/Berlin:20261207T150000
EXDATE;TZID=Europe/Berlin:20261214T150000
RRULE:FREQ=WEEKLY
SEQUENCE:2
END:VEVENT
END:VCALENDAR
""".splitlines()) + "\r\n"


def starts(text):
    """When the first event of a calendar starts, as icalendar reads it, in UTC."""
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    return event["DTSTART"].dt.astimezone(timezone.utc), event


mine = datetime(2026, 11, 30, 15, 0, tzinfo=timezone(timedelta(hours=1)))
calendar = larzical.Calendar()
calendar.add(larzical.Event(summary="Call", start=mine, uid="1"))
written, _ = starts(calendar.to_ical())
print(f"given {mine}, which is {mine.astimezone(timezone.utc)}; written {written}")

right, event = starts(INVITATION)
print(f"icalendar reads the invitation as {right}, by {event['ORGANIZER']}, named {event['ORGANIZER'].params['CN']}")
parsed = larzical.Calendar.parse(INVITATION)
again, other = starts(parsed.to_ical())
lost = sorted(name for name in event if name not in other)
print(f"larzical writes it as {again}, without {lost}, by {parsed.events[0].organizer!r}")
hour = timedelta(hours=1)
same = written - mine == hour and again - right == hour and right.hour == 14
same = same and lost == ["DURATION", "EXDATE", "SEQUENCE"] and parsed.events[0].organizer == ' Jo":MAILTO:jo@example.org'
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
