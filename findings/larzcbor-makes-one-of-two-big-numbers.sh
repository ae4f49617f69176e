#!/bin/bash
# larzcbor: 2^64 and -2^64 - 1 are read as the same octets, 1.5 is not written as canonical CBOR has it, and what has no length in front is refused.
#
# Versions: larzcbor 0.1.0, cbor2 6.3.0 as the other reader and writer (PyPI), Python 3.11.
# Expected: larzcbor's README: "Canonical output. ... equal values encode to identical bytes - safe to hash or sign", "tested against the RFC's own byte
#   vectors, so its output interoperates with every conformant CBOR tool", with `int` among the types it supports. RFC 8949, appendix A, has
#   the octets of 2^64 and -2^64 - 1, 0xf93e00 for 1.5, and arrays, strings and maps of indefinite length. Section 4.2.1: in deterministic encoding
#   a float is the shortest one that keeps its value. Section 3.4.3: a big number is of tag 2 or, if negative, of tag 3.
# Seen: both big numbers are the octets 01 00 00 00 00 00 00 00 00, of type bytes, and no error is raised; encode() refuses them. 1.5 is always
#   fb3ff8000000000000, as any float takes nine octets; cbor2's canonical form is that of the RFC. Appendix A's [_ 1, [2, 3], [_ 4, 5]] and
#   (_ "strea", "ming") are "unsupported additional info 31". A map with the array [1, 2] as a key, which the RFC allows, is a TypeError.
# Why it matters: serial numbers and amounts of 2^64 or more lose their sign and their type. Others compute another hash of the same value if there is a float
#   in it, and a signature does not fit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check larzcbor==0.1.0 cbor2==6.3.0

cat > find.py <<'PY'
import sys

import cbor2
import larzcbor

NUMBER = bytes.fromhex("010000000000000000")
# From appendix A of RFC 8949 but for the last: its octets, what cbor2 reads, what larzcbor reads.
READ = {
    "c249010000000000000000": (2**64, NUMBER),
    "c349010000000000000000": (-(2**64) - 1, NUMBER),
    "f93e00": (1.5, 1.5),
    "9f018202039f0405ffff": ([1, [2, 3], [4, 5]], "CBORError: unsupported additional info 31"),
    "7f657374726561646d696e67ff": ("streaming", "CBORError: unsupported additional info 31"),
    "a182010203": ({(1, 2): 3}, "TypeError: unhashable type: 'list'"),
}
# A value, as canonical CBOR by cbor2, by larzcbor.
WRITTEN = {
    1.5: ("f93e00", "fb3ff8000000000000"),
    1.1: ("fb3ff199999999999a", "fb3ff199999999999a"),
    2**64: ("c249010000000000000000", "CBORError: integer too large for CBOR: 18446744073709551616"),
}


def attempt(call, value):
    try:
        return call(value)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


read = {octets: tuple(attempt(call, bytes.fromhex(octets)) for call in (cbor2.loads, larzcbor.decode)) for octets in READ}
written = {
    value: tuple(attempt(call, value) for call in (lambda value: cbor2.dumps(value, canonical=True).hex(), lambda value: larzcbor.encode(value).hex()))
    for value in WRITTEN
}
for what, (other, seen) in [*read.items(), *written.items()]:
    print(f"{what}: cbor2 {other}, larzcbor {seen}")
sys.exit(not (read == READ and written == WRITTEN))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
