#!/bin/bash
# ldap2date: time zones move the time the wrong way by the wrong amount, half an hour is half a second, and 5 milliseconds come back as 500.
#
# Versions: ldap2date 2.0.0 (npm), Node.js; asn1crypto 1.5.1 (PyPI), Python 3.11 for comparison.
# Expected: RFC 4517, section 3.3.13 (GeneralizedTime, X.680, section 46): "+0200" tells how far local time is ahead of UTC, so 18:30+0200 is 16:30 UTC; a
#   fraction without seconds is one of the minute or the hour, so "2026112918.5Z" is 18:30; ".005" are 5 milliseconds.
# Seen: 18:30+0200 is 21:50, since the first digit is taken for the hours, all others for minutes (200), and the sum is added; 18:30-0500 is 10:10 (23:30
#   would be right). "2026112918.5Z" is 18:00:00.5. toGeneralizedTime() writes 5 milliseconds as ".5" and 50 as ".50", which parse() reads as 500. The
#   first second of 1970 is null, as what cannot be read is.
# Why it matters: directories may send any of these forms (createTimestamp, pwdChangedTime); logins end hours too early or too late, and a filter made of a
#   date finds the entries of half a second later.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ldap2date@2.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check asn1crypto==1.5.1

cat > find.js <<'JS'
const ldap2date = require("ldap2date");

const read = JSON.parse(process.argv[2]).map((text) => ldap2date.parse(text)?.toISOString() ?? null);
const written = [5, 50, 500].map((milliseconds) => ldap2date.toGeneralizedTime(new Date(Date.UTC(2026, 10, 29, 18, 30, 0, milliseconds))));
console.log(JSON.stringify({ read, written, again: written.map((text) => ldap2date.parse(text).getUTCMilliseconds()) }));
JS
cat > find.py <<'PY'
import datetime
import json
import subprocess
import sys

from asn1crypto.core import GeneralizedTime

expected = {
    "20261129183000Z": "2026-11-29T18:30:00.000Z",
    "20261129183000+0200": "2026-11-29T21:50:00.000Z",
    "20261129183000-0500": "2026-11-29T10:10:00.000Z",
    "2026112918.5Z": "2026-11-29T18:00:00.500Z",
    "19700101000000Z": None,
}
output = subprocess.run(["node", "find.js", json.dumps(list(expected))], capture_output=True, text=True, check=True).stdout
seen = json.loads(output)
for text, theirs in zip(expected, seen["read"]):
    right = GeneralizedTime.load(b"\x18" + bytes([len(text)]) + text.encode()).native.astimezone(datetime.timezone.utc)
    print(f"{text}: asn1crypto {right:%Y-%m-%dT%H:%M:%S.%fZ}, ldap2date {theirs}")
print(f"5, 50 and 500 milliseconds: {', '.join(seen['written'])}, read again: {seen['again']}")
same = seen["read"] == list(expected.values()) and seen["again"] == [500, 500, 500]
sys.exit(not same)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
