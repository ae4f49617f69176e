#!/bin/bash
# yiyimail: asked for the mails of a folder with a blank in its name, it logs a warning and returns those of the inbox, by POP3; an "&" in a folder's
# name is written as base64, folders are listed where the delimiter is "/" only, and subjects stay encoded.
#
# Versions: yiyimail 1.0.3 (PyPI), Python 3.11; servers of the script's for IMAP and POP3.
# Expected: RFC 3501, section 4.3 and 5.1: a folder's name with a blank is a quoted string or a literal, and imaplib leaves that to its caller. Section
#   5.1.3: "&" is written "&-", and "modified BASE64 MUST NOT be used to represent any printing US-ASCII character which can represent itself". Section
#   7.2.2: the delimiter is the server's choice. RFC 2047: a subject may be encoded.
# Seen: fetch_latest("Sent Items") sends SELECT Sent Items, which the server answers with BAD, and returns the inbox' mail. For "A&B" the server is
#   asked for "A&ACY-B", though it has "A&-B", and the inbox is returned too. folders() with the delimiter "." is empty, with "/" it has both. The
#   subject "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" is returned as it stands. Of a folder without blank and ampersand the mail is right.
# Why it matters: a program that looks for an answer in "Sent Items" or "Junk E-mail", as Outlook calls them, reads somebody else's mail and takes it
#   for that. The fallback hides each error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check yiyimail==1.0.3

cat > find.py <<'PY'
import logging
import socket
import sys
import threading

from YIYIMail.core.gateway import YIYIGateway

logging.disable(logging.CRITICAL)


def mail(folder):
    return f"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= {folder}\r\n\r\nhello\r\n".encode()


def imap(connection, delimiter, asked):
    folders = {b"Sent Items": b'"Sent Items"', b"A&-B": b"A&-B", b"Archive": b"Archive", b"INBOX": b"INBOX"}
    selected = b""
    with connection, connection.makefile("rwb") as file:
        file.write(b"* OK ready\r\n")
        file.flush()
        for line in file:
            tag, command, *rest = line.rstrip().split(b" ", 2)
            command, status = command.upper(), b"OK"
            if command == b"CAPABILITY":
                file.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == b"LIST":
                for name in folders.values():
                    file.write(b'* LIST () "' + delimiter + b'" ' + name + b"\r\n")
            elif command == b"SELECT":
                asked.append(rest[0].decode())
                if b" " in rest[0] and not rest[0].startswith(b'"'):
                    status = b"BAD"  # two arguments
                elif rest[0].strip(b'"') not in folders:
                    status = b"NO"
                else:
                    selected = rest[0].strip(b'"')
                    file.write(b"* 1 EXISTS\r\n")
            elif command == b"SEARCH":
                file.write(b"* SEARCH 1\r\n")
            elif command == b"FETCH":
                text = mail(selected.decode())
                file.write(b"* 1 FETCH (RFC822 {%d}\r\n%s)\r\n" % (len(text), text))
            elif command == b"LOGOUT":
                file.write(b"* BYE\r\n")
            file.write(tag + b" " + status + b" done\r\n")
            file.flush()
            if command == b"LOGOUT":
                break


def pop3(connection):
    with connection, connection.makefile("rwb") as file:
        file.write(b"+OK ready\r\n")
        file.flush()
        for line in file:
            command = line.split()[0].upper()
            if command == b"LIST":
                file.write(b"+OK\r\n1 50\r\n.\r\n")
            elif command == b"RETR":
                file.write(b"+OK\r\n" + mail("by POP3") + b".\r\n")
            else:
                file.write(b"+OK\r\n")
            file.flush()
            if command == b"QUIT":
                break


def visit(delimiter, act):
    asked = []
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]

    def accept(listener, serve, *arguments):
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            connection.settimeout(20)
            threading.Thread(target=serve, args=(connection, *arguments), daemon=True).start()

    threading.Thread(target=accept, args=(listeners[0], imap, delimiter, asked), daemon=True).start()
    threading.Thread(target=accept, args=(listeners[1], pop3), daemon=True).start()
    ports = [listener.getsockname()[1] for listener in listeners]
    socket.setdefaulttimeout(20)
    gateway = YIYIGateway(
        "jo", "secret", imap_host="127.0.0.1", pop3_host="127.0.0.1", imap_port=ports[0], pop3_port=ports[1], use_ssl=False
    )
    result = act(gateway)
    print(f"delimiter {delimiter.decode()}: {result!r}, selected {asked}")
    return result, asked


CODED = "=?utf-8?q?Gr=C3=BC=C3=9Fe?= "
right = visit(b"/", lambda gateway: gateway.fetch_latest("Archive")["subject"])
sent = visit(b"/", lambda gateway: gateway.fetch_latest("Sent Items")["subject"])
ampersand = visit(b"/", lambda gateway: gateway.fetch_latest("A&B")["subject"])
slash = visit(b"/", lambda gateway: gateway.folders())[0]
dot = visit(b".", lambda gateway: gateway.folders())[0]
sys.exit(
    right != (CODED + "Archive", ["Archive"])
    or sent[0] != CODED + "by POP3"
    or sent[1][0] != "Sent Items"
    or ampersand[0] != CODED + "by POP3"
    or "A&ACY-B" not in ampersand[1]
    or len(slash) != 4
    or dot != []
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
