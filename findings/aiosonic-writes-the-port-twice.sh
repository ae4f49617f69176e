#!/bin/bash
# aiosonic: through a proxy, a URL with a port is asked for with the port twice; and an IPv6 address cannot be reached at all.
#
# Versions: aiosonic 1.3.3 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate; aiohttp 3.14.5 for comparison.
# Expected: its documentation: HTTPClient(proxy=Proxy(...)) sends requests through a proxy, and a URL is any URL. RFC 9110, section 9.3.6: the target
#   of CONNECT is one host and one port. RFC 3986, section 3.2.2: a host may be an IPv6 address in brackets.
# Seen: for https://localhost:8443/ the proxy is asked to "CONNECT localhost:8443:8443"; with the default port it is "CONNECT localhost:443". Without
#   a proxy, https://[::1]:PORT/ ends in socket.gaierror, "Address family for hostname not supported", since every host is looked up as an
#   IPv4 one. aiohttp does both.
# Why it matters: a proxy answers that there is no such host, or 400, and the program looks for the fault there. Everything that is not on port
#   443 is out of reach through it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiosonic==1.3.3 aiohttp==3.14.5
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import aiohttp
import aiosonic

trusting = ssl.create_default_context(cafile="cert.pem")
targets = []


async def proxy(reader, writer):
    """Keep what is asked for, and refuse it."""
    targets.append((await reader.readuntil(b"\r\n\r\n")).decode().split()[1])
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


async def web(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


async def with_aiosonic(url, proxy_url=None):
    proxy = proxy_url and aiosonic.Proxy(proxy_url)
    async with aiosonic.HTTPClient(proxy=proxy) as client:
        return (await client.get(url, ssl=trusting)).status_code


async def with_aiohttp(url, proxy_url=None):
    async with aiohttp.ClientSession() as client, client.get(url, ssl=trusting, proxy=proxy_url) as response:
        return response.status


async def main():
    seen = {}
    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    proxy_url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    urls = []
    for address, host in (("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
        web_server = await asyncio.start_server(web, address, 0, ssl=context)
        urls.append("https://%s:%d/" % (host, web_server.sockets[0].getsockname()[1]))
    for name, get in (("aiosonic", with_aiosonic), ("aiohttp", with_aiohttp)):
        results = []
        for url in ("https://localhost/", "https://localhost:8443/"):
            try:
                await get(url, proxy_url)
            except Exception as error:
                assert "403" in str(error), repr(error)
            results.append(targets.pop())
        for url in urls:
            try:
                results.append(await get(url))
            except OSError as error:
                results.append(type(error).__name__)
        seen[name] = results
        print("{}: CONNECT {}, CONNECT {}; IPv4 {}, IPv6 {}".format(name, *results))
    return seen


seen = asyncio.run(main())
sys.exit(
    seen["aiosonic"] != ["localhost:443", "localhost:8443:8443", 200, "gaierror"]
    or seen["aiohttp"] != ["localhost:443", "localhost:8443", 200, 200]
)
PY
venv/bin/python -W ignore find.py 2>find.log || { cat find.log; echo "CHANGED: see above"; exit 1; }
