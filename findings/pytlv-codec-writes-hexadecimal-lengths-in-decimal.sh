#!/bin/bash
# pytlv-codec: with lengths in hexadecimal or binary, it writes the decimal number, so that 18 octets are announced as 24.
#
# Versions: pytlv-codec 0.3.1 (PyPI), Python 3.11.
# Expected: its documentation: "For non-ASCII encodings (BCD, HEX, BINARY), the strings represent the hex representation of the underlying bytes". A
#   length of 18 is the octet 0x12 then, and EMV's data objects (EMV 4.3, book 3, annex B) have it so; with Encoding.BCD it is the octet 0x18.
# Seen: HEX, BINARY and BCD all write "18" for 18 octets, as if there was BCD alone. What comes from elsewhere cannot be read either: for "9F1012"
#   and 18 octets the codec takes 12 of them and goes on in the middle ("Truncated value"), and "1A", for 26, is "Invalid length". Up to 9 octets
#   all is well, which is why a first test passes.
# Why it matters: the chip data of a card payment (field 55 of ISO 8583, tag 9F10 with 18 octets or more) is not read, and the peer refuses what is
#   sent. Use Encoding.BCD where that is meant, and another library for EMV.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pytlv-codec==0.3.1

cat > find.py <<'PY'
import sys

from pytlv_codec import Codec, CodecConfig, Encoding, InvalidTLVError, ValueType


def codec(encoding):
    return Codec(CodecConfig(tag_size=4, tag_encoding=Encoding.HEX, length_size=2, length_encoding=encoding, value_type=ValueType.HEX))


def by_hand(text):
    """Tags of two octets, a length of one octet, and the value, as EMV has them up to 127 octets."""
    data, found = bytes.fromhex(text), {}
    while data:
        tag, length = data[:2], data[2]
        found[tag.hex().upper()] = data[3 : 3 + length].hex().upper()
        data = data[3 + length :]
    return found


written, read = {}, {}
for encoding in (Encoding.BCD, Encoding.HEX, Encoding.BINARY):
    written[encoding.name] = codec(encoding).encode({"9F10": "22" * 18})[:6]
for size in (8, 18, 26):
    text = f"9F10{size:02X}" + "22" * size
    assert by_hand(text) == {"9F10": "22" * size}
    for encoding in (Encoding.HEX, Encoding.BINARY):
        try:
            result = len(codec(encoding).decode(text)["9F10"]) // 2
        except InvalidTLVError as error:
            result = str(error).split(" at ")[0]
        read[size, encoding.name] = result
print(f"written for 18 octets: {written}")
print(f"read: {read}")
right = {8: 8, 18: "Truncated value", 26: "Invalid length '1A'"}
same = set(written.values()) == {"9F1018"} and all(result == right[size] for (size, _), result in read.items())
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
