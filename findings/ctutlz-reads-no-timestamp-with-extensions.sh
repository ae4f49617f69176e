#!/bin/bash
# ctutlz: a certificate timestamp (SCT) that has an extension, as those of newer logs have, cannot be read; its signature is looked for in the extension.
#
# Versions: ctutlz 0.9.8, cryptography 50.0.2 as another reader (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate and as the third reader.
# Expected: RFC 6962, section 3.2: an SCT has CtExtensions, a vector of up to 2^16-1 octets with its length in front, and behind it the signature. The
#   logs of the Static CT API (C2SP) put one there, leaf_index: a type of one octet, a length of two, and five octets.
# Seen: of the SCT with such an extension OpenSSL prints the extension and the signature, and cryptography has both. ctutlz reads the length of the
#   extensions and goes on right behind it, so the algorithms are 0 and 0, and the length of the signature is 1,280: struct.error. An SCT without
#   extensions is read. ASN1Cert, of the same module, reads the length of a certificate with its octets in reverse.
# Why it matters: who checks a certificate with an SCT of such a log gets an error that speaks of buffers, and takes the certificate for damaged.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ctutlz==0.9.8 cryptography==50.0.2

cat > find.py <<'PY'
import re
import struct
import subprocess
import sys

from cryptography import x509
from ctutlz.rfc6962 import ASN1Cert, SignedCertificateTimestamp

LEAF_INDEX = bytes([0]) + struct.pack(">H", 5) + (12345).to_bytes(5, "big")
# An ECDSA-Sig-Value of two small numbers: nobody verifies it here.
SIGNATURE = bytes.fromhex("30060201050201ff")


def timestamp(extensions):
    sct = b"\0" + b"L" * 32 + struct.pack(">QH", 1_750_000_000_000, len(extensions)) + extensions
    return sct + b"\x04\x03" + struct.pack(">H", len(SIGNATURE)) + SIGNATURE


def certificate(sct):
    """One with the SCT in it."""
    items = struct.pack(">H", len(sct)) + sct
    items = struct.pack(">H", len(items)) + items
    inner = bytes([0x04, len(items)]) + items
    assert len(inner) < 128
    with open("conf", "w") as file:
        file.write("[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n1.3.6.1.4.1.11129.2.4.2=DER:" + inner.hex(":") + "\n")
    command = "openssl req -x509 -config conf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=example.com -keyout key.pem -out c.pem"
    subprocess.run(command.split(), check=True, stderr=subprocess.DEVNULL)
    with open("c.pem", "rb") as file:
        return x509.load_pem_x509_certificate(file.read())


def attempt(call):
    try:
        return call()
    except struct.error as error:
        return f"struct.error: {error}"


def by_ctutlz(sct):
    read = SignedCertificateTimestamp(sct)
    return read.extensions_len, read.signature_algorithm_hash, read.signature_algorithm_signature, read.signature


right = True
for what, extensions in {"without": b"", "with": LEAF_INDEX}.items():
    sct = timestamp(extensions)
    (other,) = certificate(sct).extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps).value
    text = subprocess.run(["openssl", "x509", "-in", "c.pem", "-noout", "-text"], capture_output=True, text=True, check=True).stdout
    printed = re.search(r"Extensions: (\S+)", text).group(1), SIGNATURE.hex(":").upper() in text
    seen = attempt(lambda: by_ctutlz(sct))
    print(f"{what} an extension: ctutlz {seen}; cryptography {other.extension_bytes.hex(':')!r}, {other.signature == SIGNATURE}; OpenSSL {printed}")
    right &= other.extension_bytes == extensions and other.signature == SIGNATURE
    right &= printed == ((extensions.hex(":").upper() or "none"), True)
    if extensions:
        right &= seen.startswith("struct.error: ") and "1280 bytes" in seen
    else:
        right &= seen == (0, 4, 3, SIGNATURE)
length = attempt(lambda: ASN1Cert(b"\0\0\3abc").der)
print(f"a certificate of three octets: {length}")
sys.exit(not (right and "50331648 bytes" in length))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
