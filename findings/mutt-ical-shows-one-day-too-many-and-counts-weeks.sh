#!/bin/bash
# mutt-ical: an event of one whole day is shown as ending on the next day, five meetings on Mondays and Wednesdays as five weeks, and a meeting with a
# length has no end.
#
# Versions: mutt-ical 2.0.2 (PyPI) with icalendar 7.3.2, Python 3.11.
# Expected: RFC 5545: "The DTEND property for a VEVENT calendar component specifies the non-inclusive end of the event", "The COUNT rule part defines the
#   number of occurrences", and an event may have DURATION in place of DTEND. So: Monday, 30 November only; five times, the last on 14 December; and 10:00
#   to 11:00.
# Seen: viewical shows "Starts: Monday, November 30, 2026", "Ends: Tuesday, December 1, 2026", and "Every week on Monday and Wednesday for 5 weeks", which
#   would be ten times. With "DURATION:PT1H" there is a line "Starts:" and nothing of the end or the length.
# Why it matters: it shows invitations in the mail program mutt; one agrees to be away for one day more, or for five weeks when it is two and a half.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check mutt-ical==2.0.2 icalendar==7.3.2

cat > find.py <<'PY'
import re
import subprocess
import sys
from pathlib import Path

VIEWICAL = Path(sys.executable).parent / "viewical"


def view(*lines):
    text = "\r\n".join((
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//example//EN", "METHOD:REQUEST", "BEGIN:VEVENT",
        "UID:1@example.com", "DTSTAMP:20261101T000000Z", "SUMMARY:Fair", "ORGANIZER:mailto:a@example.com",
        "ATTENDEE:mailto:b@example.com", *lines, "END:VEVENT", "END:VCALENDAR", "",
    ))
    done = subprocess.run([VIEWICAL], input=text, capture_output=True, text=True, timeout=60)
    print(done.stdout, done.stderr[-300:])
    return {key: value.strip() for key, value in re.findall(r"^(\w+):(.*)$", done.stdout, re.M)}


day = view("DTSTART;VALUE=DATE:20261130", "DTEND;VALUE=DATE:20261201")
five = view("DTSTART:20261130T100000Z", "DTEND:20261130T110000Z", "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE")
hour = view("DTSTART:20261130T100000Z", "DURATION:PT1H")
sys.exit(
    day.get("Starts") != "Monday, November 30, 2026"
    or day.get("Ends") != "Tuesday, December 1, 2026"
    or five.get("Recurs") != "Every week on Monday and Wednesday for 5 weeks"
    or "Starts" not in hour
    or "Ends" in hour
    or "11:00" in str(hour)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
