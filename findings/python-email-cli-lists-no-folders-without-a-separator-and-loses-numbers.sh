#!/bin/bash
# python-email-cli: folders without a separator, and those whose names come as literals, are not listed, names end at a quotation mark, and a
# mail whose number comes behind its text is called "?".
#
# Versions: python-email-cli 0.1.0 (PyPI), Python 3.11, whose imaplib it uses.
# Expected: RFC 3501, section 7.2.2: the hierarchy delimiter of LIST is a character in quotation marks or NIL, "A NIL hierarchy delimiter
#   means that no hierarchy exists; the name is a \"flat\" name". Section 4.3: the name may be an atom, a quoted string with backslashes,
#   or a literal. Section 7.4.2: the items of FETCH come in any order; imaplib gives what comes behind a literal as a string of its own.
# Seen: of INBOX with "/", Notes with NIL, a folder called Jo's "best" as a quoted string and Work as a literal, list_folders() returns
#   INBOX, and "Jo's \" for the third. For (FLAGS (\Seen) UID 7 BODY[...] {n}...) fetch_headers() says uid 7, read. For (BODY[...] {n}...
#   UID 7 FLAGS (\Seen)) it says uid "?", and unread.
# Why it matters: what cannot be listed cannot be chosen, and with "?" each command that one gives for the mail fails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-email-cli==0.1.0

cat > find.py <<'PY'
import imaplib
import socketserver
import sys
import threading

from email_cli.imap_client import IMAPClient

HEADER = b"From: jo@example.org\r\nSubject: Hello\r\n\r\n"
FOLDERS = b'* LIST () "/" "INBOX"\r\n* LIST () NIL "Notes"\r\n* LIST () "/" "Jo\'s \\"best\\""\r\n* LIST () "/" {4}\r\nWork\r\n'
BODY = b"BODY[HEADER.FIELDS (FROM TO SUBJECT DATE CC)] {%d}\r\n" % len(HEADER) + HEADER
ANSWERS = {
    "before": b"* 1 FETCH (FLAGS (\\Seen) UID 7 " + BODY + b")\r\n",
    "behind": b"* 1 FETCH (" + BODY + b" UID 7 FLAGS (\\Seen))\r\n",
}
order = "before"


class Server(socketserver.StreamRequestHandler):
    """As much of an IMAP server as is asked for here."""

    def handle(self):
        self.request.settimeout(20)
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, command = line.strip().split(b" ", 1)
            if command.upper().startswith(b"CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command.upper().startswith(b"SELECT"):
                self.wfile.write(b"* 1 EXISTS\r\n")
            elif command.upper().startswith(b"LIST"):
                self.wfile.write(FOLDERS)
            elif command.upper().startswith(b"UID FETCH"):
                self.wfile.write(ANSWERS[order])
            self.wfile.write(tag + b" OK done\r\n")


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = IMAPClient({"email": "jo@example.org", "password": "secret", "imap_host": "127.0.0.1"})
    # Its connect() speaks TLS from the start; the commands are the same without.
    client.conn = imaplib.IMAP4("127.0.0.1", server.server_address[1], timeout=20)
    client.conn.login("jo", "secret")
    folders = [folder["name"] for folder in client.list_folders()]
    print(f"folders: {folders}; the server has {FOLDERS}")
    client.select_folder("INBOX")
    seen = []
    for order in ANSWERS:
        mail = client.fetch_headers(["7"])[0]
        seen.append((mail["uid"], mail["is_read"], mail["subject"]))
        print(f"number and flags {order} the header: {seen[-1]}")
    client.conn.shutdown()
    server.shutdown()
sys.exit(folders != ["INBOX", "Jo's \\"] or seen != [("7", True, "Hello"), ("?", False, "Hello")])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
