#!/bin/bash
# sshkey-tools: SSH certificates that are valid for ever, as ssh-keygen makes them, cannot be read, and one for Jörg has a signature that it calls wrong.
#
# Versions: sshkey-tools 0.12.2, cryptography 46.0.3 (PyPI), Python 3.11.
# Expected: OpenSSH's PROTOCOL.certkeys: "valid after" and "valid before" are 64-bit numbers, and 0 and 2^64-1 (all bits set) are what ssh-keygen writes
#   without -V, "forever". Strings have their length in bytes (RFC 4251, section 5); key identifiers are free text for people to read.
# Seen: SSHCertificate.from_string() of a certificate without an end raises OverflowError, "timestamp out of range for platform time_t"; nothing of it can
#   be had. With an end it is read. With the identifier "Jörg" it is read, verify() is False, and to_string() gives another certificate: text is written
#   with the number of its letters as its length. cryptography reads and verifies all three.
# Why it matters: hosts' certificates mostly have no end. Programs that list or check certificates stop at the first, and refuse good ones of people whose
#   names have umlauts.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sshkey-tools==0.12.2 cryptography==46.0.3

cat > find.py <<'PY'
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sshkey_tools.cert import SSHCertificate

ca, key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


def make(key_id, after, before):
    builder = serialization.SSHCertificateBuilder().public_key(key.public_key()).type(serialization.SSHCertificateType.USER)
    builder = builder.serial(1).key_id(key_id.encode()).valid_principals([b"me"]).valid_after(after).valid_before(before)
    return builder.sign(ca).public_bytes()


def by_cryptography(data):
    certificate = serialization.load_ssh_public_identity(data)
    certificate.verify_cert_signature()
    return certificate.key_id.decode()


def by_sshkey_tools(data):
    try:
        certificate = SSHCertificate.from_string(data.decode())
        return certificate.verify(), certificate.to_string().split()[1] == data.decode().split()[1]
    except OverflowError as error:
        return str(error)


cases = {
    "with an end": (make("me", 1700000000, 1900000000), (True, True)),
    "for ever": (make("me", 0, 2**64 - 1), "timestamp out of range for platform time_t"),
    "for Jörg": (make("Jörg", 1700000000, 1900000000), (False, False)),
}
same = True
for name, (data, expected) in cases.items():
    seen = by_sshkey_tools(data)
    print(f"{name}: cryptography verifies it for {by_cryptography(data)}; sshkey-tools, verified and written again: {seen}")
    same = same and seen == expected
sys.exit(not same)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
