#!/bin/bash
# pomeranian-durations: addToDate() leaves fractions out, of hours as of seconds, and minus an hour, "-PT1H", is plus an hour when it is counted.
#
# Versions: pomeranian-durations 1.11.4 and, to compare with, luxon 3.5.0 (npm), Node.js.
# Expected: ISO 8601, durations: the smallest unit may have a decimal fraction. Its own documentation: "addMilliseconds(1, 'PT1S') // => 'PT1.001S'"
#   and "addToDate('PT1S', new Date('2000-01-01T00:00:00Z'))"; isInvalid() and "Invalid Duration" are what it has for text that it does not know.
# Seen: addToDate("PT0.5H") and ("PT0.5S") add nothing, "PT1.5S" one second, and addMilliseconds() before it has no effect at all;
#   subtractFromDate("P0.5D") takes a whole day off. asDecimalSeconds() knows the fractions: 1800, 0.5 and 1.5. isValid("-PT1H") is false, but
#   asDecimalSeconds("-PT1H") is 3600, not -3600 or an error.
# Why it matters: what is shown and what is counted with differ: a timeout of half an hour ends at once. Convert with asMilliseconds() and add that to
#   the date.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pomeranian-durations@1.11.4 luxon@3.5.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { Duration } = require("luxon");
const { addMilliseconds, addToDate, asDecimalSeconds, isValid, subtractFromDate } = require("pomeranian-durations");
const start = new Date("2026-03-10T12:00:00Z");

for (const text of ["PT30M", "PT0.5H", "PT0.5S", "PT1.5S", addMilliseconds(900, "PT1S")]) {
  const added = (addToDate(text, start) - start) / 1000;
  console.log(`${text}: added ${added} s; asDecimalSeconds ${asDecimalSeconds(text)}; luxon ${Duration.fromISO(text).as("seconds")}`);
}
const day = (start - subtractFromDate("P0.5D", start)) / 3600000;
console.log(`P0.5D: taken off ${day} h, added ${(addToDate("P0.5D", start) - start) / 3600000} h; luxon ${Duration.fromISO("P0.5D").as("hours")} h`);
console.log(`-PT1H: valid ${isValid("-PT1H")}, asDecimalSeconds ${asDecimalSeconds("-PT1H")}; luxon ${Duration.fromISO("-PT1H").as("seconds")}`);
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
PT30M: added 1800 s; asDecimalSeconds 1800; luxon 1800
PT0.5H: added 0 s; asDecimalSeconds 1800; luxon 1800
PT0.5S: added 0 s; asDecimalSeconds 0.5; luxon 0.5
PT1.5S: added 1 s; asDecimalSeconds 1.5; luxon 1.5
PT1.9S: added 1 s; asDecimalSeconds 1.9; luxon 1.9
P0.5D: taken off 24 h, added 0 h; luxon 12 h
-PT1H: valid false, asDecimalSeconds 3600; luxon -3600
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
