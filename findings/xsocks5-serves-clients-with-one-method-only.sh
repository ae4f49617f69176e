#!/bin/bash
# xsocks5: it closes the connection of each client that offers more than one way to log in, as curl, PySocks and browsers do.
#
# Versions: xsocks5 0.1.2, PySocks 1.7.1 as a client, pysocks5server 0.1.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 1928, section 3: the client sends the version, the number of its methods and the methods, one to 255 octets, and the server
#   chooses one of them. The documentation: a SOCKS5 proxy with user name and password.
# Seen: PySocks with a name and a password offers 05 02 00 02; xsocks5 prints "Error: too many values to unpack (expected 3)" and closes. A
#   client of the script's that offers 05 01 02 is served. So is PySocks by pysocks5server, with the same name and password.
# Why it matters: requests[socks] and urllib3 are PySocks, and curl --proxy-user offers two or three methods as well: none of them can use the
#   proxy as it is installed, though the password is right. There is no option.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check xsocks5==0.1.2 pysocks5server==0.1.2 PySocks==1.7.1

cat > find.py <<'PY'
import asyncio
import contextlib
import io
import socket
import sys

import socks
from socks5server import PasswordAuthentication, SocksServer
from socks5server.enums import AuthMethod
from xsocks5.main import Socks5ProxyServer


def by_pysocks(proxy, target):
    try:
        with socks.create_connection(
            ("127.0.0.1", target),
            timeout=5,
            proxy_type=socks.SOCKS5,
            proxy_addr="127.0.0.1",
            proxy_port=proxy,
            proxy_username="jo",
            proxy_password="secret",
        ) as connection:
            return connection.recv(100).decode()
    except socks.ProxyError as error:
        return type(error).__name__


def with_one_method(proxy, target):
    """A client that offers the password alone, and that waits for each answer."""
    with socket.create_connection(("127.0.0.1", proxy), timeout=5) as connection:
        connection.sendall(b"\x05\x01\x02")
        if connection.recv(2) != b"\x05\x02":
            return "refused"
        connection.sendall(b"\x01\x02jo\x06secret")
        if connection.recv(2) != b"\x01\x00":
            return "not let in"
        connection.sendall(b"\x05\x01\x00\x01" + socket.inet_aton("127.0.0.1") + target.to_bytes(2, "big"))
        connection.recv(10)
        return connection.recv(100).decode()


async def greet(reader, writer):
    writer.write(b"hello")
    await writer.drain()


async def main():
    # What ends with the loop, such as open connections of the proxies, is of no interest here.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    target = (await asyncio.start_server(greet, "127.0.0.1", 0)).sockets[0].getsockname()[1]
    other = SocksServer("127.0.0.1", 0)
    other.register_authentication(AuthMethod.PASSWORD, PasswordAuthentication({"jo": "secret"}))
    servers = {"xsocks5": Socks5ProxyServer("127.0.0.1", 0, "jo", "secret"), "pysocks5server": other}
    seen = {}
    for name, proxy in servers.items():
        listener = await asyncio.start_server(proxy.handle_client, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        for client in (by_pysocks, with_one_method):
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                seen[name, client.__name__] = await asyncio.to_thread(client, port, target)
            print(f"{name}, {client.__name__}: {seen[name, client.__name__]} {printed.getvalue().strip()}")
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 40))
sys.stdout.flush()
expected = {
    ("xsocks5", "by_pysocks"): "GeneralProxyError",
    ("xsocks5", "with_one_method"): "hello",
    ("pysocks5server", "by_pysocks"): "hello",
    ("pysocks5server", "with_one_method"): "hello",
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
