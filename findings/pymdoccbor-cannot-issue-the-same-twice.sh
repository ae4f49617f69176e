#!/bin/bash
# pymdoccbor: the second document made from the same data cannot be read by anybody, a holder's key in PEM is at times one octet short, and P-384 fails.
#
# Versions: pymdoccbor 1.4.0, cbor2 6.3.0, pycose 1.1.0, cryptography 50.0.2 (PyPI), Python 3.11.
# Expected: ISO/IEC 18013-5: driving_privileges is a list of maps with issue_date and expiry_date, each a full-date, tag 1004 with a text; an issuer
#   may sign with ES256, ES384 or ES512, all of which pymdoccbor's issuer takes. RFC 9053, section 7.1.1: of the coordinates of a COSE key
#   "leading-zero octets MUST be preserved", and section 7.1: Ed25519 is the curve 6.
# Seen: new() puts the tags into the caller's own data, and at the second call tags into the tags: 1004(1004("2020-01-01")). cbor2 says of the result
#   "error decoding string-form date", and so does pymdoccbor's verifier. Of a device key in PEM, whose x begins with a zero octet, as of one key in 256,
#   -2 has 31 octets; Ed25519 is the text "Ed25519". With a key for P-384 or P-521, and cert_info, there is "Invalid EC key (key out of range, infinity,
#   etc.)", since the certificate is made for P-256 whatever the key is.
# Why it matters: a renewed licence, or a batch of them for one holder, is void except for the first; and some holders can never prove their key.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pymdoccbor==1.4.0 cbor2==6.3.0 pycose==1.1.0 cryptography==50.0.2

cat > find.py <<'PY'
import base64
import datetime
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pycose.keys import EC2Key
from pymdoccbor.mdoc.issuer import MdocCborIssuer
from pymdoccbor.mdoc.verifier import MdocCbor

START = datetime.datetime.now() - datetime.timedelta(days=1)
CERTIFICATE = {
    "country_name": "DE",
    "organization_name": "Example",
    "common_name": "Issuer",
    "not_valid_before": START,
    "not_valid_after": START + datetime.timedelta(days=30),
    "san_url": "https://example.com/",
}
VALIDITY = {"issuance_date": "2026-01-01", "expiry_date": "2100-01-01"}
NAMESPACE = "org.iso.18013.5.1"


def key(curve, algorithm):
    made = EC2Key.generate_key(crv=curve)
    return {"KTY": "EC2", "CURVE": curve, "ALG": algorithm, "D": made.d, "X": made.x, "Y": made.y, "KID": b"1"}


def issue(data, curve="P_256", algorithm="ES256", device=None):
    """What the verifier says of a document with this data, and the document."""
    try:
        issuer = MdocCborIssuer(private_key=key(curve, algorithm), alg=algorithm, cert_info=CERTIFICATE)
        device = device or key("P_256", "ES256")
        made = cbor2.dumps(issuer.new(doctype=NAMESPACE + ".mDL", data={NAMESPACE: data}, validity=VALIDITY, devicekeyinfo=device))
        verifier = MdocCbor()
        verifier.loads(made)
        signed = cbor2.loads(made)["documents"][0]["issuerSigned"]
        (element,) = signed["nameSpaces"][NAMESPACE]
        cbor2.loads(element.value)
        return verifier.verify(), cbor2.loads(cbor2.loads(signed["issuerAuth"][2]).value)["deviceKeyInfo"]["deviceKey"]
    except (ValueError, cbor2.CBORDecodeError) as error:
        return f"{type(error).__name__}: {error}", None


def text(private):
    """A public key, as devicekeyinfo has it in text."""
    return base64.urlsafe_b64encode(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)).decode()


seen = {}
data = {"driving_privileges": [{"vehicle_category_code": "B", "issue_date": "2020-01-01", "expiry_date": "2030-01-01"}]}
seen["the first time"] = issue(data)[0]
seen["the second time"] = issue(data)[0]
date = data["driving_privileges"][0]["issue_date"]
seen["the caller's own data after that"] = date.tag, date.value.tag, date.value.value
private = next(made for made in map(lambda i: ec.derive_private_key(i, ec.SECP256R1()), range(1, 10_000)) if made.public_key().public_numbers().x >> 248 == 0)
name = {"family_name": "Example"}
seen["octets of the coordinates of a device key"] = [len(issue(name, device=text(private))[1][label]) for label in (-2, -3)]
seen["curve of an Ed25519 device key"] = issue(name, device=text(ed25519.Ed25519PrivateKey.generate()))[1][-1]
for curve, algorithm in (("P_256", "ES256"), ("P_384", "ES384"), ("P_521", "ES512")):
    seen[algorithm] = issue(name, curve, algorithm)[0]
for what, value in seen.items():
    print(f"{what}: {value}")
invalid = "ValueError: Invalid EC key (key out of range, infinity, etc.)"
expected = {
    "the first time": True,
    "the second time": "CBORDecodeError: error decoding string-form date",
    "the caller's own data after that": (1004, 1004, "2020-01-01"),
    "octets of the coordinates of a device key": [31, 32],
    "curve of an Ed25519 device key": "Ed25519",
    "ES256": True,
    "ES384": invalid,
    "ES512": invalid,
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
