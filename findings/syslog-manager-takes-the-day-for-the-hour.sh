#!/bin/bash
# syslog-manager: in the first nine days of a month the hourly report counts all events at the hour that is the number of the day; and the command
# itself does not start before Python 3.12.
#
# Versions: syslog-manager 2.1.1 (PyPI), Python 3.11.
# Expected: RFC 3164, section 4.1.2: "If the day of the month is less than 10, then it MUST be represented as a space and then the number", as in
#   "Jun  5 22:10:00". The package calls hourly_report "Generate hourly event frequency report". It has no Requires-Python, and pip installs it for
#   3.11.
# Seen: count_events_per_hour() splits at each blank and takes the third piece for the time: two events of "Jun  5", at 22:10 and 23:10, are counted
#   at 5 o'clock; the one of "Jun 15 23:10:00" at 23. The command ends with a SyntaxError in exporter.py, where quotation marks stand within the
#   same ones in an f-string, which is new in Python 3.12.
# Why it matters: for a third of each month the report shows one bar, which moves by an hour each day and looks like a nightly job.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check syslog-manager==2.1.1

printf '%s host sshd[17]: Server listening\n' 'Jun  5 22:10:00' 'Jun  5 23:10:00' 'Jun 15 23:10:00' > a.log
cat > find.py <<'PY'
import subprocess
import sys

from syslog_manager.hourly_report import count_events_per_hour
from syslog_manager.utility import parse_syslog_line

for line in open("a.log"):
    print(line.strip(), "->", parse_syslog_line(line)["timestamp"])
counts = dict(count_events_per_hour("a.log"))
print("events per hour:", counts)
script = "import syslog_manager.exporter"
error = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stderr.strip().split("\n")[-1]
print(script, "->", error)
sys.exit(counts != {5: 2, 23: 1} or (sys.version_info < (3, 12)) != error.startswith("SyntaxError"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
