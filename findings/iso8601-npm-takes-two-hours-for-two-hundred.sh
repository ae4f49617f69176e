#!/bin/bash
# iso8601: "+02:00" moves a time by 200 hours, and "-05:30" by three weeks: the minutes of the offset are put behind the hours as text.
#
# Versions: iso8601 1.1.1 and, to compare with, iso8601-convert 1.0.0 (npm), Node.js.
# Expected: ISO 8601, time of day with the difference to UTC; RFC 3339, section 4.2: "numeric offsets are calculated as local time minus UTC". The
#   package is to "Parse and print ISO8601 dates", and looks for "Z" or an offset with hours and minutes.
# Seen: 2026-07-01T12:00:00+02:00 is 2026-06-23T04:00:00Z, eight days early; with -05:30 it is three weeks late. "+00:00" is right and so is "Z". Date
#   of JavaScript and iso8601-convert, which is built alike, read all of them rightly.
# Why it matters: every time stamp with an offset that is not zero is wrong by days, without an error; one needs a look to see that. Use new
#   Date(text), which reads these.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts iso8601@1.1.1 iso8601-convert@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const iso8601 = require("iso8601");
const convert = require("iso8601-convert");

for (const text of ["2026-07-01T12:00:00Z", "2026-07-01T12:00:00+00:00", "2026-07-01T12:00:00+02:00", "2026-07-01T12:00:00-05:30"]) {
  const seen = iso8601.toDate(text);
  const right = new Date(text);
  const other = convert.toDate(text);
  console.log(`${text}: ${seen.toISOString()}, off by ${(seen - right) / 3600000} h; iso8601-convert: off by ${(other - right) / 3600000} h`);
}
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
2026-07-01T12:00:00Z: 2026-07-01T12:00:00.000Z, off by 0 h; iso8601-convert: off by 0 h
2026-07-01T12:00:00+00:00: 2026-07-01T12:00:00.000Z, off by 0 h; iso8601-convert: off by 0 h
2026-07-01T12:00:00+02:00: 2026-06-23T04:00:00.000Z, off by -198 h; iso8601-convert: off by 0 h
2026-07-01T12:00:00-05:30: 2026-07-22T08:30:00.000Z, off by 495 h; iso8601-convert: off by 0 h
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
