#!/bin/bash
# pyipp and aioipp: of two ranges the second gets into the first, of several values in a collection the last is left, and one value too new costs all.
#
# Versions: pyipp 0.17.2, aioipp 0.18.1, ippx 0.1.1 as the other reader (PyPI), Python 3.11.
# Expected: RFC 8010, section 3.1.5: an attribute of several values has each further one without a name; section 3.1.7 has the same for the members of
#   collections. RFC 8011, section 5.1.14: rangeOfInteger, and "page-ranges" has several (5.2.7). Section 7: enumerations are extended by
#   registration; "finishings" has 10 for "fold" (PWG 5100.1), "orientation-requested" 7 for "none" (PWG 5100.13).
# Seen: the pages 1 to 3, 7 to 9 and 11 to 12 are [1, 3, [7, 9], [11, 12]] for both. Of a collection with "one-sided" and "two-sided-long-edge" in
#   "sides" only the latter is left. A printer that can fold, or whose orientation is "none", raises ValueError, and nothing of the answer can be had.
#   ippx reads all of it.
# Why it matters: one new finisher or firmware, and the printer is gone from a home automation that polls it over IPP, encrypted or not; and what it
#   accepts is told wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyipp==0.17.2 ippx==0.1.1
# Both call their module "pyipp".
venv/bin/pip install -qq --disable-pip-version-check --no-deps --target other aioipp==0.18.1

cat > find.py <<'PY'
import struct
import sys

import ippx
from pyipp.parser import parse


def attribute(tag, name, value):
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


def number(value):
    return struct.pack(">i", value)


def answer(*attributes):
    head = struct.pack(">BBHI", 2, 0, 0, 1) + b"\x01"
    head += attribute(0x47, "attributes-charset", b"utf-8") + attribute(0x48, "attributes-natural-language", b"en")
    return head + b"\x04" + b"".join(attributes) + b"\x03"


PAGES = (1, 3), (7, 9), (11, 12)
ranges = [attribute(0x33, "" if i else "page-ranges", number(x) + number(y)) for i, (x, y) in enumerate(PAGES)]
sides = [
    attribute(0x34, "preset", b""),
    attribute(0x4A, "", b"sides"),
    attribute(0x44, "", b"one-sided"),
    attribute(0x44, "", b"two-sided-long-edge"),
    attribute(0x4A, "", b"copies"),
    attribute(0x21, "", number(5)),
    attribute(0x37, "", b""),
]
name = attribute(0x42, "printer-name", b"Printer")
messages = {
    "ranges": answer(name, *ranges),
    "collection": answer(name, *sides),
    "fold": answer(name, attribute(0x23, "finishings-supported", number(3)), attribute(0x23, "", number(10))),
    "none": answer(name, attribute(0x23, "orientation-requested-default", number(7))),
}


def attempt(call):
    try:
        return call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


seen = {}
for what, message in messages.items():
    seen[what] = attempt(lambda: {key: value for key, value in parse(message)["printers"][0].items() if key != "printer-name"})
    right = {item.name: item.values for item in ippx.decode(message).groups[1][1] if item.name != "printer-name"}
    print(f"{what}: {seen[what]}; by ippx: {right}")
expected = {
    "ranges": {"page-ranges": [1, 3, [7, 9], [11, 12]]},
    "collection": {"preset": {"sides": "two-sided-long-edge", "copies": 5}},
    "fold": "ValueError: 10 is not a valid IppFinishing",
    "none": "ValueError: 7 is not a valid IppOrientationRequested",
}
sys.exit(seen != expected)
PY
echo pyipp:
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
echo aioipp:
PYTHONPATH=other venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
