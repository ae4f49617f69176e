#!/bin/bash
# cozy-ical: a name in quotation marks becomes %22Doe%2C%20Jo%22, in the event as in the calendar that is written.
#
# Versions: cozy-ical 1.1.22, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.2: a parameter value with a comma, a colon or a semicolon is put into quotation marks, which are no part of
#   it; there is no percent-encoding. Its documentation: "easier to parse iCal files and to build them".
# Seen: of ATTENDEE;CN="Doe, Jo":mailto:jo@example.org the name in the event is "%22Doe%2C%20Jo%22", and toString() writes the parameter so.
#   The ALTREP of a description becomes %22https%3A%2F%2Fexample.org%2F%22. ical.js reads and writes both as they are.
# Why it matters: Outlook and Google write names with a comma so; each of them is shown with percent signs, and stays so wherever the
#   calendar goes next.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cozy-ical@1.1.22 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";

const { ICalParser } = createRequire(import.meta.url)("cozy-ical");
const text = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//example.org//EN",
  "BEGIN:VEVENT",
  "UID:1@example.org",
  "DTSTAMP:20261130T080000Z",
  "DTSTART:20261201T090000Z",
  "DTEND:20261201T100000Z",
  'DESCRIPTION;ALTREP="https://example.org/":text',
  'ATTENDEE;CN="Doe, Jo":mailto:jo@example.org',
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");
const show = (who, written) => {
  const lines = written.split("\r\n").filter((line) => /^(DESC|ATT)/.test(line));
  console.log(`${who} writes:\n  ${lines.join("\n  ")}`);
};
new ICalParser().parseString(text, { defaultTimezone: "UTC" }, (error, calendar) => {
  if (error) throw error;
  console.log("cozy-ical reads the name:", calendar.subComponents[0].model.attendees[0].details.name);
  show("cozy-ical", calendar.toString().replace(/\r?\n/g, "\r\n"));
});
const other = new ICAL.Component(ICAL.parse(text));
console.log("ical.js reads the name:", other.getFirstSubcomponent("vevent").getFirstProperty("attendee").getParameter("cn"));
show("ical.js", other.toString());
JS
TZ=UTC timeout 60 node find.mjs 2>node.log | tee seen
cat > expected <<'TEXT'
ical.js reads the name: Doe, Jo
ical.js writes:
  DESCRIPTION;ALTREP="https://example.org/":text
  ATTENDEE;CN="Doe, Jo":mailto:jo@example.org
cozy-ical reads the name: %22Doe%2C%20Jo%22
cozy-ical writes:
  DESCRIPTION;ALTREP=%22https%3A%2F%2Fexample.org%2F%22:text
  ATTENDEE;CN=%22Doe%2C%20Jo%22:mailto:jo@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
