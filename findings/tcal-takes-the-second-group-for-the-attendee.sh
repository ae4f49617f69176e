#!/bin/bash
# tcal: an attendee who is a member of two groups has the rest of the line for an address, from the first group on.
#
# Versions: tcal 0.1.0-beta.1, ical.js 2.2.1, of which it is a fork, to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.2.11: ATTENDEE;MEMBER="mailto:a@example.com","mailto:b@example.com":mailto:c@example.com, the example
#   there; the value stands behind the colon outside of quotation marks. Its documentation: "a library to parse the formats defined in"
#   RFC 5545.
# Seen: the parameter has both groups, and the value is 'a@example.org","mailto:b@example.org":mailto:jo@example.org'; written again, the
#   line has all of it behind the right colon. With one group the address is right. ical.js reads and writes both.
# Why it matters: an answer goes to an address that does not exist, and the calendar that is written back is broken for all others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts tcal@0.1.0-beta.1 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";

const tcal = createRequire(import.meta.url)("tcal");
const text = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//example.org//EN",
  "BEGIN:VEVENT",
  "UID:1@example.org",
  "DTSTAMP:20261130T080000Z",
  "DTSTART:20261201T090000Z",
  'ATTENDEE;MEMBER="mailto:a@example.org":mailto:al@example.org',
  'ATTENDEE;MEMBER="mailto:a@example.org","mailto:b@example.org":mailto:jo@example.org',
  "END:VEVENT",
  "END:VCALENDAR",
].join("\r\n");
for (const [name, { parse }] of Object.entries({ tcal, "ical.js": ICAL })) {
  const attendees = parse(text)[2][0][1].filter(([property]) => property === "attendee");
  for (const [, { member }, , value] of attendees) console.log(`${name}: member of ${[member].flat().length}: ${value}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
tcal: member of 1: mailto:al@example.org
tcal: member of 2: a@example.org","mailto:b@example.org":mailto:jo@example.org
ical.js: member of 1: mailto:al@example.org
ical.js: member of 2: mailto:jo@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
