#!/bin/bash
# Tornado: an upload over TLS 1.3 that was awaited in full arrives in part when the stream is closed behind it.
#
# Versions: Tornado 6.6.1 (PyPI), Python 3.11 with OpenSSL 3.0 on both sides.
# Expected: the documentation of IOStream.write(): the Future "resolves (with a result of None) when the write has been completed". close() behind
#   it ends the connection, as it does on TLS 1.2, where the server gets every byte.
# Seen: on TLS 1.3 the server answers the client's Finished with session tickets (RFC 8446, section 4.6.1), which meet a socket that is
#   closed already. The system resets the connection (RFC 1122, section 4.2.2.13) and drops what it still has to send: the server gets
#   a reset after a part of the upload. With a server that sends no tickets all arrives.
# Why it matters: a client that only sends (logs, metrics, files) loses the end of its data, without an error on its side; uploads that fit
#   into the buffers arrive, so tests pass.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tornado==6.6.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import socket
import ssl
import sys
import threading
import time

from tornado.tcpclient import TCPClient

SIZE = 1_000_000


def upload(version, tickets):
    """Bytes of SIZE that the server gets, and how the upload ends for it."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain("cert.pem", "key.pem")
    server.minimum_version = server.maximum_version = version
    server.num_tickets = tickets
    listener = socket.create_server(("127.0.0.1", 0))
    received, end = 0, "end of TCP"

    def serve():
        nonlocal received, end
        sock, _ = listener.accept()
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = server.wrap_bio(incoming, outgoing, server_side=True)
        with sock:
            try:
                while data := sock.recv(16384):
                    incoming.write(data)
                    try:
                        tls.do_handshake()
                        while piece := tls.read(16384):
                            received += len(piece)
                    except ssl.SSLWantReadError:
                        if flight := outgoing.read():
                            sock.sendall(flight)
                            time.sleep(0.3)  # so long is the way to a server somewhere else
            except ConnectionResetError:
                end = "reset"

    async def send():
        client = ssl.create_default_context(cafile="cert.pem")
        stream = await TCPClient().connect("localhost", listener.getsockname()[1], ssl_options=client)
        await stream.write(b"x" * SIZE)
        stream.close()

    thread = threading.Thread(target=serve)
    thread.start()
    asyncio.run(asyncio.wait_for(send(), 20))
    thread.join()
    listener.close()
    return received, end


seen = []
for version, tickets in ((ssl.TLSVersion.TLSv1_2, 2), (ssl.TLSVersion.TLSv1_3, 0), (ssl.TLSVersion.TLSv1_3, 2)):
    received, end = upload(version, tickets)
    seen.append(received == SIZE)
    print(f"{version.name}, {tickets} tickets: the server gets {received} of {SIZE} bytes, then {end}")
sys.exit(seen != [True, True, False])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
