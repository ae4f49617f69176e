#!/bin/bash
# bind9-records: an SPF record that it has read has a semicolon behind the domain of its redirect, a DKIM key in two strings cannot be read, not even
# one that it has written, and none that is Ed25519.
#
# Versions: bind9-records 1.0.0 and cryptography 50.0.2, with dnspython 2.9.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 7208, section 12: a modifier is "redirect" "=" domain-spec, and terms are separated by blanks. Section 3.3 and RFC 6376, section
#   3.6.2.2: several strings of a TXT record are put together "without adding spaces". RFC 8463, section 4: p= of an Ed25519 key has the 32
#   octets of the key, not a SubjectPublicKeyInfo.
# Seen: "v=spf1 mx redirect=_spf.example.org" becomes "v=spf1 mx redirect=_spf.example.org;", and exp= gets a semicolon as well. The strings of a
#   record are joined by a blank, "one" "two" is written as "one two". A DKIM key of 2,048 bits has more than 255 letters and so two strings: the
#   key ends at the blank and is a ValueError. The record of RFC 8463 is one too, and for an Ed25519 key the package writes 60 letters in p=
#   instead of 44. dnspython puts the strings together again as they were.
# Why it matters: with the semicolon the policy is a permanent error for every receiver, and mails that were in order are refused; the zone file loads
#   without a word. Keys that the mail server's tool has printed for the zone, which are always in several strings, end in errors.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bind9-records==1.0.0 cryptography==50.0.2 dnspython==2.9.2

cat > find.py <<'PY'
import base64
import sys

import dns.zone
from bind9_records import DKIMData, Record
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HEAD = "$TTL 60\n@ 60 IN SOA ns1 host 1 3600 900 1209600 300\n@ 60 IN NS ns1\n"


def text(record):
    """The text of a TXT record, as dnspython reads it."""
    zone = dns.zone.from_text(f"{HEAD}{record}\n", "example.org.", relativize=False, check_origin=False)
    return next(b"".join(data.strings).decode() for _, _, data in zone.iterate_rdatas("TXT"))


def again(record):
    try:
        return text(str(Record(record)))
    except ValueError as error:  # binascii.Error is one
        return type(error).__name__


seen = {}
rsa_key = rsa.generate_private_key(65537, 2048).public_key()
der = base64.b64encode(rsa_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
dkim = f"v=DKIM1; k=rsa; p={der}"
for name, record in {
    "include": 'example.org. IN TXT "v=spf1 mx include:_spf.example.net -all"',
    "redirect": 'example.org. IN TXT "v=spf1 mx redirect=_spf.example.org"',
    "exp": 'example.org. IN TXT "v=spf1 mx -all exp=why.example.org"',
    "strings": 'example.org. IN TXT "one" "two"',
    "rsa": f'k._domainkey IN TXT "{dkim[:200]}" "{dkim[200:]}"',
    "ed25519": 'k._domainkey IN TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="',
}.items():
    seen[name] = again(record)
    print(f"{text(record)[:80]!r} -> {seen[name]!r}")
assert text(f'k._domainkey IN TXT "{dkim[:200]}" "{dkim[200:]}"') == dkim

written = str(Record(name="k._domainkey", type="TXT", data=DKIMData(public_key=rsa_key)))
assert der in text(written)
seen["own"] = again(written)
edwards = ed25519.Ed25519PrivateKey.generate().public_key()
value = text(str(Record(name="k._domainkey", type="TXT", data=DKIMData(public_key=edwards)))).split("p=")[1].rstrip(";")
seen["octets"] = len(base64.b64decode(value))
print(f"what it has written for the RSA key, read again: {seen['own']}; octets in p= of an Ed25519 key: {seen['octets']}")
expected = {
    "include": "v=spf1 mx include:_spf.example.net -all",
    "redirect": "v=spf1 mx redirect=_spf.example.org;",
    "exp": "v=spf1 mx -all exp=why.example.org;",
    "strings": "one two",
    "rsa": seen["rsa"],
    "ed25519": "ValueError",
    "own": seen["own"],
    "octets": 44,
}
sys.exit(seen != expected or not {seen["rsa"], seen["own"]} <= {"Error", "ValueError"})
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
