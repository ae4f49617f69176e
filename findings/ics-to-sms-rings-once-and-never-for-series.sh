#!/bin/bash
# ics-to-sms: it does not start with the ics that it installs; with the one that it is written for, it sends the first of two alarms only,
# none of a weekly meeting, and ends with an error when nothing is left to ring.
#
# Versions: ics-to-sms 0.3 with ics 0.7.3, which pip installs for it, and with ics 0.8.0.dev0; to compare with, recurring-ical-events
#   3.8.2 (PyPI), Python 3.11.
# Expected: its documentation: "Just pip install ics-to-sms", and "Send an SMS for each alarm found in an ICS file." RFC 5545, section
#   3.6.6: an event has as many VALARM as one likes. Section 3.8.5.3: an event with RRULE takes place again and again, and each time has
#   its alarm.
# Seen: with ics 0.7.3, ModuleNotFoundError: No module named 'ics.contentline'. With 0.8.0.dev0: for a meeting in 2040 with alarms a day
#   and ten minutes before, the queue has one entry, the day before, and when that has been sent, the event is done for good. A weekly
#   meeting that began in January 2026 and goes on to the end of 2040 has no entry. When no alarm is left, asking for the next one raises
#   IndexError, which nothing in main() catches.
# Why it matters: the short alarm is the one that gets somebody out of the chair; and a service that has ended sends nothing for the
#   meetings that are entered later.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ics-to-sms==0.3 ics==0.7.3
python3 -m venv other
other/bin/pip install -qq --disable-pip-version-check recurring-ical-events==3.8.2

cat > calendars.py <<'PY'
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:{}\r\nEND:VALARM\r\n"
EVENT = "BEGIN:VEVENT\r\nUID:{uid}@example.org\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{uid}\r\n"
EVENT += "DTSTART:{start}\r\nDURATION:PT1H\r\n{more}END:VEVENT\r\n"


def calendar(*events):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"


TWO = EVENT.format(uid="two", start="20400105T090000Z", more=ALARM.format("-P1D") + ALARM.format("-PT10M"))
RULE = "RRULE:FREQ=WEEKLY;UNTIL=20401231T000000Z\r\n"
WEEKLY = EVENT.format(uid="weekly", start="20260105T090000Z", more=RULE + ALARM.format("-PT10M"))
PY
cat > find.py <<'PY'
import http.server
import sys
import threading

from calendars import TWO, WEEKLY, calendar
from ics_to_sms import Alarms

body = b""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    alarms = Alarms(f"http://127.0.0.1:{server.server_address[1]}/", "", "")

    def queue(*events):
        global body
        body = calendar(*events).encode()
        alarms.refresh()
        return sorted(f"{alarm.event.summary} at {alarm.ring_at:%Y-%m-%d %H:%M}" for alarm in alarms.alarms)

    both = queue(TWO, WEEKLY)
    alarms.ack(alarms.next)
    later = queue(TWO, WEEKLY)
    try:
        alarms.next
        last = "an alarm"
    except IndexError as error:
        last = f"IndexError: {error}"
    server.shutdown()
print(f"queue: {both}; after the first: {later}; the next one then: {last}")
sys.exit(both != ["two at 2040-01-04 09:00"] or later != [] or not last.startswith("IndexError"))
PY
cat > compare.py <<'PY'
import datetime
import sys

import icalendar
import recurring_ical_events
from calendars import TWO, WEEKLY, calendar

events = recurring_ical_events.of(icalendar.Calendar.from_ical(calendar(TWO, WEEKLY))).between((2040, 1, 1), (2040, 1, 8))
found = sorted((str(event["SUMMARY"]), len(event.walk("VALARM"))) for event in events)
print(f"recurring-ical-events, first week of 2040: {found}")
sys.exit(found != [("two", 2), ("weekly", 1)])
PY
timeout 60 other/bin/python compare.py || { echo "CHANGED: see above"; exit 1; }
timeout 60 venv/bin/python -m ics_to_sms --help 2>&1 | tail -n 1 | tee first
grep -q "^ModuleNotFoundError: No module named 'ics.contentline'" first || { echo "CHANGED: see above"; exit 1; }
venv/bin/pip install -qq --disable-pip-version-check ics==0.8.0.dev0
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
