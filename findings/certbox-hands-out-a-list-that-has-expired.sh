#!/bin/bash
# certbox: its list of revoked certificates is good for one day and is handed out unchanged for ever, it has no number, and each revocation is
#   dated anew.
#
# Versions: certbox 1.1.4 (PyPI), Python 3.11; openssl to verify with.
# Expected: RFC 5280, section 5.1.2.5: the next list must be issued before nextUpdate is over. Section 5.2: issuers of lists MUST include the
#   authority key identifier and the CRL number in all of them. Section 5.1.2.6: revocationDate is when the revocation occurred, the same in
#   each list. The documentation: "certbox crl" and GET /crl.pem give "the current CRL", for ssl_crl of nginx.
# Seen: nextUpdate is a day after the making, and a list is made when a certificate is revoked or renewed only. Two days later get_crl()
#   returns the same octets, and openssl verify -crl_check says "CRL has expired" for a good certificate. There is neither of the two
#   extensions. When the second certificate is revoked, the first one gets the new date, too.
# Why it matters: a server that checks clients against the list, as nginx with ssl_crl does, lets nobody in from the second day on: all
#   clients of the service fail at once. Revoke something each day, or make the list oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check certbox==1.1.4

cat > find.py <<'PY'
import datetime
import subprocess
import sys
import time
import types

import certbox.core.certificate_manager as module
from certbox.config import CertConfig
from cryptography import x509

manager = module.CertificateManager(CertConfig(root_dir=".", key_size=2048))
for name in ("good", "first", "second"):
    manager.create_client_certificate(name)


def dates(octets):
    """The time of each revocation, by serial number."""
    return {entry.serial_number: entry.revocation_date_utc for entry in x509.load_pem_x509_crl(octets)}


manager.revoke_certificate("first")
before = dates(manager.get_crl())
time.sleep(2)
manager.revoke_certificate("second")
crl = x509.load_pem_x509_crl(manager.get_crl())
after = dates(manager.get_crl())
(serial,) = before
moved = (after[serial] - before[serial]).total_seconds()
print(f"nextUpdate after {crl.next_update_utc - crl.last_update_utc}; extensions: {[extension.oid._name for extension in crl.extensions]}")
print(f"the first revocation has moved by {'some seconds' if moved >= 1 else moved}")


class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(days=2)


# For certbox it is two days later now.
original = manager.get_crl()
module.datetime = types.SimpleNamespace(datetime=Later, timedelta=datetime.timedelta, timezone=datetime.timezone)
same = module.CertificateManager(manager.config).get_crl() == original
print(f"two days later the list is the same: {same}")
paths = manager.directories
results = []
for days in (0, 2):
    command = ["openssl", "verify", "-crl_check", "-CAfile", str(manager.ca_cert_path), "-CRLfile", str(manager.crl_path)]
    command += ["-attime", str(int(time.time()) + days * 86400), str(paths["crts_dir"] / "good.crt")]
    done = subprocess.run(command, capture_output=True, text=True)
    results.append("CRL has expired" in done.stderr + done.stdout or done.returncode)
    print(f"after {days} days the good certificate: {'CRL has expired' if results[-1] is True else 'OK' if results[-1] == 0 else done.stderr}")
right = crl.next_update_utc - crl.last_update_utc == datetime.timedelta(days=1) and not list(crl.extensions)
sys.exit(not right or moved < 1 or not same or results != [0, True])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
