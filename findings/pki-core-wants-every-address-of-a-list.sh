#!/bin/bash
# pki-core: of several addresses of one revocation list all must answer, and after a CA has changed its key its lists look forged.
#
# Versions: pki-core 0.7.0 (PyPI), cryptography 50.0.2, Python 3.11.
# Expected: RFC 5280, section 4.2.1.13: a distribution point with several names has the same list at each of them, by different ways, so one that works is
#   enough. RFC 4210, section 4.4: a CA that changes its key keeps its name; both certificates are in use for a while, and the key identifiers tell them
#   apart (RFC 5280, section 4.2.1.1).
# Seen: check_revocation() in its usual, strict mode fetches each name. With one of two that answers, whose list does not have the certificate, it raises
#   "Could not verify revocation status; CRL unavailable". verify_crl() takes the first certificate with the issuer's name: with the CA's old and new
#   certificate, in this order, a list of the new key is "CRL signature verification failed"; in the other order it is verified.
# Why it matters: what CAs do against outages, two servers for the list, makes outages of it: each server's is one. And lists of most certificates are
#   refused after a change of keys, depending on the order of files. Sort the newest CA certificate to the front.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pki-core==0.7.0 cryptography==50.0.2

cat > find.py <<'PY'
import datetime
import http.server
import logging
import socket
import sys
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pki.core.certificate import CertificateError
from pki.core.crl import CRLConfig, check_revocation, verify_crl

logging.disable(logging.CRITICAL)
NOW = datetime.datetime.now(datetime.timezone.utc)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CA")])


class Lists(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(crl.public_bytes(Encoding.DER))

    def log_message(self, *_):
        pass


def issue(name, key, signer, ca, *extensions):
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(NAME).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(NOW - datetime.timedelta(1))
    builder = builder.not_valid_after(NOW + datetime.timedelta(30)).add_extension(x509.BasicConstraints(ca, None), True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    for extension in extensions:
        builder = builder.add_extension(extension, False)
    return builder.sign(signer, hashes.SHA256())


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except CertificateError as error:
        return str(error)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lists)
threading.Thread(target=server.serve_forever, daemon=True).start()
with socket.create_server(("127.0.0.1", 0)) as closed:
    ports = server.server_port, closed.getsockname()[1]
old_key, new_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
old, new = issue(NAME, old_key, old_key, True), issue(NAME, new_key, new_key, True)
builder = x509.CertificateRevocationListBuilder().issuer_name(NAME).last_update(NOW - datetime.timedelta(1))
builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(new_key.public_key()), False)
builder = builder.add_extension(x509.CRLNumber(1), False)
crl = builder.next_update(NOW + datetime.timedelta(7)).sign(new_key, hashes.SHA256())


def check(*ports):
    names = [x509.UniformResourceIdentifier(f"http://127.0.0.1:{port}/ca.crl") for port in ports]
    points = x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.example.org")])
    certificate = issue(subject, key, new_key, False, points)
    result = attempt(check_revocation, certificate, CRLConfig(cache_dir="cache"), [new])
    return result or "not revoked"


points = [check(ports[0]), check(*ports)]
print(f"one address, which answers: {points[0]}; two, of which one answers: {points[1]}")
orders = [attempt(verify_crl, crl, [new, old]), attempt(verify_crl, crl, [old, new])]
print(f"new and old certificate: {orders[0]}; old and new: {orders[1]}")
server.shutdown()
same = points == ["not revoked", "Could not verify revocation status; CRL unavailable"]
sys.exit(not (same and orders == [True, "CRL signature verification failed for issuer: CN=CA"]))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
