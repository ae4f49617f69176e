#!/bin/bash
# axel: a server whose name is a single word, such as "localhost", is refused, whatever its certificate says.
#
# Versions: axel 2.17.11 (Debian 12: 2.17.11-3), Python 3.11 as server and as the other client. Wants `apt-get update` beforehand.
# Expected: RFC 6125, section 6.4.1 (axel's comparison cites that RFC; now RFC 9525, section 6.3): a name without wildcards matches if
#   all of its labels do. It says nothing about how many there have to be.
# Seen: "SSL error: Hostname verification failed" at https://localhost/, with a certificate that has localhost as alternative name, as common
#   name, or as both. A certificate with the common name 127.0.0.1, which has dots, is accepted at https://127.0.0.1/ by the same comparison.
# Why it matters: it is how hosts in a local network, in containers, and in tests are called. The only way that axel leaves for them is --insecure.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download axel=2.17.11-3 2>apt.log || { cat apt.log; exit 2; }
dpkg -x axel_*.deb .
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$1.key" -out "$1.pem" "${@:2}" 2>openssl.log
}
certificate alternative -subj /O=Example -addext subjectAltName=DNS:localhost
certificate common -subj /CN=localhost
certificate both -subj /CN=localhost -addext subjectAltName=DNS:localhost
certificate dots -subj /CN=127.0.0.1
cat alternative.pem common.pem both.pem dots.pem >trusted.pem

cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys
import threading

ENVIRONMENT = {**os.environ, "HOME": os.getcwd(), "SSL_CERT_FILE": "trusted.pem"}


def serve(listener, name):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{name}.pem", f"{name}.key")
    while True:
        sock, _ = listener.accept()
        sock.settimeout(5)
        try:
            with context.wrap_socket(sock, server_side=True) as tls:
                if tls.recv(65536):
                    tls.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nHello\n")
                    tls.unwrap()
        except OSError:
            sock.close()


def by_axel(host, port):
    if os.path.exists("page"):
        os.remove("page")
    command = ["usr/bin/axel", "-n", "1", "-o", "page", f"https://{host}:{port}/"]
    result = subprocess.run(command, env=ENVIRONMENT, input="", capture_output=True, text=True, timeout=30)
    output = result.stdout + result.stderr
    return "accepted" if os.path.exists("page") else "refused" if "Hostname verification failed" in output else output


def by_python(host, port):
    context = ssl.create_default_context(cafile="trusted.pem")
    context.hostname_checks_common_name = True
    try:
        with socket.create_connection((host, port)) as sock:
            context.wrap_socket(sock, server_hostname=host).close()
    except ssl.SSLCertVerificationError:
        return "refused"
    return "accepted"


seen = {}
for name in ("alternative", "common", "both", "dots"):
    host = "127.0.0.1" if name == "dots" else "localhost"
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, name), daemon=True).start()
    port = listener.getsockname()[1]
    seen[name] = by_axel(host, port), by_python(host, port)
    print("{}, certificate {!r}: axel {}, Python {}".format(host, name, *seen[name]))
named = {name: ("refused", "accepted") for name in ("alternative", "common", "both")}
sys.exit(seen != {**named, "dots": ("accepted", "refused")})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
