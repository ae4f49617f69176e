#!/bin/bash
# ics-to-json: an event "50% off" makes the whole calendar unreadable, titles and links end at their first colon, and words grow together.
#
# Versions: ics-to-json 2.0.2, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.3.11: a text may hold "%" and ":" as they are, and "\," is a comma; section 3.1: a line break with one blank
#   behind it is taken away, and nothing else.
# Seen: "URIError: URI malformed" for a calendar with one SUMMARY of "50% off" among others, as each text goes through decodeURI(). "Budget:
#   second reading" is "Budget", "https://example.org/a" is "https", "Hall 2\, room 7" keeps its backslash, and of "two words" folded in
#   front of the blank the text is "twowords". ical.js reads all of them.
# Why it matters: one sale or one "100% remote" in a feed, and none of its events arrive; links to meetings are gone from all of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ics-to-json@2.0.2 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import { icsToJson } from "ics-to-json";

const event = (line) => `BEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTART:20261201T090000Z\r\n${line}\r\nEND:VEVENT\r\n`;
const calendar = (...lines) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//EN\r\n${lines.map(event).join("")}END:VCALENDAR\r\n`;
for (const [name, ...lines] of [
  ["summary", "SUMMARY:Plain", "SUMMARY:50% off"],
  ["summary", "SUMMARY:Budget: second reading"],
  ["description", "DESCRIPTION:https://example.org/a"],
  ["location", "LOCATION:Hall 2\\, room 7"],
  ["summary", "SUMMARY:two\r\n  words"],
]) {
  const text = calendar(...lines);
  let seen;
  try {
    seen = JSON.stringify(icsToJson(text).map((found) => found[name]));
  } catch (error) {
    seen = `${error.name}: ${error.message}`;
  }
  const right = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((found) => found.getFirstPropertyValue(name));
  console.log(`ics-to-json: ${seen}; ical.js: ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
ics-to-json: URIError: URI malformed; ical.js: ["Plain","50% off"]
ics-to-json: ["Budget"]; ical.js: ["Budget: second reading"]
ics-to-json: ["https"]; ical.js: ["https://example.org/a"]
ics-to-json: ["Hall 2\\, room 7"]; ical.js: ["Hall 2, room 7"]
ics-to-json: ["twowords"]; ical.js: ["two words"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
