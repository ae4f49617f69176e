#!/bin/bash
# natsmini: a URL with a token, nats://TOKEN@host, logs in as a user of that name with an empty password; of headers with the same name it keeps the
# last.
#
# Versions: natsmini 2026.10.8, gevent 25.9.1, nats-py 2.11.0 to compare with (PyPI), Python 3.11.
# Expected: NATS documentation, "Connecting with a Token": the token stands in the URL where a user name would, as in nats://s3cr3t@localhost; the
#   client sends it as "auth_token" of CONNECT, since there is no colon. NATS ADR-4: headers may be repeated, and a name then has several values.
#   natsmini has headers=... and hands out {subject, headers, payload, reply}.
# Seen: CONNECT has "user": "s3cr3t" and "pass": "", and no auth_token; nats-py sends auth_token. HMSG with "X-Tag: a" and "X-Tag: b" gives
#   {'X-Tag': 'b'}.
# Why it matters: a server with a token answers "Authorization Violation", with the URL that all other clients take; there is no argument for the
#   token either. Repeated headers, which gateways add, are lost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check natsmini==2026.10.8 gevent==25.9.1 nats-py==2.11.0

cat > server.py <<'PY'
import json
import socket
import subprocess
import sys

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(20)
url = f"nats://s3cr3t@127.0.0.1:{listener.getsockname()[1]}"
INFO = {"server_id": "a", "version": "2.10.0", "proto": 1, "headers": True, "max_payload": 1048576, "auth_required": True}
HEADERS = b"NATS/1.0\r\nX-Tag: a\r\nX-Tag: b\r\n\r\n"
seen = []
for script in ("nats_py.py", "mini.py"):
    client = subprocess.Popen([sys.executable, script, url])
    connection, _ = listener.accept()
    connection.settimeout(20)
    connection.sendall(b"INFO " + json.dumps(INFO).encode() + b"\r\n")
    with connection, connection.makefile("rb") as lines:
        for line in lines:
            if line.startswith(b"CONNECT"):
                options = json.loads(line[8:])
                seen.append({key: options[key] for key in ("auth_token", "user", "pass") if options.get(key) is not None})
                print(f"{script}: CONNECT with {seen[-1]}", flush=True)
            elif line.startswith(b"PING"):
                connection.sendall(b"PONG\r\n")
            elif line.startswith(b"SUB"):
                connection.sendall(b"HMSG a 1 %d %d\r\n%s\r\n" % (len(HEADERS), len(HEADERS) + 2, HEADERS + b"hi"))
    if client.wait(20):
        sys.exit(1)
sys.exit(seen != [{"auth_token": "s3cr3t"}, {"user": "s3cr3t", "pass": ""}])
PY
cat > nats_py.py <<'PY'
import asyncio
import sys

import nats


async def main():
    client = await nats.connect(sys.argv[1], allow_reconnect=False)
    await client.close()


asyncio.run(asyncio.wait_for(main(), 15))
PY
cat > mini.py <<'PY'
import gevent.monkey

gevent.monkey.patch_all()
import sys

import natsmini

client = natsmini.connect(sys.argv[1])
message = client.subscribe("a").recv_msg(10)
print("natsmini received:", message, flush=True)
client.close()
sys.exit(message is None or message["headers"] != {"X-Tag": "b"} or message["payload"] != b"hi")
PY
timeout 60 venv/bin/python server.py || { echo "CHANGED: see above"; exit 1; }
