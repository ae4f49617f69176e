#!/bin/bash
# PyMailkit: authenticate(), "a single authentication call", cannot be called, mails lose all letters beyond ASCII, and a mail without a subject is
# left out.
#
# Versions: PyMailkit 2.0.1 (PyPI), Python 3.11 with its email package to compare with, openssl.
# Expected: its documentation: authenticate(email, password) makes "authenticated EmailSender and EmailReceiver instances". RFC 5322, section 3.6: of
#   the fields only Date and From must be there. RFC 2047, section 2: an encoded word is at most 75 letters, so a longer subject is several.
# Seen: authenticate("jo@example.org", "secret") raises TypeError: connect() has no parameter for the password, and asks for it at the terminal. Of
#   "Grüße aus Köln" the body is "Gre aus Kln", since what is not in string.printable is dropped. A subject of two encoded words ends behind the
#   first. A mail without Subject is not in the list, and nothing says so. email reads all three.
# Why it matters: no program without a terminal can log in, and no text but an English one arrives whole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pymailkit==2.0.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>openssl.log

cat > find.py <<'PY'
import base64
import email
import email.policy
import getpass
import re
import shlex
import socket
import ssl
import sys
import threading
from email.message import EmailMessage

from pymailkit import EmailReceiver, authenticate


def mail(subject):
    message = EmailMessage()
    message["From"] = "al@example.net"
    if subject is not None:
        message["Subject"] = subject
    message.set_content("Grüße aus Köln\n")
    return message.as_bytes(policy=email.policy.SMTP)


LONG = "Einladung zur jährlichen Versammlung der Mitglieder für alle, die dabei gewesen sind: Köln"
MAILS = [mail("Hello"), mail(LONG), mail(None)]


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


server = Server(MAILS)
try:
    authenticate("jo@example.org", "secret", "127.0.0.1", 9, "127.0.0.1", server.port)
    call = "works"
except TypeError as error:
    call = str(error)
print(f"authenticate(): {call}")

getpass.getpass = lambda prompt: "secret"  # the user at the terminal
receiver = EmailReceiver("127.0.0.1", server.port)
receiver.connect("jo@example.org")
seen = [(received.subject, received.body) for received in receiver.fetch_emails()]
right = [email.message_from_bytes(message, policy=email.policy.default) for message in MAILS]
for message in right:
    print(f"email: subject {message['Subject']!r}, body {message.get_content().strip()!r}")
for subject, body in seen:
    print(f"PyMailkit: subject {subject!r}, body {body!r}")
assert right[1]["Subject"] == LONG and right[2]["Subject"] is None
same = "positional argument" in call and len(seen) == 2 and seen[0] == ("Hello", "Gre aus Kln")
sys.exit(not same or seen[1][0] == LONG or not LONG.startswith(seen[1][0].strip()))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
