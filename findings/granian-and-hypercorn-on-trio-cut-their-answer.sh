#!/bin/bash
# granian, and hypercorn on Trio: an answer that closes the connection is cut off when the client has said something more.
#
# Versions: granian 2.8.7, hypercorn 0.18.0 with Trio 0.35.0, uvicorn 0.54.0 (PyPI), Python 3.11, TLS 1.3.
# Expected: RFC 9112, section 9.6: a server that closes while input is unread provokes a reset that can destroy the end of its answer,
#   so servers close in stages: first the sending side, then the rest. Section 9.3.2 lets a client send its next request without
#   having seen the answer, so it cannot know that the connection is about to end.
# Seen: 3 MB with "Connection: close", and a client that sends a second request before it reads. From granian and from hypercorn on
#   Trio the connection ends, without close_notify, after the first part; 2 MB and more are missing. uvicorn, and hypercorn on asyncio,
#   deliver everything and close_notify.
# Why it matters: the client gets part of an answer and an error, although the application has sent a complete one; an answer
#   that fits into the buffers arrives whole, so it shows with large ones only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check granian==2.8.7 hypercorn==0.18.0 trio==0.35.0 uvicorn==0.54.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > app.py <<'PY'
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            await send({"type": event + ".complete"})
            if event.endswith("shutdown"):
                return
    body = b"x" * 3_000_000
    headers = [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
PY
cat > find.py <<'PY'
import socket
import ssl
import subprocess
import sys
import time

SERVERS = {
    "uvicorn": "uvicorn app:app --port {} --ssl-certfile cert.pem --ssl-keyfile key.pem",
    "hypercorn on asyncio": "hypercorn app:app -b 127.0.0.1:{} --certfile cert.pem --keyfile key.pem",
    "hypercorn on Trio": "hypercorn -k trio app:app -b 127.0.0.1:{} --certfile cert.pem --keyfile key.pem",
    "granian": "granian --interface asgi app:app --port {} --ssl-certificate cert.pem --ssl-keyfile key.pem",
}
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
context = ssl.create_default_context(cafile="cert.pem")


def fetch(port, requests):
    """Bytes of the body that arrive, and whether close_notify follows."""
    received, end = b"", "close_notify"
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.settimeout(10)
        with context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False) as tls:
            for _ in range(requests):
                tls.sendall(REQUEST)
                time.sleep(0.3)
            try:
                while piece := tls.recv(65536):
                    received += piece
            except (ssl.SSLEOFError, ConnectionResetError) as error:
                end = type(error).__name__
    return len(received.partition(b"\r\n\r\n")[2]), end


def ready(port):
    for _ in range(200):
        try:
            return fetch(port, 1)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit("the server does not start")


whole = True
for name, command in SERVERS.items():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    with open("server.log", "w") as log:
        server = subprocess.Popen(["venv/bin/" + (words := command.format(port).split())[0], *words[1:]], stdout=log, stderr=log)
    try:
        one, two = ready(port), fetch(port, 2)
    finally:
        server.terminate()
        server.wait(10)
    print(f"{name}: one request: {one[0]} bytes, {one[1]}; another one behind it: {two[0]} bytes, {two[1]}")
    cut = name in ("hypercorn on Trio", "granian")
    whole = whole and one[0] == 3_000_000 and (two[0] < 3_000_000) == cut
sys.exit(not whole)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
