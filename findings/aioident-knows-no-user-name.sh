#!/bin/bash
# aioident: the user name of every answer is None, since it compares a length with "UNIX"; names are cut at colons and lose their blanks, an answer with
# a character set has a type nobody knows, half an answer is an error, and repr() fails.
#
# Versions: aioident 2.0.0 (PyPI), Python 3.11, with asyncio; a server of the script's.
# Expected: RFC 1413, section 4 and 6: "6193, 23 : USERID : UNIX : stjohns" says that the user is stjohns; the system may be followed by ", US-ASCII";
#   the user id is all octets behind the third colon up to CR LF, blanks and colons included: "6191, 23 : USERID : UNIX, US-ASCII : abc:def" is one
#   user. TCP keeps no boundaries, so an answer may come in two segments. Ident has the properties username, type and ok.
# Seen: of the answer of the RFC's example ok is True, type "UNIX", and username None; so it is for every other. With ", US-ASCII" type is "UNIX,
#   US-ASCII". data_split of "UNIX : abc:def" has "abc" and "def". connect() with an answer in two segments, "6193, 23 : USERID" first, is a TypeError.
#   repr() is "'str' object is not callable", and so is printing a list of answers.
# Why it matters: IRC servers ask so for the name of each client that connects: with this package nobody has one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioident==2.0.0

cat > find.py <<'PY'
import asyncio
import sys

import aioident

ANSWERS = {
    "6193, 23 : USERID : UNIX : stjohns\r\n": "stjohns",
    "6193, 23 : USERID : UNIX, US-ASCII : stjohns\r\n": "stjohns",
    "6193, 23 : USERID : OTHER : abc:def\r\n": "abc:def",
    "6195, 23 : ERROR : NO-USER\r\n": None,
}


async def ask(*segments):
    """What connect() makes of an answer in these segments."""

    done = asyncio.Event()

    async def serve(reader, writer):
        await reader.readline()
        for segment in segments:
            writer.write(segment.encode())
            await writer.drain()
            await asyncio.sleep(0.3)
        writer.close()
        done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        try:
            ident = await aioident.connect("127.0.0.1", 6193, 23, server.sockets[0].getsockname()[1])
            result = (ident.ok, ident.type, ident.username, ident.data_split)
            try:
                repr(ident)
            except TypeError as error:
                result += (str(error),)
            return result
        except TypeError as error:
            return type(error).__name__
        finally:
            await asyncio.wait_for(done.wait(), 20)


seen = {}
for answer, user in ANSWERS.items():
    seen[answer] = asyncio.run(ask(answer))
    print(f"{answer.strip()}: user {user}, aioident {seen[answer]}")
half = asyncio.run(ask("6193, 23 : USERID", " : UNIX : stjohns\r\n"))
print(f"in two segments: {half}")
names = [result[2] for result in seen.values()]
types = [result[1] for result in seen.values()]
sys.exit(
    names != [None] * 4
    or [result[0] for result in seen.values()] != [True, True, True, False]
    or types[:3] != ["UNIX", "UNIX, US-ASCII", "OTHER"]
    or seen["6193, 23 : USERID : OTHER : abc:def\r\n"][3] != ["OTHER", "abc", "def"]
    or any(result[4:] != ("'str' object is not callable",) for result in seen.values())
    or half != "TypeError"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
