#!/bin/bash
# calendaring-jmap: a weekly event that begins in a London winter is in UTC, an hour late in summer; all-day events last no time, and texts
#   are changed.
#
# Versions: calendaring-jmap 1.1.0, icalendar 7.3.2, which it uses, to compare with (PyPI), Python 3.11.
# Expected: RFC 8984, section 4.7.1: timeZone is the zone of the event, Europe/London for TZID=Europe/London. Section 1.4.6: days of a
#   duration are days of the calendar, hours are exact. RFC 5545, section 3.6.1: a DTSTART with VALUE=DATE alone is one day. Section 3.3.11:
#   in texts a backslash is written as two, a quotation mark as itself. Section 3.8.5.2: RDATE adds dates. RFC 3986, section 3.1: MAILTO: is
#   mailto:.
# Seen: ical_to_jscal() says "Etc/UTC" for 10:00 of Europe/London on 15 January, since the offset is zero then: by JMAP the 20th meeting is at
#   11:00 in London. For Berlin it is right. A night from 22:00 to 06:00 with the change to summer time is PT8H, which ends at 07:00. An
#   all-day event is P0D. "\" before a quotation mark is gone, and "COMPLETED:20260101" inside of a description gets T120000Z. An RDATE is
#   lost. MAILTO:jo@example.org becomes mailto:MAILTO:jo@example.org.
# Why it matters: half of the year all is well, and then people of the United Kingdom, Ireland and Portugal are late. Start the series in
#   summer.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check calendaring-jmap==1.1.0 icalendar==7.3.2 tzdata

cat > find.py <<'PY'
import logging
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from calendaring_jmap.convert import ical_to_jscal

logging.disable(logging.CRITICAL)
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN")
EVENT = ("BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20260101T000000Z")


def convert(*lines):
    text = "".join(f"{line}\r\n" for line in (*HEAD, *EVENT, *lines, "END:VEVENT", "END:VCALENDAR"))
    return ical_to_jscal(text), icalendar.Calendar.from_ical(text).events[0]


seen = []
for zone in ("Europe/Berlin", "Europe/London"):
    found, event = convert(f"DTSTART;TZID={zone}:20260115T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=30")
    later = datetime.fromisoformat(found["start"]) + timedelta(weeks=19)
    there = later.replace(tzinfo=ZoneInfo(found["timeZone"])).astimezone(ZoneInfo(zone))
    seen.append((found["timeZone"], there.strftime("%H:%M")))
    print(f"{zone}: icalendar {event.start.tzinfo}; calendaring-jmap {found['timeZone']}, the 20th at {there:%H:%M} in {zone}")
found, event = convert("DTSTART;TZID=Europe/Berlin:20260328T220000", "DTEND;TZID=Europe/Berlin:20260329T060000")
exact = event.end.astimezone(ZoneInfo("UTC")) - event.start.astimezone(ZoneInfo("UTC"))
seen.append((found["duration"], str(exact)))
print(f"the night of the change: {found['duration']}; by the clock in UTC {exact}")
found, event = convert("DTSTART;VALUE=DATE:20260115")
seen.append((found["duration"], str(event.end - event.start)))
print(f"all day: {found['duration']}; by icalendar {event.end - event.start}")
found, event = convert("DTSTART:20260115T100000Z", r'DESCRIPTION:"C:\\" is full\, see COMPLETED:20260101 of Jo')
seen.append(found["description"])
print(f"text: {found['description']}; by icalendar {event['DESCRIPTION']}")
found, event = convert("DTSTART:20260115T100000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20260120T100000Z", "ATTENDEE:MAILTO:jo@example.org")
address = next(iter(found["participants"].values()))["email"]
seen.append((found.get("recurrenceOverrides"), address))
print(f"dates that are added: {found.get('recurrenceOverrides')}; address: {address}")
expected = [
    ("Europe/Berlin", "10:00"),
    ("Etc/UTC", "11:00"),
    ("PT8H", "7:00:00"),
    ("P0D", "1 day, 0:00:00"),
    '"C:" is full, see COMPLETED:20260101T120000Z of Jo',
    (None, "MAILTO:jo@example.org"),
]
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
