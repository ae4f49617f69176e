#!/bin/bash
# palfrey and tremolo: the one sends chunks to HTTP/1.0 clients and a length with 204, and the other hands out paths that are not in ASCII misread.
#
# Versions: palfrey 0.2.0, tremolo 0.5.3, uvicorn 0.54.0 for comparison (PyPI), Python 3.11.
# Expected: RFC 9112, section 6.1: a server MUST NOT send Transfer-Encoding unless the request says HTTP/1.1 or later. RFC 9110, section 8.6: a server
#   MUST NOT send Content-Length with 204. The ASGI specification, HTTP connection scope: "path" has "percent-encoded sequences and UTF-8 byte
#   sequences decoded into characters". palfrey's documentation: "a clean-room ASGI server with Uvicorn-compatible CLI and behavior mapping".
# Seen: over TLS palfrey answers "GET / HTTP/1.0" with "transfer-encoding: chunked" and the chunks' sizes in the body, if the application gives no
#   length, and its 204 has "content-length: 0". tremolo's path for "/%C3%BC" is "/Ã¼" instead of "/ü". uvicorn does neither.
# Why it matters: old clients, load balancers' checks, and nginx's proxy_pass with proxy_http_version 1.0, get hexadecimal numbers in the content.
#   With tremolo no route or file with an umlaut is found.
set -eu
work=$(mktemp -d)
servers=
trap '[ -z "$servers" ] || kill $servers 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check palfrey==0.2.0 tremolo==0.5.3 uvicorn==0.54.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
cat > app.py <<'PY'
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown":
                return
    await receive()
    status = 204 if scope["path"] == "/204" else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"" if status == 204 else scope["path"].encode()})
PY
ports=$(python3 -c '
import socket
socks = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(sock.getsockname()[1] for sock in socks))')
set -- $ports
venv/bin/palfrey --host 127.0.0.1 --port $1 --ssl-keyfile key.pem --ssl-certfile cert.pem app:app >palfrey.log 2>&1 &
servers=$!
venv/bin/python -m tremolo --host 127.0.0.1 --port $2 --ssl-key key.pem --ssl-cert cert.pem app:app >tremolo.log 2>&1 &
servers="$servers $!"
venv/bin/uvicorn --host 127.0.0.1 --port $3 --ssl-keyfile key.pem --ssl-certfile cert.pem app:app >uvicorn.log 2>&1 &
servers="$servers $!"

cat > find.py <<'PY'
import socket
import ssl
import sys
import time

context = ssl.create_default_context(cafile="cert.pem")


def ask(port, request):
    for _ in range(150):
        try:
            sock = socket.create_connection(("127.0.0.1", port), timeout=20)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    with context.wrap_socket(sock, server_hostname="localhost") as tls:
        tls.sendall(request + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while data := tls.recv(10000):
            answer += data
    head, _, body = answer.partition(b"\r\n\r\n")
    names = {line.split(b":")[0].decode().lower() for line in head.split(b"\r\n")[1:]}
    return sorted(names & {"transfer-encoding", "content-length"}), body


seen = {}
for name, port in zip(("palfrey", "tremolo", "uvicorn"), map(int, sys.argv[1:])):
    seen[name] = [ask(port, line) for line in (b"GET /path HTTP/1.0", b"GET /204 HTTP/1.1", b"GET /%C3%BC HTTP/1.1")]
    print(f"{name}: HTTP/1.0 {seen[name][0]}, 204 {seen[name][1][0]}, /%C3%BC {seen[name][2][1]}")
chunks = b"5\r\n/path\r\n0\r\n\r\n"
sys.exit(
    (seen["palfrey"][0], seen["palfrey"][1][0]) != ((["transfer-encoding"], chunks), ["content-length"])
    or (seen["uvicorn"][0], seen["uvicorn"][1][0]) != (([], b"/path"), [])
    or "Ã¼".encode() not in seen["tremolo"][2][1]
    or any("/ü".encode() not in seen[name][2][1] for name in ("palfrey", "uvicorn"))
)
PY
venv/bin/python find.py $ports || { echo "CHANGED: see above"; exit 1; }
