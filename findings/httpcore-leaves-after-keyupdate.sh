#!/bin/bash
# httpcore and httpcore2: a KeyUpdate that arrives on an idle connection counts as the server's departure.
#
# Versions: httpx 0.28.1 with httpcore 1.0.9, httpx2 2.16.2 with httpcore2 2.16.2, tlslite-ng 0.8.2 as server (PyPI), Python 3.11.
# Expected: RFC 8446, sections 4.6.1 and 4.6.3: a server may send NewSessionTicket and KeyUpdate at any time after
#   the handshake; neither carries application data or means anything for HTTP. Five requests with keep-alive use one connection.
# Seen: before an idle connection is used again, the pool asks the system whether its socket is readable and takes "yes" for
#   "the server has closed". A server that sends one KeyUpdate after each answer costs a handshake for each request, in the
#   synchronous client and on asyncio and Trio alike. A plain SSLSocket reads on, over the same single connection.
# Why it matters: a server that sends anything of TLS's own between two requests costs its clients a full handshake for each, and nothing
#   says why.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpx==0.28.1 httpcore==1.0.9 httpx2==2.16.2 httpcore2==2.16.2 \
    trio==0.35.0 tlslite-ng==0.8.2 pycryptodome
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import socket
import ssl
import sys
import threading
import time

import httpx
import httpx2
import trio
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.constants import KeyUpdateMessageType
from tlslite.errors import TLSAbruptCloseError

REQUESTS = 3
connections = []
context = ssl.create_default_context(cafile="cert.pem")


def serve(sock, updating):
    chain = X509CertChain()
    chain.parsePemList(open("cert.pem").read())
    key = parsePEMKey(open("key.pem").read(), private=True)
    settings = HandshakeSettings()
    settings.minVersion = (3, 4)
    tls = TLSConnection(sock)
    tls.handshakeServer(
        certChain=chain, privateKey=key, settings=settings, alpn=[bytearray(b"http/1.1")]
    )
    connections.append(sock)
    try:
        while True:
            request = b""
            while b"\r\n\r\n" not in request:
                piece = bytes(tls.recv(65536))
                if not piece:
                    return
                request += piece
            tls.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if updating:
                time.sleep(0.1)
                for _ in tls.send_keyupdate_request(KeyUpdateMessageType.update_not_requested):
                    pass
    except (OSError, TLSAbruptCloseError):
        pass


def listen(updating):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0], updating), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def plain(port):
    with socket.create_connection(("127.0.0.1", port)) as sock:
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            for _ in range(REQUESTS):
                tls.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert tls.recv(1000).endswith(b"ok")
                time.sleep(0.3)


def blocking(module, port):
    with module.Client(verify=context, trust_env=False) as client:
        for _ in range(REQUESTS):
            assert client.get(f"https://localhost:{port}/").text == "ok"
            time.sleep(0.3)


async def waiting(module, port, sleep):
    async with module.AsyncClient(verify=context, trust_env=False) as client:
        for _ in range(REQUESTS):
            assert (await client.get(f"https://localhost:{port}/")).text == "ok"
            await sleep(0.3)


def count(call, *arguments):
    connections.clear()
    call(*arguments)
    return len(connections)


seen = {}
for updating in (False, True):
    port = listen(updating)
    counts = {"SSLSocket": count(plain, port)}
    for module in (httpx, httpx2):
        counts[module.__name__] = count(blocking, module, port)
        counts[module.__name__ + " on asyncio"] = count(
            lambda: asyncio.run(waiting(module, port, asyncio.sleep))
        )
        counts[module.__name__ + " on Trio"] = count(trio.run, waiting, module, port, trio.sleep)
    seen[updating] = counts
    print("with a KeyUpdate after each answer:" if updating else "without:", counts)
sys.exit(set(seen[False].values()) != {1} or list(seen[True].values()) != [1] + 6 * [REQUESTS])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
