#!/bin/bash
# ocsp_check: the documented command for a live website ends in IndexError, its option "-if" is taken for the port there, and requests by GET have
# slashes in them that belong to nobody.
#
# Versions: ocsp-check 0.0.16, cryptography 50.0.2 (PyPI), Python 3.11.
# Expected: its help: "ocsp_check --POST/--GET -c/-d/-f target [-if issuer.pem]", "-d  Use a domain / live website as target". RFC 6960, appendix
#   A.1: "GET {url}/{url-encoding of base-64 encoding of the DER encoding of the OCSPRequest}", in which "/" is one of the 64 characters, to be
#   written %2F.
# Seen: "ocsp_check -g -d localhost" ends in "IndexError: list index out of range": it wants a port as its fourth word, which the help does not
#   have. "-d localhost -if issuer.pem" looks for a port called "-if". With "-f", and a request whose base 64 has slashes, the path has them as they
#   are, so that a responder or cache sees another path of more parts; by POST it is right.
# Why it matters: -d and -if cannot be used together, though no certificate without the issuer's address can be checked else, and requests by GET
#   fail for some serial numbers, at servers that split or normalize paths. Save the certificate, and use -f and -p.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ocsp-check==0.0.16 cryptography==50.0.2

cat > find.py <<'PY'
import base64
import datetime
import http.server
import subprocess
import sys
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

asked = []


class Responder(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        answer = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
        data = answer.public_bytes(serialization.Encoding.DER)
        self.send_response(200)
        self.send_header("Content-Type", "application/ocsp-response")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        request = ocsp.load_der_ocsp_request(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()
        asked[-1] = request.serial_number

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Responder)
threading.Thread(target=server.serve_forever, daemon=True).start()
NOW = datetime.datetime.now(datetime.timezone.utc)


def certificate(subject, key, signer, serial, *extensions):
    builder = x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ca")])).public_key(key.public_key())
    builder = builder.serial_number(serial).not_valid_before(NOW).not_valid_after(NOW + datetime.timedelta(30))
    for extension in extensions:
        builder = builder.add_extension(extension, False)
    return builder.sign(signer, hashes.SHA256())


def run(*arguments):
    """The last line that the command prints, to either output."""
    result = subprocess.run(["venv/bin/ocsp_check", *arguments], capture_output=True, encoding="utf-8", timeout=30)
    return (result.stdout + result.stderr).strip().splitlines()[-1]


ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
ca = certificate("ca", ca_key, ca_key, 1)
url = f"http://127.0.0.1:{server.server_port}"
place = x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url))
serial = int.from_bytes(b"\x7f" + b"\xff" * 15, "big")
leaf = certificate("localhost", key, ca_key, serial, x509.AuthorityInformationAccess([place]))
for name, made in (("ca.pem", ca), ("leaf.pem", leaf)):
    with open(name, "wb") as file:
        file.write(made.public_bytes(serialization.Encoding.PEM))
request = ocsp.OCSPRequestBuilder().add_certificate(leaf, ca, hashes.SHA1()).build()
text = base64.b64encode(request.public_bytes(serialization.Encoding.DER)).decode()
domain = [run("-g", "-d", "localhost"), run("-g", "-d", "localhost", "-if", "ca.pem")]
by_get, by_post = run("-g", "-f", "leaf.pem", "-if", "ca.pem"), run("-p", "-f", "leaf.pem", "-if", "ca.pem")
right = "/" + urllib.parse.quote(text, safe="")
print(f"-d: {domain}")
print(f"GET: {by_get}, {asked[0].count('/')} slashes in {asked[0]}, to be {right}")
print(f"POST: {by_post}, the serial number is {'right' if asked[1] == serial else 'wrong'}")
same = domain[0] == "IndexError: list index out of range" and domain[1] not in ("", domain[0]) and "try" not in domain[1].lower()
same = same and asked[0] != right and asked[0].count("/") > 1 and asked[0] == "/" + urllib.parse.quote(text) and asked[1] == serial
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
