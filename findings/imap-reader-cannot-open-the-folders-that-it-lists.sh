#!/bin/bash
# imap-reader: a folder with a blank in its name is listed and cannot be opened, subjects with an umlaut cannot be searched, and a message is
#   skipped when the server says first that it has been seen.
#
# Versions: imap-reader 1.0.3, imap-tools 1.16.0 to compare with (PyPI), Python 3.11; an IMAP server of the script's, over TLS.
# Expected: RFC 9051, section 4.3: a name with a blank is sent as a quoted string or literal; section 6.4.4: SEARCH takes a CHARSET, and UTF-8
#   is always there; section 7: a server may send FETCH with FLAGS at any time, a client must be ready for it. The documentation of
#   list_folders(): "Useful for discovering folder names before using get_messages() with a custom folder", with "[Gmail]/All Mail" for an
#   example.
# Seen: list_folders() returns ['INBOX', 'Sent Items'], and get_messages(folder="Sent Items") sends SELECT Sent Items, which the server calls
#   BAD: an imaplib error. subject_contains="Best\u00e4tigung" raises UnicodeEncodeError before anything is sent. With "* 1 FETCH (FLAGS
#   (\Seen))" before the message itself get_messages() yields nothing; without it, one message. imap-tools does all of it.
# Why it matters: "[Gmail]/All Mail", "Sent Items" and "Junk E-mail" are what providers have, and a code that one waits for is overlooked: a
#   server that reports the flag that the fetching has set is an ordinary one, and the message is read by then. Put the name into quotation
#   marks oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check imap-reader==1.0.3 imap-tools==1.16.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import imaplib
import re
import socket
import ssl
import sys
import threading

from imap_reader import ImapClient, ImapItemModel
from imap_tools import MailBox

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
MESSAGE = b"From: shop@example.org\r\nSubject: Your order\r\n\r\nYour code is 123456.\r\n"
flags_first = threading.Event()
selected = []


def serve(connection):
    with context.wrap_socket(connection, server_side=True) as connection, connection.makefile("rb") as reader:
        connection.sendall(b"* OK ready\r\n")
        for line in reader:
            # Literals of the client are taken by asking for each, as RFC 9051 has it.
            while match := re.search(rb"\{(\d+)\}\r\n$", line):
                connection.sendall(b"+ go on\r\n")
                line = line[: match.start()] + b'"' + reader.read(int(match[1])) + b'"' + reader.readline()
            tag, command, *rest = line.rstrip().split(b" ", 2)
            rest = rest[0] if rest else b""
            answer = b"OK done"
            if command == b"CAPABILITY":
                connection.sendall(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == b"LIST":
                connection.sendall(b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" "Sent Items"\r\n')
            elif command in (b"SELECT", b"EXAMINE"):
                selected.append((command + b" " + rest).decode())
                if re.fullmatch(rb'[^ "]+|"[^"]*"', rest):
                    connection.sendall(b"* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] valid\r\n")
                    answer = b"OK [READ-WRITE] done"
                else:
                    answer = b"BAD one name is wanted"
            elif command == b"UID" and rest.upper().startswith(b"SEARCH"):
                connection.sendall(b"* SEARCH 1\r\n")
            elif command == b"UID" and rest.upper().startswith(b"FETCH"):
                if flags_first.is_set():
                    connection.sendall(b"* 1 FETCH (FLAGS (\\Seen))\r\n")
                item = b"BODY[]" if b"BODY" in rest else b"RFC822"
                head = b"* 1 FETCH (UID 1 FLAGS (\\Seen) RFC822.SIZE %d %s {%d}\r\n" % (len(MESSAGE), item, len(MESSAGE))
                connection.sendall(head + MESSAGE + b")\r\n")
            elif command == b"LOGOUT":
                connection.sendall(b"* BYE\r\n")
            connection.sendall(tag + b" " + answer + b"\r\n")


def accept(listener):
    while True:
        connection, _ = listener.accept()
        connection.settimeout(20)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def by_imap_reader(port, **arguments):
    provider = ImapItemModel(domain="example.org", imap_host="127.0.0.1", imap_port=port)
    client = ImapClient("jo@example.org", "secret", imap_list=[provider], timeout=10)
    try:
        return [message.otp_codes for message in client.get_messages("ALL", **arguments)]
    except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
        return type(error).__name__
    finally:
        folders[:] = client.list_folders()


def by_imap_tools(port, folder="INBOX", subject_contains=None):
    trusting = ssl.create_default_context(cafile="cert.pem")
    with MailBox("localhost", port, timeout=10, ssl_context=trusting).login("jo@example.org", "secret", initial_folder=folder) as box:
        criteria = f'SUBJECT "{subject_contains}"' if subject_contains else "ALL"
        return [re.findall(r"\d{6}", message.text) for message in box.fetch(criteria, charset="UTF-8", bulk=False)]


folders = []
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
threading.Thread(target=accept, args=(listener,), daemon=True).start()
seen = {}
for what, arguments in (
    ("INBOX", {}),
    ("a folder with a blank", {"folder": "Sent Items"}),
    ("a subject with an umlaut", {"subject_contains": "Best\u00e4tigung"}),
    ("flags before the message", {}),
):
    if what == "flags before the message":
        flags_first.set()
    seen[what] = by_imap_reader(port, **arguments)
    print(f"{what}: imap-reader {seen[what]}, imap-tools {by_imap_tools(port, **arguments)}")
print(f"folders: {folders}; sent: {selected}")
expected = ([["123456"]], "error", "UnicodeEncodeError", [])
sys.exit(tuple(seen.values()) != expected or folders != ["INBOX", "Sent Items"] or "SELECT Sent Items" not in selected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
