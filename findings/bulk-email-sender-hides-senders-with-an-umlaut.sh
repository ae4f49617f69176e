#!/bin/bash
# bulk-email-sender: of a sender with an umlaut in the name, the address is encoded too, one with a comma is two senders, and files lose
# letters or all of their name.
#
# Versions: bulk-email-sender 0.3.0 (PyPI), Python 3.11.
# Expected: RFC 2047, section 5 (3): an encoded word may stand for the words of a display name, and "MUST NOT appear in any portion of an
#   'addr-spec'". RFC 5322, section 3.4: a name with a comma is in quotation marks; section 3.6.2: From with several addresses needs a
#   Sender. RFC 2231, section 4: file names may have any letters; the package writes its names in that form.
# Seen: for the sender "Jörg Müller" the line is "From: =?utf-8?b?...?=" to its end: Python's email.policy.default reads the address "Jörg
#   Müller <jo@example.org>", in quotation marks and without an @ behind them, and getaddresses() none of that name. For "Acme, Inc." it
#   is From: Acme, Inc. <jo@example.org>, which are two mailboxes. "Größe.pdf" is attached as Groe.pdf, and "報告.pdf" as ".pdf".
# Why it matters: mail servers refuse or filter mails without an address in From, for their DMARC, and nobody can answer; the campaign
#   counts them as sent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bulk-email-sender==0.3.0

cat > find.py <<'PY'
import email
import email.policy
import email.utils
import pathlib
import sys

from bulk_email_sender.builder import EmailBuilder
from bulk_email_sender.lead import Lead

seen = []
for name, file in (("Jo Doe", "report.pdf"), ("Jörg Müller", "Größe.pdf"), ("Acme, Inc.", "報告.pdf")):
    pathlib.Path(file).write_bytes(b"%PDF-1.7")
    builder = EmailBuilder({"subject": "Hello", "body": "Hello", "attachment_path": file})
    raw = builder.build(Lead(email="sam@example.org"), {"email": "jo@example.org", "name": name}).as_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    plain = email.message_from_bytes(raw)["From"]
    seen.append((len(email.utils.getaddresses([plain])), "jo@example.org" in plain, mail.get_payload()[-1].get_filename()))
    print(f"{name}, {file}: From: {plain}; addresses {[entry.addr_spec for entry in mail['From'].addresses]}; file {seen[-1][2]!r}")
right = email.utils.formataddr(("Jörg Müller", "jo@example.org"))
print(f"Python's formataddr(): {right}")
sys.exit(seen != [(1, True, "report.pdf"), (1, False, "Groe.pdf"), (2, True, ".pdf")] or "<jo@example.org>" not in right)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
