#!/bin/bash
# rtls, the drop-in ssl module over rustls: read() never tells that the peer has said close_notify, and ends by itself after
# our own.
#
# Versions: rtls 2026.9.21 (PyPI), Python 3.11.
# Expected: rtls calls itself a drop-in replacement for ssl. With ssl.SSLObject, read() returns b"" or raises
#   SSLZeroReturnError once the peer's close_notify has come, and after our own unwrap() it goes on giving what the peer
#   still sends (RFC 8446, section 6.1: closing one direction says nothing about the other).
# Seen: after the peer's close_notify rtls raises SSLWantReadError, again and again, as if more might come; after unwrap() it
#   raises SSLZeroReturnError although the peer has not said close_notify and its data lie there. So the end is not told
#   where it is, and is told where it is not. Besides, read(0) hands out everything that is buffered.
# Why it matters: a stream over it waits for ever at a clean end unless TCP ends as well, and a half-close silently drops
#   the answer.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rtls==2026.9.21
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import ssl
import sys

import rtls


class Pair:
    """A client of ssl's and a server of `module`'s, connected in memory."""

    def __init__(self, module):
        context = module.SSLContext(module.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("cert.pem", "key.pem")
        self.bios = [ssl.MemoryBIO() for _ in range(4)]
        self.server = context.wrap_bio(*self.bios[:2], server_side=True)
        trusting = ssl.create_default_context(cafile="cert.pem")
        self.client = trusting.wrap_bio(*self.bios[2:], server_hostname="localhost")
        for _ in range(3):
            self.tell(self.client.do_handshake)
            self.tell(self.server.do_handshake)

    def tell(self, call, *arguments):
        try:
            result = call(*arguments)
        except ssl.SSLError as error:
            bases = type(error).__mro__
            result = next(c.__name__ for c in bases if c.__module__ == "ssl")
        self.bios[0].write(self.bios[3].read())
        self.bios[2].write(self.bios[1].read())
        return result


def behaviour(module):
    seen = {}
    pair = Pair(module)
    pair.tell(pair.client.unwrap)
    seen["after the peer's close_notify"] = [pair.tell(pair.server.read) for _ in range(3)]
    pair = Pair(module)
    pair.tell(pair.server.unwrap)
    pair.tell(pair.client.write, b"answer")
    seen["the peer's answer after our unwrap()"] = pair.tell(pair.server.read)
    pair = Pair(module)
    pair.tell(pair.client.write, b"all of it")
    seen["read(0)"] = pair.tell(pair.server.read, 0)
    return seen


stdlib, rustls = behaviour(ssl), behaviour(rtls)
for situation, result in stdlib.items():
    print(f"{situation}: ssl {result}, rtls {rustls[situation]}")
expected = [
    [[b"", b"", b""], b"answer", b""],
    [["SSLWantReadError"] * 3, "SSLZeroReturnError", b"all of it"],
]
sys.exit([list(stdlib.values()), list(rustls.values())] != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
