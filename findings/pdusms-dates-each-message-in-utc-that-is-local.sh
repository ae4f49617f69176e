#!/bin/bash
# pdusms: the time of a message is written in local time with the mark of UTC, and the mark is not heeded in reading. A sender that begins with 00 loses
# it and gets no plus for it.
#
# Versions: pdusms 1.0 (PyPI), Python 3.11.
# Expected: 3GPP TS 23.040, section 9.2.3.11: "the Time Zone indicates the difference, expressed in quarters of an hour, between the local time and GMT".
#   The package's documentation of create(): "datestamp is a float UTC timestamp". Section 9.1.2.5: with type of number 000 (unknown) the digits are sent as
#   they are dialled.
# Seen: in Tokyo the moment 0 (1970-01-01 00:00 UTC) is written "70010109000000": 09:00 with zone +0, nine hours late. A message of 10:00 at +2 hours and
#   one of 10:00 at -5 hours have the same datestamp. "004917012345" comes back as "4917012345".
# Why it matters: messages are shown hours off and sorted wrong as soon as phone, gateway and sender are not in one zone. Convert the last two digits of
#   tp_scts yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check pdusms==1.0

cat > find.py <<'PY'
import os
import sys
import time

import smspdu


def deliver(scts):
    stamp = "".join(scts[i + 1] + scts[i] for i in range(0, 14, 2))
    return smspdu.SMS_DELIVER.fromPDU(f"040C91947110325476" + f"0000{stamp}0161", "x")


os.environ["TZ"] = "Asia/Tokyo"
time.tzset()
made = smspdu.SMS_DELIVER.create("+4917012345", "+49170", "a", datestamp=0)
print("moment 0 in Tokyo:", made.tp_scts)
stamps = {}
for zone, digits in (("+02:00", "08"), ("+00:00", "00"), ("-05:00", "28")):
    message = deliver("261130100000" + digits)
    stamps[zone] = message.datestamp
    print(f"10:00{zone}: {message.tp_scts}, datestamp {message.datestamp}, text {message.user_data!r}")
senders = {}
for number in ("004917012345", "+4917012345", "4917012345"):
    pdu = smspdu.SMS_DELIVER.create(number, "+49170", "a", datestamp=0).toPDU()
    senders[number] = smspdu.SMS_DELIVER.fromPDU(pdu, "x").tp_address
print(senders)
sys.exit(
    made.tp_scts != "70010109000000"
    or len(set(stamps.values())) != 1
    or senders != {"004917012345": "4917012345", "+4917012345": "+4917012345", "4917012345": "4917012345"}
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
