#!/bin/bash
# ircpy: with the prefix it has by itself, "!", each message is a command, and none arrives; with another one, who writes with a verified user name
# is nobody, and who writes without one is called by that instead of the nickname.
#
# Versions: ircpy 1.1.5, telnetlib3 2.0.8 (PyPI), Python 3.11.
# Expected: RFC 2812, section 2.3.1: the source of a message is "nickname [ [ "!" user ] "@" host ]", so that a "!" is in each line; messages and
#   answers go to the nickname. A "~" in front of the user is what servers put there if there was no answer to their ident query. Its documentation:
#   message_received(message, user, channel), and "!" as the default prefix of commands.
# Seen: the prefix is looked for in the whole line with its source: message_received is never called. With prefix="$" it is: for
#   ":alice!al@example.org PRIVMSG #a :hello" the user is the empty list []; for ":bob!~b17@example.org ..." it is "b17", not "bob". Of a message to
#   the bot itself the text is [] as well, and the channel is "#a".
# Why it matters: the example of the documentation hears nobody. Answers go nowhere or to a stranger, and a bot that greets people takes all the
#   verified ones for one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ircpy==1.1.5 telnetlib3==2.0.8

cat > find.py <<'PY'
import contextlib
import io
import socket
import sys
import threading

import ircpy

LINES = (
    ":alice!al@example.org PRIVMSG #a :hello",
    ":bob!~b17@example.org PRIVMSG #a :hello",
    ":carol!~carol@example.org PRIVMSG jo :hello",
)


def serve(listener):
    connection, _ = listener.accept()
    connection.settimeout(20)
    with connection, connection.makefile("rb") as lines:
        for line in lines:
            if b"JOIN" in line:
                connection.sendall("".join(line + "\r\n" for line in LINES).encode())
                break
        threading.Event().wait(2)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError):
            lines.read()


def run(**options):
    seen = []
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        bot = ircpy.Bot(nickname="jo", server="127.0.0.1", port=listener.getsockname()[1], channel="#a", **options)

        @bot.event
        async def message_received(message, user, channel):
            seen.append((message, user, channel))

        bot.connect()
    return seen, output.getvalue().count("PRIVMSG")


by_itself, lines = run()
print(f"with the prefix '!': {lines} lines, {len(by_itself)} messages")
seen, lines = run(prefix="$")
print(f"with the prefix '$': {lines} lines, {len(seen)} messages")
for line, values in zip(LINES, seen):
    print("   ", line, "->", *map(repr, values))
as_stated = by_itself == [] and lines == len(LINES)
sys.exit(not as_stated or seen != [("hello", [], "#a"), ("hello", "b17", "#a"), ([], "carol", "#a")])
PY
timeout 60 venv/bin/python find.py 2>log || { cat log; echo "CHANGED: see above"; exit 1; }
