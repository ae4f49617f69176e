#!/bin/bash
# hello-tls: a server that speaks TLS 1.3 only is reported as one that speaks nothing.
#
# Versions: hello-tls 0.4.0 (PyPI), Python 3.11 with OpenSSL 3.0 as server.
# Expected: the scanner lists TLS 1.3 among its protocols. Its ClientHello has an empty key_share, by which a client asks for a
#   HelloRetryRequest (RFC 8446, section 4.2.8), and that answer names the version, the cipher suite and the group that the server chooses.
# Seen: the server sends the HelloRetryRequest, and the scanner counts it as a refusal: TLS 1.3 is None with OpenSSL's defaults, and with
#   TLS 1.3 alone every protocol is. TLS 1.2 is found when it is enabled.
# Why it matters: who checks with it that TLS 1.3 is on, or that only it is, gets the opposite of the truth from every server that follows
#   the RFC.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hello-tls==0.4.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading

from hello_tls import ClientHello, ConnectionSettings, Protocol, ServerHelloRetryRequestError, scan_server, send_hello


def listen(minimum):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.minimum_version = minimum
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)

    def serve(sock):
        with sock:
            sock.settimeout(5)
            try:
                context.wrap_socket(sock, server_side=True).close()
            except OSError:
                pass  # a scan leaves in the middle of the handshake

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def python(port):
    context = ssl.create_default_context(cafile="cert.pem")
    with socket.create_connection(("127.0.0.1", port)) as sock:
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            return tls.version()


seen = []
hello = ClientHello(server_name="localhost", protocols=[Protocol.TLS1_3, Protocol.TLS1_2])
for minimum in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    port = listen(minimum)
    settings = ConnectionSettings(host="127.0.0.1", port=port)
    result = scan_server(settings, hello, do_enumerate_groups=False, do_test_sni=False, fetch_cert_chain=False)
    found = [protocol.name for protocol, details in result.protocols.items() if details]
    try:
        answer = type(send_hello(settings, ClientHello(server_name="localhost", protocols=[Protocol.TLS1_3]))).__name__
    except ServerHelloRetryRequestError:
        answer = "HelloRetryRequest"
    seen.append((python(port), answer, found))
    print(f"server from {minimum.name} on: ssl connects with {seen[-1][0]}; to hello-tls it sends {answer}, protocols found: {found}")
sys.exit(seen != [("TLSv1.3", "HelloRetryRequest", ["TLS1_2"]), ("TLSv1.3", "HelloRetryRequest", [])])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
