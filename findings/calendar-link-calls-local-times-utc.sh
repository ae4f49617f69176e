#!/bin/bash
# calendar-link: a meeting at ten in New York is at five in the morning in the links for Google, Yahoo and AOL; the ones for Outlook lead to no
# page, and an event of a whole day needs an end that it says it does not need.
#
# Versions: calendar-link 0.3.0, icalendar 6.3.2, tzdata 2025.2 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.3.5, which the "dates" of these links follow: a time with "Z" is in UTC; 10:00 at New York in January is 150000Z.
#   Section 3.8.2.2: DTEND is later than DTSTART. RFC 3986, section 3.4: a query begins with "?". CalendarEvent takes a time with a time zone, or a
#   name for it, "e.g., 'America/New_York'".
# Seen: "Z" is put behind the local time: 20260115T100000Z, in the links of three of the services, whatever the zone. The .ics file of the same
#   event is right, with TZID. The Outlook link is https://outlook.live.com/calendar/0/path=%2Fcalendar..., without a "?". An event of a whole day
#   has DTSTART and DTEND on the same day.
# Why it matters: who adds the meeting with the link is there five hours early, and who takes the file is there in time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check calendar-link==0.3.0 icalendar==6.3.2 tzdata==2025.2

cat > find.py <<'PY'
import datetime
import re
import sys
import zoneinfo

from calendar_link import CalendarEvent, CalendarGenerator

zone = zoneinfo.ZoneInfo("America/New_York")
start = datetime.datetime(2026, 1, 15, 10, tzinfo=zone)
generator = CalendarGenerator()
event = CalendarEvent("Meeting", start, timezone="America/New_York")
utc = start.astimezone(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
seen = {name: re.search(r"\d{8}T\d{6}Z", generator.generate_link(event, name))[0] for name in ("google", "yahoo", "aol")}
ics = re.search("DTSTART.*", generator.generate_ics(event))[0].strip()
outlook = generator.generate_link(event, "outlook")[:55]
try:
    day = repr(CalendarEvent("Day", start.replace(hour=0), all_day=True, timezone="America/New_York"))
except ValueError as error:
    day = str(error)
except Exception as error:
    day = f"{type(error).__name__}: {error}"
print(f"{start} is {utc}; in the links: {seen}; in the file: {ics}")
print("Outlook:", outlook, "\na whole day:", day)
as_stated = set(seen.values()) == {"20260115T100000Z"} and ics == "DTSTART;TZID=America/New_York:20260115T100000"
as_stated = as_stated and day == "InvalidEventDataError: All-day events should have 00:00 as time"
sys.exit(not as_stated or not outlook.startswith("https://outlook.live.com/calendar/0/path="))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
