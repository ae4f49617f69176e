#!/bin/bash
# acme-client-lib: a server that keeps to RFC 8555 makes no account for it, and its requests for certificates name an organization that is none.
#
# Versions: acme-client-lib 0.1.1 (PyPI), Python 3.11.
# Expected: its documentation: account registration and making certificate requests, with Let's Encrypt and others. RFC 8555, section 6.2: `jwk`
#   and `kid` are mutually exclusive, and servers MUST reject requests that have both; a new account has `jwk`. RFC 7515, section 4.1.4: the
#   value of `kid` MUST be a string.
# Seen: new_account() sends "jwk": {...} and "kid": null. A server that does what section 6.2 says answers with malformed, and new_account()
#   raises BaseError. make_csr("example.org", ["www.example.org"]) makes a subject of O=alternative_names and CN=example.org: the name of the
#   argument, in place of an organization.
# Why it matters: without an account nothing else works, and the error is the server's. Authorities that copy the subject write an organization
#   into the certificate that does not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check acme-client-lib==0.1.1

cat > find.py <<'PY'
import asyncio
import base64
import http.server
import json
import logging
import secrets
import sys
import threading

from acme_client import ACMEClient, ACMESettings, RSAKey
from async_client import BaseError
from cryptography import x509


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
        seen.append(("jwk" in protected, protected.get("kid", "none")))
        if "jwk" in protected and "kid" in protected:
            problem = {"type": "urn:ietf:params:acme:error:malformed", "detail": "both jwk and kid"}
            return self.reply(400, problem, Content_Type="application/problem+json")
        self.reply(201, {"status": "valid"}, Location=URL + "/account/1")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
URL = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = []
logging.disable()


async def main():
    key = RSAKey.new()
    async with ACMEClient(ACMESettings(HOST=URL + "/directory", EMAIL="somebody@example.org")) as client:
        try:
            seen.append(await client.new_account(key))
        except BaseError as error:
            seen.append("both jwk and kid" in str(error))
    csr = x509.load_der_x509_csr(key.make_csr("example.org", ["www.example.org"]))
    seen.append(csr.subject.rfc4514_string())


asyncio.run(main())
print("sent: jwk {}, kid {}; refused for it: {}; subject: {}".format(*seen[0], *seen[1:]))
sys.exit(seen != [(True, None), True, "CN=example.org,O=alternative_names"])
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
