#!/bin/bash
# ndpiReader: of a certificate that is valid beyond 2049 it takes the issuer for a part of the subject, and knows neither issuer nor dates.
#
# Versions: nDPI 4.2 (Debian 12: libndpi-bin, libndpi4.2 4.2-2), OpenSSL, Python 3.11 for the handshake. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.5: a date until 2049 is a UTCTime, a later one a GeneralizedTime, and a certificate may have one of each. Issuer
#   and subject are two fields, whatever stands between them.
# Seen: of a connection of TLS 1.2 with a certificate for 30 days it says "[Issuer: CN=localhost]", "[Subject: CN=localhost]", and its dates. With
#   one for 15,000 days there is "[Subject: CN=localhost, CN=localhost]", no issuer and no dates. In all else the two certificates are alike.
# Why it matters: private CAs and devices have such dates. Who looks in captured data for their certificates by name finds names that nobody has.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libndpi-bin=4.2-2 libndpi4.2=4.2-2 libpcap0.8=1.10.3-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
for days in 30 15000; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$days" -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$days.key" -out "$days.pem" 2>openssl.log
done

cat > capture.py <<'PY'
import socket
import ssl
import struct


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Capture:
    """A capture file of one TCP connection over Ethernet and IPv4."""

    def __init__(self, name, segment=1460, client_port=40000):
        self.file = open(name, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        self.segment = segment
        self.ports = (client_port, 443)
        self.next = [1000, 5000]
        self.time = 1_790_000_000_000_000
        for side, flags in ((0, 0x02), (1, 0x12), (0, 0x10)):
            self.packet(side, flags)

    def packet(self, side, flags, data=b""):
        addresses = [socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2")]
        source, destination = addresses[side], addresses[1 - side]
        acknowledged = self.next[1 - side] if flags & 0x10 else 0
        ports = self.ports[side], self.ports[1 - side]
        tcp = struct.pack("!HHIIBBHHH", *ports, self.next[side], acknowledged, 0x50, flags, 65000, 0, 0) + data
        pseudo = source + destination + struct.pack("!BBH", 0, 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + source + destination
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        frame = b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + tcp
        self.time += 1000
        self.file.write(struct.pack("<IIII", *divmod(self.time, 1_000_000), len(frame), len(frame)) + frame)
        self.next[side] += len(data) + bool(flags & 0x03)

    def data(self, side, data):
        for start in range(0, len(data), self.segment):
            self.packet(side, 0x18, data[start : start + self.segment])
            self.packet(1 - side, 0x10)

    def close(self):
        for side, flags in ((0, 0x11), (1, 0x11), (0, 0x10)):
            self.packet(side, flags)
        self.file.close()


def handshake(capture, client, server, session=None):
    """A handshake in memory, a request and its answer, recorded."""
    to_client, to_server, from_client, from_server = (ssl.MemoryBIO() for _ in range(4))
    ends = [
        client.wrap_bio(to_client, from_client, server_hostname="localhost", session=session),
        server.wrap_bio(to_server, from_server, server_side=True),
    ]

    def move():
        for side, (out, into) in enumerate(((from_client, to_server), (from_server, to_client))):
            if data := out.read():
                capture.data(side, data)
                into.write(data)

    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            move()
    ends[0].write(b"GET / HTTP/1.0\r\n\r\n")
    move()
    ends[1].read()
    ends[1].write(b"HTTP/1.0 200 OK\r\n\r\nhello")
    move()
    ends[0].read()
    return ends[0]
PY
cat > find.py <<'PY'
import os
import re
import ssl
import subprocess
import sys

from capture import Capture, handshake

environment = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:usr/lib"}
seen = {}
for days in (30, 15000):
    client = ssl.create_default_context(cafile=f"{days}.pem")
    client.maximum_version = ssl.TLSVersion.TLSv1_2  # from 1.3 on, certificates are encrypted
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(f"{days}.pem", f"{days}.key")
    capture = Capture(f"{days}.pcap")
    handshake(capture, client, server)
    capture.close()
    command = ["usr/bin/ndpiReader", "-i", f"{days}.pcap", "-v", "2"]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60).stdout
    seen[days] = dict(re.findall(r"\[(Issuer|Subject|Validity): ([^]]*)\]", output))
    print(f"{days} days:", seen[days])
short, long = seen[30], seen[15000]
as_stated = set(short) == {"Issuer", "Subject", "Validity"} and short["Subject"] == short["Issuer"] == "CN=localhost"
sys.exit(not (as_stated and long == {"Subject": "CN=localhost, CN=localhost"}))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
