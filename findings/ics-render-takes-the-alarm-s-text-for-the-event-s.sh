#!/bin/bash
# ics-render: in its JSON lines the description of an event is that of its alarm, of several attendees one is left, and a floating time is in UTC.
#
# Versions: ics-render 0.1.1, icalendar 6.3.2 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.6.6: a VALARM is a component of its own inside of the event, and its DESCRIPTION is "the text to be displayed when
#   the alarm is triggered". Section 3.8.4.1: ATTENDEE may be there any number of times. Section 3.3.5, form 1: a time without zone is "floating",
#   "not bound to any time zone in particular". The package emits "one JSON object per line for each VEVENT ICS record".
# Seen: for an event with "Bring the plans", two attendees and a reminder, the object has the description "Reminder", "action" and "trigger" as if
#   they were the event's, and the second attendee only. Its start at 10:00 is "2026-07-01T10:00:00+00:00".
# Why it matters: phones add alarms with such texts to each event; all descriptions become "Reminder". Meetings have one guest, and outside of
#   England another hour.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ics-render==0.1.1 icalendar==6.3.2

printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:example BEGIN:VEVENT UID:1 DTSTAMP:20260101T000000Z DTSTART:20260701T100000 \
    SUMMARY:Meeting 'DESCRIPTION:Bring the plans' 'ATTENDEE;CN=Jo:mailto:jo@example.org' 'ATTENDEE;CN=Al:mailto:al@example.org' \
    BEGIN:VALARM ACTION:DISPLAY DESCRIPTION:Reminder TRIGGER:-PT15M END:VALARM END:VEVENT END:VCALENDAR > in.ics
cat > find.py <<'PY'
import json
import sys

import icalendar
from ics_render.events import combine_events_gen, get_events_as_jsonl_lines_gen

with open("in.ics", "rb") as file:
    event = icalendar.Calendar.from_ical(file.read()).walk("VEVENT")[0]
guests = [str(attendee) for attendee in event["ATTENDEE"]]
print("icalendar: ", str(event["DESCRIPTION"]), "-", *guests, "-", event["DTSTART"].dt)
record = json.loads(next(get_events_as_jsonl_lines_gen(combine_events_gen(["in.ics"]))))
values = {key: record[key]["value"] for key in ("description", "attendee", "start", "trigger")}
print("ics-render:", values)
as_stated = str(event["DESCRIPTION"]) == "Bring the plans" and len(guests) == 2 and event["DTSTART"].dt.tzinfo is None
wrong = {"description": "Reminder", "attendee": "mailto:al@example.org", "start": "2026-07-01T10:00:00+00:00", "trigger": "-PT15M"}
sys.exit(not as_stated or values != wrong)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
