#!/bin/bash
# date-duration: a day and a half second is a day, minus one day is plus one, and a day and an hour cannot be added.
#
# Versions: date-duration 2.0.0 and, to compare with, luxon 3.5.0 (npm), Node.js.
# Expected: ISO 8601, durations: the smallest unit may have a decimal fraction; ISO 8601-2 and XML Schema, section 3.3.6, write a negative one with
#   "-P". Its own words: "Pass a string in ISO 8601 duration format", what is not in the format is the Error "Invalid duration: invalid ISO format";
#   and "duration.add(Duration): Add durations together returning a new duration which is the sum of both".
# Seen: P1DT1.5S is P1D, P1DT0.5H too, and PT1H1.5M is PT1H: the part with the fraction is left out without an error. -P1D adds a day. Of P1D and PT1H
#   the sum is a TypeError, "Cannot convert undefined or null to object", in either order; of PT1H and PT1M it is right. luxon reads and adds all of
#   them.
# Why it matters: a deadline or the end of a video is early by what was dropped, and a reminder for the day before comes a day after. Write whole
#   units, and call subtractFrom().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts date-duration@2.0.0 luxon@3.5.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { Duration } from "luxon";
const module = await import("date-duration");
const duration = module.default;
const start = new Date("2026-03-10T12:00:00Z");

for (const text of ["P1DT1S", "P1DT1.5S", "P1DT0.5H", "PT1H1.5M", "-P1D"]) {
  const seen = (duration(text).addTo(start) - start) / 1000;
  console.log(`${text}: ${duration(text)}, ${seen} s; luxon: ${Duration.fromISO(text).as("seconds")} s`);
}
for (const [one, two] of [["PT1H", "PT1M"], ["P1D", "PT1H"], ["PT1H", "P1D"]]) {
  let seen;
  try {
    seen = String(duration(one).add(duration(two)));
  } catch (error) {
    seen = `${error.name}: ${error.message}`;
  }
  console.log(`${one} and ${two}: ${seen}; luxon: ${Duration.fromISO(one).plus(Duration.fromISO(two)).toISO()}`);
}
JS
TZ=UTC timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
P1DT1S: P1DT1S, 86401 s; luxon: 86401 s
P1DT1.5S: P1D, 86400 s; luxon: 86401.5 s
P1DT0.5H: P1D, 86400 s; luxon: 88200 s
PT1H1.5M: PT1H, 3600 s; luxon: 3690 s
-P1D: P1D, 86400 s; luxon: -86400 s
PT1H and PT1M: PT1H1M; luxon: PT1H1M
P1D and PT1H: TypeError: Cannot convert undefined or null to object; luxon: P1DT1H
PT1H and P1D: TypeError: Cannot convert undefined or null to object; luxon: P1DT1H
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
