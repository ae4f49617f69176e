#!/bin/bash
# hl7gen: receivers of HL7 wait for the beginning of each message that it sends, as it has no frame, and a preliminary or a wrong result becomes a
# final one in FHIR.
#
# Versions: hl7gen 0.2.0 and hl7 0.4.5 for the receiver (PyPI), Python 3.11.
# Expected: its documentation: "deliver a message to any TCP/IP HL7 receiver", Mirth, Rhapsody and IRIS among them. HL7's Minimal Lower Layer
#   Protocol, which these have on port 2575: 0x0B, the message, 0x1C 0x0D. HL7 2.5, table 0085: OBX-11 is "P" for preliminary, "C" for a correction,
#   "X" for "results cannot be obtained" and "W" for wrong; HL7's own mapping to FHIR makes preliminary, corrected, cancelled and entered-in-error of
#   them. Chapter 2, section 2.7: "\T\" is "&".
# Seen: send_message() sends the bare message, and after its timeout returns "", as if there were no acknowledgement; the receiver has no message. The
#   same message in a frame is acknowledged at once. message_to_fhir() gives all five results the status "final". The text "A \T\ B" keeps its
#   escapes, the unit "mg/dL^milligram per deciliter^UCUM" stays in one piece, and the patient has no identifier.
# Why it matters: a test of an interface fails, and nothing says why. A result that the laboratory has withdrawn is a valid one behind the conversion.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7gen==0.2.0 hl7==0.4.5

cat > find.py <<'PY'
import asyncio
import socket
import sys

from hl7.mllp import start_hl7_server
from hl7gen.fhir_export import message_to_fhir
from hl7gen.mllp_client import send_message

ADT = "MSH|^~\\&|A|B|C|D|20261130||ADT^A01^ADT_A01|42|P|2.5\rEVN||20261130\rPID|1||7^^^A||Doe^Jo\rPV1|1|I\r"
RESULTS = "".join(
    f"OBX|{number}|{kind}|X^Test||{value}|mg/dL^milligram per deciliter^UCUM|||||{status}\r"
    for number, (kind, value, status) in enumerate([("NM", 1, "F"), ("NM", 2, "P"), ("NM", 3, "C"), ("NM", 4, "W"), ("TX", "A \\T\\ B", "X")], 1)
)
ORU = f"MSH|^~\\&|A|B|C|D|20261130||ORU^R01^ORU_R01|43|P|2.5\rPID|1||7^^^A||Doe^Jo\rOBR|1|||X^Test\r{RESULTS}"


def framed(message, port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"\x0b" + message.encode() + b"\x1c\r")
        return connection.recv(4096).decode()


async def main():
    arrived = []

    async def receive(reader, writer):
        try:
            while True:
                message = await reader.readmessage()
                arrived.append(str(message[0][10]))
                writer.writemessage(message.create_ack())
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    server = await start_hl7_server(receive, host="127.0.0.1", port=0)
    port = server.sockets[0].getsockname()[1]
    bare = await asyncio.to_thread(send_message, ADT, "127.0.0.1", port, 3)
    before = list(arrived)
    answer = await asyncio.to_thread(framed, ADT, port)
    server.close()
    print(f"hl7gen: answer {bare!r}, arrived {before}; in a frame: answer {answer!r}, arrived {arrived}")
    return bare == "" and before == [] and arrived == ["42"] and "MSA|AA|42" in answer


framing = asyncio.run(asyncio.wait_for(main(), 30))
bundle = message_to_fhir(ORU)
resources = [entry["resource"] for entry in bundle["entry"]]
observations = [resource for resource in resources if resource["resourceType"] == "Observation"]
for observation in observations:
    print(observation["status"], observation.get("valueQuantity"), observation.get("valueString"))
patient = resources[0]
print(f"patient: {patient}")
same = [observation["status"] for observation in observations] == ["final"] * 5 and observations[4]["valueString"] == "A \\T\\ B"
same = same and observations[0]["valueQuantity"]["unit"] == "mg/dL^milligram per deciliter^UCUM" and "identifier" not in patient
sys.exit(not (framing and same))
PY
timeout 60 venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
