#!/bin/bash
# hyperhttp: of a path what follows the last semicolon is not sent, HEAD fails, 103 is taken for the answer, and IPv6 addresses lose their brackets.
#
# Versions: hyperhttp 2.1.0, without its extra "speed", h2 4.4.1 (PyPI), Python 3.11.
# Expected: RFC 3986, section 3.3: ";" is part of a path like "=" and ",". RFC 9110, section 9.3.2: an answer to HEAD has no content, and a
#   Content-Length tells of GET's. Section 15.2: a client MUST be able to parse one or more 1xx responses before the final one, even if it does not
#   expect any. Section 7.2 and RFC 3986, section 3.2.2: an IPv6 address stands in brackets in Host. Its documentation: HTTP/1.1 and HTTP/2, head(),
#   params=.
# Seen: over TLS with HTTP/1.1, "/a;b=1/c;d=2?x=1" is asked for as "/a;b=1/c?x=1". head() raises RemoteProtocolError: "Body truncated: expected 20
#   bytes, got 0". Of 103 and 200 the response is 103, with no content. At [::1] the request says "Host: ::1:PORT", and with params= the URL is taken
#   to be without a host.
# Why it matters: servers use ";" for versions, matrix parameters and sessions, and return another resource. Caddy, Apache and others send 103, and
#   any server answers HEAD with the length.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hyperhttp==2.1.0 h2==4.4.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import contextlib
import ssl
import sys

import hyperhttp

requests = []
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
ANSWERS = {
    "/head": b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n",
    "/early": b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" + OK,
}


async def serve(reader, writer):
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            requests.append((await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n"))
            writer.write(ANSWERS.get(requests[-1][0].split()[1], OK))
            await writer.drain()
    writer.close()


async def ask(method, url, **options):
    requests.clear()
    async with hyperhttp.Client(verify="cert.pem") as client:
        try:
            response = await asyncio.wait_for(client.request(method, url, **options), 20)
            result = response.status_code, await response.aread()
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
    head = requests[-1] if requests else []
    found = (head[0] if head else None), [line for line in head if line.lower().startswith("host:")], result
    print(method, url, options or "", "->", *found)
    return found


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
    server = await asyncio.start_server(serve, "localhost", 0, ssl=context)
    other = await asyncio.start_server(serve, "::1", 0, ssl=context)
    port, port6 = (each.sockets[0].getsockname()[1] for each in (server, other))
    at, at6 = f"https://localhost:{port}", f"https://[::1]:{port6}"
    seen = [
        await ask("GET", at + "/a;b=1/c;d=2?x=1"),
        await ask("HEAD", at + "/head"),
        await ask("GET", at + "/early"),
        await ask("GET", at6 + "/"),
        await ask("GET", at6 + "/", params={"a": "1"}),
    ]
    host, ok = [f"Host: localhost:{port}"], (200, b"hi")
    return seen == [
        ("GET /a;b=1/c?x=1 HTTP/1.1", host, ok),
        ("HEAD /head HTTP/1.1", host, "RemoteProtocolError: Body truncated: expected 20 bytes, got 0"),
        ("GET /early HTTP/1.1", host, (103, b"")),
        ("GET / HTTP/1.1", [f"Host: ::1:{port6}"], ok),
        (None, [], f"InvalidURL: URL is missing host: 'https://::1:{port6}/?a=1'"),
    ]


sys.exit(not asyncio.run(main()))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
