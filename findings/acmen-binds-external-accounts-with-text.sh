#!/bin/bash
# AcmeN: an account with a P-521 key cannot be used, an external account is bound with text instead of an object, and a request needs a common name.
#
# Versions: acmen 0.5.1, jwcrypto 1.5.8 (PyPI), Python 3.11, OpenSSL 3.0 to make keys and requests.
# Expected: its source: "RSA and ECC are supported" for account keys. RFC 7518, section 3.4: P-521 goes with ES512. RFC 8555, section 7.1.2:
#   externalAccountBinding is an object. Section 7.4: a certificate request names its identifiers in the common name or among the
#   alternative names, section 9.7.7 and RFC 8738: of the type "dns" or "ip".
# Seen: with a P-521 key every request ends in InvalidJWSOperation "Algorithm not allowed": it asks jwcrypto for ES521. With an EAB key the
#   binding is sent as a JSON text within JSON. get_cert_by_csr() of a request without a subject, whose name is an alternative name, is
#   IndexError, and one for an IP address TypeError "Object of type IPv4Address is not JSON serializable".
# Why it matters: authorities that demand an external account refuse the registration as malformed. Requests as newer tools and profiles make
#   them, without a common name, do not get as far as the authority.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check acmen==0.5.1 jwcrypto==1.5.8
for curve in P-256 P-384 P-521; do
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:$curve -out $curve.pem
done
openssl req -new -key P-256.pem -subj /CN=example.org -addext subjectAltName=DNS:example.org -out "common name.csr"
openssl req -new -key P-256.pem -subj / -addext subjectAltName=DNS:example.org -out "no subject.csr"
openssl req -new -key P-256.pem -subj /CN=192.0.2.1 -addext subjectAltName=IP:192.0.2.1 -out "IP address.csr"

cat > find.py <<'PY'
import base64
import http.server
import json
import secrets
import sys
import threading

from acmen import AcmeN
from acmen.handlers import ChallengeHandlerBase


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Handler(http.server.BaseHTTPRequestHandler):
    """Just enough of an ACME server; it checks no signatures."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, value=None, nonce=True, **headers):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if nonce:
            self.send_header("Replay-Nonce", secrets.token_urlsafe())
        for name, header in headers.items():
            self.send_header(name.replace("_", "-"), header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.reply(200)

    def do_GET(self):
        if self.path != "/directory":
            return self.reply(204)
        self.reply(200, {name: f"{URL}/{name}" for name in ("newNonce", "newAccount", "newOrder", "revokeCert", "keyChange")})

    def do_POST(self):
        jws = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.post(json.loads(unb64(jws["protected"])), json.loads(unb64(jws["payload"]) or b"null"))

    def post(self, protected, payload):
        sent.append(payload)
        if self.path == "/newAccount":
            return self.reply(200 if "onlyReturnExisting" in payload else 201, {"status": "valid"}, Location=URL + "/account/1")
        order = {"status": "valid", "authorizations": [], "finalize": URL + "/finalize", "certificate": URL + "/certificate"}
        if self.path == "/newOrder":
            order["status"] = "ready"
        self.reply(200, order, Location=URL + "/order/1")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
URL = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
sent = []


class Challenges(ChallengeHandlerBase):
    """Never called, as the server trusts everybody."""

    def get_handler_type(self, identifier):
        return "dns-01"

    pre_handle = handle = post_handle = lambda self, *arguments: True


def attempt(call, *arguments):
    try:
        call(*arguments)
    except Exception as error:
        return type(error).__name__
    return "fine"


def client(curve):
    return AcmeN(f"{curve}.pem", ca=URL + "/directory")


seen = {f"account with {curve}": attempt(client(curve).register_account) for curve in ("P-256", "P-384", "P-521")}
client("P-256").register_account(None, "17", "A" * 43)
seen["external account"] = type(sent[-1]["externalAccountBinding"]).__name__
for name in ("common name", "no subject", "IP address"):
    seen[f"request with {name}"] = attempt(client("P-256").get_cert_by_csr, f"{name}.csr", Challenges())
for what, how in seen.items():
    print(f"{what}:", how)
sys.exit(list(seen.values()) != ["fine", "fine", "InvalidJWSOperation", "str", "fine", "IndexError", "TypeError"])
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
