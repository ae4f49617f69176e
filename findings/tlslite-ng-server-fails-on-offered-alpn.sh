#!/bin/bash
# tlslite-ng: a server for which no ALPN protocols were set fails every TLS 1.3 handshake in which the client offers some.
#
# Versions: tlslite-ng 0.8.2 (PyPI), Python 3.11 as client.
# Expected: ALPN is optional for a server, and the argument `alpn` of handshakeServer() too. RFC 8446, section 4.1.2: "Servers
#   MUST ignore unrecognized extensions"; the handshake then completes without ALPN, as it does on TLS 1.2.
# Seen: on TLS 1.3 the server raises "TypeError: argument of type 'NoneType' is not iterable" in the middle of the handshake and
#   sends no alert. On TLS 1.2 it completes, and on TLS 1.3 it completes with a client that offers nothing.
# Why it matters: HTTP clients, browsers and curl all offer ALPN, so a test server that works with a plain SSLSocket fails with them,
#   and the client's error (an unexpected end) does not hint at ALPN.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tlslite-ng==0.8.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading

from tlslite.api import TLSConnection, X509CertChain, parsePEMKey


def handshake(version, protocols):
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    result = ["completes"]

    def serve():
        chain = X509CertChain()
        chain.parsePemList(open("cert.pem").read())
        with theirs:
            try:
                TLSConnection(theirs).handshakeServer(
                    certChain=chain, privateKey=parsePEMKey(open("key.pem").read(), private=True)
                )
            except Exception as error:
                result[0] = type(error).__name__

    server = threading.Thread(target=serve)
    server.start()
    context = ssl.create_default_context(cafile="cert.pem")
    context.minimum_version = context.maximum_version = version
    if protocols:
        context.set_alpn_protocols(protocols)
    try:
        context.wrap_socket(ours, server_hostname="localhost").close()
        client = "completes"
    except (OSError, ssl.SSLError) as error:
        client = type(error).__name__
    ours.close()
    server.join(10)
    return result[0], client


seen = []
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    for protocols in ([], ["http/1.1"]):
        seen.append(handshake(version, protocols))
        print(f"{version.name}, client offers {protocols}: server {seen[-1][0]}, client {seen[-1][1]}")
good = ("completes", "completes")
sys.exit(seen[:3] != [good] * 3 or seen[3][0] != "TypeError")
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
