#!/bin/bash
# kcal-cli: deleting an event leaves its alarm in the calendar, outside of any event, puts the alarms of all other events there a second time, and the
# halves of each time zone too.
#
# Versions: kcal-cli 0.2.0 with icalendar 7.3.2 (PyPI), Python 3.11.
# Expected: RFC 5545, section 3.6.6: VALARM must only appear within VEVENT or VTODO; section 3.6.5: STANDARD and DAYLIGHT belong to VTIMEZONE; section
#   3.6: the components of a calendar. kcal: "Delete an event by UID".
# Seen: of a calendar with a time zone and two events with an alarm each, after "kcal delete a": the calendar has the components VTIMEZONE, DAYLIGHT,
#   STANDARD, VALARM, VEVENT and VALARM; the first alarm is that of the event that is gone. The next deletion finds them again. add and edit leave the
#   structure as it is.
# Why it matters: other programs refuse the file, or ring for an appointment that has been cancelled; the file grows with each deletion.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check kcal-cli==0.2.0 icalendar==7.3.2

cat > find.py <<'PY'
import pathlib
import subprocess
import sys

import icalendar


def event(uid):
    return (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20261210T100000\r\nSUMMARY:{uid}\r\n"
        f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:{uid}\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    )


def half(name, month, before, after):
    rule = f"FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU"
    return (
        f"BEGIN:{name}\r\nDTSTART:1996{month:02d}27T020000\r\nRRULE:{rule}\r\nTZOFFSETFROM:+0{before}00\r\nTZOFFSETTO:+0{after}00\r\nEND:{name}\r\n"
    )


ZONE = f"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n{half('DAYLIGHT', 3, 1, 2)}{half('STANDARD', 10, 2, 1)}END:VTIMEZONE\r\n"
CALENDAR = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{ZONE}{event('a')}{event('b')}END:VCALENDAR\r\n"
file = pathlib.Path("calendar.ics")
file.write_bytes(CALENDAR.encode())


def kcal(*arguments):
    """The components of the calendar, and what its own alarms say, after a command of kcal."""
    command = [pathlib.Path(sys.prefix) / "bin" / "kcal", "--file", file, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    parts = icalendar.Calendar.from_ical(file.read_bytes()).subcomponents
    result = [part.name for part in parts], [str(part["DESCRIPTION"]) for part in parts if part.name == "VALARM"]
    print(f"{arguments}: components {result[0]}, alarms without an event {result[1]}")
    return result


seen = [kcal("edit", "b", "--location", "here"), kcal("delete", "a")]
print(f"size: {len(CALENDAR)} octets before, {file.stat().st_size} after the deletion")
kcal("add", "c", "--start", "2026-12-11 10:00", "--end", "2026-12-11 11:00")
uid = [str(part["UID"]) for part in icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT") if part["SUMMARY"] == "c"][0]
seen.append(kcal("delete", uid))
first, second, third = seen
sys.exit(
    first != (["VTIMEZONE", "VEVENT", "VEVENT"], [])
    or sorted(second[0]) != ["DAYLIGHT", "STANDARD", "VALARM", "VALARM", "VEVENT", "VTIMEZONE"]
    or second[1] != ["a", "b"]
    or len(third[0]) <= len(second[0])
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
