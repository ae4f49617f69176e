#!/bin/bash
# tiny-proxy: its SOCKS5 refusals are cut short, it asks for a password as a web server does, and no IPv6 address gets through its HTTP side.
#
# Versions: tiny-proxy 0.3.0 with anyio 4.16.0 (PyPI), Python 3.11; over TLS.
# Expected: RFC 1928, section 6: each reply has version, code, a reserved byte, an address type, an address of that type and a port, ten bytes at least.
#   RFC 9110, sections 15.5.8 and 11.7.1: a proxy that wants a password answers 407 with Proxy-Authenticate; 401 is the origin server's. Section 9.3.6 and
#   RFC 3986, section 3.2.2: "CONNECT [::1]:443" for an IPv6 address.
# Seen: a connection that is refused and a command that is not supported are answered with six bytes of address type 0, which does not exist, or three.
#   Without a password CONNECT is answered "401 Unauthorized", without a challenge. "CONNECT [::1]:PORT" is a "400 Bad Request", as the target is split at
#   its colons; "CONNECT 127.0.0.1:PORT" works.
# Why it matters: clients that read ten bytes report a broken connection or wait for the rest instead of "connection refused"; those that send the password
#   when asked (as most libraries do) never log in. Give the proxy names instead of IPv6 addresses, and clients the password in advance.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tiny-proxy==0.3.0 anyio==4.16.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import logging
import socket
import ssl
import sys

import anyio
from anyio.streams.tls import TLSListener
from tiny_proxy import HttpProxyHandler, Socks5ProxyHandler

logging.disable(logging.CRITICAL)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
trusting = ssl.create_default_context(cafile="cert.pem")


def ask(port, *requests):
    """The answer to the last request, up to the end of the connection or half a second without data."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 20) as raw, trusting.wrap_socket(raw, server_hostname="localhost") as stream:
        for request in requests:
            stream.sendall(request)
            stream.settimeout(0.5)
            answer = b""
            try:
                while data := stream.recv(1000):
                    answer += data
            except (TimeoutError, OSError):
                pass
    return answer


async def main():
    async with anyio.create_task_group() as group:
        ports = []
        for handler in (Socks5ProxyHandler(), HttpProxyHandler(), HttpProxyHandler(username="me", password="secret")):
            listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
            ports.append(listener.extra(anyio.abc.SocketAttribute.local_port))
            group.start_soon(TLSListener(listener, context, standard_compatible=False).serve, handler.handle)
        with socket.create_server(("127.0.0.1", 0)) as free:
            closed = free.getsockname()[1]
        target = b"\x01\x7f\0\0\x01" + closed.to_bytes(2, "big")
        seen = {
            "SOCKS5, refused": await anyio.to_thread.run_sync(ask, ports[0], b"\x05\x01\0", b"\x05\x01\0" + target),
            "SOCKS5, BIND": await anyio.to_thread.run_sync(ask, ports[0], b"\x05\x01\0", b"\x05\x02\0" + target),
        }
        with socket.create_server(("127.0.0.1", 0)) as four, socket.create_server(("::1", 0), family=socket.AF_INET6) as six:
            lines = {
                "HTTP, IPv4": (ports[1], f"127.0.0.1:{four.getsockname()[1]}"),
                "HTTP, IPv6": (ports[1], f"[::1]:{six.getsockname()[1]}"),
                "HTTP, no password": (ports[2], f"127.0.0.1:{four.getsockname()[1]}"),
            }
            for name, (port, authority) in lines.items():
                request = f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()
                seen[name] = await anyio.to_thread.run_sync(ask, port, request)
        group.cancel_scope.cancel()
    return seen


seen = anyio.run(main)
for name, answer in seen.items():
    print(f"{name}: {len(answer)} bytes: {answer}")
expected = {
    "SOCKS5, refused": b"\x05\x05\0\0\0\0",
    "SOCKS5, BIND": b"\x05\x07\0",
    "HTTP, IPv4": b"HTTP/1.1 200 Connection established\r\n\r\n",
    "HTTP, IPv6": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "HTTP, no password": b"HTTP/1.1 401 Unauthorized\r\n\r\n",
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
