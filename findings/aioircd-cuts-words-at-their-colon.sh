#!/bin/bash
# aioircd: of "PRIVMSG #channel https://example.com/", as irctokens writes it, "https" arrives; and a client that says its own name first is sent away.
#
# Versions: aioircd 2.0.6, setuptools 79.0.1 (which aioircd needs), trio 0.35.0, irctokens 2.0.2 (PyPI), Python 3.11.
# Expected: RFC 2812, section 2.3.1: middle = nospcrlfcl *( ":" / nospcrlfcl ), so that a parameter may have colons behind its first
#   character. RFC 1459, section 2.3: a client's message may have a prefix, and "the only valid prefix is
#   the registered nickname associated with the client".
# Seen: a parameter without a colon in front ends at the first colon inside of it, and what follows is dropped without a word: of a link the others
#   in the channel read "https", and PING 17:42 is answered with PONG 17. A message with the sender's own nickname as its prefix ends the connection.
# Why it matters: irctokens puts a colon in front of text with blanks only, so that messages of one word are cut; and clients that
#   compare the answer to their ping take the connection for dead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioircd==2.0.6 setuptools==79.0.1 trio==0.35.0 irctokens==2.0.2

cat > find.py <<'PY'
import os
import socket
import subprocess
import sys
import time

from irctokens import build


class Client:
    def __init__(self, nickname):
        self.nickname = nickname
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.pending = b""
        self.say(f"NICK {nickname}", f"USER {nickname} 0 * :Name")
        self.until(b" 422 ")

    def say(self, *lines):
        self.sock.sendall(b"".join(line.encode() + b"\r\n" for line in lines))

    def until(self, part):
        """The first line with this in it, None at the end of the connection."""
        while True:
            while b"\r\n" not in self.pending:
                data = self.sock.recv(1000)
                if not data:
                    return None
                self.pending += data
            line, _, self.pending = self.pending.partition(b"\r\n")
            if part in line:
                return line.decode()


with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
environment = {**os.environ, "HOST": "localhost", "ADDR": "127.0.0.1", "PORT": str(port)}
server = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "aioircd"], env=environment, stderr=subprocess.DEVNULL)
try:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    alice, bob = Client("alice"), Client("bob")
    for client in (alice, bob):
        client.say("JOIN #channel")
        client.until(b" 366 ")
    seen = {}
    for text in ("look: https://example.com/", "https://example.com/"):
        line = build("PRIVMSG", ["#channel", text]).format()
        alice.say(line)
        seen[line] = bob.until(b"PRIVMSG")
    alice.say("PING 17:42")
    seen["PING 17:42"] = alice.until(b"PONG")
    alice.say(":alice PING 18")
    seen[":alice PING 18"] = alice.until(b"PONG")
finally:
    server.terminate()
    server.wait()
for line, answer in seen.items():
    print(f"{line}: {answer}")
expected = {
    "PRIVMSG #channel :look: https://example.com/": ":alice PRIVMSG #channel :look: https://example.com/",
    "PRIVMSG #channel https://example.com/": ":alice PRIVMSG #channel :https",
    "PING 17:42": ":localhost PONG localhost 17",
    ":alice PING 18": None,
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
