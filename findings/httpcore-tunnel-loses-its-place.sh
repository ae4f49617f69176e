#!/bin/bash
# httpcore: a request through a proxy, cancelled while it connects, keeps its place in the pool for ever.
#
# Versions: httpcore 1.0.9, and httpcore2 2.16.2 for comparison (PyPI), Python 3.11, asyncio.
# Expected: a cancelled request gives back what it holds; the documentation of max_connections speaks of concurrent connections, and
#   the direct (not proxied) connection in the same pool frees its place.
# Seen: if the cancellation comes before TCP to the proxy is up, the pool goes on listing a connection that is CONNECTING, though nobody
#   connects. With max_connections=1 every later request ends in PoolTimeout. Cancelled later it recovers; httpcore2 always does.
# Why it matters: timeouts around requests are the rule, and a proxy that is slow to accept makes them strike at this very moment;
#   a client with ten places is dead after ten of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpcore==1.0.9 httpcore2==2.16.2 anyio==4.16.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import httpcore
import httpcore2

server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server.load_cert_chain("cert.pem", "key.pem")


async def proxy(reader, writer):
    """Takes CONNECT and is the target itself."""
    try:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await writer.start_tls(server)
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def afterwards(module, delay):
    """What a request gets after another one was cancelled `delay` seconds after its start."""
    listener = await asyncio.start_server(proxy, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    pool = module.AsyncConnectionPool(
        proxy=module.Proxy(url), ssl_context=ssl.create_default_context(cafile="cert.pem"), max_connections=1
    )
    async with pool:
        request = asyncio.create_task(pool.request("GET", "https://localhost/"))
        await asyncio.sleep(delay)
        request.cancel()
        await asyncio.wait([request])
        assert request.cancelled()
        try:
            response = await pool.request("GET", "https://localhost/", extensions={"timeout": {"pool": 2}})
            result = str(response.status)
        except module.PoolTimeout:
            result = "PoolTimeout"
        print(f"{module.__name__}, cancelled after {delay} s: next request: {result}; pool: {pool.connections}")
    listener.close()
    return result


seen = [asyncio.run(afterwards(module, delay)) for module in (httpcore, httpcore2) for delay in (0, 0.1)]
sys.exit(seen != ["PoolTimeout", "200", "200", "200"])
PY
venv/bin/python find.py 2>find.log || { cat find.log; echo "CHANGED: see above"; exit 1; }
