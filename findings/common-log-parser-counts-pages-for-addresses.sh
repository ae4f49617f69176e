#!/bin/bash
# common-log-parser: the number of unique addresses that it prints is the number of pages. Visitors by IPv6 from ::1 are shown as 0.0.0.1, and a second
# parser goes on counting where the first ended.
#
# Versions: common-log-parser 1.0.2 (PyPI), Python 3.11.
# Expected: its description: "Parse HTTP Common Log format file for top visited urls, top ips and number of uniq ips". RFC 4291, section 2.5.3: ::1 is the
#   loopback address of IPv6; 0.0.0.1 is no host at all (RFC 791, RFC 6890).
# Seen: for a log of one address that asks for three pages "The number of unique IP addresses # 3"; for three addresses and one page "# 1". A visitor
#   "::1" is in the list as "0.0.0.1". The counters belong to the class: after a log with 2 lines, a second LogParser for a log with 1 line reports 3
#   visits.
# Why it matters: the number of visitors is what the tool is for. "0.0.0.1" sends one looking for an attacker where the monitoring of one's own host asks.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check common-log-parser==1.0.2

cat > find.py <<'PY'
import re
import subprocess
import sys

LINE = '{} - - [30/Nov/2026:10:00:00 +0000] "GET {} HTTP/1.1" 200 5\n'
RUN = "import sys; from log_parser import LogParser\nfor name in sys.argv[1:]: LogParser(name, 3, True).parse()"


def report(*logs):
    names = []
    for number, entries in enumerate(logs):
        names.append(f"log{number}")
        open(names[-1], "w").writelines(LINE.format(*entry) for entry in entries)
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", RUN, *names], capture_output=True, text=True, timeout=20)
    print(run.stdout, run.stderr)
    return run.stdout


pages = report([("192.0.2.1", "/a"), ("192.0.2.1", "/b"), ("192.0.2.1", "/c")])
visitors = report([("192.0.2.1", "/a"), ("192.0.2.2", "/a"), ("192.0.2.3", "/a")])
local = report([("::1", "/a")])
two = report([("192.0.2.1", "/a")] * 2, [("192.0.2.1", "/a")])
unique = [re.search(r"unique IP addresses # (\d+)", text).group(1) for text in (pages, visitors)]
print("unique addresses:", unique)
sys.exit(unique != ["3", "1"] or "0.0.0.1: 1 visits" not in local or "::1" in local or "/a: 3 visits" not in two)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
