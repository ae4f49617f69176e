#!/bin/bash
# isodate: offsets are applied the wrong way round, "Z" is taken for the local time, "2026-07" is the last of June, and half a second five
#   milliseconds.
#
# Versions: isodate 0.1.4 (npm), Node.js.
# Expected: RFC 3339, section 4.2: local time minus UTC is the offset, so that 12:00+02:00 is 10:00Z; "Z" is UTC. Section 5.6: what follows the dot is
#   a fraction of a second. ISO 8601: 2026-07 is July. The package's words: "enables the parsing of ISO 8601 date strings", and "It's also possible to
#   parse strings with timezones like in 2011-08-20T19:44:05+01:00".
# Seen: where the local time is UTC, 12:00+02:00 is 14:00Z, four hours late, and 12:00-05:30 eleven hours early; 2026-07 is 2026-06-30, 2026 is
#   2025-12-31, and ".5" five milliseconds. With Berlin as the local time zone "12:00:00Z" is 10:00Z as well.
# Why it matters: on a server in UTC everything with "Z" is right, so that nobody sees what is wrong with all the others. Use new Date(text).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts isodate@0.1.4 >npm.log 2>&1

cat > find.cjs <<'JS'
if (process.argv[2] !== "again") {
  for (const TZ of ["UTC", "Europe/Berlin"]) {
    console.log(`the local time is ${TZ}:`);
    const { execFileSync } = require("node:child_process");
    process.stdout.write(execFileSync(process.execPath, [__filename, "again"], { env: { ...process.env, TZ }, encoding: "utf8" }));
  }
  return;
}
const isodate = require("isodate");

for (const text of ["2026-07-01T12:00:00Z", "2026-07-01T12:00:00+02:00", "2026-07-01T12:00:00-05:30", "2026-07-01T12:00:00.5Z", "2026-07-01T12:00:00.500Z"]) {
  console.log(`  ${text}: ${isodate(text).toISOString()}, Date: ${new Date(text).toISOString()}`);
}
for (const text of ["2026-07-01", "2026-07", "2026"]) console.log(`  ${text}: local day ${isodate(text).toLocaleDateString("en-CA")}`);
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
the local time is UTC:
  2026-07-01T12:00:00Z: 2026-07-01T12:00:00.000Z, Date: 2026-07-01T12:00:00.000Z
  2026-07-01T12:00:00+02:00: 2026-07-01T14:00:00.000Z, Date: 2026-07-01T10:00:00.000Z
  2026-07-01T12:00:00-05:30: 2026-07-01T06:30:00.000Z, Date: 2026-07-01T17:30:00.000Z
  2026-07-01T12:00:00.5Z: 2026-07-01T12:00:00.005Z, Date: 2026-07-01T12:00:00.500Z
  2026-07-01T12:00:00.500Z: 2026-07-01T12:00:00.500Z, Date: 2026-07-01T12:00:00.500Z
  2026-07-01: local day 2026-07-01
  2026-07: local day 2026-06-30
  2026: local day 2025-12-31
the local time is Europe/Berlin:
  2026-07-01T12:00:00Z: 2026-07-01T10:00:00.000Z, Date: 2026-07-01T12:00:00.000Z
  2026-07-01T12:00:00+02:00: 2026-07-01T12:00:00.000Z, Date: 2026-07-01T10:00:00.000Z
  2026-07-01T12:00:00-05:30: 2026-07-01T04:30:00.000Z, Date: 2026-07-01T17:30:00.000Z
  2026-07-01T12:00:00.5Z: 2026-07-01T10:00:00.005Z, Date: 2026-07-01T12:00:00.500Z
  2026-07-01T12:00:00.500Z: 2026-07-01T10:00:00.500Z, Date: 2026-07-01T12:00:00.500Z
  2026-07-01: local day 2026-07-01
  2026-07: local day 2026-06-30
  2026: local day 2025-12-31
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
