#!/bin/bash
# gtimes: the GPS time of a UTC moment depends on the zone of the computer: half an hour off in Singapore, an hour in Casablanca; without American locale
# files there is no GPS time at all.
#
# Versions: gtimes 0.6.0 (PyPI), Python 3.11.
# Expected: its function gpsFromUTC: "Convert UTC time to GPS week, seconds of week, GPS day, and seconds of day". 12:00 UTC on Wednesday, 1 January 2020,
#   is second 3 * 86400 + 43200 + 18 = 302418 of GPS week 2086, on each computer.
# Seen: with TZ=UTC it is 302418; with TZ=Asia/Singapore 300618, with TZ=Africa/Casablanca 298818. Back again, UTCFromGps gives 12:30 and 13:00. The sum
#   uses the local time, and both places had another standard time in 1980. Without leapSecs the call sets the locale en_US.UTF-8 for the whole program, and
#   where that is not installed (as in the usual Docker pictures) it is locale.Error "unsupported locale setting". mkUTC(2020, 7, 1, 12, 0, 0) is TypeError
#   "Tuple or struct_time argument required" anywhere.
# Why it matters: it is for the data of GPS stations; a station there files its data under wrong times, and a pair of stations no longer fits.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check gtimes==0.6.0

cat > find.py <<'PY'
import os
import subprocess
import sys
import tempfile

CODE = """
from gtimes import gpstime
moment = (2020, 1, 1, 12, 0, 0)
print(gpstime.gpsFromUTC(*moment, leapSecs=18)[:2], gpstime.UTCFromGps(2086, 302418, leapSecs=18)[:5])
for call in (lambda: gpstime.gpsFromUTC(*moment), lambda: gpstime.mkUTC(2020, 7, 1, 12, 0, 0)):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
"""
empty = tempfile.mkdtemp()  # a computer without further locale files
seen = {}
for zone in ("UTC", "Asia/Singapore", "Africa/Casablanca"):
    environment = dict(os.environ, TZ=zone, LOCPATH=empty)
    environment.pop("LC_ALL", None)
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=60)
    seen[zone] = done.stdout.splitlines()
    print(zone, seen[zone], done.stderr[-300:])
wanted = {
    "UTC": "(2086, 302418.0) (2020, 1, 1, 12, 0)",
    "Asia/Singapore": "(2086, 300618.0) (2020, 1, 1, 12, 30)",
    "Africa/Casablanca": "(2086, 298818.0) (2020, 1, 1, 13, 0)",
}
sys.exit(
    {zone: lines[0] for zone, lines in seen.items() if lines} != wanted
    or any(lines[1] != "Error unsupported locale setting" for lines in seen.values())
    or any(lines[2] != "TypeError Tuple or struct_time argument required" for lines in seen.values())
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
