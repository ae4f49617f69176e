#!/bin/bash
# icalevent: a description of two lines makes a calendar that others refuse, a name with a comma is cut, and without an offset no time is
#   one.
#
# Versions: icalevent 0.3.2, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.3.11: line breaks, commas, semicolons and backslashes of a text are written "\n", "\,", "\;" and "\\";
#   section 3.2: a parameter with a comma or a colon stands in quotation marks; sections 3.6.1 and 3.8.7.2: DTSTAMP is a time in UTC, with a
#   "Z"; 3.6.5: a VTIMEZONE must be there for each TZID. Its documentation names `offset` as one option of many.
# Seen: the second line of the description stands alone, and ical.js stops with "invalid line (no token ";" or ":")". The organizer "Doe,
#   Jo: chair" is CN=Doe, Jo: chair:mailto:..., of which ical.js makes the address " chair:mailto:jo@example.org". The location "C:\new" is
#   C:, a line break and "ew". Without `offset` the times are NaNNaNNaNTNaNNaNNaN. DTSTAMP has no "Z", and there is no VTIMEZONE.
# Why it matters: an invitation with two paragraphs cannot be opened; with a name as address books have it the answer goes nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts icalevent@0.3.2 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import Event from "icalevent";
import ICAL from "ical.js";

const times = { uid: 1, start: "2026-12-01T09:00:00Z", end: "2026-12-01T10:00:00Z", timezone: "Europe/Berlin" };
for (const more of [
  { offset: 0, description: "Line one\nLine two" },
  { offset: 0, organizer: { name: "Doe, Jo: chair", email: "jo@example.org" } },
  { offset: 0, location: "C:\\new" },
  {},
]) {
  const text = new Event({ ...more, ...times }).toFile();
  const lines = text.split(/\r\n/).filter((line) => /^(DTSTART|DESC|ORG|LOC)/.test(line));
  console.log(`${JSON.stringify(more)}:\n  ${JSON.stringify(lines)}`);
  try {
    const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
    for (const name of ["organizer", "location", "dtstart"]) console.log(`  ${name}: ${JSON.stringify(event.getFirstPropertyValue(name))}`);
  } catch (error) {
    console.log(`  ${error.message.split("\n")[0].slice(0, 60)}`);
  }
  console.log(`  VTIMEZONE: ${text.includes("VTIMEZONE")}, DTSTAMP in UTC: ${/^DTSTAMP:\d{8}T\d{6}Z\r$/m.test(text)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{"offset":0,"description":"Line one\nLine two"}:
  ["DTSTART;TZID=Europe/Berlin:20261201T090000","DESCRIPTION:Line one\nLine two"]
  invalid line (no token ";" or ":") "Line two"
  VTIMEZONE: false, DTSTAMP in UTC: false
{"offset":0,"organizer":{"name":"Doe, Jo: chair","email":"jo@example.org"}}:
  ["DTSTART;TZID=Europe/Berlin:20261201T090000","ORGANIZER;CN=Doe, Jo: chair:mailto:jo@example.org"]
  organizer: " chair:mailto:jo@example.org"
  location: null
  dtstart: {"year":2026,"month":12,"day":1,"hour":9,"minute":0,"second":0,"isDate":false,"timezone":"floating"}
  VTIMEZONE: false, DTSTAMP in UTC: false
{"offset":0,"location":"C:\\new"}:
  ["DTSTART;TZID=Europe/Berlin:20261201T090000","LOCATION:C:\\new"]
  organizer: null
  location: "C:\new"
  dtstart: {"year":2026,"month":12,"day":1,"hour":9,"minute":0,"second":0,"isDate":false,"timezone":"floating"}
  VTIMEZONE: false, DTSTAMP in UTC: false
{}:
  ["DTSTART;TZID=Europe/Berlin:NaNNaNNaNTNaNNaNNaN"]
  organizer: null
  location: null
  Could not extract integer from "NaNN"
  VTIMEZONE: false, DTSTAMP in UTC: false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
