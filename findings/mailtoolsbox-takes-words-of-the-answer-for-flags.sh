#!/bin/bash
# MailToolsBox: the flags of a mail are "UID", "1" and "FLAGS", or none, INBOX is called '." INBOX', and a token for OAuth is encoded twice, so that no
# server takes it.
#
# Versions: MailToolsBox 3.0.0 (PyPI), Python 3.11 with its imaplib to compare with, openssl.
# Expected: RFC 3501, section 7.4.2: the items of a FETCH answer come in any order, FLAGS is followed by a list in parentheses. Section 9: a mailbox
#   name is an atom or a string, so INBOX needs no quotes. The XOAUTH2 mechanism: base64 of "user=... auth=Bearer ...", and Python's documentation of
#   imaplib: authenticate() encodes what the object returns.
# Seen: of a mail with \Seen and \Flagged the flags are ["UID", "1", "FLAGS", "(\\Seen", "\\Flagged"] if the server writes FLAGS in front of the text,
#   and [] if it writes them behind it; imaplib.ParseFlags() finds both in either. list_mailboxes() returns '." INBOX' for a name without quotes,
#   and "Sent Items" as it is, which select() then sends as two words. With oauth2_access_token the server gets base64 of base64.
# Why it matters: a program that asks whether a mail was read gets no for all of them, and its list of mailboxes has names that do not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mailtoolsbox==3.0.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 2>openssl.log

cat > find.py <<'PY'
import base64
import imaplib
import re
import shlex
import socket
import ssl
import sys
import threading

from MailToolsBox.imapClient import ImapClient

MAILS = [b"From: al@example.net\r\nSubject: Hello\r\n\r\ntext\r\n"] * 2


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
            if word in ("SELECT", "EXAMINE") and shlex.split(command)[1:] not in (["INBOX"], ["Sent Items"]):
                say(f"{tag} BAD too many arguments" if command.count(" ") > 1 else f"{tag} NO no such mailbox")
                continue
            if word == "CAPABILITY":
                say("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2")
            elif word == "LIST":
                say('* LIST (\\HasNoChildren) "." INBOX', '* LIST (\\HasNoChildren \\Sent) "." "Sent Items"')
            elif word in ("SELECT", "EXAMINE"):
                say(f"* {len(self.mails)} EXISTS", "* OK [UIDVALIDITY 1] valid")
            elif word == "SEARCH":
                say("* SEARCH " + " ".join(str(number) for number in range(1, len(self.mails) + 1)))
            elif word == "FETCH":
                number = int(re.search(r"FETCH (\d+)", command)[1])
                mail = self.mails[number - 1]
                item = "RFC822"
                before, behind = (" FLAGS (\\Seen \\Flagged)", "") if number == 1 else ("", " FLAGS (\\Seen \\Flagged)")
                say(f"* {number} FETCH (UID {number}{before} {item} {{{len(mail)}}}\r\n".encode() + mail + f"{behind})\r\n".encode())
            elif word == "LOGOUT":
                say("* BYE", f"{tag} OK bye")
                return
            say(f"{tag} OK done")


def client(**arguments):
    context = ssl.create_default_context(cafile="cert.pem")
    return ImapClient("jo@example.org", server_address="127.0.0.1", port=server.port, security_mode="ssl", ssl_context=context, **arguments)


def refusal(call, *arguments):
    try:
        call(*arguments)
    except Exception as error:
        return str(error)
    return "accepted"


server = Server(MAILS)
plain = imaplib.IMAP4_SSL("127.0.0.1", server.port)
plain.authenticate("XOAUTH2", lambda challenge: b"user=jo@example.org\x01auth=Bearer token\x01\x01")
plain.select()
right = []
for number in "12":
    answer = plain.uid("FETCH", number, "(RFC822 FLAGS)")[1]
    right.append(imaplib.ParseFlags(answer[0][0]) or imaplib.ParseFlags(answer[1]))
plain.logout()
print(f"imaplib: {right}")

oauth = refusal(client(password=None, oauth2_access_token="token").login)
given = server.lines[-1]
print(f"MailToolsBox with a token: {oauth}; the server got {given!r}")
with client(password="secret") as box:
    names = box.list_mailboxes()
    box.select("INBOX")
    flags = [item.flags for item in box.fetch_many(["1", "2"])]
    sent = refusal(box.select, names[1])
print(f"mailboxes {names}; select({names[1]!r}): {sent}; flags {flags}")
same = right == [(b"\\Seen", b"\\Flagged")] * 2 and "AUTHENTICATIONFAILED" in oauth
same = same and base64.b64decode(given) == b"user=jo@example.org\x01auth=Bearer token\x01\x01" and names == ['." INBOX', "Sent Items"]
sys.exit(not same or "BAD" not in sent or flags != [["UID", "1", "FLAGS", "(\\Seen", "\\Flagged"], []])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
