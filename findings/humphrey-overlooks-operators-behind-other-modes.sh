#!/bin/bash
# humphrey: "+no jo" makes nobody an operator, somebody who has been kicked stays one of the channel, and colours are taken out of a text together with
# a part of the next colour.
#
# Versions: humphrey 2026.0 (PyPI), Python 3.11, with asyncio.
# Expected: RFC 2812, section 3.2.3 and 4: of the modes of a channel o, h, v, b, k and some others take a parameter, n, t, m, i and s take none: "MODE
#   #channel +no jo" sets n, and makes jo an operator. Section 3.2.8: KICK is the forced removal of a user. The documentation of mIRC, which all clients
#   follow: ^C with a number begins a colour, ^C alone ends it. The client keeps members and admins of its channels.
# Seen: after "MODE #c +o ann" is_admin("ann") is True, after "MODE #c +no jo" is_admin("jo") is False. After KICK jo is still in members. "^C4red^C and
#   ^C5brown^C" is shown as "red and 5brown".
# Why it matters: a bot that obeys operators does not obey some of them; which ones depends on how services and clients have put the modes together, and
#   they do put several into one line.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check humphrey==2026.0

cat > find.py <<'PY'
import asyncio
import logging
import pathlib
import sys

from humphrey import IRCClient

logging.disable(logging.CRITICAL)


class Transport(asyncio.Transport):
    def write(self, data):
        pass


async def talk(*lines):
    """A client that has heard these lines, and the texts of the messages to it."""
    client = IRCClient(pathlib.Path("config.json"))
    texts = []
    client.ee.on("PRIVMSG", lambda message, _: texts.append(message.split(" :", 1)[1]))
    client.connection_made(Transport())
    for line in (b":jo!jo@example.org JOIN #c", b":ann!ann@example.org JOIN #c") + lines:
        client.data_received(line + b"\r\n")
    await asyncio.sleep(0.1)
    return client, texts


def admins(*lines):
    client, _ = asyncio.run(talk(*lines))
    result = (client.is_admin("jo"), client.is_admin("ann"), sorted(client.members["#c"]))
    print(f"{lines}: jo an operator {result[0]}, ann {result[1]}, members {result[2]}")
    return result


BOTH = ["ann", "jo"]
seen = [
    admins(b":irc.example.org MODE #c +oo jo ann"),
    admins(b":irc.example.org MODE #c +o ann", b":irc.example.org MODE #c +no jo"),
    admins(b":ann!ann@example.org KICK #c jo :bye"),
    admins(b":jo!jo@example.org PART #c"),
]
_, texts = asyncio.run(talk(b":ann!ann@example.org PRIVMSG #c :\x034red\x03 and \x035brown\x03"))
print(f"text: {texts}")
expected = [(True, True, BOTH), (False, True, BOTH), (False, False, BOTH), (False, False, ["ann"])]
sys.exit(seen != expected or texts != ["red and 5brown"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
