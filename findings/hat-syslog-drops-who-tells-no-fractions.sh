#!/bin/bash
# hat-syslog: a message whose time has no fraction of a second ends the connection, half an hour of a time zone is five minutes, and -03:00 is -02:57.
#
# Versions: hat-syslog 0.7.28 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: RFC 5424, section 6: TIME-SECFRAC is optional, TIME-NUMOFFSET = ("+" / "-") TIME-HOUR ":" TIME-MINUTE, and section 6.2.3.1 has
#   2003-08-24T05:14:15.000003-07:00 among its examples. RFC 5425 for syslog over TLS.
# Seen: of "2026-01-01T12:00:00Z" msg_from_str() raises TypeError, and hat-syslog's server, over TLS, closes the connection, with all messages that are on it.
#   For the minutes of an offset it takes the hours once more, and always with a plus: +05:30 becomes +05:05, -03:00 becomes -02:57, and the example of
#   the RFC is seven minutes early.
# Why it matters: senders without fractions, as the RFC lets them be, are not logged at all, and of others the order of events is wrong wherever
#   they do not write UTC.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hat-syslog==0.7.28
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log
cat cert.pem key.pem >both.pem

cat > find.py <<'PY'
import asyncio
import datetime
import logging
import pathlib
import socket
import ssl
import sys

from hat.syslog.encoder import msg_from_str
from hat.syslog.server.syslog import create_syslog_server

logging.disable(logging.CRITICAL)
TIMES = (
    "2026-01-01T12:00:00.5Z",
    "2026-01-01T12:00:00.5+01:00",
    "2026-01-01T12:00:00.5+05:30",
    "2026-01-01T12:00:00.5-03:00",
    "2003-08-24T05:14:15.000003-07:00",
    "2026-01-01T12:00:00Z",
)


def message(time, text="text"):
    return f"<14>1 {time} host app - - - {text}"


def minutes_off(time):
    right = datetime.datetime.fromisoformat(time)
    try:
        return round((msg_from_str(message(time)).timestamp - right.timestamp()) / 60, 3)
    except TypeError as error:
        return f"TypeError: {error}"


async def over_tls(*messages):
    """The texts that the server hands over."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = await create_syslog_server(f"tls://127.0.0.1:{port}", lambda found: received.append(found.msg), pathlib.Path("both.pem"))
    context = ssl.create_default_context(cafile="cert.pem")
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
    for found in messages:
        writer.write(f"{len(found)} {found}".encode())
    await writer.drain()
    await asyncio.sleep(1)
    writer.close()
    await server.async_close()
    return received


offsets = {time: minutes_off(time) for time in TIMES}
for time, off in offsets.items():
    print(f"{time}: {off} minutes off")
texts = asyncio.run(over_tls(message(TIMES[0], "one"), message(TIMES[-1], "two"), message(TIMES[0], "three")))
print(f"of three messages over TLS, the second without a fraction: {texts}")
missing = "TypeError: 'NoneType' object cannot be interpreted as an integer"
sys.exit(not (list(offsets.values()) == [0, -1, 25, -3, -7, missing] and texts == ["one"]))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
