#!/bin/bash
# tlslite-ng: a client with a certificate sends it compressed to servers that have offered no compression.
#
# Versions: tlslite-ng 0.8.2 (PyPI), Python 3.11 with OpenSSL 3.0 as server.
# Expected: RFC 8879, sections 3 and 4: CompressedCertificate is for peers that have sent compress_certificate, a server in its
#   CertificateRequest; OpenSSL 3.0 never sends it.
# Seen: the client compresses all the same, and the server ends the handshake with unexpected_message. With the setting
#   certificate_compression_send = [] it completes. (A certificate that is asked for after the handshake goes uncompressed.)
# Why it matters: mutual TLS 1.3 with this library fails with its defaults against most servers, and the error names neither
#   compression nor the certificate.
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

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey


def handshake(settings):
    """What the server makes of a client with these settings."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile="cert.pem")
    context.load_cert_chain("cert.pem", "key.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    theirs, ours = socket.socketpair()

    def connect():
        chain = X509CertChain()
        chain.parsePemList(open("cert.pem").read())
        key = parsePEMKey(open("key.pem").read(), private=True)
        with ours:
            try:
                tls = TLSConnection(ours)
                tls.handshakeClientCert(chain, key, settings=settings)
                tls.recv(1)
            except Exception:
                pass  # the server is asked

    client = threading.Thread(target=connect)
    client.start()
    with theirs:
        theirs.settimeout(10)
        try:
            with context.wrap_socket(theirs, server_side=True) as tls:
                return "handshake complete" if tls.getpeercert() else "no certificate"
        except ssl.SSLError as error:
            return error.reason
        finally:
            theirs.close()
            client.join(10)


default, plain = HandshakeSettings(), HandshakeSettings()
default.minVersion = plain.minVersion = (3, 4)
plain.certificate_compression_send = []
seen = [handshake(default), handshake(plain)]
print("default settings:", seen[0])
print("certificate_compression_send = []:", seen[1])
sys.exit(seen != ["UNEXPECTED_MESSAGE", "handshake complete"])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
