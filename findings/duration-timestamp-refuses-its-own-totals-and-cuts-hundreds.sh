#!/bin/bash
# duration-timestamp: make({ total: 90 }) throws for all but full hours, and "120 min" is read as 20 minutes, "100:30:00" as half an hour.
#
# Versions: duration-timestamp 2.26.0 (npm), Node.js.
# Expected: its documentation: make() is to "Make a new valid timestamp from a potentially invalid one", total is the sum in seconds: 90 s are 1 min 30 s.
#   parse() of text in which no timestamp of two digits stands should find none, or the whole number.
# Seen: the source takes the rest of the hour, which is in seconds, for minutes, and its own check then says "timestamp total did not match the sum".
#   The pattern takes two digits at most, and any two: of 120 it takes 20. One hour is written as "1 hours".
# Why it matters: a film of 120 minutes has 20 without an error. With seconds, minutes and hours given apart, below 100, all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts duration-timestamp@2.26.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { make, parse, extract, stringify, Format } = createRequire(import.meta.url)("duration-timestamp");

for (const given of [{ seconds: 90 }, { minutes: 90 }, { total: 3600 }, { total: 90 }, { total: 30 }, { total: 5400 }]) {
  const title = JSON.stringify(given);
  try {
    console.log(`make(${title}):`, JSON.stringify(make({ ...given })));
  } catch (error) {
    console.log(`make(${title}): ${error.name}: ${error.message}`);
  }
}
for (const text of ["90 min", "99m", "120 min", "100m", "300s", "1:30:00", "100:30:00", "1h 120m"]) {
  try {
    const found = parse(text);
    console.log(`parse(${JSON.stringify(text)}):`, found ? `${found.total} seconds` : String(found));
  } catch (error) {
    console.log(`parse(${JSON.stringify(text)}): ${error.name}: ${error.message}`);
  }
}
console.log("one hour, long:", stringify(make({ hours: 1, minutes: 1 }), Format.Long));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
make({"seconds":90}): {"seconds":30,"minutes":1,"hours":0,"total":90}
make({"minutes":90}): {"minutes":30,"seconds":0,"hours":1,"total":5400}
make({"total":3600}): {"total":3600,"seconds":0,"minutes":0,"hours":1}
make({"total":90}): Error: timestamp total did not match the sum
make({"total":30}): Error: timestamp total did not match the sum
make({"total":5400}): Error: timestamp total did not match the sum
parse("90 min"): 5400 seconds
parse("99m"): 5940 seconds
parse("120 min"): 1200 seconds
parse("100m"): 0 seconds
parse("300s"): 0 seconds
parse("1:30:00"): 5400 seconds
parse("100:30:00"): 1800 seconds
parse("1h 120m"): 3600 seconds
one hour, long: 1 hours 1 minutes
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
