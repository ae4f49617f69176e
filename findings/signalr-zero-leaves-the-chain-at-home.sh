#!/bin/bash
# signalr-zero: of a PFX file only the client's own certificate is sent, so that a server which knows the root refuses it; and IPv6 loses its brackets.
#
# Versions: signalr-zero 1.0.0 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: "PFX / PKCS12 mTLS: built-in" "for enterprise APIs that require mutual TLS authentication". RFC 8446, section 4.4.2:
#   each certificate SHOULD be followed by the one that certifies it; only the root MAY be left out. RFC 9110, section 7.2, and RFC 3986, section
#   3.2.2: an IPv6 address stands in brackets in Host.
# Seen: the PFX has the client's certificate and the intermediate that issued it. signalr-zero asks openssl for "-clcerts", and a server that trusts
#   the root sees one certificate and fails with "unable to get local issuer certificate". With both in a PEM file, given as cert_pem, it is let in.
#   Its requests at https://[::1]:8443 say "Host: ::1:8443" for the upgrade, and are right for the negotiation before.
# Why it matters: companies issue client certificates from an intermediate and hand them out as PFX, and the error arises at the server. Servers
#   refuse such a Host with 400.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check signalr-zero==1.0.0
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
issue() { # of whom, by whom, extension
    openssl req $curve -subj "/CN=$1" -keyout $1.key -out request.pem 2>openssl.log
    openssl x509 -req -in request.pem -CA $2.pem -CAkey $2.key -CAcreateserial -days 30 -extfile <(echo "$3") -out $1.pem 2>openssl.log
}
openssl req -x509 $curve -days 30 -subj /CN=root -keyout root.key -out root.pem 2>openssl.log
issue intermediate root basicConstraints=critical,CA:true
issue client intermediate extendedKeyUsage=clientAuth
issue server root "subjectAltName=DNS:localhost,IP:::1"
openssl pkcs12 -export -in client.pem -inkey client.key -certfile intermediate.pem -passout pass:password -out client.pfx
cat client.pem intermediate.pem >chain.pem

cat > find.py <<'PY'
import contextlib
import logging
import socket
import ssl
import sys
import threading

from signalr_zero import SignalRClient

logging.disable(logging.CRITICAL)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("server.pem", "server.key")
context.load_verify_locations("root.pem")
context.verify_mode = ssl.CERT_REQUIRED
context.maximum_version = ssl.TLSVersion.TLSv1_2
NEGOTIATED = b'{"connectionToken":"1","connectionId":"1","availableTransports":[]}'


def serve(listener, notes):
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        with sock, contextlib.suppress(OSError):
            sock.settimeout(10)
            try:
                tls = context.wrap_socket(sock, server_side=True)
            except ssl.SSLCertVerificationError as error:
                notes.append(error.verify_message)
                continue
            request = tls.recv(5000).decode().split("\r\n")
            notes.extend(line for line in request if line.lower().startswith("host:"))
            if request[0].startswith("POST"):
                tls.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(NEGOTIATED), NEGOTIATED))
            else:
                tls.sendall(b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            with contextlib.suppress(OSError):
                tls.unwrap()


def connect(**options):
    notes = []
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=serve, args=(listener, notes), daemon=True).start()
        client = SignalRClient(url=f"https://[::1]:{port}", hub="/hub", api_key="x", reconnect=False, **options)
        client.run()
    return [note.replace(str(port), "8443") for note in notes]


seen = [connect(pfx_path="client.pfx", pfx_password="password"), connect(cert_pem="chain.pem", key_pem="client.key")]
print("PFX:", *seen[0])
print("PEM:", *seen[1])
sys.exit(seen != [["unable to get local issuer certificate"], ["Host: [::1]:8443", "Host: ::1:8443"]])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
