#!/bin/bash
# pytls-ca: the CA that it makes is none, so no certificate that it issues is accepted by anybody; and an address is taken for a name.
#
# Versions: pytls-ca 0.0.6, cryptography 42.0.8 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: RFC 5280, section 4.2.1.9: a CA's certificate MUST have basicConstraints with cA, and a version 3 certificate without it MUST NOT be used
#   to verify signatures on certificates. Section 4.2.1.6: an IP address is an iPAddress, and a dNSName is in the preferred name syntax, without
#   blanks. Its documentation: "generates CA and server certificates" "for your local development environment".
# Seen: `pytls -s localhost -s 127.0.0.1` writes ca.crt without basicConstraints and with the one extension DNS:"ZTP CA", whatever -n says. With that
#   as the trusted CA, a TLS client refuses the server: "invalid CA certificate". The certificate for 127.0.0.1 has DNS:127.0.0.1.
# Why it matters: every client fails, with an error that sends one to look for another CA, and the way out that is left is not to verify.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pytls-ca==0.0.6 cryptography==42.0.8
venv/bin/pytls -n "My CA" -s localhost -s 127.0.0.1 -d certs >pytls.log

cat > find.py <<'PY'
import ssl
import subprocess
import sys


def extension(file, name="subjectAltName,basicConstraints"):
    command = ["openssl", "x509", "-in", f"certs/{file}.crt", "-noout", "-ext", name]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return [line.strip() for line in lines]


def handshake(name):
    contexts = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexts[0].load_verify_locations("certs/ca.crt")
    contexts[1].load_cert_chain(f"certs/{name}.crt", f"certs/{name}.key")
    wires = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = contexts[0].wrap_bio(wires[0], wires[1], server_hostname=name)
    server = contexts[1].wrap_bio(wires[1], wires[0], server_side=True)
    for _ in range(4):
        for end in client, server:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return "fine"


seen = {
    "CA": extension("ca"),
    "localhost": extension("localhost"),
    "127.0.0.1": extension("127.0.0.1"),
    "a client says": handshake("localhost"),
}
for what, found in seen.items():
    print(f"{what}: {found}")
title = "X509v3 Subject Alternative Name:"
expected = {
    "CA": [title, "DNS:ZTP CA"],
    "localhost": [title, "DNS:localhost"],
    "127.0.0.1": [title, "DNS:127.0.0.1"],
    "a client says": "invalid CA certificate",
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
