#!/bin/bash
# aiosyslog: over TLS a long message loses its end and swallows the next one, and the dates of its messages are wrong or no dates.
#
# Versions: aiosyslog 0.2.1 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: its documentation: it is a client for RFC 3164 and RFC 5424, over UDP, TCP and TLS. RFC 5425, section 4.3: over TLS a frame is the length
#   of a message, a space, and the message, so that a message may be of any length and content. RFC 5424, section 6: structured data, "-" if there
#   are none, stand before the message; section 6.2.3.1: the offset of a timestamp has a colon. RFC 3164, section 4.1.2: the timestamp is
#   the local time when the message was generated.
# Seen: there are no lengths; a line feed ends a message. It is cut off together with the end of a message of more than 4,096 octets, and the next
#   message becomes a part of the first on the same connection. Where the structured data should be stands the first word of the message. A
#   timestamp that is given ends in "+0500" at UTC+05:30. With RFC 3164 every message has the time at which the module was imported, as that is
#   the default argument's value. And the documented SyslogConnectionFailure is never raised on Linux: a refused connection has the number 61 on macOS
#   only.
# Why it matters: a receiver that keeps to the RFCs refuses all of it, and one that does not has lost a message in a log that says nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiosyslog==0.2.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import datetime
import re
import ssl
import sys

from aiosyslog import SyslogClientRFC3164, SyslogClientRFC5424, exceptions


async def sent(client_class, *messages):
    """What a server gets, in one connection, and the server's port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    received = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        received.set_result(await reader.read())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    client = client_class(
        "localhost", port, "tls", clientname="client.example.org", cert_data={"cafile": "cert.pem"}, reuse_connection=True
    )
    for message, options in messages:
        await client.log(message, program="program", pid=17, **options)
    await client.close()
    text = (await received).decode()
    server.close()
    await server.wait_closed()
    return text, client


async def main():
    given = {"timestamp": datetime.datetime(2026, 5, 17, 12, 0, 0)}
    long, short = ("disk is full " + "x" * 5000, {}), ("disk is empty", given)
    text, client = await sent(SyslogClientRFC5424, long, short)
    lines = text.splitlines()
    seen = [len(lines), lines[0].split()[6], re.search("x<14>1 ([^ ]*) .*$", lines[0])[1]]
    print("RFC 5424:", len(lines), "line for two messages:", re.sub("x{3,}", "xxx...", lines[0]))
    try:
        await client.log("anybody there?")
    except exceptions.SyslogUnmanagedSocketError as error:
        seen.append(str(error).partition(" Connect")[0])
        print("refused connection:", type(error).__name__, error)

    imported = datetime.datetime.now()
    await asyncio.sleep(2.5)
    text, _ = await sent(SyslogClientRFC3164, ("now", {}))
    date = datetime.datetime.strptime(f"{imported.year} {text[4:19]}", "%Y %b %d %H:%M:%S")
    seen.append(date <= imported)
    print("RFC 3164:", text.strip(), "at", f"{datetime.datetime.now():%H:%M:%S}")
    return seen


seen = asyncio.run(main())
sys.exit(seen != [1, "disk", "2026-05-17T12:00:00.000000+0500", "Unknown OSError exception: [Errno 111]", True])
PY
TZ=IST-5:30 venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
