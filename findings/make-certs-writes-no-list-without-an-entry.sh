#!/bin/bash
# make-certs: a revocation list in which nothing is revoked is never written, one that has run out is not renewed, and each change dates all revocations anew.
#
# Versions: make-certs 0.2.1, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0 as a reader, with a clock of the script's for it.
# Expected: RFC 5280, section 5: a CA issues lists "periodically", also if nothing is revoked, and the date of each entry is that of the revocation (5.3).
#   make-certs' README: certificates "can be revoked with CRL", and the command is run again for changes; it has next_update_days for each list.
# Seen: of a list with "revoke: []", or without it, there is no file, and OpenSSL with -crl_check says "unable to get certificate CRL" of every certificate.
#   A list that has run out stays as it is: "No changes for revokation list", and OpenSSL says "CRL has expired". After a second certificate has been
#   added the first has the second's date.
# Why it matters: who checks revocation can accept no certificate of a new CA, and after next_update_days none any more, though make-certs is run daily.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check make-certs==0.2.1 cryptography==50.0.2

cat > find.py <<'PY'
import contextlib
import io
import pathlib
import subprocess
import sys
import time

from cryptography import x509
from make_certs.main import HierBuilder

HIERARCHY = """
names:
  ca: {common_name: CA}
  one: {common_name: one}
  two: {common_name: two}
certs:
  ca.pem:
    subject: ca
    basic_constraints: {ca: true}
    issue:
      one.pem: {subject: one, extended_key_usage: {server: true}, alternative_names_dns: [one.example.com]}
      two.pem: {subject: two, extended_key_usage: {server: true}, alternative_names_dns: [two.example.com]}
revokation_lists:
  ca.crl:
    issuer: ca
    next_update_days: 1
    revoke: REVOKE
"""


def run(revoke):
    """make-certs, with these certificates revoked: whether it says that there is nothing to do."""
    pathlib.Path("hier.yaml").write_text(HIERARCHY.replace("REVOKE", str(revoke)))
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        HierBuilder("hier.yaml")
    return "No changes" in output.getvalue()


def verify(*options):
    lists = ["-CRLfile", "ca.crl"] if pathlib.Path("ca.crl").exists() else []
    command = ["openssl", "verify", "-CAfile", "ca.pem", "-crl_check", *lists, *options, "two.pem"]
    done = subprocess.run(command, capture_output=True, text=True)
    errors = [line.rpartition(": ")[2] for line in done.stderr.splitlines() if line.startswith("error ") and "lookup:" in line]
    return errors[0] if errors else done.stdout.strip()


def dates():
    return {entry.serial_number: entry.revocation_date_utc for entry in x509.load_pem_x509_crl(pathlib.Path("ca.crl").read_bytes())}


seen = {}
nothing = run([])
seen["nothing revoked"] = nothing, pathlib.Path("ca.crl").exists(), verify()
run(["one.pem"])
(first,) = dates().values()
seen["one revoked"] = verify()
seen["two days later"] = verify("-attime", str(int(time.time()) + 2 * 86400))
before = pathlib.Path("ca.crl").read_bytes()
seen["run again"] = run(["one.pem"]), pathlib.Path("ca.crl").read_bytes() == before
time.sleep(2)
run(["one.pem", "two.pem"])
one = x509.load_pem_x509_certificate(pathlib.Path("one.pem").read_bytes()).serial_number
seen["the first's date after a second, seconds later"] = dates()[one] > first, len(set(dates().values()))
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "nothing revoked": (True, False, "unable to get certificate CRL"),
    "one revoked": "two.pem: OK",
    "two days later": "CRL has expired",
    "run again": (True, True),
    "the first's date after a second, seconds later": (True, 1),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
