#!/bin/bash
# stun-protocol: a second message behind the first, as a stream delivers it, is read as an attribute; and one message changes another.
#
# Versions: stun-protocol 0.0.8, aioice 0.10.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 8489, section 6.2.2: over TCP and TLS a client may send several messages one after the other, and section 5: the header's message
#   length says where one ends. Section 14: attributes from 0x8000 on are comprehension-optional, and "can be ignored". The package parses "STUN
#   (RFC8489) packets".
# Seen: Message.create() of a response and a request behind it raises struct.error: the request's type 0x0001 is taken for a MAPPED-ADDRESS; the
#   length of the header ends nothing. After a second message has been parsed, the PASSWORD-ALGORITHMS of the first are those of the second. A
#   message with the optional attribute 0xC057 (network cost, which browsers send) raises ValueError unless one asks for undefined attributes.
# Why it matters: with two messages in one read both are lost, and a server that handles two clients answers one with the algorithms of the other.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check stun-protocol==0.0.8 aioice==0.10.1

cat > find.py <<'PY'
import sys

from aioice import stun
from stun_protocol import attribute, message


def packed(method, kind, *attributes):
    return message.Message(kind, method, attributes=list(attributes)).pack()


def create(data):
    try:
        return [str(item) for item in message.Message.create(data).attributes]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


binding = message.MessageMethod.BINDING
success, request = message.MessageClass.SUCCESS_RESPONSE, message.MessageClass.REQUEST
response = packed(binding, success, attribute.SoftwareAttribute(b"x"))
alone, both = create(response), create(response + packed(binding, request))
print("a response:", alone, "\nand a request behind it:", both)

algorithms = []
messages = []
for number in (1, 2):
    item = attribute.PasswordAlgorithmsAttribute([attribute.Algorithm(number, b"")])
    messages.append(message.Message.create(packed(binding, message.MessageClass.ERROR_RESPONSE, item)))
    algorithms.append([one.algorithm_number for one in messages[0].attributes[0].algorithms])
print("the algorithms of the first message:", algorithms[0], "and when there is a second one:", algorithms[1])

network_cost = packed(binding, request, attribute.UndefinedAttribute(0xC057, b"\0\1\0\x0a"))
optional = create(network_cost)
print("an optional attribute:", optional, "- aioice reads", stun.parse_message(network_cost).message_method.name)
as_stated = len(alone) == 1 and both == "error: bad char in struct format" and algorithms == [[1], [2]]
sys.exit(not as_stated or optional != "ValueError: Unknown STUN attribute type 49239")
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
