#!/bin/bash
# starkbank-iso8583: what it parses of a payment with a chip is no JSON, since DE055 comes as bytes, and a presentment without private data
#   cannot be written.
#
# Versions: starkbank-iso8583 0.7.1, pyiso8583 4.0.1 to compare with (PyPI), Python 3.11.
# Expected: The package: "conversion between ISO 8583 message standard and JSON". JSON (RFC 8259, section 3) has strings, and no bytes. ISO
#   8583-1993: data element 48 with the private data (PDS) of the issuer is optional, as the bitmap says.
# Seen: parse() of a 0100 with DE055 gives b'nyYI' for it, base64 in bytes, and json.dumps() raises TypeError, "Object of type bytes is not
#   JSON serializable"; without DE055 it is written. In the template for Visa the same is true of DE052, the PIN block. unparse() of a message
#   1240 without the key PDS raises KeyError 'PDS'; an empty dictionary for it helps. pyiso8583 gives text.
# Why it matters: almost each payment in a shop has DE055 by now. Decode it before dumping: parsed["DE055"] = parsed["DE055"].decode().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check starkbank-iso8583==0.7.1 pyiso8583==4.0.1

cat > find.py <<'PY'
import copy
import json
import sys

import iso8583
from iso8583.specs import default_ascii
from starkbank.iso8583 import parse, unparse
from starkbank.iso8583.template.mastercard import mastercard

payment = {"MTI": "0100", "DE002": "5432123412341234", "DE003": "000000", "DE004": "000000001000"}
chip = "nyYI"  # base64 of 9f2608
seen = {}


def attempt(call):
    try:
        return call()
    except (TypeError, KeyError) as error:
        return f"{type(error).__name__}: {error}"


for what, message in (("without a chip", payment), ("with a chip", {**payment, "DE055": chip})):
    octets = unparse(message, template=mastercard, encoding="ascii")
    parsed = parse(octets, template=mastercard, encoding="ascii")
    seen[what] = parsed.get("DE055"), attempt(lambda: len(json.dumps(parsed)) > 0)
    print(f"{what}: {octets!r}; DE055 is {seen[what][0]!r}; as JSON: {seen[what][1]}")
specification = copy.deepcopy(default_ascii)
specification["p"]["data_enc"] = specification["55"]["data_enc"] = "b"
decoded, _ = iso8583.decode(octets, specification)
print(f"pyiso8583: DE055 is {decoded['55']!r}; as JSON: {len(json.dumps(decoded)) > 0}")
presentment = {"MTI": "1240", "DE002": "5432123412341234", "DE003": "000000", "DE024": "200"}
seen["no PDS"] = attempt(lambda: unparse(presentment, template=mastercard, encoding="ascii"))
seen["empty PDS"] = attempt(lambda: unparse({**presentment, "PDS": {}}, template=mastercard, encoding="ascii"))
print(f"1240 without PDS: {seen['no PDS']}; with an empty one: {seen['empty PDS']!r}")
error = "TypeError: Object of type bytes is not JSON serializable"
same = seen["without a chip"] == (None, True) and seen["with a chip"] == (b"nyYI", error)
sys.exit(not same or seen["no PDS"] != "KeyError: 'PDS'" or not isinstance(seen["empty PDS"], bytes))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
