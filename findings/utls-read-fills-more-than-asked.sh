#!/bin/bash
# utls, the drop-in ssl module over BoringSSL: read(n, buffer) ignores n, and write() refuses a bytearray.
#
# Versions: utls 2026.10.3 (PyPI), Python 3.11.
# Expected: utls calls itself a drop-in replacement for ssl. The documentation of SSLSocket.read(len, buffer), which
#   SSLObject shares: "Read up to len bytes of data from the SSL socket ... and if buffer is specified, then read into the
#   buffer instead, and return the number of bytes read". Of write(buf): "The buf argument must be an object supporting the
#   buffer interface".
# Seen: read(5, bytearray(10)) fills all ten bytes, so a caller who leaves room behind the piece that it asks for has it
#   overwritten. write(bytearray(...)) raises TypeError; a bytes and a memoryview are taken. The received data itself is whole.
# Why it matters: code that reads records into one large buffer piece by piece, or encrypts from a bytearray that it keeps,
#   works with ssl and breaks or mixes up data here.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check utls==2026.10.3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import ssl
import sys

import utls


def behaviour(module):
    context = module.SSLContext(module.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
    bios = [ssl.MemoryBIO() for _ in range(4)]
    server = context.wrap_bio(*bios[:2], server_side=True)
    client = ssl.create_default_context(cafile="cert.pem").wrap_bio(*bios[2:], server_hostname="localhost")

    def carry():
        bios[0].write(bios[3].read())
        bios[2].write(bios[1].read())

    for _ in range(3):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            carry()
    client.write(b"0123456789")
    carry()
    buffer = bytearray(b".........." )
    seen = {"read(5, buffer of 10)": (server.read(5, buffer), bytes(buffer))}
    for kind in (bytes, memoryview, bytearray):
        try:
            seen[f"write({kind.__name__})"] = server.write(kind(b"data"))
        except TypeError as error:
            seen[f"write({kind.__name__})"] = type(error).__name__
    return seen


stdlib, boring = behaviour(ssl), behaviour(utls)
for situation, result in stdlib.items():
    print(f"{situation}: ssl {result}, utls {boring[situation]}")
expected = [
    [(5, b"01234....."), 4, 4, 4],
    [(10, b"0123456789"), 4, 4, "TypeError"],
]
sys.exit([list(stdlib.values()), list(boring.values())] != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
