#!/bin/bash
# local-crontab: a job for Monday at 22:00 in New York runs on Sunday evening, one for the first of the month a day early, and one at 9:45 in
#   India an hour early.
#
# Versions: local-crontab 0.1.8 and, to compare with, cron-parser 4.9.0 (npm), Node.js.
# Expected: its documentation: "convert a crontab in a local timezone into a set of UTC crontabs". Monday 22:00 in New York is Tuesday 02:00 or
#   03:00 UTC; 9:45 in Kolkata (UTC+5:30) is 4:15 UTC.
# Seen: "0 22 * * 1" in New York becomes "0 3 * 1-2,11-12 1" and so on: the hour is beyond midnight and the day stays. "45 9 * * *" in
#   Kolkata becomes "15 3 * * *": minutes go beyond the hour, and the hour stays.
# Why it matters: a weekly report runs before the day that it is about has begun; the bill of the month on the last of the month before.
#   Jobs by day in America that run in the evening, and in Asia in the morning, are the ones. Half of the minutes of India are wrong, too.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts local-crontab@0.1.8 cron-parser@4.9.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { localCrontabToUtcCrontabs } = require("local-crontab");
const { parseExpression } = require("cron-parser");

const tell = (expression, tz, where) => {
  // The next run after 1 June of this year, as everybody with this time zone sees it.
  const currentDate = new Date(Date.UTC(2026, 5, 1));
  const date = parseExpression(expression, { tz, currentDate }).next().toDate();
  return new Intl.DateTimeFormat("en-GB", { timeZone: where, weekday: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(date);
};
for (const [expression, zone] of [["0 9 * * 1", "America/New_York"], ["0 22 * * 1", "America/New_York"], ["0 22 1 * *", "America/New_York"],
  ["15 9 * * *", "Asia/Kolkata"], ["45 9 * * *", "Asia/Kolkata"]]) {
  const summer = localCrontabToUtcCrontabs(expression, zone).find((one) => parseExpression(one).fields.month.includes(6));
  console.log(`${expression} in ${zone}: ${tell(expression, zone, zone)}; in UTC ${summer}: ${tell(summer, "UTC", zone)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
0 9 * * 1 in America/New_York: Mon 1, 09:00; in UTC 0 13 * 4-10 1: Mon 1, 09:00
0 22 * * 1 in America/New_York: Mon 1, 22:00; in UTC 0 2 * 4-10 1: Sun 31, 22:00
0 22 1 * * in America/New_York: Mon 1, 22:00; in UTC 0 2 1 4-10 *: Sun 31, 22:00
15 9 * * * in Asia/Kolkata: Mon 1, 09:15; in UTC 45 3 * * *: Mon 1, 09:15
45 9 * * * in Asia/Kolkata: Mon 1, 09:45; in UTC 15 3 * * *: Mon 1, 08:45
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
