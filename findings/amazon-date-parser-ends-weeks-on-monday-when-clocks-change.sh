#!/bin/bash
# amazon-date-parser: the week in which summer time begins ends on Monday at 0:59, the one in which it ends has an hour less; 2020-XX is refused.
#
# Versions: amazon-date-parser 0.3.0 (npm), Node.js. The script runs it with TZ=UTC and Europe/Berlin.
# Expected: its README: a week "2017-W48" has a start and an end date, at 0:00:00 and 23:59:59 as its example of a day; "year: 2018 and 2020-XX".
#   ISO 8601: week 13 of 2024 is from Monday, 25 March, to Sunday, 31 March.
# Seen: the end is the start and 10079 minutes, so that in Berlin week 13 of 2024 ends on 1 April at 0:59:59, and week 43 on 27 October at 22:59:59.
#   "2020-XX", which the README names, throws "Invalid constructor parameter or parameter not supported."
# Why it matters: what is planned for the night of Monday is in two weeks, and the last hour of a Sunday is in none. In UTC it is never seen.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts amazon-date-parser@0.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
const AmazonDateParser = createRequire(import.meta.url)("amazon-date-parser");

const local = (d) => `${["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][d.getDay()]} ${d.getFullYear()}-${d.getMonth() + 1}-${d.getDate()} ` +
  [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");

if (!process.argv[2]) {
  for (const zone of ["UTC", "Europe/Berlin"]) {
    process.stdout.write(execFileSync(process.execPath, [process.argv[1], zone], { env: { ...process.env, TZ: zone } }));
  }
} else {
  for (const text of ["2024-W12", "2024-W13", "2024-W14", "2024-W43", "2024-W13-WE", "2020-XX-XX", "2020-XX"]) {
    try {
      const date = new AmazonDateParser(text);
      console.log(`${process.argv[2]}: ${text}: ${local(date.startDate)} to ${local(date.endDate)}`);
    } catch (error) {
      console.log(`${process.argv[2]}: ${text}: ${error.name}: ${error.message}`);
    }
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
UTC: 2024-W12: Mon 2024-3-18 00:00:00 to Sun 2024-3-24 23:59:59
UTC: 2024-W13: Mon 2024-3-25 00:00:00 to Sun 2024-3-31 23:59:59
UTC: 2024-W14: Mon 2024-4-1 00:00:00 to Sun 2024-4-7 23:59:59
UTC: 2024-W43: Mon 2024-10-21 00:00:00 to Sun 2024-10-27 23:59:59
UTC: 2024-W13-WE: Sat 2024-3-30 00:00:00 to Sun 2024-3-31 23:59:59
UTC: 2020-XX-XX: Wed 2020-1-1 00:00:00 to Thu 2020-12-31 23:59:59
UTC: 2020-XX: Error: Invalid constructor parameter or parameter not supported.
Europe/Berlin: 2024-W12: Mon 2024-3-18 00:00:00 to Sun 2024-3-24 23:59:59
Europe/Berlin: 2024-W13: Mon 2024-3-25 00:00:00 to Mon 2024-4-1 00:59:59
Europe/Berlin: 2024-W14: Mon 2024-4-1 00:00:00 to Sun 2024-4-7 23:59:59
Europe/Berlin: 2024-W43: Mon 2024-10-21 00:00:00 to Sun 2024-10-27 22:59:59
Europe/Berlin: 2024-W13-WE: Sat 2024-3-30 00:00:00 to Sun 2024-3-31 23:59:59
Europe/Berlin: 2020-XX-XX: Wed 2020-1-1 00:00:00 to Thu 2020-12-31 23:59:59
Europe/Berlin: 2020-XX: Error: Invalid constructor parameter or parameter not supported.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
