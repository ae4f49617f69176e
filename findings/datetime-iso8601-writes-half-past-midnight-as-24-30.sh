#!/bin/bash
# @stephenhebert/datetime-iso8601: half past midnight becomes 24:30, which no reader of times takes; and Z and fractions of a second are refused.
#
# Versions: @stephenhebert/datetime-iso8601 1.0.0 (npm), Node.js, Python 3.11 to compare with.
# Expected: ISO 8601 and RFC 3339, section 5.6: the hour is 00 to 23 (ISO 8601 knows 24:00:00 only for the end of a day, and nothing after it). RFC
#   3339, section 5.6: "Z" and a fraction are a part of the form. Its own words: "Parse ISO8601 date-time strings", "Convert between time zones".
# Seen: 01:30 at +01:00 in tz("+00:00") is "2026-01-01T24:30:00+00:00"; update() writes the same whenever the result is in the first hour of a day, of
#   a day that is already the next one. Date and Python refuse it; who reads 24:00 as ISO 8601 has the end of that day, 24 hours late. get("hour") is
#   24. "2026-01-01T00:30:00Z" and "...00:30:00.5+00:00" are an Error, "Unable to parse time string".
# Why it matters: one hour in 24 is unreadable, the one that tests in the daytime do not see. Replace T24 with T00 in what it returns.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @stephenhebert/datetime-iso8601@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { spawnSync } from "node:child_process";
import { DateTimeIso8601 } from "@stephenhebert/datetime-iso8601";

const show = (name, make) => {
  let text;
  try {
    text = make();
  } catch (error) {
    return console.log(`${name}: ${error.message}`);
  }
  const python = spawnSync("python3", ["-c", "import datetime, sys; datetime.datetime.fromisoformat(sys.argv[1])", text], { encoding: "utf8" });
  const refused = python.stderr.trim().split("\n").at(-1).split(":")[0] || "read";
  console.log(`${name}: ${text}; Date: ${Number.isNaN(Date.parse(text)) ? "Invalid Date" : "read"}; Python: ${refused}`);
};
show("13:30+01:00 in UTC", () => new DateTimeIso8601("2026-01-01T13:30:00+01:00").tz("+00:00").toString());
show("01:30+01:00 in UTC", () => new DateTimeIso8601("2026-01-01T01:30:00+01:00").tz("+00:00").toString());
show("23:30 and one hour", () => new DateTimeIso8601("2026-01-01T23:30:00+02:00").update({ hour: 1 }, true).toString());
show("23:30 and half an hour", () => new DateTimeIso8601("2026-01-01T23:30:00+02:00").update({ minute: 30 }, true).toString());
show("00:30Z", () => new DateTimeIso8601("2026-01-01T00:30:00Z").toString());
show("with a fraction", () => new DateTimeIso8601("2026-01-01T00:30:00.5+00:00").toString());
console.log("hour:", new DateTimeIso8601("2026-01-01T01:30:00+01:00").tz("+00:00").get("hour"));
JS
TZ=UTC timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
13:30+01:00 in UTC: 2026-01-01T12:30:00+00:00; Date: read; Python: read
01:30+01:00 in UTC: 2026-01-01T24:30:00+00:00; Date: Invalid Date; Python: ValueError
23:30 and one hour: 2026-01-02T24:30:00+02:00; Date: Invalid Date; Python: ValueError
23:30 and half an hour: 2026-01-02T24:00:00+02:00; Date: read; Python: ValueError
00:30Z: Unable to parse time string
with a fraction: Unable to parse time string
hour: 24
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
