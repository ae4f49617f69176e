#!/bin/bash
# asn1tools: its DER has several encodings for one value, and an identifier that it has written reads differently.
#
# Versions: asn1tools 0.169.0, pyasn1 0.6.5, asn1crypto 1.5.1, x690 1.0.0.post1 (PyPI), Python 3.11.
# Expected: X.690, section 11.6: in DER the elements of a SET OF are in ascending order of their encodings; section 11.5: a value that is the
#   default is left out. Section 8.19.4: the first octets of an identifier that begins with 2.40 or more hold 80 and the second arc. Of
#   asn1tools' codecs one is called "der", and no limit of that kind is among its known limitations.
# Seen: a SET OF comes out as it was put in, so {1, 2} has two encodings; pyasn1 and asn1crypto sort. A certificate's version, which has
#   DEFAULT v1, is left out when it is given as "v1" and written when it is given as 0; read, it is the text "v1" where it was left out and
#   a number where it was not. The identifier 2.999.1, in the arc for examples, is written rightly and read back as 26.39.1; x690 reads
#   3.16.55.1 from the same bytes.
# Why it matters: signatures are made over DER: a relative distinguished name of two attributes, or a version, that was decoded by one library
#   and encoded by this one has another hash than the original.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check asn1tools==0.169.0 pyasn1==0.6.5 asn1crypto==1.5.1 x690==1.0.0.post1

cat > find.py <<'PY'
import sys

import asn1crypto.core
import asn1tools
import x690
from pyasn1.codec.der import encoder
from pyasn1.type import univ

SCHEMA = """
Find DEFINITIONS EXPLICIT TAGS ::= BEGIN
Numbers ::= SET OF INTEGER
Version ::= INTEGER { v1(0), v2(1), v3(2) }
Certificate ::= SEQUENCE { version [0] Version DEFAULT v1, serialNumber INTEGER }
Identifier ::= OBJECT IDENTIFIER
END
"""


class Numbers(asn1crypto.core.SetOf):
    _child_spec = asn1crypto.core.Integer


def by_pyasn1(values):
    numbers = univ.SetOf(componentType=univ.Integer())
    numbers.extend(values)
    return encoder.encode(numbers).hex()


der = asn1tools.compile_string(SCHEMA, "der")
seen = {}
for values in ([1, 2], [2, 1]):
    ours = der.encode("Numbers", values).hex()
    seen[str(values)] = ours, by_pyasn1(values), Numbers(values).dump().hex()
    print("SET OF {}: asn1tools {}, pyasn1 {}, asn1crypto {}".format(values, *seen[str(values)]))
for version in ("v1", 0, 2):
    encoded = der.encode("Certificate", {"version": version, "serialNumber": 5})
    seen[version] = encoded.hex(), der.decode("Certificate", encoded)["version"]
    print("version {!r}: written {}, read {!r}".format(version, *seen[version]))
identifier = der.encode("Identifier", "2.999.1")
seen["read"] = (
    asn1crypto.core.ObjectIdentifier.load(identifier).native,
    der.decode("Identifier", identifier),
    x690.decode(identifier)[0].value,
)
print("2.999.1 as {}: asn1crypto reads {}, asn1tools {}, x690 {}".format(identifier.hex(), *seen["read"]))
expected = {
    "[1, 2]": ("3106020101020102",) * 3,
    "[2, 1]": ("3106020102020101", "3106020101020102", "3106020101020102"),
    "v1": ("3003020105", "v1"),
    0: ("3008a003020100020105", 0),
    2: ("3008a003020102020105", 2),
    "read": ("2.999.1", "26.39.1", "3.16.55.1"),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
