#!/bin/bash
# ssldump: a ClientHello that came in two TCP segments is not there, nor its JA3 fingerprint, and nothing says so.
#
# Versions: ssldump 1.5 (Debian 12: 1.5-1), Python 3.11 for the handshake. Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 5.1: records are in a stream; where TCP cuts it has no meaning. ssldump's manual: it "attempts to interpret" the
#   traffic of each connection, has a TCP reassembler, and that this is not perfect for IP fragments and the handshakes of TCP, of which there are
#   none here.
# Seen: of a connection whose client offers one ALPN protocol, and whose ClientHello fits into a segment, it prints both hellos, their JA3 and their
#   JA3S. With eight protocols of 200 letters the ClientHello is in two segments of at most 1,460 octets; then the ServerHello comes first, has its
#   JA3S, and there is no ClientHello and no JA3.
# Why it matters: clients with key shares of more than a thousand octets, as X25519MLKEM768, always send two segments. Who counts clients by JA3
#   counts only the old ones.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ssldump=1.5-1 libpcap0.8=1.10.3-1 libnet1=1.1.6+dfsg-3.2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

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
import json
import os
import ssl
import subprocess
import sys

from capture import Capture, handshake

environment = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:usr/lib"}
seen = {}
for names in (1, 8):
    client = ssl.create_default_context(cafile="cert.pem")
    client.set_alpn_protocols([f"{number}{200 * 'x'}" for number in range(names)])
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain("cert.pem", "key.pem")
    capture = Capture("one.pcap")
    handshake(capture, client, server)
    capture.close()
    command = ["usr/sbin/ssldump", "-r", "one.pcap", "-n", "-j"]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60).stdout
    records = [json.loads(line) for line in output.splitlines()]
    types = [record.get("handshake_type", record["msg_type"]) for record in records]
    fingerprints = [name for record in records for name in ("ja3_fp", "ja3s_fp") if name in record]
    seen[names] = types, fingerprints
    print(f"{names} protocols: {', '.join(types)}\n    fingerprints: {', '.join(fingerprints)}")
(short, both), (long, one) = seen[1], seen[8]
as_stated = short[:2] == ["ClientHello", "ServerHello"] and both == ["ja3_fp", "ja3s_fp"]
sys.exit(not (as_stated and "ClientHello" not in long and "ServerHello" in long and one == ["ja3s_fp"]))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
