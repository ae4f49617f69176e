#!/bin/bash
# fluentbit-server-py: an event of half past a second is 500 seconds late, and one that comes with a pause of half a second is dropped.
#
# Versions: fluentbit-server-py 1.0.7, msgpack 1.2.4 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: Fluentd's Forward Protocol Specification v1: an EventTime has the seconds since the epoch and, in the second four octets, the nanoseconds.
#   The package's README: "Simple server to gather data from fluentbit agent (forward protocol)". TCP and TLS make no promise of when the parts of a
#   message arrive.
# Seen: the nanoseconds are divided by a million instead of a thousand million, so 1700000000.5 is 1700000500.0, and of two events in a row the second
#   may be minutes before the first. The server reads until nothing has come for half a second, and takes what it has for whole messages: of an
#   event whose second half comes 0.7 seconds later it logs "Drop ... bytes", and closes the connection.
# Why it matters: Fluent Bit's times have nanoseconds, so every time is wrong by up to 1,000 seconds, in no order. Whole seconds are right, which is what
#   one tries first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fluentbit-server-py==1.0.7 msgpack==1.2.4
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import functools
import logging
import socket
import ssl
import struct
import sys
import threading
import time

import msgpack
from fluentbit_server.fluentbit_request_handler import FluentbitRequestHandler
from fluentbit_server.fluentbit_server import FluentbitServer
from fluentbit_server.fluentbit_ssl import FluentbitSSL
from fluentbit_server.fluentbit_transport import FluentbitTransport

events = []
drops = []


class Drops(logging.Handler):
    def emit(self, record):
        drops.append(record.getMessage().split()[0])


logging.getLogger("FluentbitTransport").addHandler(Drops())
logging.getLogger("FluentbitTransport").propagate = False
transport = functools.partial(FluentbitTransport, callback=events.append)
server = FluentbitServer(("127.0.0.1", 0), FluentbitRequestHandler, transport, None, FluentbitSSL("key.pem", "cert.pem"))
threading.Thread(target=server.serve_forever, daemon=True).start()
context = ssl.create_default_context(cafile="cert.pem")


def event_time(seconds, nanoseconds):
    return msgpack.ExtType(0, struct.pack(">II", seconds, nanoseconds))


def send(*parts):
    """What the server makes of a message in these parts: events, and warnings."""
    events.clear()
    drops.clear()
    with socket.create_connection(server.server_address, timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as sock:
            for i, part in enumerate(parts):
                if i:
                    time.sleep(0.7)
                sock.sendall(part)
            try:
                while sock.recv(1000):
                    pass
            except OSError:
                pass
    return [event.timestamp for event in events], drops[:]


START = 1_700_000_000
times = [(START, 0), (START, 500_000_000), (START, 999_000_000), (START + 1, 1_000_000)]
message = msgpack.packb(["tag", [[event_time(*pair), {"log": "line"}] for pair in times]])
whole, parts = send(message), send(message[:30], message[30:])
for (seconds, nanoseconds), seen in zip(times, whole[0]):
    print(f"{seconds}.{nanoseconds:09} is {seen:.3f}")
print(f"in two parts, with a pause: {len(parts[0])} events, warnings {parts[1]}")
expected = [START, START + 500, START + 999, START + 1 + 1]
sys.exit(not (whole == (expected, []) and parts == ([], ["Drop"])))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
