#!/bin/bash
# jicson: of each long line in a calendar only the first part is kept, the rest is lost or becomes a field of its own; of all guests only the last
# remains.
#
# Versions: jicson 1.0.2 (PyPI), Python 3.11, with icalendar 6.3.1 to write the calendar.
# Expected: its summary: "Easy ics file parser". RFC 5545, 3.1: "Lines of text SHOULD NOT be longer than 75 octets" and are folded; "When parsing a
#   content line, folded lines MUST first be unfolded"; 3.8.4.1: ATTENDEE may come more than once in an event.
# Seen: a summary of 120 letters, written by icalendar, comes back as the first 65; the rest is a field named " itors\\, and afterwards", with a space,
#   and the value " hall B at 10:30 ...". The second line of the description, which has no colon, is nowhere. Of three guests, the last is there.
# Why it matters: each calendar program folds, so texts of more than about 65 letters, links to video meetings above all, arrive cut with no error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check jicson==1.0.2 icalendar==6.3.1

cat > find.py <<'PY'
import sys
from datetime import datetime, timezone

import jicson
from icalendar import Calendar, Event

summary = "Yearly meeting of all the members, with the report of the two auditors, and afterwards: hall B at 10:30, please be there"
link = "https://meet.example.com/rooms/yearly-meeting-of-all-members?password=0123456789abcdef0123456789"
guests = ["mailto:ann@example.com", "mailto:bob@example.com", "mailto:cid@example.com"]
event = Event()
event.add("uid", "1@example.com")
event.add("dtstamp", datetime(2026, 11, 1, tzinfo=timezone.utc))
event.add("dtstart", datetime(2026, 11, 30, 9, tzinfo=timezone.utc))
event.add("summary", summary)
event.add("description", link)
for guest in guests:
    event.add("attendee", guest)
calendar = Calendar()
calendar.add("prodid", "-//example//example//EN")
calendar.add("version", "2.0")
calendar.add_component(event)
text = calendar.to_ical().decode()
print(text)
wanted = Calendar.from_ical(text).walk("VEVENT")[0]
read = jicson.fromText(text.replace("\r\n", "\n"))["VCALENDAR"][0]["VEVENT"][0]
for key, value in read.items():
    print(repr(key), repr(value))
plain = read["SUMMARY"].replace("\\,", ",")
sys.exit(
    str(wanted["SUMMARY"]) != summary
    or [str(guest) for guest in wanted["ATTENDEE"]] != guests
    or plain == summary
    or not summary.startswith(plain)
    or not any(key.startswith(" ") for key in read)
    or read["DESCRIPTION"] == link
    or not link.startswith(read["DESCRIPTION"])
    or link[-10:] in str(read)
    or read["ATTENDEE"] != guests[-1]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
