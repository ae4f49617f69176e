#!/bin/bash
# iso8601-convert: a time in UTC is an hour late if the clocks at home jump then; "20240501T120000Z" is the first of January; +0200 is ignored.
#
# Versions: iso8601-convert 1.0.0 (npm), Node.js. The script runs it with TZ=Europe/Berlin and TZ=UTC.
# Expected: ISO 8601: "Z" and "+02:00" say the time whatever the zone of the machine; 20240501T120000Z is the basic format; 0050 is the year 50.
#   Its README: "console.log(iso8601.fromDate(Date.now()))", toDate() for "ISO 8601 date string".
# Seen: 2024-03-31T02:30:00Z is read as 03:30Z in Berlin: the source sets the fields in local time, where 02:30 was missing that night. What the
#   pattern does not match is left out, without an error: the day of a basic date, an offset without a colon, a fraction behind a comma. Year 50 is
#   1950. fromDate() cuts milliseconds off, and the README's own example throws.
# Why it matters: the fault comes once a year, and never on a server in UTC, where tests run. new Date() has it right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts iso8601-convert@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
const { toDate, fromDate } = createRequire(import.meta.url)("iso8601-convert");

if (!process.argv[2]) {
  for (const zone of ["UTC", "Europe/Berlin"]) {
    process.stdout.write(execFileSync(process.execPath, [process.argv[1], zone], { env: { ...process.env, TZ: zone } }));
  }
  for (const [text, meant] of [
    ["20240501T120000Z", "2024-05-01T12:00:00.000Z"],
    ["2024-05-01T12:00:00+0200", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01T12:00:00,500Z", "2024-05-01T12:00:00.500Z"],
    ["0050-01-01T00:00:00Z", "0050-01-01T00:00:00.000Z"],
  ]) {
    console.log(`${text}: ${toDate(text).toISOString()}  meant: ${meant}`);
  }
  console.log("written again:", fromDate(toDate("2012-05-21T23:32:12.419Z")));
  try {
    console.log(fromDate(Date.now()));
  } catch (error) {
    console.log(`fromDate(Date.now()) of the README: ${error.name}`);
  }
} else {
  for (const text of ["2024-03-31T01:30:00Z", "2024-03-31T02:30:00Z", "2024-03-31T04:30:00+02:00", "2024-03-31T03:30:00Z"]) {
    console.log(`${process.argv[2]}: ${text}: ${toDate(text).toISOString()}  Date: ${new Date(text).toISOString()}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
UTC: 2024-03-31T01:30:00Z: 2024-03-31T01:30:00.000Z  Date: 2024-03-31T01:30:00.000Z
UTC: 2024-03-31T02:30:00Z: 2024-03-31T02:30:00.000Z  Date: 2024-03-31T02:30:00.000Z
UTC: 2024-03-31T04:30:00+02:00: 2024-03-31T02:30:00.000Z  Date: 2024-03-31T02:30:00.000Z
UTC: 2024-03-31T03:30:00Z: 2024-03-31T03:30:00.000Z  Date: 2024-03-31T03:30:00.000Z
Europe/Berlin: 2024-03-31T01:30:00Z: 2024-03-31T01:30:00.000Z  Date: 2024-03-31T01:30:00.000Z
Europe/Berlin: 2024-03-31T02:30:00Z: 2024-03-31T03:30:00.000Z  Date: 2024-03-31T02:30:00.000Z
Europe/Berlin: 2024-03-31T04:30:00+02:00: 2024-03-31T02:30:00.000Z  Date: 2024-03-31T02:30:00.000Z
Europe/Berlin: 2024-03-31T03:30:00Z: 2024-03-31T03:30:00.000Z  Date: 2024-03-31T03:30:00.000Z
20240501T120000Z: 2024-01-01T00:00:00.000Z  meant: 2024-05-01T12:00:00.000Z
2024-05-01T12:00:00+0200: 2024-05-01T12:00:00.000Z  meant: 2024-05-01T10:00:00.000Z
2024-05-01T12:00:00,500Z: 2024-05-01T12:00:00.000Z  meant: 2024-05-01T12:00:00.500Z
0050-01-01T00:00:00Z: 1950-01-01T00:00:00.000Z  meant: 0050-01-01T00:00:00.000Z
written again: 2012-05-21T23:32:12Z
fromDate(Date.now()) of the README: TypeError
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
