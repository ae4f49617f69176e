#!/bin/bash
# medforge: what ack() writes is not escaped, so a bar in its text starts a new field and an "&" in the name of an application a new part; and a date
# without a day is refused.
#
# Versions: medforge 0.2.0 and hl7 0.4.5 to compare with (PyPI), Python 3.11.
# Expected: HL7 2.5.1, chapter 2, section 2.7.1: delimiters in text are written as escapes, "|" as \F\ and "&" as \T\. Section 2.9.2: MSA-3 is the text,
#   and MSH-5 of the answer the sending application. Section 2.A.21 and 2.A.22: a date has YYYY, YYYYMM or YYYYMMDD. ack()'s documentation: "text:
#   Optional text message for MSA-3".
# Seen: ack("AE", "value 5|6 not allowed") gives "MSA|AE|42|value 5|6 not allowed", of which MSA-3 is "value 5", for medforge itself and for hl7. A
#   sender "A\T\B" gets an answer to "A&B", two parts. parse_date("2026") and ("202611") are a ValueError, "Timestamp too short", while parse_datetime()
#   takes both.
# Why it matters: the reason of a refusal quotes the field that was wrong, and is cut where it gets interesting; birth dates known to the month only are
#   ordinary in registries.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check medforge==0.2.0 hl7==0.4.5

cat > find.py <<'PY'
import sys

import hl7
import medforge

HEAD = r"MSH|^~\&|A\T\B|FAC|DST|FAC2|20261130010203||ORU^R01^ORU_R01|42|P|2.5.1"
message = medforge.parse(f"{HEAD}\rPID|1||123||Doe^Jo||19700101|F\r")
answer = message.ack("AE", "value 5|6 not allowed")
mine = medforge.parse(answer)
other = hl7.parse(answer)
texts = (mine.get("MSA-3"), str(other.segment("MSA")[3]), mine.get("MSA-4"))
sender = message.get("MSH-3")
receiver = (mine.get("MSH-5"), mine.get("MSH-5-1-2"))
print(repr(answer))
print(f"MSA-3 by medforge and hl7: {texts[:2]}; MSA-4: {texts[2]}; sender {sender}, answered to {receiver}")
right = answer.replace("5|6", r"5\F\6")
print(f"written as HL7 says, MSA-3 is {medforge.parse(right).get('MSA-3')!r}")
dates = {}
for text in ("20261130", "202611", "2026"):
    try:
        medforge.parse_date(text)
        dates[text] = "read"
    except ValueError as error:
        dates[text] = str(error)
    print(f"{text}: parse_date {dates[text]}, parse_datetime {medforge.parse_datetime(text)}")
sys.exit(
    texts != ("value 5", "value 5", "6 not allowed")
    or sender != "A&B"
    or receiver[1] != "B"
    or medforge.parse(right).get("MSA-3") != "value 5|6 not allowed"
    or [value.split(" ")[0] for value in dates.values()] != ["read", "Timestamp", "Timestamp"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
