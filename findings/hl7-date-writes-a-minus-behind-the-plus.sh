#!/bin/bash
# hl7-date: east of Greenwich it writes times like "20240304050607+-100", which it cannot read itself.
#
# Versions: hl7-date 1.0.1 (npm), Node.js, Python 3.11.
# Expected: its documentation, and HL7 v2.5.1, section 2.A.22 (DTM): YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ], where ZZZZ is HHMM.
# Seen: stringify() of one and the same instant ends in "-0500" in New York and "-0330" in St. John's, but in "+-100" in Berlin, "+-6-30" in
#   Calcutta, "+-11-30" in Adelaide. parse() of such a time gives another instant, or an invalid date.
# Why it matters: most people live east of Greenwich; every message with a time is refused by, or misread at, whoever receives it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts hl7-date@1.0.1 >npm.log 2>&1

cat > find.js <<'JS'
const { parse, stringify } = require("hl7-date");

const instant = new Date("2024-03-04T05:06:07Z");
const written = stringify(instant, "second");
const read = parse(written);
console.log(JSON.stringify([written, isNaN(read) ? "invalid" : read.toISOString()]));
JS
cat > find.py <<'PY'
import datetime
import json
import os
import subprocess
import sys
import zoneinfo

instant = datetime.datetime(2024, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
expected = {
    "UTC": ("20240304050607+0000", True),
    "America/New_York": ("20240304000607-0500", True),
    "America/St_Johns": ("20240304013607-0330", True),
    "Europe/Berlin": ("20240304060607+-100", False),
    "Asia/Kolkata": ("20240304103607+-6-30", False),
    "Australia/Adelaide": ("20240304153607+-11-30", False),
}
seen = {}
for zone in expected:
    output = subprocess.run(["node", "find.js"], env=dict(os.environ, TZ=zone), capture_output=True, text=True, check=True, timeout=30)
    written, read = json.loads(output.stdout)
    right = instant.astimezone(zoneinfo.ZoneInfo(zone)).strftime("%Y%m%d%H%M%S%z")
    print(f"{zone}: {written}, read as {read}; right is {right}")
    seen[zone] = (written, written == right and read == "2024-03-04T05:06:07.000Z")
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
