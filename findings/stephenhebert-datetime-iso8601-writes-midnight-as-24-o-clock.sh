#!/bin/bash
# @stephenhebert/datetime-iso8601: midnight is written as 24:00:00 of the new day, a day late; +03:30 is the summer time of Tehran; no Z.
#
# Versions: @stephenhebert/datetime-iso8601 1.0.0 (npm), Node.js.
# Expected: its README: "Converts the date-time to the specified time zone offset", and "Parse ISO8601 date-time strings". ISO 8601: 24:00:00 is
#   the end of the day that is named; "Z" is UTC. An offset of +03:30 is three hours and a half ahead of UTC on each day of the year.
# Seen: tz() asks Intl with hour12: false in en-US, which counts the hour after midnight as 24. Half-hour offsets are replaced by a place that had
#   summer time: Asia/Tehran in July 2020 was +04:30. Offsets of Newfoundland (-03:30) and the Chathams (+12:45) are "not supported".
# Why it matters: a meeting between 0 and 1 o'clock moves by a day when the text is read as ISO 8601 (new Date(), for 24:00:00) or is refused
#   (24:30:00). At all other hours the text is right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @stephenhebert/datetime-iso8601@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { DateTimeIso8601 } from "@stephenhebert/datetime-iso8601";

function show(text, offset) {
  try {
    const out = new DateTimeIso8601(text).tz(offset).toString();
    const again = new Date(out);
    const difference = (again - new Date(text)) / 60000;
    console.log(`${text} in ${offset}: ${out}  moved by ${Number.isNaN(difference) ? "(no date)" : `${difference} minutes`}`);
  } catch (error) {
    console.log(`${text} in ${offset}: ${error.name}: ${error.message}`);
  }
}
show("2024-06-01T12:34:56+00:00", "-05:00");
show("2024-06-01T05:00:00+00:00", "-05:00");
show("2024-06-01T05:30:00+00:00", "-05:00");
show("2020-01-15T12:00:00+00:00", "+03:30");
show("2020-07-15T12:00:00+00:00", "+03:30");
show("2024-06-01T12:00:00+00:00", "-03:30");
show("2024-06-01T12:00:00+00:00", "+12:45");
show("2024-06-01T12:00:00Z", "+00:00");
show("2024-06-01T12:00:00.500+00:00", "+01:00");
const day = new DateTimeIso8601("2024-06-01T12:00:00+00:00").update({ hour: 0, minute: 0, second: 0 });
console.log("update to midnight:", day.toString(), "read as", new Date(day.toString()).toISOString());
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2024-06-01T12:34:56+00:00 in -05:00: 2024-06-01T07:34:56-05:00  moved by 0 minutes
2024-06-01T05:00:00+00:00 in -05:00: 2024-06-01T24:00:00-05:00  moved by 1440 minutes
2024-06-01T05:30:00+00:00 in -05:00: 2024-06-01T24:30:00-05:00  moved by (no date)
2020-01-15T12:00:00+00:00 in +03:30: 2020-01-15T15:30:00+03:30  moved by 0 minutes
2020-07-15T12:00:00+00:00 in +03:30: 2020-07-15T16:30:00+03:30  moved by 60 minutes
2024-06-01T12:00:00+00:00 in -03:30: Error: tzOffset not supported
2024-06-01T12:00:00+00:00 in +12:45: Error: tzOffset not supported
2024-06-01T12:00:00Z in +00:00: Error: Unable to parse time string
2024-06-01T12:00:00.500+00:00 in +01:00: Error: Unable to parse time string
update to midnight: 2024-06-01T24:00:00+00:00 read as 2024-06-02T00:00:00.000Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
