#!/bin/bash
# ezramail: a mail with a paragraph of more than 255 characters, or of more than 4096 in all, cannot be sent: its HTML is taken for the
# name of a file.
#
# Versions: ezramail 1.1.1 (PyPI), Python 3.11 on Linux.
# Expected: in its own words, send() takes "a valid file path or a raw HTML string". POSIX: a name of a file has at most NAME_MAX octets,
#   255 on Linux, and a path PATH_MAX, 4096; asking for a longer one is an error, ENAMETOOLONG.
# Seen: "<p>Hello</p>" goes on to the server, of which there is none here: EzraMailError "could not connect". With 300 characters in the
#   paragraph, and with 200 short paragraphs, it is OSError: [Errno 36] File name too long, before any connection. An attached mail (.eml)
#   is written as message/rfc822 in base64, which RFC 2046, section 5.2.1, does not permit, and Python's email package finds no subject in
#   it.
# Why it matters: mails that are longer than a test fail; newsletters and invoices, which are what HTML is used for, always do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ezramail==1.1.1

cat > find.py <<'PY'
import email
import email.policy
import pathlib
import socket
import sys
from email.mime.multipart import MIMEMultipart

import ezramail
from ezramail.core import _attach_files

PAGES = {"short": "<p>Hello</p>", "one paragraph of 300": f"<p>{'x' * 300}</p>", "200 paragraphs": "<p>Hello, hello, hello</p>" * 200}
seen = []
with socket.socket() as nobody:
    # A port that is taken and on which nobody listens.
    nobody.bind(("127.0.0.1", 0))
    for name, page in PAGES.items():
        try:
            ezramail.send(
                "jo@example.org", "secret", "sam@example.org", "Hello", page, smtp_host="127.0.0.1", smtp_port=nobody.getsockname()[1], timeout=5
            )
        except Exception as error:
            seen.append(f"{type(error).__name__}: {error}")
            print(f"{name}: {seen[-1][:70]}")
pathlib.Path("mail.eml").write_bytes(b"From: sam@example.org\r\nSubject: Inner\r\n\r\nText\r\n")
outer = MIMEMultipart()
_attach_files(outer, ["mail.eml"])
part = email.message_from_bytes(outer.as_bytes(), policy=email.policy.default).get_payload(0)
attached = part.get_content_type(), part["Content-Transfer-Encoding"], part.get_payload(0)["Subject"]
print(f"attached mail: {attached}")
sys.exit(
    not seen[0].startswith("EzraMailError")
    or not all(error.startswith("OSError: [Errno 36] File name too long") for error in seen[1:])
    or attached != ("message/rfc822", "base64", None)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
