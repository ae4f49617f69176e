#!/bin/bash
# cogno-herald: the time zone of a meeting is not in its invitation, so that nine o'clock UTC is nine o'clock for everybody, and an
# organizer whose name has a colon has no address.
#
# Versions: cogno-herald 0.1.0; icalendar 7.3.2 (PyPI) and ical.js 2.2.1 (npm) as readers, Python 3.11, Node.js.
# Expected: its documentation: "Pure, stdlib-only RFC 5545 VEVENT generation", for Google Calendar, Outlook and others. RFC 5545, section
#   3.3.5: a time without "Z" and TZID is local time, wherever one is. Section 3.2: a value of a parameter with ",", ":" or ";" "MUST" be
#   in quotation marks; a backslash escapes nothing there. Section 3.1: lines of more than 75 octets "SHOULD be folded".
# Seen: for 2026-01-05 09:00 UTC, and for 09:00+01:00, build_ics_event() writes DTSTART:20260105T090000, and both are the same hour. The
#   organizer "Sales: Jo" makes ORGANIZER;CN=Sales: Jo:mailto:jo@example.org: for both readers the address is " Jo:mailto:jo@example.org",
#   and the name ends at the colon. A summary of 200 letters is one line.
# Why it matters: guests in Berlin and New York come at different times, and their answers go to an address that is none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cogno-herald==0.1.0 icalendar==7.3.2
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1 >npm.log 2>&1

cat > second.mjs <<'JS'
import { readFileSync } from "fs";
import ICAL from "ical.js";
const event = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8"))).getFirstSubcomponent("vevent");
const organizer = event.getFirstProperty("organizer");
console.log(JSON.stringify([`${event.getFirstPropertyValue("dtstart").zone}`, organizer.getParameter("cn"), organizer.getFirstValue()]));
JS
cat > find.py <<'PY'
import datetime
import json
import pathlib
import subprocess
import sys

import icalendar
from cogno_herald import build_ics_event

UTC = datetime.timezone.utc
BERLIN = datetime.timezone(datetime.timedelta(hours=1))
seen = []
for zone, name in ((UTC, "Jo Doe"), (BERLIN, "Jo Doe"), (UTC, "Sales: Jo")):
    start = datetime.datetime(2026, 1, 5, 9, tzinfo=zone)
    text = build_ics_event("1@example.org", "x" * 200, start, start + datetime.timedelta(hours=1), "jo@example.org", name)
    pathlib.Path("event.ics").write_text(text, newline="")
    lines = [line for line in text.splitlines() if line.startswith(("DTSTART", "ORGANIZER"))]
    try:
        event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
        python = str(event["DTSTART"].dt), str(event["ORGANIZER"])
    except Exception as error:
        python = f"{type(error).__name__}: {error}"
    result = subprocess.run(["node", "second.mjs", "event.ics"], capture_output=True, text=True, timeout=20)
    other = json.loads(result.stdout) if result.stdout else result.stderr.strip().splitlines()[-1]
    seen.append((lines, max(map(len, text.splitlines())), other))
    print(f"{start.isoformat()} by {name}: {lines}; icalendar {python}; ical.js {other}")
sys.exit(
    [lines[0] for lines, *_ in seen] != ["DTSTART:20260105T090000"] * 3
    or seen[2][0][1] != "ORGANIZER;CN=Sales: Jo:mailto:jo@example.org"
    or seen[2][2][1:] != ["Sales", " Jo:mailto:jo@example.org"]
    or seen[0][1] <= 200
    or seen[0][2] != ["floating", "Jo Doe", "mailto:jo@example.org"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
