#!/bin/bash
# ical2json: an attendee whose name has a colon in it gets the rest of the line as address, and loses what he has answered.
#
# Versions: ical2json 5.0.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.1: a parameter value may be in quotation marks, and then hold colons, semicolons and commas; the value of
#   the property begins behind the first colon that is outside of them. Its own example has DELEGATED-FROM="mailto:...".
# Seen: the line is cut at the first colon, wherever it is. Of ATTENDEE;CN="Team A: Jo";PARTSTAT=ACCEPTED:mailto:jo@example.org the name is
#   '"Team A', the answer is not there, and the address is ' Jo";PARTSTAT=ACCEPTED:mailto:jo@example.org'. So it is with
#   DELEGATED-TO="mailto:mo@example.org". A semicolon inside quotation marks makes two parameters of one.
# Why it matters: MEMBER, DELEGATED-TO, SENT-BY and ALTREP always have a colon in quotation marks. Who lists the attendees of an invitation
#   with it writes to addresses that are none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical2json@5.0.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { convert } = require("ical2json");

for (const line of [
  'ATTENDEE;CN="Team A: Jo";PARTSTAT=ACCEPTED:mailto:jo@example.org',
  'ATTENDEE;DELEGATED-TO="mailto:mo@example.org";PARTSTAT=DELEGATED:mailto:jo@example.org',
  'ATTENDEE;CN="Jo; Team A";PARTSTAT=ACCEPTED:mailto:jo@example.org',
]) {
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20260101T000000Z",
    "DTSTART:20260310T090000Z", line, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
  const right = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstProperty("attendee").toJSON();
  console.log(line);
  console.log("  ical.js:  ", JSON.stringify([right[1], right[3]]));
  console.log("  ical2json:", JSON.stringify(convert(text).VCALENDAR[0].VEVENT[0].ATTENDEE));
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
ATTENDEE;CN="Team A: Jo";PARTSTAT=ACCEPTED:mailto:jo@example.org
  ical.js:   [{"cn":"Team A: Jo","partstat":"ACCEPTED"},"mailto:jo@example.org"]
  ical2json: {"_":" Jo\";PARTSTAT=ACCEPTED:mailto:jo@example.org","CN":"\"Team A"}
ATTENDEE;DELEGATED-TO="mailto:mo@example.org";PARTSTAT=DELEGATED:mailto:jo@example.org
  ical.js:   [{"delegated-to":"mailto:mo@example.org","partstat":"DELEGATED"},"mailto:jo@example.org"]
  ical2json: {"_":"mo@example.org\";PARTSTAT=DELEGATED:mailto:jo@example.org","DELEGATED-TO":"\"mailto"}
ATTENDEE;CN="Jo; Team A";PARTSTAT=ACCEPTED:mailto:jo@example.org
  ical.js:   [{"cn":"Jo; Team A","partstat":"ACCEPTED"},"mailto:jo@example.org"]
  ical2json: {"_":"mailto:jo@example.org","CN":"\"Jo","PARTSTAT":"ACCEPTED"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
