#!/bin/bash
# mapilli, for finger: "@host", who is logged in there, is sent to that host as "@host", which asks it to forward to itself; and of two hosts it
# connects to the wrong one.
#
# Versions: mapilli 0.1.1 (PyPI), Python 3.11.
# Expected: RFC 1288, section 2.3: a query of type {Q1}, an empty line, asks for the users of the host; {Q2}, with "@hostname", "requests
#   forwarding". Section 2.4: of FOO@HOST1@HOST2 the next host is "the right-most host", HOST2, and it is sent the remainder, FOO@HOST1. Section
#   3.2.1 lets servers refuse to forward, as most do. finger(1) sends "@host" as an empty line.
# Seen: query("@localhost") connects to localhost and sends "@localhost". query("jo@localhost@192.0.2.1") connects to localhost, the left one, and
#   sends "jo@localhost@192.0.2.1", so that 192.0.2.1 would come next and localhost once more. query("jo@localhost") sends "jo", which is right.
# Why it matters: the commonest query is answered with "forwarding denied", and chains go round once more than they should or fail.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mapilli==0.1.1

cat > find.py <<'PY'
import asyncio
import sys

from mapilli import FingerClient

received = []


async def serve(reader, writer):
    received.append((await reader.readline()).decode().rstrip("\r\n"))
    if "@" in received[-1]:
        writer.write(b"finger forwarding service denied\r\n")
    else:
        writer.write(b"Login: jo\r\n")
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "localhost", 0)
    port = server.sockets[0].getsockname()[1]
    for socket in server.sockets[1:]:
        socket.close()
    host = server.sockets[0].getsockname()[0]
    client = FingerClient(timeout=10)
    for query in (f"jo@{host}", f"@{host}", f"jo@{host}@192.0.2.1"):
        response = await client.query(query, port=port)
        print(f"{query}: sent to {host}: {received[-1]!r}; answer: {response.body.strip()}")
    server.close()
    return received == ["jo", f"@{host}", f"jo@{host}@192.0.2.1"]


sys.exit(not asyncio.run(asyncio.wait_for(main(), 40)))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
