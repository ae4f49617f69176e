#!/bin/bash
# pywreck, an HTTP client: of an answer that ends with its connection nothing is returned, "304 Not Modified" with a length is an error, a chunk with
# an extension is an error, and the second cookie belongs to the first.
#
# Versions: pywreck 0.6.0 (PyPI), Python 3.11 with its http.client to compare with.
# Expected: RFC 9112, section 6.3: an answer without Content-Length and without Transfer-Encoding has all octets until the connection is closed, and
#   one with the status 304 none, whatever its Content-Length says. Section 7.1.1: a chunk may have extensions. RFC 9110, section 5.3: fields
#   Set-Cookie are not to be combined.
# Seen: of "Connection: close" with "hello" behind the header, status 200 and b"" are returned. Of a 304 with "Content-Length: 5"
#   five octets are expected, which is an IncompleteReadError. The chunk "5;x=1" is a ValueError. "Set-Cookie: a=1; Path=/" and "Set-Cookie: b=2"
#   become "a=1; Path=/;b=2", which is one cookie. http.client reads all of them.
# Why it matters: nothing says that a body was lost: the status is 200. Servers of HTTP/1.0 and CGI programs answer so. Take another client for them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pywreck==0.6.0

cat > find.py <<'PY'
import asyncio
import http.client
import sys

import pywreck

ANSWERS = {
    "/length": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "/close": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
    "/304": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"1\"\r\n\r\n",
    "/chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n0\r\n\r\n",
    "/cookies": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nContent-Length: 5\r\n\r\nhello",
}


async def serve(reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(ANSWERS[head.split(b" ")[1].decode()])
    await writer.drain()
    writer.close()


def standard(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body, response.headers.get_all("Set-Cookie")


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    seen = {}
    for path in ANSWERS:
        right = await asyncio.to_thread(standard, port, path)
        try:
            response = await pywreck.get("127.0.0.1", path, port=port, ssl=False, timeout=3)
            seen[path] = (response.status, response.data)
            cookie = response.headers.get("set-cookie")
        except Exception as error:
            seen[path], cookie = type(error).__name__, None
        print(f"{path}: pywreck {seen[path]}, {cookie}; http.client {right}")
        assert right[:2] == ((304, b"") if path == "/304" else (200, b"hello"))
    server.close()
    return seen, cookie


seen, cookie = asyncio.run(asyncio.wait_for(main(), 40))
expected = {
    "/length": (200, b"hello"),
    "/close": (200, b""),
    "/304": "IncompleteReadError",
    "/chunk": "ValueError",
    "/cookies": (200, b"hello"),
}
sys.exit(seen != expected or cookie != "a=1; Path=/;b=2")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
