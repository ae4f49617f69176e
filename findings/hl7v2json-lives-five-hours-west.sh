#!/bin/bash
# hl7v2json: all times without a zone are five hours west of Greenwich, and a message whose time has a zone cannot be read.
#
# Versions: hl7v2json 1.0.2, hl7 0.4.5 (PyPI), Python 3.11.
# Expected: HL7 2.5.1, chapter 2A, section 2.A.77 (TS and DTM): "YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]". Without a zone the time is the
#   sender's local one, and MSH-7's zone counts for the message; a birth date may have a time.
# Seen: 20261130010000 is given as "2026-11-30T01:00:00-05:00", anywhere. With "+0100" behind it, or a fraction of a second, parse() raises
#   ValueError "unconverted data remains", for a birth date with hours and minutes as well, and the message is not converted. 202611300100, without
#   seconds, is read one digit for each: still right for zeros, and wrong for 202611301234, which becomes 12:03:04.
# Why it matters: every admission outside the east of North America is hours off, or is not read if its sender is careful. Take the times from the
#   parsed message instead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7v2json==1.0.2 hl7==0.4.5

cat > find.py <<'PY'
import sys
import warnings

warnings.simplefilter("ignore")
import hl7
from hl7v2json.parser import parse


def message(time, birth="19700101"):
    text = f"MSH|^~\\&|APP|FAC|DST|FAC2|{time}||ADT^A01|42|P|2.5.1\rEVN|A01|20261130010000\r"
    return text + f"PID|1||123||Doe^Jo||{birth}|F\rPV1|1|I\r"


def convert(*arguments):
    try:
        return parse(message(*arguments))["segments"]["messageHeader"]["date/timeOfMessage"]
    except ValueError as error:
        return str(error)


seen = {}
for case in [
    ("20261130010000",),
    ("20261130010000+0100",),
    ("20261130010000.25",),
    ("202611301234",),
    ("20261130010000", "197001011200"),
]:
    seen[case] = convert(*case)
    print(f"{case}: hl7v2json {seen[case]}; hl7 {hl7.parse_datetime(case[0])}")
rest = "unconverted data remains: "
right = ["2026-11-30T01:00:00-05:00", rest + "+0100", rest + ".25", "2026-11-30T12:03:04-05:00", rest + "1200"]
sys.exit(list(seen.values()) != right)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
