#!/bin/bash
# icalendar: a calendar that is only read and written moves by the offset of its time zone, as UTC with a TZID.
#
# Versions: icalendar 0.7.1, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.2.19: TZID must not be applied to times that are specified in UTC, with a Z; section 3.8.2.4: nine o'clock
#   with TZID=Europe/Berlin is nine o'clock in Berlin.
# Seen: parse_calendar(text).toString() makes DTSTART;TZID=Europe/Berlin:20260210T080000Z of DTSTART;TZID=Europe/Berlin:20260210T090000:
#   the time in UTC, and still the time zone.
# Why it matters: readers that go by the time zone, as it is there, have the meeting an hour early in winter and two in summer; with clocks
#   west of Greenwich it is late. No setter was called: to read and to write suffices.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts icalendar@0.7.1 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { parse_calendar } = require("icalendar");

const zone = (name, offset) => `BEGIN:VTIMEZONE
TZID:${name}
BEGIN:STANDARD
DTSTART:19701101T020000
TZOFFSETFROM:${offset}
TZOFFSETTO:${offset}
END:STANDARD
END:VTIMEZONE`;
for (const [name, offset] of [["Europe/Berlin", "+0100"], ["America/Chicago", "-0600"]]) {
  const text = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
${zone(name, offset)}
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=${name}:20260210T090000
SUMMARY:Meeting
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");
  const line = (each) => each.split("\r\n").find((one) => one.startsWith("DTSTART;"));
  const same = ICAL.stringify(ICAL.parse(text));
  const written = parse_calendar(text).toString();
  console.log("before:    ", line(text));
  console.log("ical.js:   ", line(same));
  console.log("icalendar: ", line(written));
}
JS
TZ=America/New_York timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
before:     DTSTART;TZID=Europe/Berlin:20260210T090000
ical.js:    DTSTART;TZID=Europe/Berlin:20260210T090000
icalendar:  DTSTART;TZID=Europe/Berlin:20260210T080000Z
before:     DTSTART;TZID=America/Chicago:20260210T090000
ical.js:    DTSTART;TZID=America/Chicago:20260210T090000
icalendar:  DTSTART;TZID=America/Chicago:20260210T150000Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
