#!/bin/bash
# basicami: the events that answer a query, such as the channels of CoreShowChannels, are thrown away when they come with the response, as they do. Of a
# command's output the last line is left.
#
# Versions: basicami 0.1.0 (PyPI), Python 3.11, with a small Asterisk manager on loopback.
# Expected: Asterisk's manager protocol: a list action is answered with "EventList: start" and then one event for each entry, all with the ActionID of the
#   action; the output of Action: Command is one "Output:" header for each line. The package's own example: "events = await ami.get_events(timeout=1.0)".
# Seen: for CoreShowChannels with two channels send_action() returns the response and get_events() an empty list, if all is in one segment; with a pause
#   between response and events the events are there. "Output: Asterisk 22.1.0" and "Output: Built by jo" come back as {"Output": "Built by jo"}.
# Why it matters: on one's desk, with a slow debug log, it works; in operation a list is empty now and then, and "no calls" is believed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check basicami==0.1.0

cat > find.py <<'PY'
import asyncio
import sys

from basicami import BasicAMI


def packet(*lines):
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def serve(reader, writer, pause):
    writer.write(b"Asterisk Call Manager/11.0.0\r\n")
    try:
        while True:
            text = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(line.split(": ", 1) for line in text.splitlines() if line)
            action, ident = fields["Action"], f"ActionID: {fields['ActionID']}"
            if action == "CoreShowChannels":
                writer.write(packet("Response: Success", ident, "EventList: start", "Message: Channels will follow"))
                if pause:
                    await writer.drain()
                    await asyncio.sleep(0.3)
                for name in ("PJSIP/100-1", "PJSIP/200-1"):
                    writer.write(packet("Event: CoreShowChannel", ident, f"Channel: {name}"))
                writer.write(packet("Event: CoreShowChannelsComplete", ident, "EventList: Complete", "ListItems: 2"))
            elif action == "Command":
                writer.write(packet("Response: Success", ident, "Output: Asterisk 22.1.0", "Output: Built by jo"))
            else:
                writer.write(packet("Response: Success", ident))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def run(pause):
    server = await asyncio.start_server(lambda r, w: serve(r, w, pause), "127.0.0.1", 0)
    ami = await BasicAMI.connect("127.0.0.1", server.sockets[0].getsockname()[1], "jo", "secret")
    response = await ami.send_action({"Action": "CoreShowChannels"})
    events = await ami.get_events(timeout=1.0)
    command = await ami.send_action({"Action": "Command", "Command": "core show version"})
    await ami.close()
    server.close()
    names = [event.get("Channel", event["Event"]) for event in events]
    print(f"pause={pause}: response {response['Message']!r}, events {names}, output {command['Output']!r}")
    return names, command["Output"]


at_once = asyncio.run(asyncio.wait_for(run(False), 20))
later = asyncio.run(asyncio.wait_for(run(True), 20))
sys.exit(at_once != ([], "Built by jo") or later[0] != ["PJSIP/100-1", "PJSIP/200-1", "CoreShowChannelsComplete"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
