#!/bin/bash
# imap-mailbox: a FETCH answer that begins with the flags is an AttributeError, so is a folder without attributes or in a flat list, and a subject with
# two encodings gets blanks that it does not have.
#
# Versions: imap-mailbox 0.3.0 (PyPI), Python 3.11, whose imaplib it uses; a server of the script's.
# Expected: RFC 3501, section 7.4.2: the items of a FETCH answer come in any order, and section 6.4.5: where fetching sets \Seen, they "SHOULD be
#   included as part of the FETCH responses". Section 7.2.2 and 9: in a LIST answer the attributes may be an empty list and the delimiter NIL. RFC 2047,
#   section 6.2: blanks between two encoded-words are not shown, others are as they are.
# Seen: with "* 1 FETCH (RFC822 {80}" mailbox["1"] is the mail; with "* 1 FETCH (FLAGS (\Seen) RFC822 {80}" or "UID 7 RFC822" it is "'NoneType' object
#   has no attribute 'groups'". list_folders() reads '(\HasNoChildren) "/" INBOX', and fails at '() "/" Archive' and at '(\HasNoChildren) NIL INBOX'.
#   The subject "Re: =?utf-8?q?M=C3=BCnchen?= =?iso-8859-1?q?_S=FCd?=" reads "Re:  M\u00fcnchen  S\u00fcd", with two blanks each time.
# Why it matters: servers do send the flags with the first mail that was unread, and the program that goes through the mailbox ends there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check imap-mailbox==0.3.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import logging
import socket
import ssl
import sys
import threading

from imap_mailbox import IMAPMailbox

logging.disable(logging.CRITICAL)
MAIL = b"Subject: Re: =?utf-8?q?M=C3=BCnchen?= =?iso-8859-1?q?_S=FCd?=\r\nFrom: jo@example.org\r\n\r\nhello\r\n"
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, items, folder):
    connection = listener.accept()[0]
    connection.settimeout(20)
    with context.wrap_socket(connection, server_side=True) as stream, stream.makefile("rwb") as file:
        file.write(b"* OK ready\r\n")
        file.flush()
        for line in file:
            tag, command, *_ = line.split(None, 2)
            command = command.upper()
            if command == b"CAPABILITY":
                file.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == b"LIST":
                file.write(b"* LIST " + folder + b"\r\n")
            elif command == b"SELECT":
                file.write(b"* 1 EXISTS\r\n")
            elif command == b"SEARCH":
                file.write(b"* SEARCH 1\r\n")
            elif command == b"FETCH":
                file.write(b"* 1 FETCH (" + items + b" {%d}\r\n%s)\r\n" % (len(MAIL), MAIL))
            elif command == b"LOGOUT":
                file.write(b"* BYE\r\n")
            file.write(tag + b" OK done\r\n")
            file.flush()
            if command == b"LOGOUT":
                break


def visit(items, folder, act):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, items, folder))
        thread.start()
        with IMAPMailbox("localhost", "jo", "secret", port=listener.getsockname()[1]) as mailbox:
            try:
                result = act(mailbox)
            except AttributeError as error:
                result = type(error).__name__
        thread.join(20)
    print(f"FETCH ({items.decode()} ..., LIST {folder.decode()}: {result!r}")
    return result


INBOX = rb'(\HasNoChildren) "/" INBOX'
mails = [
    visit(items, INBOX, lambda mailbox: mailbox["1"]["Subject"])
    for items in (b"RFC822", rb"FLAGS (\Seen) RFC822", b"UID 7 RFC822")
]
folders = [
    visit(b"RFC822", folder, lambda mailbox: [name for _, _, name, _ in mailbox.list_folders()])
    for folder in (INBOX, b'() "/" Archive', rb"(\HasNoChildren) NIL INBOX")
]
sys.exit(mails != ["Re:  M\xfcnchen  S\xfcd"] + ["AttributeError"] * 2 or folders != [["INBOX"]] + ["AttributeError"] * 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
