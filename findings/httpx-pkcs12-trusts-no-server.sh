#!/bin/bash
# httpx-pkcs12: with the context that it makes from a PKCS #12 file, as its documentation shows, no server at all is trusted.
#
# Versions: httpx-pkcs12 2.0.1, httpx 0.28.1, requests-pkcs12 1.27, requests 2.34.2, trustme 1.2.1 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: the documentation's first example is create_ssl_context(file, password) and httpx.get(url, verify=context), for client certificates.
#   Whom the client trusts should be what it is without them: in httpx and in ssl.create_default_context() the roots of the system, of
#   certifi, or of SSL_CERT_FILE.
# Seen: the context verifies servers and has no root: cert_store_stats() counts 0. Every request ends in "unable to get local issuer
#   certificate", with a server that httpx accepts without the context. After context.load_default_certs(), which nothing in the
#   documentation mentions, the request succeeds. requests-pkcs12, the library of the same kind for requests, trusts as requests does.
# Why it matters: the error speaks of the server's certificate, so the server is searched for a missing chain; and the nearest way out
#   is to turn verification off.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpx-pkcs12==2.0.1 httpx==0.28.1 requests-pkcs12==1.27 requests==2.34.2 \
    trustme==1.2.1 cryptography==50.0.2
venv/bin/python -m trustme --identities localhost --quiet
openssl pkcs12 -export -inkey server.key -in server.pem -passout pass:secret -out client.p12

cat > find.py <<'PY'
import http.server
import os
import ssl
import sys
import threading

os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = "client.pem"  # the root that trustme has made

import httpx
import requests_pkcs12
from httpx_pkcs12 import create_ssl_context


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *args: None  # a refused handshake is expected
server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server_context.load_cert_chain("server.pem", "server.key")
server.socket = server_context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"https://localhost:{server.server_address[1]}/"


def outcome(call):
    try:
        return str(call().status_code)
    except httpx.ConnectError as error:
        return "unable to get local issuer certificate" if "unable to get local issuer" in str(error) else str(error)


context = create_ssl_context("client.p12", password="secret")
completed = create_ssl_context("client.p12", password="secret")
completed.load_default_certs()
seen = {
    "httpx": outcome(lambda: httpx.get(url)),
    "httpx with httpx-pkcs12": outcome(lambda: httpx.get(url, verify=context)),
    "the same after load_default_certs()": outcome(lambda: httpx.get(url, verify=completed)),
    "requests-pkcs12": outcome(lambda: requests_pkcs12.get(url, pkcs12_filename="client.p12", pkcs12_password="secret")),
}
for name, result in seen.items():
    print(f"{name}: {result}")
print(f"roots in the context: {context.cert_store_stats()['x509_ca']}, {context.verify_mode.name}")
same = list(seen.values()) == ["200", "unable to get local issuer certificate", "200", "200"]
sys.exit(not (same and context.cert_store_stats()["x509_ca"] == 0 and context.verify_mode is ssl.CERT_REQUIRED))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
