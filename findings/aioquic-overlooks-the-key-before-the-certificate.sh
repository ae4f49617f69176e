#!/bin/bash
# aioquic and qh3: of a file with key and certificate, in the order that Python's ssl asks for, the key is not loaded, and nobody says so.
#
# Versions: aioquic 1.7.2, qh3 2.1.0, trustme 1.2.1 (PyPI), Python 3.11, OpenSSL 3.0 to rewrite the key.
# Expected: the documentation of QuicConfiguration.load_cert_chain(): "Load a private key and the corresponding certificate." Its arguments are
#   those of ssl.SSLContext.load_cert_chain(), whose documentation wants the key before the first certificate in a combined file. trustme
#   writes such files, and ssl loads them.
# Seen: both libraries look for a key behind the certificates alone. One in front of them is passed over: load_cert_chain() and serve() succeed
#   with `private_key` None. Each client's datagram then raises "SSL private key is required for a server" in a callback of the event loop,
#   and the client is never answered. With the key at the end, as "BEGIN PRIVATE KEY", aioquic loads it.
# Why it matters: the server looks sound when it starts. The same file works in the HTTPS server beside it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioquic==1.7.2 qh3==2.1.0 trustme==1.2.1
venv/bin/python -m trustme --identities localhost --quiet
openssl pkcs8 -topk8 -nocrypt -in server.key -out pkcs8.key
cat server.key server.pem > ec-key-first.pem
cat pkcs8.key server.pem > pkcs8-key-first.pem
cat server.pem pkcs8.key > pkcs8-key-last.pem

cat > find.py <<'PY'
import asyncio
import importlib
import ssl
import sys


async def connects(library, file):
    """Whether the key was loaded, whether a client gets a connection, and what else the event loop reports."""
    quic = importlib.import_module(library + ".asyncio")
    Configuration = importlib.import_module(library + ".quic.configuration").QuicConfiguration
    errors = set()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.add(str(context.get("exception"))))
    configuration = Configuration(is_client=False, alpn_protocols=["find"])
    configuration.load_cert_chain(file)
    server = await quic.serve("127.0.0.1", 0, configuration=configuration)
    port = server._transport.get_extra_info("sockname")[1]
    client = Configuration(is_client=True, alpn_protocols=["find"], server_name="localhost", cafile="client.pem")
    connected = False
    try:
        async with asyncio.timeout(3):
            async with quic.connect("127.0.0.1", port, configuration=client) as connection:
                await connection.wait_connected()
                connected = True
    except (TimeoutError, ConnectionError):
        pass
    server.close()
    return configuration.private_key is not None, connected, sorted(filter(None, errors))


seen = {}
for file, libraries in (
    ("ec-key-first.pem", ("aioquic", "qh3")),
    ("pkcs8-key-first.pem", ("aioquic", "qh3")),
    ("pkcs8-key-last.pem", ("aioquic",)),
):
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
    for library in libraries:
        result = asyncio.run(connects(library, file))
        print("{}, {}: ssl loads it; key loaded {}, client connected {} {}".format(file, library, *result))
        seen[file, library] = result
silent = (False, False, ["SSL private key is required for a server"])
expected = {(file, library): silent for file, library in seen}
expected["pkcs8-key-last.pem", "aioquic"] = (True, True, [])
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
