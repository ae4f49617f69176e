#!/bin/bash
# irctokens, and ircstates with it: an empty line among others raises IndexError, and whatever else has come in the same read is lost.
#
# Versions: irctokens 2.0.2, ircstates 0.13.0 (PyPI), Python 3.11.
# Expected: RFC 1459, section 2.3: "Empty messages are silently ignored, which permits use of the sequence CR-LF between messages without extra
#   problems." (RFC 2812, section 2.3, has the same.)
# Seen: StatefulDecoder.push() gives two lines for two messages, and with one more CR LF between them, or behind them, "index out of range". Its buffer has
#   been emptied by then, so that the messages in front of and behind the empty line cannot be had any more. ircstates' Server.recv() does the same,
#   and its state misses what they said. A line of blanks is an IndexError as well.
# Why it matters: a bot that goes on after the error has lost messages, pings among them, and one that does not is gone; which messages depends on what
#   came in one record of TLS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check irctokens==2.0.2 ircstates==0.13.0

cat > find.py <<'PY'
import sys

from ircstates import Server
from irctokens import StatefulDecoder

ONE, TWO = b"PING :one\r\n", b":irc.example.com NOTICE * :two\r\n"


def read(*parts):
    """The commands of the lines, and the error at the end."""
    decoder = StatefulDecoder()
    commands = []
    for part in parts:
        try:
            commands += [line.command for line in decoder.push(part)]
        except Exception as error:
            commands.append(type(error).__name__)
    return commands, decoder.pending()


def state(data):
    server = Server("example")
    try:
        for line in server.recv(b":irc.example.com 001 alice :Welcome\r\n" + data + b":alice!a@example.com JOIN #channel\r\n"):
            server.parse_tokens(line)
    except Exception as error:
        return type(error).__name__, server.nickname, sorted(server.channels)
    return server.nickname, sorted(server.channels)


seen = {
    "two lines": read(ONE + TWO),
    "an empty one between them": read(ONE + b"\r\n" + TWO),
    "an empty one behind them": read(ONE + TWO + b"\r\n"),
    "a line of two blanks between them": read(ONE + b"  \r\n" + TWO),
    "each in a read of its own": read(ONE, b"\r\n", TWO),
    "ircstates": state(b""),
    "ircstates, with an empty line": state(b"\r\n"),
}
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "two lines": (["PING", "NOTICE"], b""),
    "an empty one between them": (["IndexError"], b""),
    "an empty one behind them": (["IndexError"], b""),
    "a line of two blanks between them": (["IndexError"], b""),
    "each in a read of its own": (["PING", "IndexError", "NOTICE"], b""),
    "ircstates": ("alice", ["#channel"]),
    "ircstates, with an empty line": ("IndexError", "", []),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
