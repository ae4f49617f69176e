#!/bin/bash
# imap-structure: a mail whose parts are "text" and not "TEXT" has no text, a forwarded mail is no attachment, and what it asks the server for is no IMAP.
#
# Versions: imap-structure 0.2.0, pyparsing 3.3.2 (PyPI), Python 3.11 with its imaplib; a server of the script's.
# Expected: RFC 2045, section 5.1: types, subtypes and the names of parameters are not case-sensitive; RFC 2183, section 2: nor is "attachment". RFC 9051,
#   section 7.5.2: of message/rfc822 BODYSTRUCTURE has, behind the size, the envelope, the body structure and the lines. Section 4.3: in a quoted
#   string a backslash stands in front of a quotation mark. Section 9: body-fld-param may be NIL, and sequence-set has no parentheses. The package's
#   docstring: "The body structure follows RFC 9051".
# Seen: of the same mail text_sections is [("1", "PLAIN")] if the server has capitals, and [] otherwise. An "ATTACHMENT" is none, and of "FILENAME", or of
#   one without a name, attachments() is a ValueError. With a forwarded mail as the only attachment, or a file whose type has no parameters,
#   has_attachment is False, the part has no size, and no error is raised. The name a "b".pdf keeps its backslashes. fetch_metadatas(mail, 1) sends
#   "FETCH (1) (UID ...".
# Why it matters: which mails have a text or an attachment depends on how the sender or the server spells it, and a server that keeps to the RFC has to
#   refuse the command.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check imap-structure==0.2.0 pyparsing==3.3.2

cat > find.py <<'PY'
import imaplib
import logging
import socket
import sys
import threading

from imap_structure.body_structure import parse_body_structure
from imap_structure.metadata import fetch_metadatas

logging.disable(logging.CRITICAL)
TEXT = '("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 5 1 NIL NIL NIL NIL)'
PDF = '("APPLICATION" "PDF" ("NAME" "a.pdf") NIL NIL "BASE64" 100 NIL ("attachment" ("filename" "a.pdf")) NIL NIL)'
ENVELOPE = '("Mon, 5 Jan 2026 00:00:00 +0000" "s" NIL NIL NIL NIL NIL NIL NIL "<1@example.com>")'
FORWARDED = f'("MESSAGE" "RFC822" ("NAME" "f.eml") NIL NIL "7BIT" 300 {ENVELOPE} {TEXT} 10 NIL ("attachment" ("filename" "f.eml")) NIL NIL)'


def mixed(*parts):
    return f'({"".join(parts)} "MIXED" ("BOUNDARY" "b") NIL NIL NIL)'


def names(structure):
    try:
        return list(structure.attachments())
    except ValueError as error:
        return f"ValueError: {error}"


def read(text):
    structure = parse_body_structure(text)
    sizes = [getattr(part, "body_size", None) for part in structure.body_part.children]
    return structure.text_sections, structure.has_attachment, names(structure), sizes


cases = {
    "in capitals": mixed(TEXT, PDF),
    "in small letters": mixed(TEXT, PDF).lower().replace("nil", "NIL"),
    "ATTACHMENT": mixed(TEXT, PDF.replace("attachment", "ATTACHMENT")),
    "FILENAME": mixed(TEXT, PDF.replace("filename", "FILENAME")),
    "without a name": mixed(TEXT, PDF.replace('"filename" "a.pdf"', '"size" "100"')),
    "a name with quotation marks": mixed(TEXT, PDF.replace('"filename" "a.pdf"', r'"filename" "a \"b\".pdf"')),
    "a type without parameters": mixed(TEXT, PDF.replace('("NAME" "a.pdf")', "NIL")),
    "a forwarded mail": mixed(TEXT, FORWARDED),
}
seen = {what: read(text) for what, text in cases.items()}
for what, value in seen.items():
    print(f"{what}: text {value[0]}, has_attachment {value[1]}, attachments {value[2]}, sizes {value[3]}")
sent = []


def serve():
    with listener.accept()[0] as sock, sock.makefile("rwb") as file:
        file.write(b"* OK ready\r\n")
        file.flush()
        for line in file:
            tag, command = line.decode().split(" ", 1)
            sent.append(command.strip())
            lines = {"CAPA": "* CAPABILITY IMAP4rev1\r\n", "FETC": ""}
            file.write(f"{lines.get(command[:4], '')}{tag} {'BAD message set' if command.startswith('FETCH (') else 'OK done'}\r\n".encode())
            file.flush()


with socket.create_server(("127.0.0.1", 0)) as listener:
    threading.Thread(target=serve, daemon=True).start()
    mail = imaplib.IMAP4("127.0.0.1", listener.getsockname()[1], timeout=10)
    mail.state = "SELECTED"
    try:
        fetch_metadatas(mail, 1)
    except imaplib.IMAP4.error as error:
        print(f"fetch_metadatas(mail, 1) sends {sent[-1]!r}")
text, sizes = [("1", "PLAIN")], [5, 100]
missing = "ValueError: 'filename' is not in list"
expected = {
    "in capitals": (text, True, ["a.pdf"], sizes),
    "in small letters": ([], True, ["a.pdf"], sizes),
    "ATTACHMENT": (text, False, [], sizes),
    "FILENAME": (text, True, missing, sizes),
    "without a name": (text, True, missing, sizes),
    "a name with quotation marks": (text, True, [r"a \"b\".pdf"], sizes),
    "a type without parameters": (text, False, [], [5, None]),
    "a forwarded mail": (text, False, [], [5, None]),
}
sys.exit(not (seen == expected and sent[-1].startswith("FETCH (1) (UID ")))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
