#!/bin/bash
# swarmauri_parser_asn1: its parser cannot be made, for it looks for its grammar in a package of another name, and the grammar is none for
# lark; its decoder gives nothing for dates and for all that follows them.
#
# Versions: swarmauri_parser_asn1 0.1.1 and lark 1.3.1, with asn1tools 0.169.0 to compare with (PyPI), Python 3.11.
# Expected: its documentation: "parser = ASN1Parser(asn1_files=[...])", and a decoder "covering common UNIVERSAL types". X.690, section
#   11.8: UTCTime is text; its tag, 23, is in the package's list. Section 8.6.2: the first octet of a BIT STRING counts the unused bits of
#   the last one and is no part of the value.
# Seen: ASN1Parser() raises ModuleNotFoundError: No module named 'swarmauri_asn1', for any file. The grammar in the package, read from
#   where it is, makes lark raise UnexpectedToken at its first line, a comment of C. With the types written by hand, a SEQUENCE of
#   INTEGER, UTCTime and BOOLEAN is {'id': 5, 'time': None, 'flag': None}, without an error, and a BIT STRING of nine bits has three
#   octets. asn1tools reads all of them.
# Why it matters: the first line of the documentation fails; and who mends it gets certificates without dates and without whatever follows
#   them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check swarmauri_parser_asn1==0.1.1 lark==1.3.1 asn1tools==0.169.0

cat > example.asn <<'ASN'
Example DEFINITIONS ::= BEGIN
Record ::= SEQUENCE { id INTEGER, time UTCTime, flag BOOLEAN }
Flags ::= SEQUENCE { bits BIT STRING }
END
ASN
cat > find.py <<'PY'
import sys
from importlib import resources

import asn1tools
import lark
from swarmauri_parser_asn1.der_codec import decode_value
from swarmauri_parser_asn1.ir import Builtin, Field, Schema, Sequence
from swarmauri_parser_asn1.parser import ASN1Parser


def attempt(call, *arguments):
    try:
        call(*arguments)
        return "works"
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]


made = attempt(ASN1Parser, ["example.asn"])
grammar = attempt(lark.Lark, resources.files("swarmauri_parser_asn1").joinpath("grammar/asn1.lark").read_text())
print(f"ASN1Parser: {made}; grammar: {grammar}")
kinds = {"Record": [("id", "INTEGER"), ("time", "UTCTime"), ("flag", "BOOLEAN")], "Flags": [("bits", "BIT STRING")]}
reference = asn1tools.compile_files("example.asn", "der")
seen = []
for name, data in (("Record", "3015020105170d3236303130353039303030305a0101ff"), ("Flags", "300503030701 80")):
    fields = Sequence([Field(field, Builtin(kind)) for field, kind in kinds[name]])
    seen.append(decode_value(Schema(), fields, bytes.fromhex(data))[0])
    print(f"{name}: {seen[-1]}; asn1tools: {reference.decode(name, bytes.fromhex(data))}")
sys.exit(
    made != "ModuleNotFoundError: No module named 'swarmauri_asn1'"
    or not grammar.startswith("UnexpectedToken")
    or seen != [{"id": 5, "time": None, "flag": None}, {"bits": b"\7\1\x80"}]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
