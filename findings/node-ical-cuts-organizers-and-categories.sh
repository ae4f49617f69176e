#!/bin/bash
# node-ical: the organizer "Acme; Sales" is '"Acme', a category with a comma is two, and a path C:\new has a line break.
#
# Versions: node-ical 0.26.1, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.2: in a quoted parameter ";", ":" and "," may stand; section 3.3.11: "\," is a comma, "\\" a backslash, and
#   "\n" a line break, in texts, of which CATEGORIES is a list.
# Seen: ORGANIZER;CN="Acme; Sales" has the CN '"Acme'. CATEGORIES:Sales\, EU,Internal are "Sales\", " EU" and "Internal". Of
#   LOCATION:C:\\new the text is C:\, a line break and "ew". ical.js reads each as it was meant.
# Why it matters: names of organizations and rooms have such letters; what is shown or compared is another text, and paths lead nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-ical@0.26.1 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import ical from "node-ical";

const text = [
  "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "DTSTART:20260302T090000Z",
  'ORGANIZER;CN="Acme; Sales":mailto:jo@example.org', "CATEGORIES:Sales\\, EU,Internal", "LOCATION:C:\\\\new",
  "END:VEVENT", "END:VCALENDAR", "",
].join("\r\n");
const mine = ical.sync.parseICS(text)["1"];
console.log("node-ical:", JSON.stringify([mine.organizer.params.CN, mine.categories, mine.location]));
const other = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
const property = (name) => other.getFirstProperty(name);
const values = [property("organizer").getParameter("cn"), property("categories").getValues(), property("location").getFirstValue()];
console.log("ical.js:", JSON.stringify(values));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
node-ical: ["\"Acme",["Sales\\","EU","Internal"],"C:\\\new"]
ical.js: ["Acme; Sales",["Sales, EU","Internal"],"C:\\new"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
