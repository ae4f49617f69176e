#!/bin/bash
# imap-migration-tools: mails from a server that sends flags and date behind the text of the mail arrive as unread and of today.
#
# Versions: imap-migration-tools 1.7.0 (PyPI), Python 3.11, whose imaplib it uses.
# Expected: RFC 3501, section 7.4.2, and RFC 9051, section 7.5.2: a FETCH answer is a list of items, for which no order is given, whatever
#   the order of the question. The package is documented to support "standard IMAP flags", and hands INTERNALDATE on. imaplib gives what
#   comes behind a literal as a string of its own, behind the tuple.
# Seen: for (UID 7 FLAGS (\Seen \Flagged) INTERNALDATE "05-Jan-2020 09:00:00 +0000" BODY[] {n}...) the destination gets APPEND "INBOX"
#   (\Seen \Flagged) "05-Jan-2020 09:00:00 +0000" {n}. For (UID 7 BODY[] {n}... FLAGS (...) INTERNALDATE "...") it gets APPEND "INBOX"
#   {n}, without flags and date, which is the hour of the migration then. It reads tuples only. Nothing is said about it.
# Why it matters: after the move of a mailbox from such a server, thousands of mails are unread and of one day, and the source is deleted
#   soon.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check imap-migration-tools==1.7.0

cat > find.py <<'PY'
import imaplib
import re
import socketserver
import sys
import threading

from imap_services._operations.migrate import process_single_uid

MAIL = b"From: jo@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: Hello\r\n\r\nHello\r\n"
ITEMS = b'FLAGS (\\Seen \\Flagged) INTERNALDATE "05-Jan-2020 09:00:00 +0000"'
BODY = b"BODY[] {%d}\r\n" % len(MAIL) + MAIL
ANSWERS = {"before": b"* 1 FETCH (UID 7 " + ITEMS + b" " + BODY + b")\r\n", "behind": b"* 1 FETCH (UID 7 " + BODY + b" " + ITEMS + b")\r\n"}
order, appended = "before", []


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
                self.wfile.write(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n")
            elif command.upper().startswith(b"UID FETCH"):
                self.wfile.write(ANSWERS[order])
            elif command.upper().startswith(b"APPEND"):
                appended.append(command.decode())
                self.wfile.write(b"+ go on\r\n")
                self.rfile.read(int(re.search(rb"\{(\d+)\}", command)[1]) + 2)
            self.wfile.write(tag + b" OK done\r\n")


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connections = []
    for _ in range(2):
        connection = imaplib.IMAP4("127.0.0.1", server.server_address[1], timeout=20)
        connection.login("jo", "secret")
        connection.select("INBOX")
        connections.append(connection)
    for order in ANSWERS:
        process_single_uid(*connections, b"7", "INBOX", False, None, True, False, None, False)
        print(f"flags and date {order} the mail: {appended[-1]}")
    for connection in connections:
        connection.shutdown()
    server.shutdown()
flags, date = "(\\Seen \\Flagged)", '"05-Jan-2020 09:00:00 +0000"'
sys.exit(
    len(appended) != 2
    or flags not in appended[0]
    or date not in appended[0]
    or "\\Seen" in appended[1]
    or "2020" in appended[1]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
