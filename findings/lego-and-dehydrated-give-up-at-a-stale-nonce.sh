#!/bin/bash
# lego and dehydrated: an ACME server that refuses a nonce is not asked again; lego does ask if the error has the "status" that it need not have.
#
# Versions: lego 4.9.1, dehydrated 0.7.0 (Debian 12: 4.9.1-1, 0.7.0-3), Python 3.11 as server. Wants `apt-get update` beforehand, and curl.
# Expected: RFC 8555, section 6.5: an error of type badNonce has a fresh nonce in its Replay-Nonce header, and "on receiving such a response, a
#   client SHOULD retry the request using the new nonce". RFC 7807, section 3.1, and RFC 9457: the member "status" of a problem is optional, and
#   advisory.
# Seen: the server answers the first order with 400 and badNonce, with a new nonce. dehydrated ends with this error, whatever is in it. lego ends
#   with "acme: error: 0" if the problem has type and detail, and orders again, with the new nonce, if it has "status": 400 as well.
# Why it matters: nonces grow old, and servers of several machines lose them. A renewal by night fails for nothing; run these programs twice.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lego=4.9.1-1 dehydrated=0.7.0-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import base64
import http.server
import itertools
import json
import os
import ssl
import subprocess
import sys
import threading

nonces = (f"nonce-{number}" for number in itertools.count())
ERROR = "urn:ietf:params:acme:error:"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, content=None, headers=()):
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        kind = "application/problem+json" if status >= 400 else "application/json"
        for header in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Replay-Nonce", next(nonces)), *headers):
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.answer(200)

    def do_GET(self):
        names = {"newNonce": "nonce", "newAccount": "account", "newOrder": "order", "revokeCert": "revoke", "keyChange": "change"}
        self.answer(200, {name: f"{url}/{path}" for name, path in names.items()})

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        header = json.loads(base64.urlsafe_b64decode(message["protected"] + "=="))
        if self.path == "/order":
            orders.append(header["nonce"])
            if len(orders) == 1:
                self.answer(400, {"type": f"{ERROR}badNonce", "detail": "This nonce is too old.", **extra})
            else:
                self.answer(403, {"type": f"{ERROR}unauthorized", "detail": "This is all we want to know.", "status": 403})
        else:
            self.answer(201, {"status": "valid"}, [("Location", f"{url}/account/1")])


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"https://localhost:{server.server_address[1]}"
environment = {**os.environ, "LEGO_CA_CERTIFICATES": "cert.pem", "TMPDIR": os.getcwd()}


def lego(directory):
    command = ["usr/bin/lego", "--server", f"{url}/directory", "--path", directory, "--accept-tos", "--email", "user@example.org"]
    return [[*command, "--http", "--http.port", "127.0.0.1:0", "--domains", "example.org", "run"]]


def dehydrated(directory):
    os.mkdir(directory)
    with open(f"{directory}/config", "w") as file:
        file.write(f"CA={url}/directory\nBASEDIR={os.path.abspath(directory)}\nWELLKNOWN={os.path.abspath(directory)}\n")
        file.write("CURL_OPTS='--cacert cert.pem'\nKEY_ALGO=secp384r1\n")
    command = ["bash", "usr/bin/dehydrated", "--config", f"{directory}/config"]
    return [[*command, "--register", "--accept-terms"], [*command, "--cron", "--domain", "example.org"]]


as_stated = True
for client, extra, expected in (
    (lego, {}, 1),
    (lego, {"status": 400}, 2),
    (dehydrated, {}, 1),
    (dehydrated, {"status": 400}, 1),
):
    orders = []
    for command in client(f"{client.__name__}-{len(extra)}"):
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    last = [line for line in (result.stdout + result.stderr).splitlines() if ERROR in line][-1:]
    print(f"{client.__name__}, problem with {['type', 'detail', *extra]}: {len(orders)} orders; {''.join(last).strip()}")
    as_stated &= len(orders) == expected and result.returncode != 0
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
