#!/bin/bash
# aiofastnet: get_extra_info("ssl_object") is no ssl.SSLObject, and lacks its session.
#
# Versions: aiofastnet 1.2.0 (PyPI), Python 3.11.
# Expected: the documentation of asyncio.BaseTransport.get_extra_info(): "'ssl_object': ssl.SSLObject or ssl.SSLSocket
#   instance". aiofastnet calls itself a drop-in reimplementation of asyncio's transports.
# Seen: it is an SSLEngineDirect, which is a subclass of neither. cipher(), getpeercert(), selected_alpn_protocol() and version()
#   are there; `session`, shared names such as verify_client_post_handshake(), read() and unwrap() are not, so the session
#   that is to be resumed later cannot be had.
# Why it matters: libraries decide by isinstance(..., ssl.SSLObject) whether a connection is encrypted at all; installing a
#   faster transport turns such a test to "no" without an error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiofastnet==1.2.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import aiofastnet

NAMES = ["cipher", "getpeercert", "selected_alpn_protocol", "version", "session", "session_reused", "verify_client_post_handshake"]


async def describe():
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain("cert.pem", "key.pem")

    async def handler(reader, writer):
        await reader.read()
        writer.close()

    listener = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=server)
    reader, writer = await asyncio.open_connection(
        *listener.sockets[0].getsockname(),
        ssl=ssl.create_default_context(cafile="cert.pem"),
        server_hostname="localhost",
    )
    tls = writer.get_extra_info("ssl_object")
    result = isinstance(tls, (ssl.SSLObject, ssl.SSLSocket)), [n for n in NAMES if not hasattr(tls, n)]
    print(f"{type(tls).__qualname__}: an SSLObject or SSLSocket: {result[0]}; missing: {', '.join(result[1]) or 'none'}")
    writer.close()
    await writer.wait_closed()
    listener.close()
    return result


def patched():
    loop = asyncio.new_event_loop()
    aiofastnet.patch_loop(loop)
    return loop


seen = []
for factory in (asyncio.new_event_loop, patched):
    with asyncio.Runner(loop_factory=factory) as runner:
        seen.append(runner.run(describe()))
sys.exit(seen != [(True, []), (False, ["session", "verify_client_post_handshake"])])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
