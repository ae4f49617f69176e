#!/bin/bash
# dateutils' ddiff: from 2027-01-31 to 2027-03-01 it is one month and 62 days.
#
# Versions: dateutils 0.4.10 (Debian 12: dateutils 0.4.10-1), python-dateutil 2.9.0.post0 (PyPI) to compare with. Wants `apt-get update` beforehand.
# Expected: ddiff(1): with a format of several units the difference is the sum of them, "%m" months and "%d" days: what is counted in months is not counted
#   in days again. dadd of the same package tells that 2027-01-31 +1mo is 2027-02-28, and +1d the first of March.
# Seen: "%m %d" of 2027-01-31 and 2027-03-01 is "1 62", of the 30th it is "1 63", and with "%Y %m %d" likewise. What is between them are
#   29 and 30 days. From the 28th, and to the 31st of March, it is right. dadd with the 1 month and 62 days ends in May. python-dateutil says one
#   month and one day.
# Why it matters: ages, notice periods and terms of payment that begin at the end of January and end in March are two months too long. Ask for days alone
#   ("%d"), which is right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0
apt-get -qq download dateutils=0.4.10-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.py <<'PY'
import subprocess
from datetime import date

from dateutil.relativedelta import relativedelta


def run(tool, *words):
    return subprocess.run(["usr/bin/dateutils." + tool, *words], capture_output=True, text=True, timeout=10).stdout.strip()


for start, end in (("2027-01-28", "2027-03-01"), ("2027-01-30", "2027-03-01"), ("2027-01-31", "2027-03-01"), ("2027-01-31", "2027-03-31")):
    right = relativedelta(date.fromisoformat(end), date.fromisoformat(start))
    months, days = run("ddiff", start, end, "-f", "%m %d").split()
    print(f"{start} to {end}: ddiff {months} months and {days} days, or {run('ddiff', start, end, '-f', '%Y %m %d')}, or {run('ddiff', start, end)} days;",
          f"python-dateutil {right.months} and {right.days}; and back: {run('dadd', start, months + 'mo', days + 'd')}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
2027-01-28 to 2027-03-01: ddiff 1 months and 1 days, or 0 1 1, or 32 days; python-dateutil 1 and 1; and back: 2027-03-01
2027-01-30 to 2027-03-01: ddiff 1 months and 63 days, or 0 1 63, or 30 days; python-dateutil 1 and 1; and back: 2027-05-02
2027-01-31 to 2027-03-01: ddiff 1 months and 62 days, or 0 1 62, or 29 days; python-dateutil 1 and 1; and back: 2027-05-01
2027-01-31 to 2027-03-31: ddiff 2 months and 0 days, or 0 2 0, or 59 days; python-dateutil 2 and 0; and back: 2027-03-31
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
