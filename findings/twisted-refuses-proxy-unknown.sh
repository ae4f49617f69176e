#!/bin/bash
# Twisted's haproxy: endpoints: a connection that begins with "PROXY UNKNOWN" is closed, and an IPv6 client is spelled in two ways.
#
# Versions: Twisted 26.10.0 (PyPI), Python 3.11.
# Expected: the PROXY protocol, section 2.1: for UNKNOWN the sender may omit the rest of the line, as in "PROXY UNKNOWN\r\n", and the receiver must
#   accept the connection and use its real addresses. Section 2: a receiver is recommended to be tolerant to a header that comes in parts. RFC
#   5952, section 4: an IPv6 address has one spelling, with "::". Twisted's documentation: haproxy: in front of an endpoint's description
#   makes it speak the protocol, in both versions.
# Seen: "PROXY UNKNOWN\r\n" closes the connection without a word; with four more words behind it, as the specification has it in its longest example,
#   it is accepted. A version 2 header is put together from parts if the first has 16 octets, and the connection is closed if it has fewer. The
#   same client is 2001:db8::1 by a header of version 1, and 2001:db8:0:0:0:0:0:1 by one of version 2.
# Why it matters: a proxy that was itself reached over a Unix socket, or that does not know its client, sends the short form, and gets no answer.
#   Lists and logs of addresses do not match as soon as the proxy's configuration changes to version 2.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check twisted==26.10.0

cat > find.py <<'PY'
import ipaddress
import socket
import struct
import sys
import time

from twisted.internet import endpoints, protocol, reactor, threads


class Peer(protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(self.transport.getPeer().host.encode())


def header(command, family, addresses):
    """A header of version 2 for TCP."""
    body = b"".join(ipaddress.ip_address(address).packed for address in addresses)
    body += struct.pack(">HH", 50000, 443) if addresses else b""
    return b"\r\n\r\n\x00\r\nQUIT\n" + bytes([0x20 | command, family]) + struct.pack(">H", len(body)) + body


def ask(port, *parts):
    """The address that the server sees, or "" if it closes the connection."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(10)
        try:
            for part in parts:
                sock.sendall(part)
                time.sleep(0.1)
            return sock.recv(100).decode()
        except ConnectionError:
            return ""


def find(port):
    ipv4 = header(1, 0x11, ["192.0.2.1", "192.0.2.2"]) + b"hello"
    return {
        "version 1, IPv4": ask(port, b"PROXY TCP4 192.0.2.1 192.0.2.2 50000 443\r\nhello"),
        "version 1, UNKNOWN": ask(port, b"PROXY UNKNOWN\r\nhello"),
        "version 1, UNKNOWN, long": ask(port, b"PROXY UNKNOWN ::1 ::1 50000 443\r\nhello"),
        "version 2, LOCAL": ask(port, header(0, 0, []) + b"hello"),
        "version 2, IPv4": ask(port, ipv4),
        "version 2, 16 octets first": ask(port, ipv4[:16], ipv4[16:]),
        "version 2, 13 octets first": ask(port, ipv4[:13], ipv4[13:]),
        "version 1, IPv6": ask(port, b"PROXY TCP6 2001:db8::1 2001:db8::2 50000 443\r\nhello"),
        "version 2, IPv6": ask(port, header(1, 0x21, ["2001:db8::1", "2001:db8::2"]) + b"hello"),
    }


def done(result):
    seen.update(result)
    reactor.stop()


seen = {}
endpoint = endpoints.serverFromString(reactor, "haproxy:tcp:0:interface=127.0.0.1")
listening = endpoint.listen(protocol.Factory.forProtocol(Peer))
listening.addCallback(lambda port: threads.deferToThread(find, port.getHost().port).addCallback(done))
reactor.callLater(40, reactor.stop)
reactor.run()
for what, peer in seen.items():
    print(f"{what}:", peer or "closed")
sys.exit(
    list(seen.values())
    != ["192.0.2.1", "", "127.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.1", "", "2001:db8::1", "2001:db8:0:0:0:0:0:1"]
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
