#!/bin/bash
# rfc5545-rrule and rrecur: the end of a series that is a day, or a local time, becomes a time in UTC, by the zone of the machine.
#
# Versions: rfc5545-rrule 1.1.1, rrecur 2.0.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.3.10: "The value of the UNTIL rule part MUST have the same value type as the DTSTART property"; a date for a
#   series of days, a local time for one without a time zone. rrecur's documentation: "Convert between RFC2445 RRULE and its JSON
#   equivalent".
# Seen: on a machine in New York UNTIL=20261231 becomes 20261231T050000Z with rfc5545-rrule and 20261231T000000Z with rrecur, and
#   UNTIL=20261231T100000 becomes UNTIL=20261231T150000Z with both, elsewhere another time. ical.js writes what it has read.
# Why it matters: a series of whole days has an end of the wrong kind; a local one is a day shorter or longer for who lives elsewhere than
#   the server that wrote it down again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rfc5545-rrule@1.1.1 rrecur@2.0.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";

const require = createRequire(import.meta.url);
const { RRule } = require("rfc5545-rrule");
const { Rrecur } = require("rrecur");

for (const rule of ["FREQ=DAILY;UNTIL=20261231T090000Z", "FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231T100000"]) {
  console.log(`${rule}
  rfc5545-rrule: ${RRule.fromString(`RRULE:${rule}`).toString()}
  rrecur: ${Rrecur.stringify(Rrecur.parse(rule))}
  ical.js: ${ICAL.Recur.fromString(rule).toString()}`);
}
JS
TZ=America/New_York timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
FREQ=DAILY;UNTIL=20261231T090000Z
  rfc5545-rrule: RRULE:FREQ=DAILY;UNTIL=20261231T090000Z
  rrecur: FREQ=DAILY;UNTIL=20261231T090000Z
  ical.js: FREQ=DAILY;UNTIL=20261231T090000Z
FREQ=DAILY;UNTIL=20261231
  rfc5545-rrule: RRULE:FREQ=DAILY;UNTIL=20261231T050000Z
  rrecur: FREQ=DAILY;UNTIL=20261231T000000Z
  ical.js: FREQ=DAILY;UNTIL=20261231
FREQ=DAILY;UNTIL=20261231T100000
  rfc5545-rrule: RRULE:FREQ=DAILY;UNTIL=20261231T150000Z
  rrecur: FREQ=DAILY;UNTIL=20261231T150000Z
  ical.js: FREQ=DAILY;UNTIL=20261231T100000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
