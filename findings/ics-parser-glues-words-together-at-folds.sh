#!/bin/bash
# ics-parser (npm): words that stand at a fold grow together, and a guest with a colon in the name has no address.
#
# Versions: ics-parser 0.1.5, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.1: of a fold the line break and one blank are taken away, no more; section 3.2: parameters in quotation
#   marks may have colons; section 3.3.11: "\," is a comma; section 3.8.7.2: DTSTAMP is when the event was written, not when it ends.
# Seen: "One two" with " three" behind the fold is "One twothree", "\," keeps its backslash, `end` is the time of DTSTAMP (that of DTEND is
#   `endDate`), and ATTENDEE;CN="Team A: Jo":mailto:jo@example.org has the name '"Team A' and the mail ' Jo":mailto:jo@example.org'. ical.js
#   reads all of them as they were meant.
# Why it matters: most descriptions are folded, half of the folds are at blanks; and mail goes nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ics-parser@0.1.5 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import parse from "ics-parser";

const text = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//example.org//EN",
  "BEGIN:VEVENT",
  "UID:1@example.org",
  "DTSTAMP:20261130T120000Z",
  "DTSTART:20261201T090000Z",
  "DTEND:20261201T100000Z",
  "SUMMARY:One two",
  "  three\\, four",
  'ATTENDEE;CN="Team A: Jo":mailto:jo@example.org',
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");
console.log(JSON.stringify(parse(text), null, 1));
const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
const attendee = event.getFirstProperty("attendee");
const right = [event.getFirstPropertyValue("summary"), attendee.getParameter("cn"), attendee.getFirstValue()];
console.log(`ical.js: ${JSON.stringify(right)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
[
 {
  "type": "VEVENT",
  "uid": "1@example.org",
  "end": "2026-11-30T12:00:00.000Z",
  "startDate": "2026-12-01T09:00:00.000Z",
  "endDate": "2026-12-01T10:00:00.000Z",
  "name": "One twothree\\, four",
  "attendee": [
   {
    "name": "\"Team A",
    "mail": " Jo\":jo@example.org"
   }
  ]
 }
]
ical.js: ["One two three, four","Team A: Jo","mailto:jo@example.org"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
