#!/bin/bash
# ics (npm): the categories "Sales, EU" and "Internal" are three, a name with quotes ends at the first of them, and lines with umlauts have up to 149 octets.
#
# Versions: ics 3.12.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.3.11: commas in texts are written as "\,", also within CATEGORIES and in the DESCRIPTION of an alarm;
#   section 3.2: there are no backslash escapes in parameters, and no quotation marks (RFC 6868: ^'); section 3.1: "Lines of text SHOULD NOT
#   be longer than 75 octets".
# Seen: SUMMARY and LOCATION have their escapes, CATEGORIES and the alarm's DESCRIPTION do not. The attendee Jo "JD" Doe, Esq. is CN="Jo
#   \"JD\" Doe, Esq.", which ical.js reads as "Jo \". A line is folded after 75 characters, whatever they are.
# Why it matters: invitations show wrong names, and filters go by categories that nobody gave.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ics@3.12.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import ics from "ics";

const { value, error } = ics.createEvent({
  start: [2026, 3, 2, 9, 0], startInputType: "utc", duration: { hours: 1 }, title: "A, B", categories: ["Sales, EU", "Internal"],
  description: "\u00e4".repeat(150), attendees: [{ name: 'Jo "JD" Doe, Esq.', email: "jo@example.org" }],
  alarms: [{ action: "display", trigger: { before: true, minutes: 30 }, description: "Bring papers, pens" }],
});
if (error) throw error;
const lines = value.split("\r\n");
for (const line of lines) if (/^(SUMMARY|CATEGORIES|ATTENDEE|DESCRIPTION:B)/.test(line)) console.log(line);
console.log("longest line:", Math.max(...lines.map((line) => Buffer.byteLength(line))), "octets");
const event = new ICAL.Component(ICAL.parse(value)).getFirstSubcomponent("vevent");
console.log("ical.js, categories:", JSON.stringify(event.getFirstProperty("categories").getValues()));
console.log("ical.js, attendee:", JSON.stringify(event.getFirstProperty("attendee").getParameter("cn")));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
SUMMARY:A\, B
CATEGORIES:Sales, EU,Internal
ATTENDEE;CN="Jo \"JD\" Doe, Esq.":mailto:jo@example.org
DESCRIPTION:Bring papers, pens
longest line: 149 octets
ical.js, categories: ["Sales"," EU","Internal"]
ical.js, attendee: "Jo \\"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
