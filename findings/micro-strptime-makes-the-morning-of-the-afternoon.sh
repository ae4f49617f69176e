#!/bin/bash
# micro-strptime: with a time zone "PM" is forgotten, "pm" is always the morning, and west of Greenwich half an hour goes the wrong way.
#
# Versions: micro-strptime 1.0.0 (npm), Node.js, and Python 3.11 to compare with.
# Expected: POSIX, strptime(): %I is the hour of 1 to 12, %p the equivalent of AM or PM, and case is ignored in names. The package lists "%I : hour
#   (12-hour clock)", "%p : AM or PM" and "%z : timezone string like +0900 or -0300". RFC 3339, section 4.2: -03:30 is three and a half hours behind
#   UTC.
# Seen: "01:05 PM +0900" is 01:05 in the morning in Tokyo, twelve hours early; without the zone it is right. "01:05 pm", which the pattern takes, is
#   01:05 in the morning too. "12:05 -0330", Newfoundland, is 14:35 UTC and should be 15:35. "01 JUL 2026" is in January. Python's strptime() gives
#   the right times for all.
# Why it matters: logs and mails of the afternoon move to the night without an error. Use %H, and count the offset oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts micro-strptime@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const { strptime } = require("micro-strptime");

const python = `import datetime, sys
time = datetime.datetime.strptime(sys.argv[1], sys.argv[2])
print((time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M"))`;
for (const [text, format] of [
  ["2026-07-01 01:05 PM", "%Y-%m-%d %I:%M %p"],
  ["2026-07-01 01:05 PM +0900", "%Y-%m-%d %I:%M %p %z"],
  ["2026-07-01 01:05 pm", "%Y-%m-%d %I:%M %p"],
  ["2026-07-01 12:05 +0530", "%Y-%m-%d %H:%M %z"],
  ["2026-07-01 12:05 -0330", "%Y-%m-%d %H:%M %z"],
  ["01 Jul 2026 10:00", "%d %b %Y %H:%M"],
  ["01 JUL 2026 10:00", "%d %b %Y %H:%M"],
]) {
  const right = execFileSync("python3", ["-c", python, text, format], { encoding: "utf8" }).trim();
  console.log(`${text}: ${strptime(text, format).toISOString().slice(0, 16)}, Python: ${right}`);
}
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
2026-07-01 01:05 PM: 2026-07-01T13:05, Python: 2026-07-01T13:05
2026-07-01 01:05 PM +0900: 2026-06-30T16:05, Python: 2026-07-01T04:05
2026-07-01 01:05 pm: 2026-07-01T01:05, Python: 2026-07-01T13:05
2026-07-01 12:05 +0530: 2026-07-01T06:35, Python: 2026-07-01T06:35
2026-07-01 12:05 -0330: 2026-07-01T14:35, Python: 2026-07-01T15:35
01 Jul 2026 10:00: 2026-07-01T10:00, Python: 2026-07-01T10:00
01 JUL 2026 10:00: 2026-01-01T10:00, Python: 2026-07-01T10:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
