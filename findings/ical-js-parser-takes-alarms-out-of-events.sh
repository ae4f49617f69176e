#!/bin/bash
# ical-js-parser: a calendar that it has read and written again has its alarms outside the events, lines ":" and "E:EN", and no time zone.
#
# Versions: ical-js-parser 0.7.4, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.6.6: a VALARM "MUST only appear within either a "VEVENT" or "VTODO" calendar component". Section 3.1: a
#   line is a name, parameters, a colon and a value, lines end with CR LF, and a name has a letter. Section 3.8.2.4: the time zone a TZID
#   names is to be in the calendar.
# Seen: toString(toJSON(text)) of a calendar of one event with one alarm has END:VEVENT before BEGIN:VALARM, a line ":" in the event in its
#   place, a line "E:EN" behind the event, made of the end of "PRODID:-//Example//EN", and no VTIMEZONE. Lines end with LF. ical.js finds
#   one alarm in the event before, and none after.
# Why it matters: the package is for reading and writing; whoever changes the title of an appointment with it and puts it back on the
#   CalDAV server, or mails it, loses the reminder, and has a file that strict readers refuse.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical-js-parser@0.7.4 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { default: parser } = require("ical-js-parser");

const text = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260210T090000
SUMMARY:Meeting
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");

function read(each) {
  try {
    const [event] = new ICAL.Component(ICAL.parse(each)).getAllSubcomponents("vevent");
    return `${event.getFirstPropertyValue("summary")}, ${event.getAllSubcomponents("valarm").length} alarm`;
  } catch (error) {
    return error.message;
  }
}
const written = parser.toString(parser.toJSON(text));
console.log("before:", read(text));
console.log("after: ", read(written));
console.log(written);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
before: Meeting, 1 alarm
after:  Meeting, 0 alarm
BEGIN:VCALENDAR
PRODID:-//Example//EN
VERSION:2.0
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260210T090000
SUMMARY:Meeting
:
END:VEVENT
E:EN
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VCALENDAR
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
