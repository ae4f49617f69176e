#!/bin/bash
# internet-timestamp: "-0330" becomes -04:30 and another time, and of the date 2026-11-30 the day is taken for a time zone.
#
# Versions: internet-timestamp 0.0.1 (npm), Node.js; email.utils of Python 3.11 to compare with.
# Expected: RFC 3339, section 4.2: the offset is the one of the time, "-03:30" for RFC 5322's "-0330". Its documentation: "generate
#   rfc3339-compliant timestamps from date objects", and from strings.
# Seen: "Mon, 30 Nov 2026 08:30:00 -0330" becomes 2026-11-30T07:30:00-04:30, "-0930" 2026-11-30T01:30:00-10:30; +0530 and -0500 keep their
#   zone. "2026-11-30" becomes 2026-11-29T22:30:00-01:30, as "-30" looks like an offset; "2026-11-01" is 2026-10-31T22:59:00-01:01. The
#   moment is the same each time; the local time and the zone are not.
# Why it matters: dates of mails and logs from Newfoundland and the Marquesas are shown at a wrong hour; a date alone changes its day.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts internet-timestamp@0.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import stamp from "internet-timestamp";

for (const text of process.argv.slice(2)) console.log(`${text}: ${stamp(text)}`);
JS
cat > find.py <<'PY'
import email.utils
import sys

for text in sys.argv[1:]:
    print(f"Python: {email.utils.parsedate_to_datetime(text).isoformat()}")
PY
mails=("Mon, 30 Nov 2026 17:30:00 +0530" "Mon, 30 Nov 2026 07:00:00 -0500" "Mon, 30 Nov 2026 08:30:00 -0330" "Mon, 30 Nov 2026 02:30:00 -0930")
{
  TZ=UTC timeout 60 node find.mjs "${mails[@]}" 2026-11-30 2026-11-01
  python3 find.py "${mails[@]}"
} | tee seen
cat > expected <<'TEXT'
Mon, 30 Nov 2026 17:30:00 +0530: 2026-11-30T17:30:00+05:30
Mon, 30 Nov 2026 07:00:00 -0500: 2026-11-30T07:00:00-05:00
Mon, 30 Nov 2026 08:30:00 -0330: 2026-11-30T07:30:00-04:30
Mon, 30 Nov 2026 02:30:00 -0930: 2026-11-30T01:30:00-10:30
2026-11-30: 2026-11-29T22:30:00-01:30
2026-11-01: 2026-10-31T22:59:00-01:01
Python: 2026-11-30T17:30:00+05:30
Python: 2026-11-30T07:00:00-05:00
Python: 2026-11-30T08:30:00-03:30
Python: 2026-11-30T02:30:00-09:30
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
