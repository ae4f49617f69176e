#!/bin/bash
# node-dogstatsd-events and hot-shots: the lengths of an event are counted in letters and not in octets, so that an event with an umlaut is
#   not read.
#
# Versions: node-dogstatsd-events 0.0.2, hot-shots 17.1.1 (npm) and, to compare with, datadog 0.52.1 of PyPI; Node.js, Python 3.11; sockets of
#   the script's on loopback.
# Expected: DogStatsD, datagram format for events: "_e{<TITLE_UTF8_LENGTH>,<TEXT_UTF8_LENGTH>}:<TITLE>|<TEXT>", "the length (in bytes) of the
#   UTF-8-encoded" title and text; Datadog's own library for Python counts so.
# Seen: event("Müller", "voilà") is _e{6,5}:Müller|voilà from both; the title has seven octets and the text six, as datadog writes. A reader that
#   takes the lengths ends the title in the middle, and finds "r" where "|" has to be.
# Why it matters: just the events with names and words of users are dropped by the agent, and nothing is said, as it is UDP. Encode titles in ASCII.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-dogstatsd-events@0.0.2 hot-shots@17.1.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check datadog==0.52.1

cat > event.cjs <<'JS'
const [name, port, title, text] = process.argv.slice(2);
process.removeAllListeners("warning");
const { StatsD } = require(name);
const client = name === "hot-shots" ? new StatsD({ host: "127.0.0.1", port: Number(port) }) : new StatsD("127.0.0.1", Number(port));
client.event(title, text);
setTimeout(() => process.exit(0), 300);
JS
cat > find.py <<'PY'
import re
import socket
import subprocess

from datadog.dogstatsd import DogStatsd

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
server.settimeout(10)
port = server.getsockname()[1]
for title, text in [("Miller", "voila"), ("Müller", "voilà")]:
    for name in ("node-dogstatsd-events", "hot-shots", "datadog"):
        if name == "datadog":
            client = DogStatsd(host="127.0.0.1", port=port, disable_buffering=True, disable_telemetry=True)
            client.event(title, text)
        else:
            subprocess.run(["node", "event.cjs", name, str(port), title, text], check=True, timeout=20)
        octets = server.recv(4096).strip()
        head = re.match(rb"_e\{(\d+),(\d+)\}:", octets)
        border = octets[head.end() + int(head[1]) :][:1].decode()
        print(f"{name}: {octets.decode().split('|t:')[0]}, read: {'well' if border == '|' else repr(border)}")
PY
PYTHONIOENCODING=utf-8 timeout 60 venv/bin/python find.py | tee seen
cat > expected <<'TEXT'
node-dogstatsd-events: _e{6,5}:Miller|voila, read: well
hot-shots: _e{6,5}:Miller|voila, read: well
datadog: _e{6,5}:Miller|voila, read: well
node-dogstatsd-events: _e{6,5}:Müller|voilà, read: 'r'
hot-shots: _e{6,5}:Müller|voilà, read: 'r'
datadog: _e{7,6}:Müller|voilà, read: well
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
