#!/bin/bash
# nmh's mhical: a meeting in Berlin in July is shown an hour late in UTC, India and Japan, and one without an end ends in 1996.
#
# Versions: nmh 1.8~RC2 (Debian 12: nmh 1.8~RC2-2, liblockfile1 1.17-1+b1), Python 3.11's zoneinfo to compare with. Wants `apt-get update` beforehand.
# Expected: mhical(1): the times are shown in the local time zone. RFC 5545, section 3.6.5: of a VTIMEZONE the offset of the last STANDARD or DAYLIGHT
#   before the date is valid, so that 9:00 in Berlin on 11 July is 07:00 UTC. Section 3.6.1: DTEND is optional; an event without it ends when it begins.
# Seen: with TZ=Europe/Berlin or America/New_York it is right (09:00, 03:00). Where there is no summer time it is one hour late: 08:00 in UTC, 13:30 in
#   place of 12:30 in India, 17:00 in place of 16:00 in Japan. A meeting in January is right everywhere. Without a DTEND the usual form
#   shows "To: Sun, 27 Oct 1996 03:00", the DTSTART of the time zone's rule.
# Why it matters: who reads invitations on a server that runs in UTC, or in Asia, comes when the meeting is over.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download nmh=1.8~RC2-2 liblockfile1=1.17-1+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu LC_ALL=C.UTF-8 HOME=$work
echo "Path: Mail" > .mh_profile
mkdir Mail

cat > form <<'TEXT'
%(putstr(tws{dtstart}))
TEXT
cat > find.py <<'PY'
import os
import subprocess
from datetime import datetime
from zoneinfo import ZoneInfo

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//EN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20261201T000000Z
DTSTART;TZID=Europe/Berlin:2027MM11T090000
DTEND;TZID=Europe/Berlin:2027MM11T100000
SUMMARY:Lunch
END:VEVENT
END:VCALENDAR
"""
for month in 1, 7:
    for zone in "Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata", "Asia/Tokyo":
        event = EVENT.replace("MM", f"{month:02}").replace("\n", "\r\n")
        command = ["usr/bin/mh/mhical", "-form", os.path.abspath("form")]
        shown = subprocess.run(command, input=event, capture_output=True, text=True, timeout=10, env=dict(os.environ, TZ=zone))
        right = datetime(2027, month, 11, 9, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(ZoneInfo(zone))
        if zone == "UTC" and month == 1:
            command[2] = os.path.abspath("etc/nmh/mhical.24hour")
            for text in event, event.replace("DTEND;TZID=Europe/Berlin:20270111T100000\r\n", ""):
                usual = subprocess.run(command, input=text, capture_output=True, text=True, timeout=10, env=dict(os.environ, TERM="dumb"))
                print("DTEND" in text and "with" or "without", "an end:", *[line for line in usual.stdout.splitlines() if line.startswith("To:")])
            command[2] = os.path.abspath("form")
        print(f"{zone}: Python {right:%d %b %H:%M %z}; mhical {(shown.stdout + shown.stderr).strip()}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Europe/Berlin: Python 11 Jan 09:00 +0100; mhical Mon, 11 Jan 2027 09:00:00 +0100
America/New_York: Python 11 Jan 03:00 -0500; mhical Mon, 11 Jan 2027 03:00:00 -0500
with an end: To: Mon, 11 Jan 2027 09:00
without an end: To: Sun, 27 Oct 1996 03:00
UTC: Python 11 Jan 08:00 +0000; mhical Mon, 11 Jan 2027 08:00:00 +0000
Asia/Kolkata: Python 11 Jan 13:30 +0530; mhical Mon, 11 Jan 2027 13:30:00 +0530
Asia/Tokyo: Python 11 Jan 17:00 +0900; mhical Mon, 11 Jan 2027 17:00:00 +0900
Europe/Berlin: Python 11 Jul 09:00 +0200; mhical Sun, 11 Jul 2027 09:00:00 +0200
America/New_York: Python 11 Jul 03:00 -0400; mhical Sun, 11 Jul 2027 03:00:00 -0400
UTC: Python 11 Jul 07:00 +0000; mhical Sun, 11 Jul 2027 08:00:00 +0000
Asia/Kolkata: Python 11 Jul 12:30 +0530; mhical Sun, 11 Jul 2027 13:30:00 +0530
Asia/Tokyo: Python 11 Jul 16:00 +0900; mhical Sun, 11 Jul 2027 17:00:00 +0900
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
