#!/bin/bash
# ical2jcal: on the way to jCal and back, a meeting loses its time zone when the zone is one of the calendar's own, two resources become
# one, and the parts of a request status are glued together.
#
# Versions: ical2jcal 1.0.6 with icalendar 7.3.2, and ical.js 2.2.1 (npm) as a second reader, Python 3.11, Node.js.
# Expected: RFC 7265, section 3.4.1: properties with several values, as RESOURCES (RFC 5545, section 3.8.1.10), have one element of the
#   array for each. Section 3.5: the TZID parameter is "tzid" in jCal, and section 4 has the way back. RFC 5545, section 3.2.19: TZID
#   names a VTIMEZONE of the same calendar; any name will do. Section 3.8.8.3: REQUEST-STATUS has parts that are separated by ";".
# Seen: "DTSTART;TZID=Customized Time Zone:20260105T090000", with its VTIMEZONE, becomes jCal with {"tzid": "Customized Time Zone"}, which
#   is right; jcal2ical makes "DTSTART:20260105T090000" of it, which is local time wherever the reader is. RECURRENCE-ID loses it too,
#   while EXDATE keeps it. RESOURCES:Beamer,Room 5 is one text "Beamer,Room 5", and comes back as RESOURCES:Beamer\,Room 5.
#   REQUEST-STATUS:2.0;Success comes back as 2.0\;Success. ical.js reads the jCal and writes the DTSTART with its TZID.
# Why it matters: Outlook calls the zones of its invitations like that. After the round trip a meeting at nine in Berlin is at nine in New
#   York for somebody there, and exceptions of a series do not belong to it any more.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ical2jcal==1.0.6 icalendar==7.3.2
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1 >npm.log 2>&1

cat > in.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//EN
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Customized Time Zone:20260105T090000
RECURRENCE-ID;TZID=Customized Time Zone:20260105T090000
EXDATE;TZID=Customized Time Zone:20260106T090000
RESOURCES:Beamer,Room 5
REQUEST-STATUS:2.0;Success
END:VEVENT
END:VCALENDAR
ICS
sed -i 's/$/\r/' in.ics
cat > second.mjs <<'JS'
import { readFileSync } from "fs";
import ICAL from "ical.js";
process.stdout.write(ICAL.stringify(JSON.parse(readFileSync("out.jcal", "utf8"))));
JS
timeout 60 venv/bin/ical2jcal in.ics out.jcal
timeout 60 venv/bin/jcal2ical out.jcal out.ics
{
    venv/bin/python - <<'PY'
import json
event = next(part for part in json.load(open("out.jcal"))[2] if part[0] == "vevent")
for prop in event[1]:
    if prop[0] in ("dtstart", "resources", "request-status"):
        print("jCal:", json.dumps(prop))
PY
    tr -d '\r' < out.ics | grep -E '^(DTSTART|RECURRENCE|EXDATE|RESOURCES|REQUEST)' | grep -v :1970 | sed 's/^/back: /'
    timeout 30 node second.mjs | tr -d '\r' | grep -E '^DTSTART;' | sed 's/^/ical.js: /'
} | tee seen
cat > expected <<'TEXT'
jCal: ["dtstart", {"tzid": "Customized Time Zone"}, "date-time", "2026-01-05T09:00:00"]
jCal: ["resources", {}, "text", "Beamer,Room 5"]
jCal: ["request-status", {}, "text", ["2.0", "Success"]]
back: DTSTART:20260105T090000
back: RECURRENCE-ID:20260105T090000
back: EXDATE;TZID=Customized Time Zone:20260106T090000
back: REQUEST-STATUS:2.0\;Success
back: RESOURCES:Beamer\,Room 5
ical.js: DTSTART;TZID=Customized Time Zone:20260105T090000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
