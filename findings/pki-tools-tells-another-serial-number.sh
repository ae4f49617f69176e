#!/bin/bash
# pki-tools: the certificate that it has issued has another serial number than its object says.
#
# Versions: pki-tools 2.2.1, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0 to read the certificate.
# Expected: RFC 5280, section 4.1.2.2: issuer and serial number identify a certificate. The documentation of Certificate: `serial_number` is its
#   "Serial number", `hex_serial` the same in hexadecimal.
# Seen: sign() draws a number of 32 bits for the object, and another one, of 159 bits, for the certificate. `serial_number`, `hex_serial` and the
#   printed object have the first, pem_string the second. Loaded again, the object has the right one.
# Why it matters: a CA that notes what it has issued, and puts that number on its revocation list, revokes a certificate that does not
#   exist; the real one stays good.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pki-tools==2.2.1 cryptography==50.0.2

cat > find.py <<'PY'
import datetime
import subprocess
import sys

from loguru import logger
from pki_tools import Certificate, Name, Validity
from pki_tools.types.key_pair import RSAKeyPair
from pki_tools.types.signature_algorithm import HashAlgorithm, HashAlgorithmName, SignatureAlgorithm

logger.remove()
now = datetime.datetime.now(datetime.timezone.utc)
name = Name(cn=["Example CA"])
validity = Validity(not_before=now, not_after=now + datetime.timedelta(days=10))
certificate = Certificate(issuer=name, subject=name, validity=validity)
sha256 = SignatureAlgorithm(algorithm=HashAlgorithm(name=HashAlgorithmName.SHA256))
certificate.sign(RSAKeyPair.generate(), sha256)
pem = certificate.pem_string
command = ["openssl", "x509", "-noout", "-serial"]
printed = subprocess.run(command, input=pem, capture_output=True, text=True, check=True).stdout
openssl = int(printed.strip().removeprefix("serial="), 16)
loaded = Certificate.from_pem_string(pem).serial_number
print(f"issued: {certificate.serial_number:x} ({certificate.hex_serial}), OpenSSL: {openssl:x}, loaded again: {loaded:x}")
same = int(certificate.hex_serial, 16) == certificate.serial_number < 2**32
sys.exit(not (same and loaded == openssl != certificate.serial_number))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
