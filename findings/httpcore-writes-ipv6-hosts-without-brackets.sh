#!/bin/bash
# httpcore and httpcore2, and httpx and httpx2 through a proxy: an IPv6 address gets into the request without its brackets.
#
# Versions: httpcore 1.0.9, httpx 0.28.1, httpcore2 2.16.2, httpx2 2.16.2 (PyPI), Python 3.11; aiohttp 3.14.5 for comparison.
# Expected: RFC 9110, sections 7.2 and 9.3.6: the Host field, and the target of CONNECT, are a host of RFC 3986 and a port after a colon; there
#   (section 3.2.2) an IPv6 address is in brackets. httpcore's documentation takes any URL as text.
# Seen: httpcore and httpcore2 send "Host: ::1:PORT" for http://[::1]:PORT/. httpx and httpx2 write that field themselves, and rightly; but
#   through a proxy they ask it, through the former, to "CONNECT 2001:db8::1:8443", with the same in Host. aiohttp sends
#   "CONNECT [2001:db8::1]:8443".
# Why it matters: "2001:db8::1:8443" is an IPv6 address by itself, so a proxy that tries to make sense of it connects to another host, or
#   answers 400. Servers that check Host, as RFC 9112, section 3.2, demands, answer 400.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpcore==1.0.9 httpx==0.28.1 httpcore2==2.16.2 httpx2==2.16.2 aiohttp==3.14.5

cat > find.py <<'PY'
import asyncio
import sys

import aiohttp
import httpcore
import httpcore2
import httpx
import httpx2

URL = "https://[2001:db8::1]:8443/"
requests = []


async def refuse(reader, writer):
    """Keep the first line and the Host field of a request, and refuse it."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    host = next(line for line in lines if line.lower().startswith("host:"))
    requests.append((lines[0].split()[1], host.split(maxsplit=1)[1]))
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


async def pool(module, url):
    async with module.AsyncConnectionPool() as connections:
        await connections.request("GET", url)


async def proxied_pool(module, proxy):
    async with module.AsyncHTTPProxy(proxy) as connections:
        await connections.request("GET", URL)


async def client(module, url):
    async with module.AsyncClient() as session:
        await session.get(url)


async def proxied_client(module, proxy):
    async with module.AsyncClient(proxy=proxy) as session:
        await session.get(URL)


async def proxied_aiohttp(proxy):
    async with aiohttp.ClientSession() as session:
        await session.get(URL, proxy=proxy)


async def main():
    server = await asyncio.start_server(refuse, "::1", 0)
    proxy_server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url, proxy = f"http://[::1]:{port}/", "http://127.0.0.1:%d" % proxy_server.sockets[0].getsockname()[1]
    seen = {}
    for name, call in {
        "httpcore": pool(httpcore, url),
        "httpcore2": pool(httpcore2, url),
        "httpx": client(httpx, url),
        "httpx2": client(httpx2, url),
        "httpcore, proxy": proxied_pool(httpcore, proxy),
        "httpcore2, proxy": proxied_pool(httpcore2, proxy),
        "httpx, proxy": proxied_client(httpx, proxy),
        "httpx2, proxy": proxied_client(httpx2, proxy),
        "aiohttp, proxy": proxied_aiohttp(proxy),
    }.items():
        try:
            await call
        except Exception as error:
            assert "403" in str(error), repr(error)  # through a proxy
        target, host = requests.pop()
        seen[name] = target, host.replace(str(port), "PORT")
        print(f"{name}: {target}, Host: {seen[name][1]}")
    bare, sound = ("2001:db8::1:8443",) * 2, ("[2001:db8::1]:8443",) * 2
    return list(seen.values()) == [("/", "::1:PORT")] * 2 + [("/", "[::1]:PORT")] * 2 + [bare] * 4 + [sound]


sys.exit(not asyncio.run(main()))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
