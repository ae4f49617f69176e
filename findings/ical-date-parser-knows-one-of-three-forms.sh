#!/bin/bash
# ical-date-parser: of the three forms of a time in iCalendar it reads the one in UTC, and calls the other two, and dates, no iCal dates.
#
# Versions: ical-date-parser 4.0.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.3.5: "19980118T230000" is a local time, with or without a time zone beside it, "19980119T070000Z" one in
#   UTC; section 3.3.4: "19970714" is a date. Its documentation: "Parse a stringly typed iCal date as a native JS date object".
# Seen: for 20260422T233000 and 20260422 an Error "Not a valid iCal date format" is thrown. ical.js reads all three.
# Why it matters: nearly all events of a calendar program have a time zone beside a local time, and birthdays a date.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical-date-parser@4.0.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";

const parser = createRequire(import.meta.url)("ical-date-parser");
const parse = parser.default ?? parser;
for (const text of ["20260422T233000Z", "20260422T233000", "20260422"]) {
  let read;
  try {
    read = parse(text).toISOString();
  } catch (error) {
    read = `${error.name}: ${error.message}`;
  }
  const value = new ICAL.Property(["dtstart", {}, text.includes("T") ? "date-time" : "date", ICAL.Time.fromData({})]);
  value.setValue(text.includes("T")
    ? ICAL.Time.fromDateTimeString(text.replace(/(....)(..)(..)T(..)(..)(..)/, "$1-$2-$3T$4:$5:$6"))
    : ICAL.Time.fromDateString(text.replace(/(....)(..)(..)/, "$1-$2-$3")));
  console.log(`${text}: ${read}; ical.js: ${value.getFirstValue()}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
20260422T233000Z: 2026-04-22T23:30:00.000Z; ical.js: 2026-04-22T23:30:00Z
20260422T233000: Error: Not a valid iCal date format; ical.js: 2026-04-22T23:30:00
20260422: Error: Not a valid iCal date format; ical.js: 2026-04-22
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
