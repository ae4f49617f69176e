#!/bin/bash
# pyepp: a registry that writes the length of a message byte by byte cannot be connected to, nor one that has an IPv6 address only.
#
# Versions: pyepp 0.3.2 (PyPI), Python 3.11.
# Expected: RFC 5734, section 4: a data unit is a 32-bit length and the XML, in a stream within TLS; how the bytes are spread over records means nothing
#   (RFC 8446, section 5.1), and a read returns what is there. Java's DataOutputStream.writeInt() and others write four times one byte.
# Seen: the body is read in a loop, the length with one read(4). When it comes in several records, connect() raises "Could not setup a secure connection",
#   with "unpack requires a buffer of 4 bytes" in the log. With the four bytes in one record the same greeting is read. The socket is AF_INET, so for a
#   name with an IPv6 address only it is the same exception, "Address family for hostname not supported" in the log.
# Why it matters: it looks like a fault of certificates, and comes and goes with the server's buffering. No option helps.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyepp==0.3.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:::1 \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import logging
import os
import socket
import ssl
import sys
import threading

from pyepp import EppCommunicator
from pyepp.epp import EppCommunicatorException

os.environ["SSL_CERT_FILE"] = "cert.pem"
logged = []
logging.getLogger().addHandler(logging.NullHandler())
logging.getLogger().handlers[0].handle = lambda record: logged.append(record.getMessage())
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
GREETING = b'<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><greeting/></epp>'
HEADER = (len(GREETING) + 4).to_bytes(4, "big")


def serve(listener, parts):
    try:
        connection = listener.accept()[0]
        connection.settimeout(20)
        with context.wrap_socket(connection, server_side=True) as stream:
            for part in parts:
                stream.sendall(part)
            stream.recv(1)
    except OSError:
        pass


def attempt(parts, host="localhost", address="127.0.0.1", family=socket.AF_INET):
    logged.clear()
    with socket.create_server((address, 0), family=family) as listener:
        listener.settimeout(5)
        thread = threading.Thread(target=serve, args=(listener, parts))
        thread.start()
        client = EppCommunicator(host, str(listener.getsockname()[1]))
        try:
            result = client.connect() == GREETING
            client._ssl_socket.close()
        except EppCommunicatorException as error:
            result = f"{error} ({logged[-1].rpartition('. ')[2]})"
        thread.join()
    return result


seen = {
    "length in one record": attempt([HEADER, GREETING]),
    "length in four records": attempt([bytes([byte]) for byte in HEADER] + [GREETING]),
    "IPv6": attempt([HEADER, GREETING], "::1", "::1", socket.AF_INET6),
}
for name, result in seen.items():
    print(f"{name}: {result}")
same = seen["length in one record"] is True and "unpack requires a buffer of 4 bytes" in str(seen["length in four records"])
sys.exit(not (same and "Address family for hostname not supported" in str(seen["IPv6"])))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
