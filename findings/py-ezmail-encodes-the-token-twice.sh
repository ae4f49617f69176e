#!/bin/bash
# py-ezmail: a token for OAuth is encoded twice, so that no server takes it, a mailbox called "Sent Items" cannot be read, and "Grüße" in ISO-8859-1
# is "Gre".
#
# Versions: py-ezmail 2.6.0 (PyPI), Python 3.11 with its imaplib and email to compare with, openssl.
# Expected: the XOAUTH2 mechanism: the base64 of "user=... auth=Bearer ...". Python's documentation of imaplib: authenticate() encodes what the object
#   returns. RFC 3501, section 5.1 and 9: a mailbox name with a blank is a quoted string. RFC 2046, section 4.1.2: charset says how a text is
#   encoded. py-ezmail's documentation: auth_type "password" or "oauth2", list_mailboxes() gives "Mailbox names".
# Seen: with "oauth2" the server gets base64 of base64 and refuses, where imaplib with the bare string is let in. list_mailboxes() has whole lines of
#   LIST, if the server's separator is a dot as Dovecot's and Cyrus's often is. fetch_messages("Sent Items") sends SELECT Sent Items, two
#   arguments. In a mail in ISO-8859-1 all letters beyond ASCII are dropped, without a word.
# Why it matters: who runs a mailbox that takes OAuth alone cannot use the package, and texts lose letters silently.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check py-ezmail==2.6.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>openssl.log

cat > find.py <<'PY'
import base64
import email
import email.policy
import imaplib
import re
import shlex
import socket
import ssl
import sys
import threading

from ezmail import EzReader

MAIL = "From: Al <al@example.net>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={}\r\n"
MAIL += "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n"
MAILS = [MAIL.format(charset).encode(charset) for charset in ("utf-8", "iso-8859-1")]


class Server:
    """An IMAP server over TLS with some mails, for the user jo with the password "secret" or the token "token"."""

    def __init__(self, mails):
        self.mails, self.lines = mails, []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("cert.pem", "key.pem")
        self.listener = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection = self.listener.accept()[0]
            threading.Thread(target=self.serve, args=(connection.makefile("rwb"),), daemon=True).start()

    def serve(self, stream):
        def say(*lines):
            for line in lines:
                stream.write(line if isinstance(line, bytes) else line.encode() + b"\r\n")
            stream.flush()

        say("* OK ready")
        while line := stream.readline().decode().rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            self.lines.append(command)
            word = command.upper().removeprefix("UID ").split(" ")[0]
            if word == "AUTHENTICATE":
                say("+ ")
                given = base64.b64decode(stream.readline())
                good = given == b"user=jo@example.org\x01auth=Bearer token\x01\x01"
                self.lines.append(given)
                say(f"{tag} OK done" if good else f"{tag} NO [AUTHENTICATIONFAILED] invalid SASL argument")
                continue
            if word == "SELECT" and shlex.split(command)[1:] not in (["INBOX"], ["inbox"], ["Sent Items"]):
                say(f"{tag} BAD too many arguments" if command.count(" ") > 1 else f"{tag} NO no such mailbox")
                continue
            if word == "CAPABILITY":
                say("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2")
            elif word == "LIST":
                say('* LIST (\\HasNoChildren) "." INBOX', '* LIST (\\HasNoChildren \\Sent) "." "Sent Items"')
            elif word == "SELECT":
                say(f"* {len(self.mails)} EXISTS", "* OK [UIDVALIDITY 1] valid")
            elif word == "SEARCH":
                say("* SEARCH " + " ".join(str(number) for number in range(1, len(self.mails) + 1)))
            elif word == "FETCH":
                number = int(re.search(r"FETCH (\d+)", command)[1])
                mail = self.mails[number - 1]
                item = "BODY[]" if "BODY" in command else "RFC822"
                say(f"* {number} FETCH (UID {number} {item} {{{len(mail)}}}".encode() + b"\r\n" + mail + b")\r\n")
            elif word == "LOGOUT":
                say("* BYE", f"{tag} OK bye")
                return
            say(f"{tag} OK done")


def reader(kind, value):
    return EzReader({"server": "127.0.0.1", "port": server.port}, {"email": "jo@example.org", "auth_value": value, "auth_type": kind})


server = Server(MAILS)
plain = imaplib.IMAP4_SSL("127.0.0.1", server.port)
plain.authenticate("XOAUTH2", lambda challenge: b"user=jo@example.org\x01auth=Bearer token\x01\x01")
print(f"imaplib, XOAUTH2: {plain.state}; SELECT: {plain.select(chr(34) + 'Sent Items' + chr(34))[0]}")
plain.logout()
try:
    reader("oauth2", "token").connect()
    oauth = "accepted"
except RuntimeError as error:
    oauth = str(error)
given = server.lines[-1]
print(f"py-ezmail, oauth2: {oauth}; the server got {given!r}")

with reader("password", "secret") as box:
    names = box.list_mailboxes()
    bodies = [mail.body for mail in box.fetch_messages()]
    try:
        box.fetch_messages("Sent Items")
        sent = "read"
    except RuntimeError as error:
        sent = str(error)
print(f"list_mailboxes {names}\nfetch_messages('Sent Items'): {sent}\nbodies {bodies}")
right = [email.message_from_bytes(mail, policy=email.policy.default).get_content().strip() for mail in MAILS]
assert right == ["Grüße", "Grüße"]
same = "AUTHENTICATIONFAILED" in oauth and base64.b64decode(given) == b"user=jo@example.org\x01auth=Bearer token\x01\x01"
same = same and names == ['(\\HasNoChildren) "." INBOX', '(\\HasNoChildren \\Sent) "." "Sent Items"']
sys.exit(not same or "SELECT command error: BAD" not in sent or bodies != ["Grüße", "Gre"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
