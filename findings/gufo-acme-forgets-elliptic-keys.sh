#!/bin/bash
# gufo-acme: the saved state of a client with an elliptic key cannot be loaded, and authorizations are matched with names by their place in a list.
#
# Versions: gufo-acme 0.7.0 (PyPI), Python 3.11.
# Expected: its documentation: a client's key is a JWK private key, with the algorithm to go with it; get_state() is what from_state() restores the
#   client from. RFC 8555, section 7.1.3: "there may not be a 1:1 relationship between the order identifiers and the authorizations required";
#   each authorization says its identifier itself.
# Seen: with a P-256 key and ES256 an account is made and used, and from_state() of the state is KeyError 'n': every key is read as RSA, and the
#   state does not say its type. Of an order for a.example.org and b.example.org, whose server lists three authorizations beginning with
#   b's, new_order() returns two, the first of them for the domain a.example.org with the URL of b's; the third is gone.
# Why it matters: the account is out of reach after the first restart. The challenge for one name is put up under the other, and an order with an
#   authorization that nobody has seen stays pending.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check gufo-acme==0.7.0

cat > find.py <<'PY'
import asyncio
import base64
import http.server
import json
import logging
import secrets
import sys
import threading

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from gufo.acme.clients.base import AcmeClient
from josepy.jwa import ES256, RS256
from josepy.jwk import JWKEC, JWKRSA


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
        if self.path == "/newAccount":
            return self.reply(201, {"status": "valid"}, Location=URL + "/account/1")
        order = {
            "status": "pending",
            "identifiers": payload["identifiers"],
            "authorizations": [f"{URL}/authorization/{name}" for name in ("b.example.org", "a.example.org", "example.org")],
            "finalize": URL + "/finalize",
        }
        self.reply(201, order, Location=URL + "/order/1")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
URL = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
logging.disable()


async def main():
    seen = {}
    keys = {
        "RSA": (JWKRSA(key=rsa.generate_private_key(65537, 2048)), RS256),
        "EC": (JWKEC(key=ec.generate_private_key(ec.SECP256R1())), ES256),
    }
    for name, (key, algorithm) in keys.items():
        client = AcmeClient(URL + "/directory", key=key, alg=algorithm)
        await client.new_account("somebody@example.org")
        try:
            restored = AcmeClient.from_state(client.get_state(), alg=algorithm)
            seen[name] = restored.is_bound()
        except KeyError as error:
            seen[name] = f"KeyError {error}"
    order = await client.new_order(["a.example.org", "b.example.org"])
    seen["authorizations"] = [(auth.domain, auth.url.removeprefix(URL)) for auth in order.authorizations]
    return seen


seen = asyncio.run(main())
for what, how in seen.items():
    print(f"{what}:", how)
authorizations = [("a.example.org", "/authorization/b.example.org"), ("b.example.org", "/authorization/a.example.org")]
sys.exit(list(seen.values()) != [True, "KeyError 'n'", authorizations])
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
