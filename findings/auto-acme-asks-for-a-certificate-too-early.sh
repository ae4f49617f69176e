#!/bin/bash
# auto-acme: a CA that takes a moment to sign gets no further, and from one that does not the certificate is fetched without a signature.
#
# Versions: auto-acme 1.1.0 (PyPI), Python 3.11; a CA of the script's on loopback.
# Expected: RFC 8555, section 7.4: the answer to finalize may have the status "processing" and no "certificate"; the client polls the order, and the URL is
#   in the order when it is "valid". Section 7.4.2: the certificate is fetched with POST-as-GET; section 6.3: a server must not answer GET there, but 405
#   ("malformed").
# Seen: renew_certificate() polls until the order is valid, and then looks into the first answer: KeyError: 'certificate'. From a CA that is ready at once
#   it fetches the URL with GET, and gets HTTPError 405. In both cases the certificate is issued, and lost, key and all.
# Why it matters: no CA that keeps to the RFC gives it a certificate, whichever way it finalizes. The renewal runs in a thread, so the server goes on with
#   its old certificate until that ends, and each try counts against the CA's limits.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check auto-acme==1.1.0 cryptography==50.0.2

cat > find.py <<'PY'
import base64
import http.server
import json
import sys
import threading

from auto_acme import AcmeContext

asked = []


class CA(http.server.BaseHTTPRequestHandler):
    """Grants each account and order; the names are verified already. An order is valid at once or when it is polled."""

    asynchronous = False

    def answer(self, status, body=None, location=None):
        data = json.dumps(body or {}).encode()
        self.send_response(status)
        self.send_header("Replay-Nonce", "nonce")
        self.send_header("Content-Length", str(len(data)))
        if location:
            self.send_header("Location", self.base + location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def order(self, status):
        order = {"status": status, "authorizations": [self.base + "/authorization"], "finalize": self.base + "/finalize"}
        return order | ({"certificate": self.base + "/certificate"} if status == "valid" else {})

    def do_HEAD(self):
        self.answer(200)

    def do_GET(self):
        asked.append(f"GET {self.path}")
        if self.path == "/certificate":
            return self.answer(405, {"type": "urn:ietf:params:acme:error:malformed"})
        names = {"newNonce": "nonce", "newAccount": "account", "newOrder": "order"}
        self.answer(200, {key: f"{self.base}/{path}" for key, path in names.items()})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked.append(f"POST {self.path}")
        if self.path == "/account":
            return self.answer(201, {"status": "valid"}, "/account/1")
        if self.path == "/order":
            return self.answer(201, self.order("ready"), "/order/1")
        if self.path == "/authorization":
            return self.answer(200, {"status": "valid", "identifier": {"type": "dns", "value": "localhost"}, "challenges": []})
        if self.path == "/finalize":
            assert base64.urlsafe_b64decode(request["payload"] + "==")
            return self.answer(200, self.order("processing" if self.asynchronous else "valid"))
        self.answer(200, self.order("valid"))

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), CA)
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = {}
for name, CA.asynchronous in (("asynchronous", True), ("at once", False)):
    asked.clear()
    context = AcmeContext("certificates", f"http://127.0.0.1:{server.server_port}/directory", "localhost", agree_tos=True)
    try:
        context.renew_certificate()
        seen[name] = "a certificate"
    except Exception as error:
        seen[name] = f"{type(error).__name__}: {error}".partition(" for url")[0]
    print(f"{name}: {seen[name]}; the last requests: {', '.join(asked[-3:])}")
server.shutdown()
expected = {"asynchronous": "KeyError: 'certificate'", "at once": "HTTPError: 405 Client Error: Method Not Allowed"}
sys.exit(seen != expected or asked[-2:] != ["POST /order/1", "GET /certificate"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
