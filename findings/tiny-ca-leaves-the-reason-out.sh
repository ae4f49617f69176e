#!/bin/bash
# tiny-ca: the reason for which a certificate is revoked does not get into the list, and the list has no number.
#
# Versions: tiny-ca 0.2.1 (PyPI), Python 3.11, OpenSSL 3.0 to read the list.
# Expected: its documentation: "Revoke (RFC 5280 reasons)", and in the example revoke_certificate(serial=..., reason=x509.ReasonFlags.key_compromise)
#   with generate_crl() behind it. RFC 5280, section 5.3.1: a list gives the reason with the entry; sections 5.2.1 and 5.2.3: every list
#   of a CA MUST have the authority key identifier and the number.
# Seen: the certificate is in the list, without a reason, and the list has no extension at all. OpenSSL reads it, and says "revoked".
# Why it matters: a key that was stolen cannot be told from one that was replaced. Without numbers nobody can say which of two lists is
#   newer, and clients that go by the RFC need them for deltas.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tiny-ca==0.2.1 cryptography==50.0.2

cat > find.py <<'PY'
import logging
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tiny_ca.ca_factory.factory import CertificateFactory
from tiny_ca.ca_factory.utils.file_loader import CAFileLoader
from tiny_ca.const import CertType
from tiny_ca.db.sync_db_manager import SyncDBHandler
from tiny_ca.managers.sync_lifecycle_manager import CertLifecycleManager
from tiny_ca.models.certificate import CAConfig, ClientConfig
from tiny_ca.storage.local_storage import LocalStorage

logging.disable(logging.CRITICAL)
manager = CertLifecycleManager(
    storage=LocalStorage(base_folder="./pki"), db_handler=SyncDBHandler(db_url="sqlite:///pki.db")
)
about_ca = {"common_name": "Example CA", "organization": "Example", "country": "DE"}
ca, key = manager.create_self_signed_ca(CAConfig(**about_ca, key_size=2048, days_valid=30))
manager.factory = CertificateFactory(CAFileLoader(ca_cert_path=ca, ca_key_path=key))
about_leaf = {"common_name": "localhost", "serial_type": CertType.SERVICE}
leaf, _, _ = manager.issue_certificate(ClientConfig(**about_leaf, key_size=2048, days_valid=30, is_server_cert=True))
manager.revoke_certificate(serial=leaf.serial_number, reason=x509.ReasonFlags.key_compromise)
crl = manager.generate_crl(days_valid=7)
for name, item in ("leaf", leaf), ("crl", crl):
    with open(name + ".pem", "wb") as file:
        file.write(item.public_bytes(Encoding.PEM))


def openssl(*options):
    result = subprocess.run(["openssl", *options], capture_output=True, text=True)
    return result.stdout + result.stderr


text = openssl("crl", "-in", "crl.pem", "-noout", "-text")
verified = openssl("verify", "-CAfile", str(ca), "-crl_check", "-CRLfile", "crl.pem", "leaf.pem")
seen = {
    "serial number in the list": f"{leaf.serial_number:X}" in text,
    "revoked, says OpenSSL": "certificate revoked" in verified,
    "reason": "Reason Code" in text,
    "number": "CRL Number" in text,
    "authority key identifier": "Authority Key Identifier" in text,
}
for what, found in seen.items():
    print(f"{what}: {found}")
sys.exit(list(seen.values()) != [True, True, False, False, False])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
