#!/bin/bash
# rfc822-date: in India, Iran, Nepal and Adelaide the time zone that it writes is an hour too far east, and so each mail is dated an hour
#   early.
#
# Versions: rfc822-date 0.0.3 (npm), Node.js; email.utils of Python 3.11 to compare with.
# Expected: RFC 5322, section 3.3: the zone is the offset of the local time from UTC, hours and minutes: in India +0530. Its documentation:
#   "Convert a Date object to a rfc-822 date string".
# Seen: in Asia/Kolkata noon UTC becomes "17:30:00 +0630", which is 11:00 UTC; in Asia/Kathmandu "+0645" for +0545, in Australia/Adelaide
#   "+1130" for +1030. Europe/Berlin and America/St_Johns are right. Python reads what it was given.
# Why it matters: mails and feeds are sorted an hour wrong, and a header "Expires" or a signature's time ends an hour early, in zones of
#   half and quarter hours east of Greenwich, where more than a billion people live, and never on the developer's machine.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rfc822-date@0.0.3 >npm.log 2>&1

cat > find.cjs <<'JS'
console.log(require("rfc822-date")(new Date(Date.UTC(2026, 10, 30, 12, 0, 0))));
JS
cat > find.py <<'PY'
import email.utils
import sys

print("   means", email.utils.parsedate_to_datetime(sys.argv[1]).astimezone(__import__("datetime").timezone.utc).strftime("%H:%M UTC"))
PY
for zone in UTC Europe/Berlin America/St_Johns Asia/Kolkata Asia/Kathmandu Australia/Adelaide; do
  written=$(TZ=$zone timeout 60 node find.cjs)
  echo "$zone: $written"
  python3 find.py "$written"
done | tee seen
cat > expected <<'TEXT'
UTC: Mon, 30 Nov 2026 12:00:00 +0000
   means 12:00 UTC
Europe/Berlin: Mon, 30 Nov 2026 13:00:00 +0100
   means 12:00 UTC
America/St_Johns: Mon, 30 Nov 2026 08:30:00 -0330
   means 12:00 UTC
Asia/Kolkata: Mon, 30 Nov 2026 17:30:00 +0630
   means 11:00 UTC
Asia/Kathmandu: Mon, 30 Nov 2026 17:45:00 +0645
   means 11:00 UTC
Australia/Adelaide: Mon, 30 Nov 2026 22:30:00 +1130
   means 11:00 UTC
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
