#!/bin/bash
# email-profile: the folders for sent and deleted mails are the first whose names have "sent" or "trash" anywhere in them, so that "Presentations" are
# the sent mails; what the server says of its folders is not looked at, and a mail that is attached has no octets.
#
# Versions: email-profile 1.1.0 (PyPI), Python 3.11; a server of the script's.
# Expected: RFC 6154, section 2: a server marks its special folders with \Sent, \Trash, \Drafts, \Junk and \Archive, whatever they are called. RFC 3501,
#   section 7.2.2: the order of LIST answers means nothing. RFC 2046, section 5.2.1: message/rfc822 is a mail in a mail, with the usual
#   Content-Disposition.
# Seen: with the folders INBOX, Presentations, "Sent" (marked \Sent), "Cabinets" and "Papierkorb" (marked \Trash): sent is Presentations, trash is
#   Cabinets, for the hint "bin"; with "Sent" listed before Presentations it is right, and where there are no others, with "Gesendet" (marked \Sent), it
#   is a KeyError. parse_rfc822() of a mail with another attached as "forwarded.eml" gives it 0 octets.
# Why it matters: programs look for their sent mails among presentations, and what is moved to the trash lies among the cabinets; a backup of a mailbox
#   by attachments has empty files.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check email-profile==1.1.0

cat > find.py <<'PY'
import email.message
import socket
import sys
import threading

from email_profile.clients.imap.client import ImapClient
from email_profile.clients.imap.folders import FolderAccess
from email_profile.parser import parse_rfc822


def serve(listener, folders):
    connection = listener.accept()[0]
    connection.settimeout(20)
    with connection, connection.makefile("rwb") as file:
        file.write(b"* OK ready\r\n")
        file.flush()
        for line in file:
            tag, command, *_ = line.split()
            command = command.upper()
            if command == b"CAPABILITY":
                file.write(b"* CAPABILITY IMAP4rev1 SPECIAL-USE\r\n")
            elif command == b"LIST":
                for mark, name in folders:
                    file.write(b'* LIST (\\HasNoChildren%s) "/" "%s"\r\n' % (mark, name))
            elif command == b"LOGOUT":
                file.write(b"* BYE\r\n")
            file.write(tag + b" OK done\r\n")
            file.flush()
            if command == b"LOGOUT":
                break


def special(*folders):
    """The folders that it takes for sent and deleted mails."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, folders))
        thread.start()
        client = ImapClient(server="127.0.0.1", user="jo", password="secret", port=listener.getsockname()[1], ssl=False).connect()
        access, result = FolderAccess(client), []
        for kind in ("sent", "trash"):
            try:
                result.append(getattr(access, kind).name)
            except KeyError as error:
                result.append(type(error).__name__)
        client.close()
        thread.join(20)
    print(f"{[(mark + b' ' + name).decode().strip() for mark, name in folders]}: sent and trash {result}")
    return result


INBOX, SENT, TRASH = (b"", b"INBOX"), (b" \\Sent", b"Sent"), (b" \\Trash", b"Papierkorb")
seen = [
    special(INBOX, SENT, (b" \\Trash", b"Trash")),
    special(INBOX, (b"", b"Presentations"), SENT, (b"", b"Cabinets"), TRASH),
    special(INBOX, (b" \\Sent", b"Gesendet"), TRASH),
]
inner = email.message.EmailMessage()
inner["Subject"] = "inner"
inner.set_content("forwarded text")
outer = email.message.EmailMessage()
outer["Subject"] = "outer"
outer.set_content("see the attached mail")
outer.add_attachment(inner, filename="forwarded.eml")
(attachment,) = parse_rfc822(outer.as_bytes()).attachments
print(f"{attachment.file_name}, {attachment.content_type}: {len(attachment.content)} octets, {len(inner.as_bytes())} were sent")
sys.exit(
    seen != [["Sent", "Trash"], ["Presentations", "Cabinets"], ["KeyError", "KeyError"]]
    or (attachment.file_name, len(attachment.content)) != ("forwarded.eml", 0)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
