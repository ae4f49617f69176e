#!/bin/bash
# ts-ics: a name with a comma or a colon is written without quotation marks, so that the attendee has another address; categories, comments
# and attached files are lost on the way.
#
# Versions: ts-ics 2.4.6, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: its documentation: it can "parse and create Ics files" and "aims to be fully RFC 5545 compliant". RFC 5545, section 3.2:
#   parameter values with a colon, a semicolon or a comma must be quoted. Section 3.3.11: "\," is a comma of the text. Section 3.8.1.4:
#   COMMENT can be there more than once. Section 3.8.1.1: what is in base64 has ENCODING=BASE64 and VALUE=BINARY. Section 3.8.6.3: the
#   default of TRIGGER is a duration, a time needs VALUE=DATE-TIME.
# Seen: convertIcsCalendar() and generateIcsCalendar() with nothing in between. CN="Doe, Jo: Team A" comes out as CN=Doe, Jo: Team A, which
#   ical.js reads as an address that begins with " Team A". The category "a, b" becomes the two "a\" and "b", of two comments the second is
#   left, the octets of an attached file become a link, and the time of an alarm becomes a duration that ical.js refuses.
# Why it matters: that is what a calendar does that stores an invitation and sends it on: the one who was invited cannot be reached any
#   more.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ts-ics@2.4.6 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import { convertIcsCalendar, generateIcsCalendar } from "ts-ics";

// What ical.js reads in an event: its properties, and those of its alarms.
function read(text) {
  try {
    const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
    const parts = [event, ...event.getAllSubcomponents()];
    const all = parts.flatMap((part) => part.getAllProperties());
    const shown = all.filter(({ name }) => !["uid", "dtstamp", "dtstart", "action"].includes(name));
    const values = (each) => JSON.stringify([each.name, each.type, each.getParameter("cn"), each.getValues().map(String)]);
    return shown.map(values).join(" ");
  } catch (error) {
    return error.message;
  }
}

function event(...lines) {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20260101T000000Z",
    "DTSTART:20260310T090000Z", ...lines, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
}

for (const lines of [
  ['ATTENDEE;CN="Doe, Jo: Team A":mailto:jo@example.org'],
  ["COMMENT:one", "COMMENT:two"],
  ["ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGVsbG8="],
  ["BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER;VALUE=DATE-TIME:20260310T080000Z", "END:VALARM"],
]) {
  const text = event(...lines);
  const again = generateIcsCalendar(convertIcsCalendar(undefined, text));
  console.log(lines.join(" | "));
  console.log("  read by ical.js:                    ", read(text));
  console.log("  through ts-ics, and read by ical.js:", read(again));
}
const [{ categories }] = convertIcsCalendar(undefined, event("CATEGORIES:a\\, b,c")).events;
console.log(`CATEGORIES:a\\, b,c\n  ical.js ${read(event("CATEGORIES:a\\, b,c"))}, ts-ics ${JSON.stringify(categories)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
ATTENDEE;CN="Doe, Jo: Team A":mailto:jo@example.org
  read by ical.js:                     ["attendee","cal-address","Doe, Jo: Team A",["mailto:jo@example.org"]]
  through ts-ics, and read by ical.js: ["attendee","cal-address","Doe, Jo",[" Team A:MAILTO:jo@example.org"]]
COMMENT:one | COMMENT:two
  read by ical.js:                     ["comment","text",null,["one"]] ["comment","text",null,["two"]]
  through ts-ics, and read by ical.js: ["comment","text",null,["two"]]
ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=
  read by ical.js:                     ["attach","binary",null,["aGVsbG8="]]
  through ts-ics, and read by ical.js: ["attach","uri",null,["aGVsbG8="]]
BEGIN:VALARM | ACTION:AUDIO | TRIGGER;VALUE=DATE-TIME:20260310T080000Z | END:VALARM
  read by ical.js:                     ["trigger","date-time",null,["2026-03-10T08:00:00Z"]]
  through ts-ics, and read by ical.js: invalid duration value: Not enough duration components in "080000Z"
CATEGORIES:a\, b,c
  ical.js ["categories","text",null,["a, b","c"]], ts-ics ["a\\"," b","c"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
