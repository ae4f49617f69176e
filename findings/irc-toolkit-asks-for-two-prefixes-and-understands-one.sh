#!/bin/bash
# irc-toolkit: asks the server for all the prefixes of the members, and takes the second one for a part of the name; of what the server supports it
# hears the first word.
#
# Versions: irc-toolkit 0.4.0 (PyPI), Python 3.11.
# Expected: IRCv3, "multi-prefix": once acknowledged, RPL_NAMREPLY gives all the prefixes of a member, as in "@+alice". Modern IRC, RPL_ISUPPORT
#   (005): "<client> <1-13 tokens> :are supported by this server"; PREFIX says which prefixes there are. irctk calls itself an IRCv3 client library.
# Seen: the client sends "CAP REQ multi-prefix", and then has a member "+alice" with the mode o. Of "005 jo CASEMAPPING=ascii NICKLEN=30
#   PREFIX=(qaohv)~&@%+ ..." only the first token counts: the prefixes stay "@" and "+", the length 9, and so "&dave" is a member of that name.
# Why it matters: find_member("alice") is None; who leaves stays in the list, a bot that checks for the operator finds nobody, and modes for "alice"
#   get lost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check irc-toolkit==0.4.0

cat > find.py <<'PY'
import sys

from irctk.client import Client


class Writer:
    def write(self, data):
        print("client:", data.decode().strip())
        sent.append(data.decode().strip())


sent = []
client = Client("jo")
client.writer = Writer()
for line in (
    ":irc.example.org CAP * LS :multi-prefix",
    ":irc.example.org CAP jo ACK :multi-prefix",
    ":irc.example.org 001 jo :Welcome",
    ":irc.example.org 005 jo CASEMAPPING=ascii NICKLEN=30 PREFIX=(qaohv)~&@%+ :are supported by this server",
    ":jo!jo@example.org JOIN #a",
    ":irc.example.org 353 jo = #a :jo @+alice carol &dave",
):
    print("server:", line)
    client.process_line(line)
channel = client.find_channel("#a")
members = [(member.nick.nick, member.modes) for member in channel.members]
print("members:", members, "- alice:", channel.find_member("alice"))
print("prefixes:", client.isupport["prefix"], "- length:", client.isupport.maximum_nick_length, client.isupport.case_mapping)
as_stated = members == [("jo", []), ("+alice", ["o"]), ("carol", []), ("&dave", [])] and sent[0] == "CAP REQ multi-prefix"
as_stated = as_stated and client.isupport["prefix"] == {"o": "@", "v": "+"} and client.isupport.maximum_nick_length == 9
sys.exit(not as_stated or client.isupport.case_mapping != "ascii")
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
