#!/bin/bash
# python-mbedtls: the key usage of a certificate can be read if it is exactly one, and an IP address among its names is taken for text.
#
# Versions: python-mbedtls 2.10.1 (PyPI; with Mbed TLS 2.28.8), Python 3.11, OpenSSL 3.0 to make the certificates.
# Expected: RFC 5280, section 4.2.1.3: the key usage extension is a set of bits, any number of which may be set, and may be absent; a CA has at
#   least keyCertSign, mostly with cRLSign, and an RSA server digitalSignature with keyEncipherment. Section 4.2.1.6: an iPAddress is the
#   four or sixteen octets of the address. Mbed TLS itself takes these certificates.
# Seen: CRT.key_usage is an enumeration without combinations. It raises "ValueError: 6 is not a valid KeyUsage" for keyCertSign and cRLSign, 160
#   for the server and 0 for a certificate without the extension. subject_alternative_names decodes everything as UTF-8: 127.0.0.1 gives
#   "\x7f\x00\x00\x01", for 192.0.2.1 it raises UnicodeDecodeError, DNS names beside it included; without the extension it is {""}.
# Why it matters: a program that prints or checks certificates works with the ones of its tests and fails on nearly every real one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-mbedtls==2.10.1

cat > find.py <<'PY'
import subprocess
import sys

from mbedtls.x509 import CRT

COMMAND = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout key.pem"


def read(attribute, *extension):
    """The attribute of a certificate with that extension."""
    options = ["-addext", extension[0]] if extension else []
    pem = subprocess.run([*COMMAND.split(), *options], capture_output=True, text=True, check=True).stdout
    certificate = CRT.from_PEM(pem)
    try:
        value = getattr(certificate, attribute)
    except ValueError as error:
        value = str(error) if type(error) is ValueError else type(error).__name__
    else:
        value = value.name if attribute == "key_usage" else sorted(value)
    print(f"{' '.join(extension) or 'no extension'}: {attribute} {value!r}")
    return value


seen = [
    read("key_usage", "keyUsage=digitalSignature"),
    read("key_usage", "keyUsage=keyCertSign,cRLSign"),
    read("key_usage", "keyUsage=digitalSignature,keyEncipherment"),
    read("key_usage"),
    read("subject_alternative_names", "subjectAltName=DNS:localhost"),
    read("subject_alternative_names", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
    read("subject_alternative_names", "subjectAltName=DNS:localhost,IP:192.0.2.1"),
    read("subject_alternative_names"),
]
expected = [
    "DIGITAL_SIGNATURE",
    "6 is not a valid KeyUsage",
    "160 is not a valid KeyUsage",
    "0 is not a valid KeyUsage",
    ["localhost"],
    ["localhost", "\x7f\0\0\x01"],
    "UnicodeDecodeError",
    [""],
]
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
