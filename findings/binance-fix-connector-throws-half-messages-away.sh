#!/bin/bash
# binance-fix-connector: if a read has a whole message and the first half of the next one, that half is thrown away; of the next one a message without
# a type is left, or one without anything.
#
# Versions: binance-fix-connector 1.2.0 with simplefix 1.0.17 (PyPI), Python 3.11, openssl.
# Expected: FIX 4.4, volume 2, and FIX over TLS (FIXS): messages follow each other in a stream, and each says its length in BodyLength (9). TCP and
#   TLS keep no boundaries.
# Seen: a TLS server sends three execution reports. In one record, or one record each, all three arrive. If the first record has the first report
#   and a part of the second, and the next one the rest, the second arrives without MsgType (35), or as nothing but a checksum:
#   parse_server_response() keeps the part, and the thread that has called it then empties the buffer. retrieve_messages_until("8") ends in an
#   AttributeError at such a message. simplefix's own parser finds all three however they are cut.
# Why it matters: the socket is read 4,096 octets at a time, so with more than some fifteen reports on the way the cut is the rule. The order is
#   executed, and the program waits for its report.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check binance-fix-connector==1.2.0 simplefix==1.0.17 cryptography==46.0.3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost 2>openssl.log

cat > find.py <<'PY'
import logging
import socket
import ssl
import sys
import threading
import time

import simplefix
from binance_fix_connector.fix_connector import BinanceFixConnector
from cryptography.hazmat.primitives.asymmetric import ed25519

logging.disable(logging.CRITICAL)


def report(order):
    message = simplefix.FixMessage()
    for tag, value in [(8, "FIX.4.4"), (35, "8"), (49, "SPOT"), (56, "CLIENT"), (34, order), (52, "20261130-10:00:00.000000"), (11, f"order{order}")]:
        message.append_pair(tag, value)
    return message.encode()


REPORTS = [report(number) for number in (1, 2, 3)]
EVERYTHING = [(b"8", b"order1"), (b"8", b"order2"), (b"8", b"order3")]
STREAM = b"".join(REPORTS)
EARLY, LATE = len(REPORTS[0]) + 40, len(REPORTS[0] + REPORTS[1]) - 8


def serve(listener, records):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
    connection = context.wrap_socket(listener.accept()[0], server_side=True)
    for record in records:
        connection.sendall(record)
        time.sleep(0.4)
    connection.close()


def arrive(records):
    """Type and order of each message that the connector's user gets from these TLS records, and that simplefix's parser finds."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=(listener, records))
    thread.start()
    endpoint = f"tcp+tls://localhost:{listener.getsockname()[1]}"
    session = BinanceFixConnector(endpoint, "key", ed25519.Ed25519PrivateKey.generate(), "CLIENT", restart=False)
    session.connect()
    thread.join(20)
    time.sleep(1)
    orders = [(message.get(35), message.get(11)) for message in session.get_all_new_messages_received()]
    session.sock.close()
    listener.close()
    parser = simplefix.FixParser()
    right = []
    for record in records:
        parser.append_buffer(record)
        while (message := parser.get_message()) is not None:
            right.append((message.get(35), message.get(11)))
    return orders, right


seen = []
for name, records in [
    ("one record", [STREAM]),
    ("a record each", REPORTS),
    ("cut early in the second", [STREAM[:EARLY], STREAM[EARLY:]]),
    ("cut late in the second", [STREAM[:LATE], STREAM[LATE:]]),
]:
    orders, right = arrive(records)
    assert right == EVERYTHING
    seen.append(orders)
    print(f"{name}: {orders}")
one, two, three = EVERYTHING
sys.exit(seen != [EVERYTHING, EVERYTHING, [one, (None, b"order2"), three], [one, (None, None), three]])
PY
SSL_CERT_FILE=cert.pem timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
