#!/bin/bash
# firmitas: that a certificate runs out it says once for each service, and never again for its successors; one without a subject ends the whole run.
#
# Versions: firmitas 0.1.4, cryptography 42.0.8, requests 2.32.3 (PyPI), Python 3.11; the request for a ticket is caught by the script.
# Expected: its README: "Simple notification service for X.509-standard TLS certificate statuses"; daysqant: "it is set to open up a notification ticket
#   when the TLS certificate is 30 days away from its validation expiry date"; cstopped: "TRUE if the current datetime is greater than the "not valid
#   after" datetime"; tagslist may be set in the configuration; `done` must not be set by hand. RFC 5280, section 4.1.2.6: the subject may be empty if
#   there is a critical subjectAltName, and 4.1.2.5: the times of a certificate are in UTC.
# Seen: for a certificate with 10 days left there is a ticket, "about to expire in 30 days". After a renewal, when the new one, with another serial number,
#   has 10 days left, there is none, since `done` is still true. A certificate with an empty subject gives IndexError, and those behind it in the list
#   are not looked at. In a time zone 14 hours ahead, one with six hours left "is not valid anymore", and there is no
#   ticket. The issuer "CN=Example CA,O=Example" is "Example CA,O", and tagslist of the configuration is not read.
# Why it matters: from the second renewal on nobody is told, which is when one has come to rely on it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check firmitas==0.1.4 cryptography==42.0.8 requests==2.32.3 pyyaml==6.0.2 click==8.1.7

cat > find.py <<'PY'
import datetime
import logging
import os
import pathlib
import re
import sys
import time
import types
import warnings

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

warnings.simplefilter("ignore")
import firmitas.conf.standard as standard
from firmitas import readconf
from firmitas.base import maintool
from firmitas.unit import gopagure

standard.logrconf = {"version": 1, "disable_existing_loggers": False, "root": {"level": "DEBUG"}}
pathlib.Path("certs").mkdir()
KEY = ec.generate_private_key(ec.SECP256R1())
ISSUER = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"), x509.NameAttribute(NameOID.COMMON_NAME, "Example CA")])
tickets, messages = [], []


class Keep(logging.Handler):
    def emit(self, record):
        messages.append(record.getMessage())


def certificate(name, left, subject=True):
    now = datetime.datetime.now(datetime.timezone.utc)
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, "www.example.com")] if subject else []
    builder = x509.CertificateBuilder(ISSUER, x509.Name(attributes), KEY.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=60)).not_valid_after(now + left)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("www.example.com")]), critical=not subject)
    pem = builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pathlib.Path("certs", name).write_bytes(pem)


def post(url, headers, data, timeout):
    tickets.append(data)
    answer = {"issue": {"id": 1, "full_url": "https://example.com/1", "date_created": "1750000000"}}
    return types.SimpleNamespace(status_code=200, json=lambda: answer)


gopagure.post = post


def start(*names):
    new = {name: {"path": name, "user": "alice", "certstat": dict.fromkeys(["cstarted", "cstopped"], False), "notistat": {"done": False}} for name in names}
    pathlib.Path("list.yml").write_text(yaml.safe_dump(new, sort_keys=False))


def run():
    """The titles of the tickets and the messages of a run, as firmitas' command makes it."""
    tickets.clear()
    messages.clear()
    readconf({"certloca": "certs", "hostloca": "list.yml", "daysqant": 30, "tagslist": ["mine"]})
    logging.getLogger().handlers[:] = [Keep()]
    try:
        maintool.probedir()
        maintool.gonotify()
    except IndexError as error:
        return f"IndexError: {error}"
    return [ticket["title"] for ticket in tickets]


def message(pattern):
    return [text for text in messages if re.search(pattern, text)]


days, hours = (lambda n: datetime.timedelta(days=n, hours=1)), (lambda n: datetime.timedelta(hours=n))
start("www")
certificate("www", days(10))
first = run()
issuer = re.search(r"Issuing authority\*\* - (.*?) \(", tickets[0]["issue_content"]).group(1)
tags = tickets[0]["tag"]
certificate("www", days(90))
second = run()
certificate("www", days(10))
third = run()
print(f"10 days left: {first}, issuer {issuer}, tags {tags}\nrenewed: {second}\nagain 10 days left: {third}")
start("www", "unnamed", "zzz")
certificate("www", days(90))
certificate("unnamed", days(10), subject=False)
certificate("zzz", days(10))
empty = run(), len(message(r"^\[zzz\]"))
print(f"with an empty subject in second place: {empty[0]}, messages on the third: {empty[1]}")
zones = {}
for zone in ("UTC0", "AHEAD-14"):
    os.environ["TZ"] = zone
    time.tzset()
    start("www")
    certificate("www", hours(6))
    zones[zone] = len(run()), len(message("is not valid anymore"))
print(f"six hours left, tickets and messages that it is not valid anymore: {zones}")
right = first == ["[FMTS] TLS certificate for www service is about to expire in 30 days"] and second == third == []
right &= issuer == "Example CA,O" and tags == "firmitas,automate,notifier" and empty == ("IndexError: list index out of range", 0)
sys.exit(not (right and zones == {"UTC0": (1, 0), "AHEAD-14": (0, 1)}))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
