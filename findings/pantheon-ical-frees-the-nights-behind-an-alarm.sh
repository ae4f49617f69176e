#!/bin/bash
# pantheon-ical: a booking of four nights with an alarm blocks one night, slots with a duration none, and quotation marks around a time zone
#   take it away.
#
# Versions: pantheon-ical 0.3.1, icalendar 7.3.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.6.1: DTSTART with DURATION is as good as with DTEND; section 3.6.6: a VALARM inside of the event has a
#   DURATION of its own, the time between its repetitions. Section 3.2: values of parameters may be quoted. Section 3.8.2.7:
#   TRANSP:TRANSPARENT does not block time. The package: "busy DATE ranges", an error rather "than returning a partial busy-list (unseen busy
#   periods read as free)".
# Seen: parse_ical() takes DURATION:PT15M of the alarm for the event's: 1 to 2 July instead of 1 to 5 July. An event with DTSTART;X-NOTE="a:b"
#   is not seen. parse_ical_slots() gives nothing for DTSTART with DURATION:PT4H, and with TZID="Europe/Berlin" times of no zone. A
#   transparent event blocks.
# Why it matters: it is made against double bookings: three nights that are sold are offered again. Have the feed write DTEND, and no alarms.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pantheon-ical==0.3.1 icalendar==7.3.2

cat > find.py <<'PY'
import sys

import icalendar
from pantheon_ical import parse_ical, parse_ical_slots

ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Arrival", "TRIGGER:-PT30M", "REPEAT:2", "DURATION:PT15M", "END:VALARM")
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20260101T000000Z")
BERLIN = "TZID=Europe/Berlin:20260701T"


def calendar(*lines):
    return "".join(f"{line}\r\n" for line in (*HEAD, *lines, "END:VEVENT", "END:VCALENDAR"))


def by_icalendar(text):
    (event,) = icalendar.Calendar.from_ical(text).events
    return f"{event.start} to {event.end}, {event.get('TRANSP', 'OPAQUE').lower()}"


def show(what, function, *lines):
    text = calendar(*lines)
    seen = [(str(start), str(end)) for start, end in function(text)]
    print(f"{what}: {seen}; icalendar: {by_icalendar(text)}")
    return seen


nights = "DTSTART;VALUE=DATE:20260701", "DURATION:P4D"
slot = f"DTSTART;{BERLIN}100000"
seen = [
    show("four nights", parse_ical, *nights),
    show("and an alarm", parse_ical, *nights, *ALARM),
    show("a quoted colon", parse_ical, 'DTSTART;VALUE=DATE;X-NOTE="a:b":20260701', "DURATION:P4D"),
    show("transparent", parse_ical, *nights, "TRANSP:TRANSPARENT"),
    show("a slot with an end", parse_ical_slots, slot, f"DTEND;{BERLIN}140000"),
    show("with a duration", parse_ical_slots, slot, "DURATION:PT4H"),
    show("with a quoted zone", parse_ical_slots, slot.replace("Europe/Berlin", '"Europe/Berlin"'), 'DTEND;TZID="Europe/Berlin":20260701T140000'),
]
expected = [
    [("2026-07-01", "2026-07-05")],
    [("2026-07-01", "2026-07-02")],
    [],
    [("2026-07-01", "2026-07-05")],
    [("2026-07-01 10:00:00+02:00", "2026-07-01 14:00:00+02:00")],
    [],
    [("2026-07-01 10:00:00", "2026-07-01 14:00:00")],
]
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
