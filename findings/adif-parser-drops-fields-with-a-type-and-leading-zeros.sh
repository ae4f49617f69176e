#!/bin/bash
# adif-parser: a field that names its data type, as the standard allows, is not there for it; and numbers with leading zeros lose them, in the file that
# it writes too.
#
# Versions: adif-parser 0.2.6, and adif-io 0.6.1 to compare with (PyPI), Python 3.11.
# Expected: ADIF 3.1.4, section IV.A, "ADI File Format": a data specifier is "<FIELDNAME:length>data" or "<FIELDNAME:length:T>data", T being a data type
#   indicator, as in "<QSO_DATE:8:D>". STX_STRING and SRX_STRING are strings, as are postal codes; a contest number is sent as "007".
# Seen: "<QSO_DATE:8:D>20261130", "<FREQ:6:N>14.074" and "<CALL:6:S>DL0XYZ" are missing from the record: a contact without a date and a call sign.
#   SRX_STRING "007" becomes the number 7, SIG_INFO "01067" the number 1067. ADIFWriter writes "<SRX_STRING:1>7". adif-io keeps all.
# Why it matters: many loggers write the types. A log that is sent on after this has lost contacts' dates or the contest's numbers, which the referee
#   compares letter by letter.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check adif-parser==0.2.6 adif-io==0.6.1

cat > find.py <<'PY'
import io
import re
import sys

import adif_io
from adif_parser import ADIFWriter, ParseADIF

LOG = (
    "log <ADIF_VER:5>3.1.4<EOH>\n<QSO_DATE:8:D>20261130 <TIME_ON:4>0905 <CALL:6:S>DL0XYZ <FREQ:6:N>14.074 "
    "<SRX_STRING:3>007 <SIG_INFO:5>01067 <EOR>\n"
)
parsed = ParseADIF(io.StringIO(LOG))
record = parsed.contacts[0]
other = dict(adif_io.read_from_string(LOG)[0][0])
print("adif-parser:", record)
print("adif-io:    ", other)
ADIFWriter(parsed).write("out.adi")
text = open("out.adi", encoding="utf-8").read()
written = re.findall(r"<(?:SRX_STRING|SIG_INFO):\d+>\w+", text)
print("written:", written)
untyped = ParseADIF(io.StringIO(re.sub(r":[DSN]>", ">", LOG))).contacts[0]
print("without the types:", untyped)
sys.exit(
    {"QSO_DATE", "CALL", "FREQ"} & set(record)
    or (record["SRX_STRING"], record["SIG_INFO"]) != (7, 1067)
    or (other["SRX_STRING"], other["QSO_DATE"]) != ("007", "20261130")
    or "<SRX_STRING:1>7" not in written
    or untyped.get("CALL") != "DL0XYZ"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
