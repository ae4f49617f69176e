#!/bin/bash
# gemi-python: a search for "hello" is sent as "h&e&l&l&o", half of an answer is taken for all of it, and an IPv6 address loses its brackets.
#
# Versions: gemi-python 0.1.4 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate; a server of the script's.
# Expected: Gemini's specification: the client sends the URL, and the user's input is the query of it; the body of an answer ends when the server closes
#   the connection, with close_notify. RFC 3986, section 3.2.2: IPv6 addresses stand in brackets. RFC 8446, section 5.1: record boundaries mean nothing.
# Seen: the URL that the server gets has "&" between any two letters of the query. Of a body of 600 octets that arrives in two records of 300 the client
#   returns the first 300, since a read of fewer than 256 is the end for it; no error is raised. "gemini://[::1]:1965/" is sent as "gemini://::1:1965/".
# Why it matters: no search, no form and no login by input works, and what a page looks like depends on how its server writes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check gemi-python==0.1.4
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys
import warnings

warnings.simplefilter("ignore")  # of the module cgi

import gemi
from gemi.misc import Url

requests = []


async def serve(reader, writer):
    requests.append((await reader.readline()).decode())
    writer.write(b"20 text/plain\r\n")
    for letter in (b"a", b"b"):
        writer.write(letter * 300)
        await asyncio.sleep(0.5)
    writer.close()


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with server:
        response = await gemi.AsyncClient().request(f"gemini://127.0.0.1:{port}/search?hello")
        body = await response.data()
        await asyncio.sleep(1)
    query = requests[0].strip().partition("?")[2]
    ipv6 = gemi.Request("gemini://[::1]:1965/").build()
    print(f"the server got the query {query!r}")
    print(f"the body has {len(body)} of 600 octets")
    print(f"the request for an IPv6 address: {ipv6}")
    print(f"a URL with two parameters: {Url.parse('gemini://example.com/?a=1&b=2')}")
    return query == "h&e&l&l&o" and body == b"a" * 300 and ipv6 == b"gemini://::1:1965/\r\n"


sys.exit(not asyncio.run(main()))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
