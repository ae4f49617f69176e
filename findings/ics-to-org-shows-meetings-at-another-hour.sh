#!/bin/bash
# ics-to-org: the hour of a meeting is the hour of the zone it was made in, whatever the zone of its reader; of a series with one meeting moved only
# that one is left; a meeting with a duration takes the whole day, and one over midnight ends before it begins.
#
# Versions: ics-to-org 1.0.6 with icalendar 7.3.2 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.3.5: "20261210T100000Z" is a moment in UTC, and with TZID one in that zone; to be shown at the reader's hour it has to
#   be converted. Section 3.8.4.4: RECURRENCE-ID is one instance of the series with the same UID; 3.8.5.3: RRULE. Section 3.6.1: an event has DTEND or
#   DURATION. Org's manual, "Timestamps": they have no zone, they are local time.
# Seen: with TZ=Europe/Berlin an event at 15:00 UTC is written as 15:00, not 16:00, and one at 10:00 in New York as 10:00, not 16:00: the zone is
#   dropped before the hour is looked at. Of a weekly event on Tuesday of which one is moved to Thursday only the Thursday is in the file.
#   "DURATION:PT1H" is written as a date without an hour. 23:00 to 01:00 is "23:00-01:00" on one day.
# Why it matters: Exchange, Google and most web services write UTC: all their meetings are missed, or attended by nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ics-to-org==1.0.6 icalendar==7.3.2 tzdata==2026.6

cat > find.py <<'PY'
import datetime
import logging
import os
import sys
import time
import zoneinfo

import ics_sync
from icalendar import Calendar

logging.disable(logging.CRITICAL)
os.environ["TZ"] = "Europe/Berlin"
time.tzset()
# It shows the next 30 days only.
day = datetime.datetime.now().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=3)


def at(hour, days=0):
    return (day + datetime.timedelta(days=days, hours=hour)).strftime("%Y%m%dT%H%M%S")


def event(uid, *lines):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{uid}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT", ""])


ZONE = "DTSTART;TZID=America/New_York:"
CALENDAR = "".join(
    [
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n",
        event("utc", f"DTSTART:{at(15)}Z", f"DTEND:{at(16)}Z"),
        event("york", f"{ZONE}{at(10)}", f"DTEND;TZID=America/New_York:{at(11)}"),
        event("series", f"DTSTART:{at(9)}", f"DTEND:{at(10)}", "RRULE:FREQ=WEEKLY;COUNT=3"),
        event("series", f"RECURRENCE-ID:{at(9, 7)}", f"DTSTART:{at(9, 9)}", f"DTEND:{at(10, 9)}"),
        event("duration", f"DTSTART:{at(9)}", "DURATION:PT1H"),
        event("night", f"DTSTART:{at(23)}", f"DTEND:{at(1, 1)}"),
        "END:VCALENDAR\r\n",
    ]
)
calendar = Calendar.from_ical(CALENDAR)
events = {uid: found.to_org_timestamp() for uid, found in ics_sync.parse_ics_calendar(calendar).items()}
for part in calendar.walk("VEVENT"):
    uid, start = part["UID"], part["DTSTART"].dt
    local = start.astimezone(zoneinfo.ZoneInfo("Europe/Berlin")) if start.tzinfo else start
    print(f"{uid}: begins {local:%Y-%m-%d %H:%M} in Berlin, written as {events[uid]}")
date, moved = f"{day:%Y-%m-%d %a}", f"{day + datetime.timedelta(days=9):%Y-%m-%d %a}"
sys.exit(
    events
    != {
        "utc": f"<{date} 15:00-16:00>",
        "york": f"<{date} 10:00-11:00>",
        "series": f"<{moved} 09:00-10:00>",
        "duration": f"<{date}>",
        "night": f"<{date} 23:00-01:00>",
    }
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
