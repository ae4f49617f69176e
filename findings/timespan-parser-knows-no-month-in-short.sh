#!/bin/bash
# timespan-parser: "2M", two months, is refused, although its documentation lists M.
#
# Versions: timespan-parser 1.2.0 (npm), Node.js.
# Expected: its documentation, which quotes systemd.time(7): "The following time units are understood: ... months, month, M (defined as 30.44 days)".
#   "1y 12month" is among its examples.
# Seen: parse("2month") is right; parse("2M") and parse("1y 6M") end in "Invalid format for timespan 2M": the expression it tests with has small
#   letters only, so that the entry "M" of its own table cannot be reached.
# Why it matters: timers and keepalives copied out of unit files fail, just those with M; "2m", which does not fail, is two minutes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts timespan-parser@1.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const timespan = createRequire(import.meta.url)("timespan-parser");

for (const text of ["2month", "2M", "2m", "1y 6month", "1y 6M", "1y 12month"]) {
  let seen;
  try {
    seen = `${timespan.parse(text)} s`;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${text}: ${seen}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2month: 5260032 s
2M: Invalid format for timespan 2M
2m: 120 s
1y 6month: 47337696 s
1y 6M: Invalid format for timespan 1y 6M
1y 12month: 63117792 s
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
