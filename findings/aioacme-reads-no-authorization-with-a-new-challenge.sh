#!/bin/bash
# aioacme: one unknown kind of challenge hides the others, some of the server's errors end in KeyError, and a MAC key in base64url is read wrong.
#
# Versions: aioacme 0.6.0 (PyPI), Python 3.11.
# Expected: RFC 8555, section 7.1.4: an authorization lists challenges of which the client fulfills one; section 9.7.8 leaves the list of types open
#   (RFC 9799 has added onion-csr-01). Section 6.5: a nonce in an error response is a SHOULD. RFC 9457, section 3.1: the members of a problem, such as
#   `detail`, are optional. RFC 8555, section 7.3.4: the MAC key of an external account SHOULD be given in base64url. Section 7.4: notAfter is
#   a date of RFC 3339, which ends in an offset. aioacme's documentation: a failed request raises AcmeError; a MAC key may be base64 text.
# Seen: an authorization with http-01 and onion-csr-01 raises serpyco_rs's SchemaValidationError. An error without a nonce is a KeyError
#   'Replay-Nonce', one without detail a SchemaValidationError. A MAC key in base64url loses each "-" and "_", without an error, so that the binding
#   is signed with a shorter key and the server refuses it. A datetime without a zone is sent as "2030-01-01T00:00:00", without an offset.
# Why it matters: an authority that offers a new kind of challenge beside the old ones locks its clients out. Three of four
#   MAC keys of 32 octets have a "-" or "_" somewhere, and the server's complaint is about a signature.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioacme==0.6.0

cat > find.py <<'PY'
import asyncio
import base64
import datetime
import hashlib
import hmac
import http.server
import json
import secrets
import sys
import threading

from aioacme import AcmeError, Client, ExternalAccountBinding, Identifier
from cryptography.hazmat.primitives.asymmetric import ec


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
            self.reply(201, {"status": "valid"}, Location=URL + "/account/1")
        elif self.path == "/newOrder":
            identifiers = [{"type": "dns", "value": "example.org"}]
            order = {"status": "pending", "identifiers": identifiers, "authorizations": [], "finalize": URL + "/finalize"}
            self.reply(201, order, Location=URL + "/order/1")
        elif self.path.startswith("/with/"):
            types = self.path.split("/")[2:]
            challenges = [{"type": type, "url": URL + "/" + type, "status": "pending", "token": "A" * 43} for type in types]
            self.reply(200, {"status": "pending", "identifier": {"type": "dns", "value": "example.org"}, "challenges": challenges})
        else:
            problem = {"type": "urn:ietf:params:acme:error:unauthorized", "detail": "not yours"}
            if self.path == "/no-detail":
                del problem["detail"]
            self.reply(403, problem, nonce=self.path != "/no-nonce")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
URL = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
sent = []
key = ec.generate_private_key(ec.SECP256R1())
MAC_KEY = b"\xff\xef\xbe" + bytes(29)


async def answer(client, path):
    try:
        authorization = await client.get_authorization(URL + path)
        return " ".join(challenge.type.value for challenge in authorization.challenges)
    except AcmeError:
        return "AcmeError"
    except Exception as error:
        return type(error).__name__


async def bound(mac_key):
    """Whether the binding is signed with MAC_KEY."""
    await Client(
        account_key=key, directory_url=URL + "/directory", external_account_binding=ExternalAccountBinding("17", mac_key)
    ).get_account()
    jws = sent[-1]["externalAccountBinding"]
    expected = hmac.new(MAC_KEY, (jws["protected"] + "." + jws["payload"]).encode(), hashlib.sha256).digest()
    return unb64(jws["signature"]) == expected


async def main():
    client = Client(account_key=key, directory_url=URL + "/directory")
    paths = ["/with/http-01/dns-01", "/with/http-01/onion-csr-01", "/error", "/no-nonce", "/no-detail"]
    seen = {path: await answer(client, path) for path in paths}
    seen["key as octets"] = await bound(MAC_KEY)
    seen["key in base64"] = await bound(base64.b64encode(MAC_KEY).decode())
    seen["key in base64url"] = await bound(base64.urlsafe_b64encode(MAC_KEY).decode())
    await client.new_order([Identifier("example.org")], not_after=datetime.datetime(2030, 1, 1))
    seen["notAfter"] = sent[-1]["notAfter"]
    return seen


seen = asyncio.run(main())
for what, how in seen.items():
    print(f"{what}:", how)
sys.exit(
    list(seen.values())
    != ["http-01 dns-01", "SchemaValidationError", "AcmeError", "KeyError", "SchemaValidationError", True, True, False, "2030-01-01T00:00:00"]
)
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
