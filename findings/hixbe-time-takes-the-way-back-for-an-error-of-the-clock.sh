#!/bin/bash
# hixbe-time, for NTP: the offset is wrong by the time that the answer took, and a server that refuses is a clock of 1900.
#
# Versions: hixbe-time 1.0.0 (PyPI), Python 3.11.
# Expected: RFC 5905, section 8: the offset is ((T2 - T1) + (T3 - T4)) / 2, so that equal ways there and back cancel out. Section 7.4: with stratum
#   0 the reference id is a kiss code, such as RATE or DENY, and the timestamps "MUST NOT be relied upon". The package is for "High-precision NTP
#   time synchronization".
# Seen: get_offset() is T3 - T4. From a server with the same clock, 0.3 s away in either direction, it is about -300 ms; the formula gives about 0.
#   With a kiss-o'-death packet "RATE" the reference id is "KISS", and get_time() returns 1900-01-01.
# Why it matters: who sets the clock by it sets it back by the way to the server, over mobile networks some tenths of a second, each time. A client
#   that is told to slow down does not hear it and may set its clock to 1900.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hixbe-time==1.0.0

cat > find.py <<'PY'
import importlib
import pkgutil
import socket
import struct
import sys
import threading
import time

name = next(module.name for module in pkgutil.iter_modules() if module.name.startswith("hixbe"))
client = importlib.import_module(f"{name}.core.client")
EPOCH = 2208988800


def stamp(seconds):
    return struct.pack("!Q", int((seconds + EPOCH) * 2**32))


def serve():
    while True:
        request, address = server.recvfrom(1024)
        if kiss:
            server.sendto(bytes([0xDC, 0, 6, 0]) + bytes(8) + b"RATE" + bytes(8) + request[40:48] + bytes(16), address)
            continue
        time.sleep(0.3)  # the way there
        now = stamp(time.time())
        time.sleep(0.3)  # the way back
        server.sendto(bytes([0x1C, 1, 6, 0xEC]) + bytes(8) + b"GPS\0" + now + request[40:48] + now + now, address)


kiss = False
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
threading.Thread(target=serve, daemon=True).start()
config = client.NTPClientConfig(host="127.0.0.1", port=server.getsockname()[1], timeout=10, fallback_servers=["127.0.0.1"])
ntp = client.NTPClient(config)
offset = ntp.get_offset()
result = ntp.query_sync()
t1, t4 = result.client_originate_time.timestamp(), result.client_receive_time.timestamp()
t2, t3 = result.parsed.timestamps.receive.timestamp, result.parsed.timestamps.transmit.timestamp
right = ((t2 - t1) + (t3 - t4)) / 2 * 1000
print(f"offset by the package: about {round(offset, -2):.0f} ms; by the formula of the RFC: about {abs(round(right, -2)):.0f} ms")
kiss = True
header = ntp.query_sync().parsed.header
year = ntp.get_time().year
print(f"kiss-o'-death RATE: stratum {header.stratum}, reference id {header.reference_id}, the year {year}")
sys.exit(not -450 < offset < -250 or not -100 < right < 100 or (header.reference_id, year) != ("KISS", 1900))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
