#!/bin/bash
# python-sage-imap: folders that cannot be selected are selectable for it, and none has children or has none; names have their quotation
# marks, or are taken from the inside of Python, when a server writes them in another of the three ways; and a range that counts down is
# refused.
#
# Versions: python-sage-imap 2.0.0 and, to compare with, IMAPClient 3.0.1 (PyPI), Python 3.11.
# Expected: RFC 3501, section 7.2.2: "\Noselect: It is not possible to use this name as a selectable mailbox." RFC 3348, section 3:
#   \HasChildren and \HasNoChildren. Section 7.2.2 and 4.3: the delimiter is a quoted character or NIL, the name an atom, a quoted string
#   with backslashes, or a literal, which imaplib gives as a tuple. Section 9: for a sequence range, "2:4 and 4:2 are equivalent"; "*" may
#   be on either side.
# Seen: for (\Noselect \HasChildren) "/" "Archive", selectable is True and has_children False; for \HasNoChildren, has_no_children is
#   False. () NIL "Notes" is a folder called "Notes", with the quotation marks, whose delimiter is NIL. () "/" Plain has a delimiter of
#   three characters. Of a literal, the name is {4}', b'Work'). MessageSet("4:2") and MessageSet("*:3") raise ValueError. IMAPClient reads
#   all of the folders.
# Why it matters: a program that goes through all selectable folders stops at the first that is none, as shared and other users' roots
#   are; and what it has read as a name, it cannot open.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-sage-imap==2.0.0 IMAPClient==3.0.1

cat > find.py <<'PY'
import logging
import sys

from imapclient import IMAPClient
from sage_imap.helpers.folder_list import parse_folder_list_response
from sage_imap.models.message import MessageSet

logging.disable(logging.CRITICAL)
FOLDERS = [
    [rb'(\Noselect \HasChildren) "/" "Archive"'],
    [rb'(\HasNoChildren) "/" "Archive/2025"'],
    [b'() NIL "Notes"'],
    [b'() "/" Plain'],
    [(b'() "/" {4}', b"Work"), b""],
]
seen = []
for response in FOLDERS:
    folder = parse_folder_list_response(response)[0]
    seen.append((folder.name, folder.delimiter, folder.selectable, folder.has_children, folder.has_no_children))
    # The reader of IMAPClient, without a connection.
    flags, delimiter, name = IMAPClient._proc_folder_list(type("Client", (), {"folder_encode": False}), response)[0]
    print(f"{response}: name, delimiter, selectable, children, none: {seen[-1]}; IMAPClient {flags}, {delimiter}, {name}")
ranges = []
for text in ("2:4", "4:2", "*:3"):
    try:
        MessageSet(text)
        ranges.append("taken")
    except ValueError as error:
        ranges.append(str(error))
    print(f"{text}: {ranges[-1]}")
sys.exit(
    seen
    != [
        ("Archive", "/", True, False, False),
        ("Archive/2025", "/", True, False, False),
        ('"Notes"', "NIL", True, False, False),
        ("Plain", '"/"', True, False, False),
        ("{4}', b'Work')", '"/"', True, False, False),
    ]
    or ranges[0] != "taken"
    or "taken" in ranges[1:]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
