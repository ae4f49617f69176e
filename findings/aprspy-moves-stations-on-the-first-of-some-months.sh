#!/bin/bash
# aprspy: a position of the 31st, read after midnight on the first of a month with 30 days, is another place without its time, and said to be OK. A sender
# whose clock is a minute fast is a month old; 49.99999 degrees are written as 49 degrees 60 minutes; and bulletin 0 cannot be written.
#
# Versions: aprspy 0.6.0, aprslib 0.7.2 to compare with, and freezegun 1.5.5 to set the date (PyPI), Python 3.11.
# Expected: APRS 1.01, chapter 6: "Day/Hours/Minutes (DHM) format is a fixed 7-character field", "312359z" is the 31st, 23:59 UTC. Positions are in
#   degrees, minutes (00 to 59) and hundredths. Chapter 14: bulletins are BLN0 to BLN9.
# Seen: "@312359z4903.50N/07201.75W-" is 49.058, -72.029 on 31 October at 23:59:59, and 57.97, -81.16, with no timestamp, ParseResult.OK and no warning,
#   31 seconds later. On 1 December, with "302359z", it is right. On 30 November at 05:00:30 "300501z" is 30 October. encode_uncompressed_latitude(49.99999)
#   is "4960.00N"; a MessagePacket with bulletin_id 0 is GenerateError "No addressee".
# Why it matters: each packet that was under way at midnight on 1 February, April, June, September or November puts its station elsewhere on the map.
#   Compare the timestamp with None.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check aprspy==0.6.0 aprslib==0.7.2 freezegun==1.5.5

cat > find.py <<'PY'
import sys

import aprslib
from aprspy import APRS
from aprspy.packets.message import MessagePacket
from aprspy.utils import APRSUtils
from freezegun import freeze_time

seen = {}
for now, stamp in (
    ("2026-10-31 23:59:59", "312359z"), ("2026-11-01 00:00:30", "312359z"), ("2026-12-01 00:00:30", "302359z"), ("2026-11-30 05:00:30", "300501z"),
):
    raw = f"DL0XYZ>APRS,TCPIP*:@{stamp}4903.50N/07201.75W-Test"
    with freeze_time(now):
        packet = APRS.parse_packet(raw)
        other = aprslib.parse(raw)
    place = packet.latitude, packet.longitude
    seen[now] = (round(place[0]), round(place[1]), packet.timestamp and f"{packet.timestamp:%Y-%m-%d %H:%M}", packet.parse_result.name)
    print(f"{now}, {stamp}: {place}, {packet.timestamp}, {packet.parse_result}, {packet.parse_warnings}")
    print(f"    aprslib: {other['latitude']:.3f}, {other['longitude']:.3f}")
latitude = APRSUtils.encode_uncompressed_latitude(49.99999)
packet = MessagePacket()
packet.bulletin_id, packet.message = 0, "Meeting"
try:
    bulletin = packet.info
except Exception as error:
    bulletin = f"{type(error).__name__}: {error}"
print("49.99999:", latitude, "- bulletin 0:", bulletin)
sys.exit(
    seen["2026-10-31 23:59:59"] != (49, -72, "2026-10-31 23:59", "OK")
    or seen["2026-11-01 00:00:30"][0] == 49
    or seen["2026-11-01 00:00:30"][2:] != (None, "OK")
    or seen["2026-12-01 00:00:30"] != (49, -72, "2026-11-30 23:59", "OK")
    or seen["2026-11-30 05:00:30"][2] != "2026-10-30 05:01"
    or latitude != "4960.00N"
    or "No addressee" not in bulletin
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
