#!/bin/bash
# ja3requests: when it refuses a server's certificate, it says that the server rejected the connection; and it sends IP addresses as server names.
#
# Versions: ja3requests 2.6.0, cryptography 46.0.3 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificates.
# Expected: its documentation: server certificates are verified by default. RFC 8446, section 6.2: who fails on an error should send a fatal alert,
#   for a certificate unknown_ca or bad_certificate. RFC 6066, section 3: literal IPv4 and IPv6 addresses are not permitted as server names.
# Seen: with an authority that is not trusted, get() raises ConnectionError "TLS handshake failed - server rejected the connection", and the reason is
#   only printed as a traceback on standard error. The server, which had nothing against it, sees the connection end in the middle of the
#   handshake, without an alert. For https://127.0.0.1/ the server name is "127.0.0.1", and for https://[::1]/ it is "::1".
# Why it matters: whoever reads the message looks at the server, or at the fingerprint that is to please it, and not at the store of authorities.
#   Servers that look an address up among their names, or refuse such a name as the RFC lets them, answer with another certificate or none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ja3requests==2.6.0 cryptography==46.0.3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 60 -subj "/CN=Example CA" -addext keyUsage=critical,keyCertSign \
    -keyout ca.key -out ca.pem 2>openssl.log
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem 2>openssl.log
cat > extensions <<'TXT'
subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1
basicConstraints=CA:false
extendedKeyUsage=serverAuth
authorityKeyIdentifier=keyid
TXT
openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -days 30 -extfile extensions -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import contextlib
import io
import os
import queue
import socket
import ssl
import sys
import threading

import ja3requests

outcomes = queue.Queue()


def serve(family, address):
    """The port of a server that tells of its handshakes: the client's server name, or what went wrong."""

    def run():
        while True:
            names = []
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain("cert.pem", "key.pem")
            context.sni_callback = lambda sock, name, _: names.append(name)
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as sock:
                    sock.recv(10000)
                    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    outcomes.put(names[0])
            except OSError as error:
                outcomes.put("an alert" if "ALERT" in str(error).upper() else "no alert")

    listener = socket.socket(family)
    listener.bind((address, 0))
    listener.listen()
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


def get(url):
    """What the client says, and what the server."""
    with ja3requests.Session(tls_config=ja3requests.TlsConfig.secure()) as session:
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                client = str(session.get(url).status_code)
            except Exception as error:
                client = str(error)
    return client, outcomes.get(timeout=20)


port, port6 = serve(socket.AF_INET, "127.0.0.1"), serve(socket.AF_INET6, "::1")
urls = [f"https://localhost:{port}/", f"https://127.0.0.1:{port}/", f"https://[::1]:{port6}/"]
os.environ["SSL_CERT_FILE"] = "ca.pem"
seen = [get(url) for url in urls]
del os.environ["SSL_CERT_FILE"]
seen.append(get(urls[0]))
for url, (client, server) in zip([*urls, urls[0] + " (not trusted)"], seen):
    print(f"{url}: client {client}, server {server}")
blame = "TLS handshake failed - server rejected the connection"
sys.exit(seen != [("200", "localhost"), ("200", "127.0.0.1"), ("200", "::1"), (blame, "no alert")])
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
