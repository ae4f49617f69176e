#!/bin/bash
# ssldump -l: with the client's key log it decrypts the first connection of TLS 1.2, and not the second, which resumes the session of the first.
#
# Versions: ssldump 1.5 (Debian 12: 1.5-1), Python 3.11 for the connections. Wants `apt-get update` beforehand.
# Expected: ssldump's manual: -d displays the application data, -l names a file of the format that NSS describes, which has one CLIENT_RANDOM line,
#   with the master secret, for each connection, whether resumed or not. This is all that is needed to decrypt it.
# Seen: the key log has two lines, for the two connections. ssldump prints the request and the answer of the first. Of the second it prints
#   "application_data" without them, whether the capture has both connections or the second alone.
# Why it matters: most connections of a client to its server are resumed ones. The traffic that one wants to see is most often not there.
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
import os
import ssl
import subprocess
import sys

from capture import Capture, handshake

environment = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:usr/lib"}
client = ssl.create_default_context(cafile="cert.pem")
client.maximum_version = ssl.TLSVersion.TLSv1_2
client.keylog_filename = "keys.log"
server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server.load_cert_chain("cert.pem", "key.pem")
session = None
seen = []
for number in (1, 2):
    capture = Capture(f"{number}.pcap", client_port=40000 + number)
    connection = handshake(capture, client, server, session)
    capture.close()
    session = connection.session
    command = ["usr/sbin/ssldump", "-r", f"{number}.pcap", "-n", "-d", "-l", "keys.log"]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60).stdout
    seen.append((connection.session_reused, "application_data" in output, "GET / HTTP/1.0" in output))
    print(f"connection {number}: resumed {seen[-1][0]}, record seen {seen[-1][1]}, request printed {seen[-1][2]}")
with open("1.pcap", "ab") as both, open("2.pcap", "rb") as second:
    both.write(second.read()[24:])  # without the file's header
command = ["usr/sbin/ssldump", "-r", "1.pcap", "-n", "-d", "-l", "keys.log"]
output = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60).stdout
lines = sum(line.startswith("CLIENT_RANDOM ") for line in open("keys.log"))
print(f"both in one file: {output.count('GET / HTTP/1.0')} request printed; keys for {lines} connections")
as_stated = seen == [(False, True, True), (True, True, False)] and output.count("GET / HTTP/1.0") == 1 and lines == 2
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
