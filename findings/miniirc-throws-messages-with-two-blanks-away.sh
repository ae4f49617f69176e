#!/bin/bash
# miniirc: a message with two blanks between its parameters, or one at the end, is an error and is not handled.
#
# Versions: miniirc 1.10.0, irctokens 2.0.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 1459, section 2.3: the parts of a message "are separated by one (or more) ASCII space character(s)"; Modern IRC, "Message Format":
#   "SPACE ::= %x20 *( %x20 )". Servers are known that end mode changes with a blank.
# Seen: ircv3_message_parser() raises ValueError "Ambiguous IRC message" for both; handlers are not called. irctokens reads them.
# Why it matters: the bot does not learn that it was made operator, or the key of the channel, and depends on the server for that; what it sees is a
#   line in its debug output.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check miniirc==1.10.0 irctokens==2.0.2

cat > find.py <<'PY'
import socket
import sys
import threading

import irctokens
import miniirc

LINES = (":irc.example.org MODE #a +o jo", ":irc.example.org MODE #a +o jo ", ":irc.example.org MODE #a  +o  jo")
listener = socket.create_server(("127.0.0.1", 0))
seen, done = [], threading.Event()


def serve():
    connection, _ = listener.accept()
    connection.settimeout(20)
    with connection, connection.makefile("rb") as lines:
        for line in lines:
            if line.startswith(b"USER"):
                connection.sendall(b":irc.example.org 001 jo :Welcome\r\n")
                connection.sendall("".join(line + "\r\n" for line in LINES).encode() + b":irc.example.org PONG a :end\r\n")
                done.wait(20)
                return


threading.Thread(target=serve, daemon=True).start()
output = []
irc = miniirc.IRC(
    "127.0.0.1", listener.getsockname()[1], "jo", persist=False, auto_connect=False, ssl=False, debug=output.append
)


@irc.Handler("MODE", "PONG", colon=False)
def handler(irc, hostmask, args):
    seen.append(args)
    if args[-1] == "end":
        done.set()


irc.connect()
done.wait(30)
irc.disconnect()
for line in LINES:
    try:
        result = miniirc.ircv3_message_parser(line)[3]
    except ValueError as error:
        result = f"ValueError: {error}"
    print(f"{line!r}: irctokens {irctokens.tokenise(line).params}; miniirc {result}")
modes = [args for args in seen if args[-1] != "end"]
print("handled:", modes)
sys.exit(modes != [["#a", "+o", "jo"]])
PY
timeout 60 venv/bin/python find.py 2>log || { cat log; echo "CHANGED: see above"; exit 1; }
