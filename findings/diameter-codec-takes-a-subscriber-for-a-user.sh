#!/bin/bash
# diameter-codec: two attributes of different vendors with the same number are one to it, a Class of four octets is an IP address, and time ends in 2036.
#
# Versions: diameter-codec 1.0.3 (PyPI), Python 3.11; a dictionary of the script's, in the form that diameter-codec describes.
# Expected: RFC 6733, section 4.1: "The AVP Code, combined with the Vendor-Id field, identifies the attribute uniquely." Section 4.3.1: "On 6h 28m 16s UTC,
#   7 February 2036, the time value will overflow", for which a procedure extends it to 2104: "This procedure MUST be supported by all Diameter nodes."
#   Section 4.2: an OctetString is "arbitrary data". The package's README: "codec is based on RFC".
# Seen: of a message with User-Name (1) and 3GPP-IMSI (1, of the vendor 10415) both are User-Name, with their values, as the dictionary has that one first.
#   An OctetString of "abcd" is "97.98.99.100", and one of sixteen octets is an IPv6 address. A time after that day of 2036 cannot be encoded, and
#   is in 1900 when it is read. Of "Jörg" as an OctetString the last letter is missing. An attribute that the dictionary does not have is an
#   AttributeError in an application that extends another one, and in others it is handed over as it is.
# Why it matters: who counts by User-Name gets a subscriber's number for it; what a Class is depends on how long it is; and nothing can be said to last until
#   2040.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check diameter-codec==1.0.3

cat > dictionary.xml <<'XML'
<dictionary xmlns="urn:example">
  <vendors><vendor name="None" id="0"/><vendor name="TGPP" id="10415"/></vendors>
  <application id="0" name="Base">
    <avps>
      <avp code="1" name="User-Name" type="UTF8String" vendor="None" vendor-flag="mustnot" mandatory-flag="must"/>
      <avp code="1" name="3GPP-IMSI" type="UTF8String" vendor="TGPP" vendor-flag="must" mandatory-flag="mustnot"/>
      <avp code="25" name="Class" type="OctetString" vendor="None" vendor-flag="mustnot" mandatory-flag="must"/>
      <avp code="55" name="Event-Timestamp" type="Time" vendor="None" vendor-flag="mustnot" mandatory-flag="must"/>
    </avps>
  </application>
  <application id="4" name="Credit-Control" extends="Base"><avps/></application>
</dictionary>
XML
cat > find.py <<'PY'
import datetime
import logging
import struct
import sys
import warnings

from codec.diameter.dictionary import DefaultDictionaryLayout
from codec.diameter.diameter import Avp, Diameter, DiameterHeader

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
codec = Diameter(DefaultDictionaryLayout("dictionary.xml"))


def encode(name, data, application=0):
    """The data of the AVP, without padding."""
    message = codec.encode(DiameterHeader(application, 272, (Avp(name, data),)))[20:]
    return message[8 : int.from_bytes(message[5:8], "big")]


def decode(*avps, application=0):
    body = b""
    for code, vendor, data in avps:
        flags, front = (0xC0, struct.pack(">I", vendor)) if vendor else (0x40, b"")
        avp = struct.pack(">IB", code, flags) + (8 + len(front) + len(data)).to_bytes(3, "big") + front + data
        body += avp + bytes(-len(avp) % 4)
    header = b"\1" + (20 + len(body)).to_bytes(3, "big") + b"\xc0" + (272).to_bytes(3, "big") + struct.pack(">III", application, 1, 1)
    return [tuple(avp) for avp in codec.decode(header + body).avp_set]


def attempt(call, *arguments, **options):
    try:
        return call(*arguments, **options)
    except (AttributeError, struct.error) as error:
        return type(error).__name__


epoch = datetime.datetime(1900, 1, 1, tzinfo=datetime.timezone.utc)
before = int(datetime.datetime(2036, 2, 1, tzinfo=datetime.timezone.utc).timestamp())
after = int(datetime.datetime(2036, 3, 1, tzinfo=datetime.timezone.utc).timestamp())
octets = struct.pack(">I", (after - int(epoch.timestamp())) % 2**32)
read = decode((55, 0, octets))[0][1]
seen = {
    "two attributes": decode((1, 0, b"alice"), (1, 10415, b"001010123456789")),
    "Class abcd": decode((25, 0, b"abcd")),
    "Class abcd, sent again": encode("Class", decode((25, 0, b"abcd"))[0][1]),
    "Class of five octets": decode((25, 0, b"abcde")),
    "Class of sixteen": decode((25, 0, b"session-00000001")),
    "J\xf6rg": encode("Class", "J\xf6rg"),
    "February 2036": encode("Event-Timestamp", before).hex(),
    "March 2036": attempt(encode, "Event-Timestamp", after),
    "March 2036, read": (epoch + datetime.timedelta(seconds=read - int(epoch.timestamp()))).year,
    "unknown in the base application": attempt(decode, (999, 0, b"x")),
    "unknown in one that extends it": attempt(decode, (999, 0, b"x"), application=4),
    "known in one that extends it": decode((1, 0, b"alice"), application=4),
}
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "two attributes": [("User-Name", "alice"), ("User-Name", "001010123456789")],
    "Class abcd": [("Class", "97.98.99.100")],
    "Class abcd, sent again": b"abcd",
    "Class of five octets": [("Class", "abcde")],
    "Class of sixteen": [("Class", "7365:7373:696f:6e2d:3030:3030:3030:3031")],
    "J\xf6rg": "J\xf6rg".encode()[:-1],
    "February 2036": struct.pack(">I", before - int(epoch.timestamp())).hex(),
    "March 2036": "error",
    "March 2036, read": 1900,
    "unknown in the base application": [("0-999", "78")],
    "unknown in one that extends it": "AttributeError",
    "known in one that extends it": [("User-Name", "alice")],
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
