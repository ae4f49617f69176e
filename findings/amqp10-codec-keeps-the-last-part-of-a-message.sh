#!/bin/bash
# amqp10-codec: of a message in two parts the first is lost, a time or a UUID makes it unreadable, "München" is sent without its last letter, and 4 is 0.
#
# Versions: amqp10-codec 0.1.7 (PyPI), Python 3.11; messages of the script's, encoded by AMQP 1.0, part 1.
# Expected: OASIS AMQP 1.0, 3.2: the body is "one or more data sections" (a comment of amqp10-codec's has the same), and 3.2.6 one section of binary data
#   each. 3.2.5: application properties may have any simple type, timestamps and UUIDs among them; 3.2.4: message-id may be a uuid. 3.2.1: priority
#   has a default of 4. The package's README: "for encode and decode AMQP 1.0 message format".
# Seen: of two data sections `body` has the second. A timestamp among application properties, or as the value, is read at the beginning of the message, and is
#   a ValueError; as creation-time it is right. A UUID is a ValueError too, though its code is in the package's table. A header without a priority has 0.
#   Message.marshal("München") has a body of seven octets, of the eight that it takes in UTF-8.
# Why it matters: messages of other clients arrive in part without an error, and what is sent is cut by one octet for each umlaut.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check amqp10-codec==0.1.7

cat > find.py <<'PY'
import struct
import sys

from amqp10_codec.message import Message


def section(code, value):
    return bytes([0x00, 0x53, code]) + value


def compound(constructor, *items):
    body = b"".join(items)
    return bytes([constructor, len(body) + 1, len(items)]) + body


def binary(octets):
    return bytes([0xA0, len(octets)]) + octets


def string(text):
    return bytes([0xA1, len(text)]) + text.encode()


def attempt(octets, attribute):
    try:
        return attribute(Message.unmarshal(octets))
    except ValueError as error:
        return f"ValueError: {error}"


NULL = b"\x40"
TIME = b"\x83" + struct.pack(">q", 1_700_000_000_000)
UUID = b"\x98" + bytes(range(16))
BODY = section(0x75, binary(b"body"))


def properties(message):
    return message.application_properties


seen = {
    "two data sections": attempt(section(0x75, binary(b"first, ")) + section(0x75, binary(b"second")), lambda message: message.body),
    "a text property": attempt(section(0x74, compound(0xC1, string("key"), string("value"))) + BODY, properties),
    "a time property": attempt(section(0x74, compound(0xC1, string("key"), TIME)) + BODY, properties),
    "a time as value": attempt(section(0x77, TIME), lambda message: message.amqp_value),
    "creation-time": attempt(section(0x73, compound(0xC0, *[NULL] * 9, TIME)) + BODY, lambda message: str(message.properties.creation_time)),
    "a UUID as message-id": attempt(section(0x73, compound(0xC0, UUID)) + BODY, lambda message: message.properties.message_id),
    "durable, and no priority": attempt(section(0x70, compound(0xC0, b"\x41")) + BODY, lambda message: message.header.priority),
    "M\xfcnchen, sent": bytes(Message.marshal("M\xfcnchen").body[5:]),
}
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "two data sections": b"second",
    "a text property": {"key": "value"},
    "a time property": "ValueError: Read_timestamp invalid type {type}",
    "a time as value": "ValueError: Read_timestamp invalid type {type}",
    "creation-time": "2023-11-14 22:13:20+00:00",
    "a UUID as message-id": "ValueError: Error in read_any, value 152 not found",
    "durable, and no priority": 0,
    "M\xfcnchen, sent": "M\xfcnchen".encode()[:7],
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
