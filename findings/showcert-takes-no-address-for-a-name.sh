#!/bin/bash
# showcert: a certificate for an IP address fails verification at that address, and so does a name in capitals; an IPv6 address cannot be given.
#
# Versions: showcert 0.4.16 (PyPI), which needs libmagic, Python 3.11, OpenSSL 3.0.
# Expected: RFC 9110, section 4.3.5: a host that is an address is compared with the addresses among the certificate's alternative names. RFC
#   4343: names are compared without regard to case. RFC 3986, section 3.2.2: an IPv6 address stands in brackets, before the colon and the port.
#   showcert's documentation takes "hostname or hostname:port", and its option --ipv4 is there because it uses IPv6 otherwise. ssl
#   accepts the certificate each time.
# Seen: only DNS names are looked at, and compared letter by letter: "127.0.0.1 not found in localhost localhost", "LOCALHOST not found in
#   localhost localhost", each after the chain has been verified. "[::1]:8443" is an "Invalid remote address", as it has more than one colon.
# Why it matters: as a monitor, with the status that the documentation promises for "host mismatch", it reports sound servers as broken. -i, which
#   the message suggests, switches the verification of the chain off as well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check showcert==0.4.16
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import subprocess
import sys
import threading

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(family, address):
    """The port of a server that makes handshakes."""

    def run():
        while True:
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as sock:
                    sock.recv(1)
            except OSError:
                pass

    listener = socket.socket(family)
    listener.bind((address, 0))
    listener.listen()
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


def with_ssl(host, port, name):
    with socket.create_connection((host, port)) as sock:
        with ssl.create_default_context(cafile="cert.pem").wrap_socket(sock, server_hostname=name):
            return "verified"


def with_showcert(*arguments):
    command = ["venv/bin/python", "-W", "ignore", "venv/bin/showcert", "--ca", "cert.pem", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return "verified" if not done.returncode else (done.stdout + done.stderr).strip().splitlines()[-1]


port, port6 = serve(socket.AF_INET, "127.0.0.1"), serve(socket.AF_INET6, "::1")
seen = [
    (with_ssl(host, number, name), with_showcert(*arguments))
    for host, number, name, arguments in [
        ("127.0.0.1", port, "localhost", ["-n", "localhost", f"127.0.0.1:{port}"]),
        ("127.0.0.1", port, "127.0.0.1", [f"127.0.0.1:{port}"]),
        ("127.0.0.1", port, "LOCALHOST", ["-n", "LOCALHOST", f"127.0.0.1:{port}"]),
        ("::1", port6, "::1", [f"[::1]:{port6}"]),
    ]
]
for pair in seen:
    print("ssl: {}, showcert: {}".format(*pair))
sys.exit(
    seen
    != [
        ("verified", "verified"),
        ("verified", "Verification error (use -i): 127.0.0.1 not found in localhost localhost"),
        ("verified", "Verification error (use -i): LOCALHOST not found in localhost localhost"),
        ("verified", f"[::1]:{port6}: Invalid remote address. Valid examples: github.com or smtp.google.com:25"),
    ]
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
