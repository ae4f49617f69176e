#!/bin/bash
# icalts: of several attendees, exceptions or categories of an event the last one is left.
#
# Versions: icalts 0.0.2 and, to compare with, ical.js 2.1.0 (npm), Node.js.
# Expected: RFC 5545, section 3.6.1: attendee, exdate, categories, comment and others "are OPTIONAL, and MAY occur more than once"; section 3.3.11:
#   "\," in TEXT stands for a comma. Its own words: "RFC5545 implementation in pure TypeScript".
# Seen: of ATTENDEE a@example.com and b@example.com the tree has "mailto:b@example.com" alone, of two EXDATE lines the second, of CATEGORIES:work and
#   CATEGORIES:travel "travel". Two VALARM are both there, as components are put into lists. The text "a\, b" keeps its backslash. ical.js has all.
# Why it matters: invitations go to one of those who were invited, and cancelled meetings of a series take place.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts icalts@0.0.2 ical.js@2.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";
const { lines2tree } = createRequire(import.meta.url)("icalts");

const lines = `BEGIN:VEVENT
UID:1
SUMMARY:a\\, b
ATTENDEE:mailto:a@example.com
ATTENDEE:mailto:b@example.com
EXDATE:20261130T100000Z
EXDATE:20261201T100000Z
CATEGORIES:work
CATEGORIES:travel
END:VEVENT`.split("\n");
const seen = lines2tree(lines).VEVENT[0];
const right = new ICAL.Component(ICAL.parse(lines.join("\r\n")));
for (const name of ["SUMMARY", "ATTENDEE", "EXDATE", "CATEGORIES"]) {
  console.log(`${name}: ${JSON.stringify(seen[name])}; ical.js: ${JSON.stringify(right.getAllProperties(name.toLowerCase()).map((property) => String(property.getFirstValue())))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
SUMMARY: "a\\, b"; ical.js: ["a, b"]
ATTENDEE: "mailto:b@example.com"; ical.js: ["mailto:a@example.com","mailto:b@example.com"]
EXDATE: "20261201T100000Z"; ical.js: ["2026-11-30T10:00:00Z","2026-12-01T10:00:00Z"]
CATEGORIES: "travel"; ical.js: ["work","travel"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
