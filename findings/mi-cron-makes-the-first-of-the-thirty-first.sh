#!/bin/bash
# @fregante/mi-cron: the 31st of a month is the 1st of December when it is November, the 29th of February is the 1st of March, and of a day and a
#   weekday both have to match.
#
# Versions: @fregante/mi-cron 2.0.1 and, to compare with, cron-parser 4.9.0 (npm), Node.js.
# Expected: crontab(5): "If both fields are restricted [...], the command will be run when either field matches the current time", and Wikipedia's
#   page, which the package names, says the same; names of days are not case sensitive there. Its own words: "Supports the complete standard cron
#   syntax", and nextDate() returns "the next date that matches the schedule".
# Seen: from 30 November 2026, 12:00, the next "0 0 31 * *" is 1 December (right: 31 December), the next "0 0 29 2 *" is 1 March 2027 (right: 29
#   February 2028): days that do not match their own schedule. "0 0 1 * mon" is 1 February 2027 (right: 1 December, the next first). "0 0 * * SUN" is
#   undefined, "sun" is read. Other schedules agree with cron-parser.
# Why it matters: the job for the end of the month runs on the first of the next one, for accounts and rents the wrong month.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @fregante/mi-cron@2.0.1 cron-parser@4.9.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parseCron } from "@fregante/mi-cron";
import cron from "cron-parser";

const from = new Date("2026-11-30T12:00:00Z");
for (const text of ["*/15 9-17 * * mon-fri", "0 12 1,15 * *", "0 0 31 * *", "0 0 29 2 *", "0 0 1 * mon", "0 0 * * sun", "0 0 * * SUN"]) {
  const seen = parseCron.nextDate(text, from);
  const right = cron.parseExpression(text, { currentDate: from, utc: true }).next().toDate();
  console.log(`${text}: ${seen?.toISOString().slice(0, 16)}; cron-parser: ${right.toISOString().slice(0, 16)}`);
}
JS
TZ=UTC timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
*/15 9-17 * * mon-fri: 2026-11-30T12:15; cron-parser: 2026-11-30T12:15
0 12 1,15 * *: 2026-12-01T12:00; cron-parser: 2026-12-01T12:00
0 0 31 * *: 2026-12-01T00:00; cron-parser: 2026-12-31T00:00
0 0 29 2 *: 2027-03-01T00:00; cron-parser: 2028-02-29T00:00
0 0 1 * mon: 2027-02-01T00:00; cron-parser: 2026-12-01T00:00
0 0 * * sun: 2026-12-06T00:00; cron-parser: 2026-12-06T00:00
0 0 * * SUN: undefined; cron-parser: 2026-12-06T00:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
