#!/bin/bash
# async-irc: of a parting message one word arrives, a server whose certificate is refused ends the search for one, and half a line outlives its connection.
#
# Versions: async-irc 0.3.0, py-irclib 0.8.2 (PyPI), Python 3.11.
# Expected: RFC 2812, section 2.3.1: a parameter with blanks is the last one and has a colon in front. Section 2.3: a message is a line, which ends in
#   CRLF. The draft for RPL_ISUPPORT, section 3: "-PARAMETER" takes back what was said before. Its documentation: quit(reason), and connect(), which
#   goes on "cycling through the server list until successful".
# Seen: quit("see you later") sends "QUIT see you later", without a colon, of which "see" is the message. With two servers, of which the first one's
#   certificate is not trusted, connect() raises SSLCertVerificationError, and the second is never tried; if the first one refuses connections, it is.
#   A connection over TLS that ends behind ":irc NOTICE * :ha" is made again, and its first line is read as ":irc NOTICE * :ha:irc 001 nick :Hello",
#   so that there is no 001. "-MONITOR" becomes a token of that name, and MONITOR stays.
# Why it matters: an expired certificate takes a bot off a network whose other servers work. After a cut the bot never learns that it is registered.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check async-irc==0.3.0 py-irclib==0.8.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import socket
import ssl
import sys

from asyncirc.protocol import IrcProtocol
from asyncirc.server import BasicIPServer

server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain("cert.pem", "key.pem")
HOST = "127.0.0.1"


def entry(port, trusted=True):
    context = ssl.create_default_context(cafile="cert.pem" if trusted else None)
    return BasicIPServer(host=HOST, port=port, is_ssl=True, ssl_ctx=context)


async def start(first_lines):
    """A server that greets each connection with the next of these, and keeps what is sent to it."""
    received = []

    async def serve(reader, writer):
        try:
            lines = first_lines.pop(0) if first_lines else b""
            await reader.readline()
            writer.write(lines)
            await writer.drain()
            if not lines.endswith(b"\r\n") and lines:
                writer.close()
                return
            while line := await reader.readline():
                received.append(line.decode().strip())
                if line.startswith(b"QUIT"):
                    break
        except (ConnectionError, ssl.SSLError):
            pass
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0, ssl=server_context)
    return server, server.sockets[0].getsockname()[1], received


async def main():
    seen = {}
    hello = b":irc 001 nick :Hello\r\n:irc 005 nick MONITOR=100 NETWORK=Test :are supported by this server\r\n"
    hello += b":irc 005 nick -MONITOR :are supported by this server\r\n"
    server, port, received = await start([hello])
    conn = IrcProtocol([entry(port)], "nick")
    await conn.connect()
    await asyncio.sleep(1)
    seen["tokens"] = dict(conn.server.isupport_tokens)
    conn.quit("see you later")
    await asyncio.wait_for(conn.quit_future, 10)
    conn.close()
    seen["quit"] = received[-1]

    with socket.create_server((HOST, 0)) as closed:
        closed_port = closed.getsockname()[1]
    for what, first in ("refuses connections", entry(closed_port)), ("certificate not trusted", entry(port, trusted=False)):
        conn = IrcProtocol([first, entry(port)], "nick")
        try:
            await asyncio.wait_for(conn.connect(), 40)
            seen[what] = "second server"
            conn.quit()
            await asyncio.wait_for(conn.quit_future, 10)
        except Exception as error:
            seen[what] = type(error).__name__
        conn.close()

    server, port, received = await start([b":irc NOTICE * :ha", hello])
    conn = IrcProtocol([entry(port)], "nick")
    messages = []

    async def note(_conn, message):
        messages.append(str(message))

    conn.register("*", note)
    await conn.connect()
    for _ in range(150):
        await asyncio.sleep(0.1)
        if any("005" in message for message in messages):
            break
    seen["after a cut"] = messages[0]
    conn.quit()
    await asyncio.wait_for(conn.quit_future, 10)
    conn.close()
    return seen


seen = asyncio.run(main())
for what, found in seen.items():
    print(f"{what}: {found}")
expected = {
    "tokens": {"MONITOR": "100", "NETWORK": "Test", "-MONITOR": None},
    "quit": "QUIT see you later",
    "refuses connections": "second server",
    "certificate not trusted": "SSLCertVerificationError",
    "after a cut": ":irc NOTICE * :ha:irc 001 nick :Hello",
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
