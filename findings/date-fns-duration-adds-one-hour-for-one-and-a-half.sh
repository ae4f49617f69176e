#!/bin/bash
# date-fns-duration: PT1.5H is one hour, PT0.5S nothing, and PT1,5H no date at all.
#
# Versions: date-fns-duration 1.0.4 with date-fns 2.0.0, which it asks for, and to compare with tinyduration 3.4.1 (npm), Node.js.
# Expected: ISO 8601, 4.4.3.2: the smallest unit of a duration may have a decimal fraction, with a comma or a full stop. Its documentation:
#   "add/subtract ISO 8601 durations"; its own expression for durations takes both signs.
# Seen: addDuration("2020-01-15T00:00:00Z", "PT1.5H") is 01:00:00, and for "PT0.5S" nothing is added: the number is cut. For "PT1,5H" an Invalid Date
#   comes back, without an error. Other forms are refused with a TypeError.
# Why it matters: reminders and expiries come half an hour early, and nobody is told; the invalid date fails somewhere else later.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts date-fns-duration@1.0.4 date-fns@2.0.0 tinyduration@3.4.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const addDuration = require("date-fns-duration");
const { parse } = require("tinyduration");

for (const duration of ["PT1H30M", "PT1.5H", "PT1,5H", "PT0.5S", "P1D"]) {
  const date = addDuration("2020-01-15T00:00:00Z", duration);
  console.log(`${duration}: ${isNaN(date) ? String(date) : date.toISOString()}; tinyduration: ${JSON.stringify(parse(duration))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
PT1H30M: 2020-01-15T01:30:00.000Z; tinyduration: {"hours":1,"minutes":30}
PT1.5H: 2020-01-15T01:00:00.000Z; tinyduration: {"hours":1.5}
PT1,5H: Invalid Date; tinyduration: {"hours":1.5}
PT0.5S: 2020-01-15T00:00:00.000Z; tinyduration: {"seconds":0.5}
P1D: 2020-01-16T00:00:00.000Z; tinyduration: {"days":1}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
