#!/bin/bash
# aiosmpplib: a message that is scheduled west of Greenwich goes out at another time of day, times that are read are of the year 26, and the parts
# of a long message do not belong together.
#
# Versions: aiosmpplib 0.7.4, with smpp34 1.5.0 to compare with (PyPI), Python 3.11.
# Expected: SMPP 3.4, section 7.1.1: an absolute time is "YYMMDDhhmmsstnnp", where nn is the difference from UTC in quarters of an hour, 00 to 48,
#   and p its sign; YY are the last two digits of the year. 3GPP TS 23.040, section 9.2.3.24.8: a long message's parts have one reference of 16
#   bits, two octets.
# Seen: noon of 2026 five hours west is written with "76-" instead of "20-", which is 19 hours west if anything; east it is right. What was written
#   is read as of the year 26, and its quarters of an hour as hours. Of two parts with the reference 0x1234, made with smpp34, the reference is
#   305398273 and 305398274: four octets are taken, with the count of parts and the part's number. References of 8 bits are read well.
# Why it matters: reminders for New York are refused or sent in the night, expiry dates lie two thousand years back, and incoming messages of more
#   than one part are never complete. Give times in UTC, and read the header of the parts oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiosmpplib==0.7.4 smpp34==1.5.0

cat > find.py <<'PY'
import datetime
import sys

import smpp34
from aiosmpplib.protocol import DeliverSm, SmppMessage, SubmitSm


def quarters(text):
    """What the text says of the time zone, after section 7.1.1."""
    return int(text[13:15]) * (-1 if text[15] == "-" else 1)


written = {}
for hours in (-5, 0, 2):
    zone = datetime.timezone(datetime.timedelta(hours=hours))
    moment = datetime.datetime(2026, 11, 30, 12, tzinfo=zone)
    text = SubmitSm.datetime_to_smpp_time(moment)
    written[hours] = text, quarters(text), 4 * hours
    print(f"{moment} is written as {text}: {quarters(text)} quarters of an hour, to be {4 * hours}")
again = SubmitSm.smpp_time_to_datetime("261130120000008+")
print(f"261130120000008+ is read as {again}")


def references(*headers):
    """The references that aiosmpplib finds in the parts of a message."""
    found = []
    for header in headers:
        pdu = smpp34.DeliverSm("491234", "495678", header + b"hello", esm_class=0x40, data_coding=3).encode()
        assert smpp34.decode(pdu).short_message == header + b"hello"
        message = DeliverSm.from_pdu(pdu, SmppMessage.parse_header(pdu[:16]), "latin_1")
        found.append((message.short_message, message.get_segmentation_data()[0]))
    return found


short = references(bytes.fromhex("050003120201"), bytes.fromhex("050003120202"))
long = references(bytes.fromhex("06080412340201"), bytes.fromhex("06080412340202"))
print(f"reference 0x12: {short}; reference 0x1234 = {0x1234}: {long}")
same = written == {-5: ("261130120000076-", -76, -20), 0: ("261130120000000+", 0, 0), 2: ("261130120000008+", 8, 8)}
same = same and again.year == 26 and again.utcoffset() == datetime.timedelta(hours=8) and short == [("hello", 0x12)] * 2
sys.exit(not same or long != [("hello", 0x12340201), ("hello", 0x12340202)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
