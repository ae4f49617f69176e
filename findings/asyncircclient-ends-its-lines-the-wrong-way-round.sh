#!/bin/bash
# AsyncIRCClient: it ends its lines with LF CR, takes each read for whole lines, so that a message in two reads is two wrong ones, knows commands by
# their first letter, and shows "\s" for each blank in a tag.
#
# Versions: AsyncIRCClient 1.0.3 with loguru 0.7.3 and python-socks 3.2.1, and irctokens 2.0.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 1459, section 2.3: messages end with CR LF; TCP, and TLS with its records, keeps no boundaries between them. IRCv3, "Message Tags": the
#   value of a tag may be missing and may have "="; "\s" is a blank, "\:" a semicolon. Twitch's documentation of USERNOTICE has "system-msg" with "\s".
#   The package's own Command has bot_command and bot_command_params.
# Seen: send_irc_data("NICK jo") writes "NICK jo\n\r". Of "PRIVMSG #c :hello world" in two reads its callback gets ":jo!jo@example.org PRIVMSG #c :hel"
#   and "lo world"; a letter of two octets in two reads is a UnicodeDecodeError. Of "!dice 6" the command is "d", without parameters. The tag
#   "system-msg=5\sviewers" has "5\sviewers", "reply=1=1" is "1", and "@mod ..." an IndexError. irctokens reads all of them.
# Why it matters: a server that looks for CR LF hears the first line when the second is sent; busy chats lose a message with each full read, and a bot
#   for commands hears single letters.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check AsyncIRCClient==1.0.3 loguru==0.7.3 python-socks==3.2.1 irctokens==2.0.2

cat > find.py <<'PY'
import sys

import irctokens
from async_irc_client.async_irc_client import AsyncIRCClientProtocol, parse_message
from loguru import logger

logger.remove()


class Transport:
    written = b""

    def write(self, data):
        self.written += data


def reads(*chunks):
    """The messages that the client sees in these reads, and the error."""
    seen = []
    protocol = AsyncIRCClientProtocol(on_data_received=seen.append)
    try:
        for chunk in chunks:
            protocol.data_received(chunk)
    except UnicodeDecodeError as error:
        return type(error).__name__
    return seen


def right(*chunks):
    decoder = irctokens.StatefulDecoder()
    return [line.format() for chunk in chunks for line in decoder.push(chunk)]


transport = Transport()
protocol = AsyncIRCClientProtocol()
protocol.connection_made(transport)
protocol.send_irc_data("NICK jo")
protocol.send_irc_data("JOIN #c")
print(f"written: {transport.written}")
LINE = ":jo!jo@example.org PRIVMSG #c :hello w\u00f6rld\r\n".encode()
END, HALF = LINE.index(b"lo w"), LINE.index(b"\xb6")
whole, parts, letter = reads(LINE), reads(LINE[:END], LINE[END:]), reads(LINE[:HALF], LINE[HALF:])
print(f"whole {whole}, in two reads {parts}, letter in two reads {letter}; irctokens {right(LINE[:HALF], LINE[HALF:])}")
command = parse_message(":jo!jo@example.org PRIVMSG #c :!dice 6").command
print(f"!dice 6: command {command.bot_command}, parameters {command.bot_command_params}")
TAGGED = r"@system-msg=5\sviewers;reply=1=1 :jo!jo@example.org PRIVMSG #c :hello"
tags = parse_message(TAGGED).tags
print(f"tags: {tags}, irctokens {irctokens.tokenise(TAGGED).tags}")
try:
    bare = parse_message("@mod :jo!jo@example.org PRIVMSG #c :hello").tags
except IndexError as error:
    bare = type(error).__name__
print(f"tag without a value: {bare}, irctokens {irctokens.tokenise('@mod :jo!jo@example.org PRIVMSG #c :hello').tags}")
sys.exit(
    transport.written != b"NICK jo\n\rJOIN #c\n\r"
    or len(whole) != 1
    or parts != [":jo!jo@example.org PRIVMSG #c :hel", "lo w\u00f6rld"]
    or letter != "UnicodeDecodeError"
    or right(LINE[:END], LINE[END:]) != right(LINE)
    or (command.bot_command, command.bot_command_params) != ("d", None)
    or tags != {"system-msg": r"5\sviewers", "reply": "1"}
    or bare != "IndexError"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
