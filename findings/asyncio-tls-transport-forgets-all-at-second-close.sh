#!/bin/bash
# asyncio: after a second close(), every other method of a TLS transport raises AttributeError.
#
# Versions: asyncio of Python 3.11 (the same in 3.12 and 3.13); uvloop 0.23.0 (PyPI) for comparison.
# Expected: the documentation of asyncio names no limit to how often BaseTransport.close() may be called, and asyncio's own TCP
#   transport, as well as uvloop's TLS transport, answer every question afterwards as after the first close().
# Seen: the first close() of asyncio's TLS transport changes nothing for the caller. The second lets go of the protocol
#   behind it, and from then on get_extra_info("peername"), write(), get_write_buffer_size(), get_protocol() and others
#   raise "'NoneType' object has no attribute ...", even while the shutdown that the first one began is still under way.
# Why it matters: closing twice is what layered code does (a pool and its connection, a finally and a timeout), and who then
#   logs the peer's address gets an AttributeError from the insides of sslproto instead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check uvloop==0.23.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import uvloop

CALLS = {
    "get_extra_info": ["peername"],
    "get_write_buffer_size": [],
    "get_protocol": [],
    "is_reading": [],
    "write": [b"too late"],
}


async def failing(tls, closes):
    """Names of the methods that fail after `closes` calls of close()."""
    client = server = None
    if tls:
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.load_cert_chain("cert.pem", "key.pem")
        client = ssl.create_default_context(cafile="cert.pem")

    async def handler(reader, writer):
        try:
            await reader.read()
        except OSError:
            pass
        writer.close()

    listener = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=server)
    transport, _ = await asyncio.get_running_loop().create_connection(
        asyncio.Protocol,
        *listener.sockets[0].getsockname(),
        ssl=client,
        server_hostname="localhost" if tls else None,
    )
    for _ in range(closes):
        transport.close()
    failed = []
    for name, arguments in CALLS.items():
        try:
            getattr(transport, name)(*arguments)
        except AttributeError:
            failed.append(name)
    await asyncio.sleep(0.2)
    listener.close()
    return failed


def run(factory, *arguments):
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(failing(*arguments))


seen = [
    run(asyncio.new_event_loop, False, 2),
    run(asyncio.new_event_loop, True, 1),
    run(asyncio.new_event_loop, True, 2),
    run(uvloop.new_event_loop, True, 2),
]
names = ["asyncio, TCP, closed twice", "asyncio, TLS, closed once", "asyncio, TLS, closed twice", "uvloop, TLS, closed twice"]
for name, failed in zip(names, seen):
    print(f"{name}: AttributeError from {', '.join(failed) or 'none'}")
sys.exit(seen != [[], [], list(CALLS), []])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
