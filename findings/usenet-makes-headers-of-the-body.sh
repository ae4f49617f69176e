#!/bin/bash
# usenet, an NNTP client: get_article() gives an article without a text, whose lines have become headers, and folded headers lose what is behind
# their second line.
#
# Versions: usenet 0.1.1a1 (PyPI), nntplib and email of Python 3.11.
# Expected: RFC 3977, section 6.2.1: ARTICLE answers with the headers, an empty line and the body. RFC 5536, section 2.2, and RFC 5322, section
#   2.2.3: a line that begins with a blank continues the header before it, whatever is in it, and as often as it happens. RFC 5536, section 3.1: a
#   header may be empty. Names are the same in capitals and small letters.
# Seen: of get_article(), headers has "PS" and, worse, the Subject of a message quoted in the body instead of its own; text is "". Of
#   get_articles(), whose headers are asked for separately: References with three lines has the first two; a Subject whose second line has ": " in
#   it ends before, and the rest is a header of the name " topic". A header without a value is glued to the one before.
# Why it matters: threads cannot be followed, subjects are cut or another article's, and dates cannot be read. The package harvests groups for text
#   corpora. nntplib's lines and email.message_from_bytes() give all of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check usenet==0.1.1a1

cat > find.py <<'PY'
import email
import email.policy
import socket
import sys
import threading
import warnings

warnings.simplefilter("ignore")
import nntplib
from usenet.server_entry import UsenetServer

HEAD = b"""Path: example.org!not-for-mail
From: Jo <jo@example.org>
Subject: Minutes of the meeting,
 topic: certificates and
 keys
Newsgroups: example.test
References: <1@example.org>
\t<2@example.org>
\t<3@example.org>
Message-ID: <4@example.org>
Date: Mon, 30 Nov 2026 01:00:00 +0000
Summary:
Lines: 3
""".replace(b"\n", b"\r\n")
BODY = b"""> Subject: quoted
Subject: copied
PS: see you
""".replace(b"\n", b"\r\n")
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    connection, _ = listener.accept()
    stream = connection.makefile("rwb")
    stream.write(b"200 ready\r\n")
    stream.flush()
    while line := stream.readline():
        command = line.split()[0].upper()
        if command == b"ARTICLE":
            answer = b"220 7 <4@example.org>\r\n" + HEAD + b"\r\n" + BODY + b".\r\n"
        elif command == b"HEAD":
            answer = b"221 7 <4@example.org>\r\n" + HEAD + b".\r\n"
        elif command == b"BODY":
            answer = b"222 7 <4@example.org>\r\n" + BODY + b".\r\n"
        elif command == b"GROUP":
            answer = b"211 1 7 7 example.test\r\n"
        elif command == b"CAPABILITIES":
            answer = b"101 these\r\nVERSION 2\r\nREADER\r\n.\r\n"
        else:
            answer = b"500 what?\r\n"
        stream.write(answer)
        stream.flush()


threading.Thread(target=serve, daemon=True).start()
server = UsenetServer("127.0.0.1")
# The package has no argument for the port.
server._connection = nntplib.NNTP("127.0.0.1", listener.getsockname()[1], timeout=20)
whole = server.get_article("<4@example.org>")
(listed,) = server.get_articles("example.test")
right = email.message_from_bytes(HEAD + b"\r\n" + BODY, policy=email.policy.default)
print(f"get_article(): subject {whole.subject!r}, PS {whole.headers.get('PS')!r}, text {whole.text!r}")
print(f"get_articles(): {listed.headers}, text {listed.text!r}")
print(f"email: {right['subject']!r}, {right['references']!r}, {right['date']!r}")
same = whole.subject == "copied" and whole.headers.get("PS") == "see you" and whole.text == ""
same = same and listed.subject == "Minutes of the meeting," and " topic" in listed.headers and listed.text.endswith("PS: see you")
same = same and listed.headers["References"] == "<1@example.org>\t<2@example.org>" and listed.headers["Date"].endswith("+0000Summary:")
same = same and right["subject"] == "Minutes of the meeting, topic: certificates and keys" and right["references"].endswith("<3@example.org>")
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
