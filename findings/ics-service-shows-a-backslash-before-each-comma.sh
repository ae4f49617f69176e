#!/bin/bash
# ics-service: a place with a comma, as in the example of its documentation, has a backslash in it for whoever subscribes.
#
# Versions: ics-service 1.4.0 with ics 3.12.0, ical.js 2.2.1 as a reader (npm), Node.js.
# Expected: RFC 5545, section 3.3.11: a comma of a text is written "\,", a backslash "\\". Its documentation: "create a calendar feed
#   people can subscribe to", with the location 'Alamo Square, San Francisco, CA'.
# Seen: the line is LOCATION:Alamo Square\\\, San Francisco\\\, CA, as the package escapes commas before ics does so with all; ical.js reads
#   "Alamo Square\, San Francisco\, CA". The title, with a comma too, is right.
# Why it matters: calendar programs show the backslashes, and maps do not find the address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ics-service@1.4.0 ics@3.12.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";

const generateIcs = createRequire(import.meta.url)("ics-service/generate-ics");
const text = generateIcs("feed", [{
  uid: "1@example.org",
  title: "Walk, with Jo",
  location: "Alamo Square, San Francisco, CA",
  start: [2026, 11, 30, 8, 0],
  duration: { hours: 1 },
}], "https://example.org/feed");
console.log(text.split("\r\n").filter((line) => /^(SUMMARY|LOCATION)/.test(line)).join("\n"));
const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
for (const name of ["summary", "location"]) console.log(`ical.js, ${name}: ${event.getFirstPropertyValue(name)}`);
JS
TZ=UTC timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
SUMMARY:Walk\, with Jo
LOCATION:Alamo Square\\\, San Francisco\\\, CA
ical.js, summary: Walk, with Jo
ical.js, location: Alamo Square\, San Francisco\, CA
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
