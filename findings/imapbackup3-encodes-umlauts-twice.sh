#!/bin/bash
# imapbackup3: each mail with UTF-8 in eight bits is saved with "ZÃ¼rich" for "Zürich"; those in Latin-1 say Latin-1 and hold UTF-8.
#
# Versions: imapbackup3 0.3.0 (PyPI), Python 3.11 (imaplib to compare with).
# Expected: RFC 3501, section 6.4.5: FETCH RFC822 gives the octets of the message; RFC 2045, section 2.8: with "8bit" they are octets of the charset
#   that the mail names. The package is for "creating full backups of IMAP mailboxes".
# Seen: the octets are decoded as UTF-8 and then, whether that went well or not, as Latin-1, and written as UTF-8. "Z\xc3\xbcrich" is in the mbox as
#   "Z\xc3\x83\xc2\xbcrich", under "charset=utf-8"; "Z\xfcrich" as "Z\xc3\xbcrich", under "charset=iso-8859-1". Either reads as "ZÃ¼rich". An 8-bit
#   attachment grows as well.
# Why it matters: the backup is noticed to be broken when it is needed. Signatures (DKIM, S/MIME, OpenPGP) of such mails no longer verify.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check imapbackup3==0.3.0

cat > find.py <<'PY'
import imaplib
import mailbox
import socketserver
import sys
import threading

import imapbackup3


def mail(number, charset):
    head = f"Message-ID: <{number}@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
    return (head + "Content-Transfer-Encoding: 8bit\r\n\r\nZürich\r\n").encode(charset)


MAILS = [mail(1, "utf-8"), mail(2, "iso-8859-1")]


class Server(socketserver.StreamRequestHandler):
    timeout = 20

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            word, _, rest = command.partition(" ")
            answer = b""
            if word == "CAPABILITY":
                answer = b"* CAPABILITY IMAP4rev1\r\n"
            elif word == "LIST":
                answer = b'* LIST () "/" "INBOX"\r\n'
            elif word in ("SELECT", "EXAMINE"):
                answer = b"* %d EXISTS\r\n" % len(MAILS)
            elif word == "FETCH":
                number, what = rest.split(" ", 1)
                octets = MAILS[int(number) - 1]
                if "HEADER" in what:
                    octets, what = octets.split(b"\r\n")[0] + b"\r\n\r\n", "BODY[HEADER.FIELDS (MESSAGE-ID)]"
                answer = b"* %s FETCH (%s {%d}\r\n%s)\r\n" % (number.encode(), what.strip("()").encode(), len(octets), octets)
            elif word == "LOGOUT":
                answer = b"* BYE\r\n"
            self.wfile.write(answer + f"{tag} OK done\r\n".encode())


class Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Threads(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]
client = imaplib.IMAP4("127.0.0.1", port, timeout=20)
client.login("jo", "secret")
client.select("INBOX", readonly=True)
fetched = [client.fetch(str(number), "(RFC822)")[1][0][1] for number in (1, 2)]
client.logout()
with imapbackup3.IMAPBackup("127.0.0.1", "jo", "secret", port=port, usessl=False, timeout=20) as backup:
    backup.download_all_messages()
saved = list(mailbox.mbox("INBOX.mbox"))
for octets, message in zip(fetched, saved, strict=True):
    body = message.get_payload(decode=True)
    charset = message.get_content_charset()
    print(f"{charset}: fetched {octets.split()[-1]}, saved {body.strip()}, which reads {body.decode(charset).strip()!r}")
bodies = [message.get_payload(decode=True).strip() for message in saved]
sys.exit(bodies != [b"Z\xc3\x83\xc2\xbcrich", b"Z\xc3\xbcrich"] or fetched != MAILS)
PY
PYTHONIOENCODING=utf-8 timeout 60 venv/bin/python find.py 2>log || { cat log; echo "CHANGED: see above"; exit 1; }
