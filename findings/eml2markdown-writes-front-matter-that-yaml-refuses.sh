#!/bin/bash
# eml2markdown: a subject with a backslash makes front matter that no YAML reader opens, or that has a line feed in place of it; a mail
# attached to a mail is not in the list of attachments.
#
# Versions: eml2markdown 2.1.0 and PyYAML 6.0.3 (PyPI), Python 3.11.
# Expected: its documentation: it writes "front-matter YAML" with from, to, date and subject. YAML 1.2.2, section 7.3.1: in double quotes
#   a backslash starts an escape, has to be written twice to stand for itself, and an unknown escape is an error. RFC 2046, section 5.2.1:
#   a message/rfc822 part is a mail that is attached.
# Seen: for the subject 'Report C:\Users\jo' it writes subject: "Report C:\Users\jo", and PyYAML raises ScannerError. For 'Path
#   \new\table' it reads a line feed, "ew", a tab and "able". For a mail with one attached mail and one attached text, both called by
#   names, the list at the end has the text only.
# Why it matters: Obsidian, Hugo or Jekyll reject such a note, or show other words; subjects with a Windows path or a DOMAIN\user are
#   everyday ones in a support mailbox.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check eml2markdown==2.1.0 PyYAML==6.0.3

cat > find.py <<'PY'
import sys
from email.message import EmailMessage

import yaml
from eml_to_md import EmlToMarkdownConverter


def mail(subject):
    message = EmailMessage()
    message["From"] = "Jo <jo@example.org>"
    message["Subject"] = subject
    message.set_content("Hello\n")
    return message


def converted(message):
    with open("mail.eml", "wb") as file:
        file.write(message.as_bytes())
    return EmlToMarkdownConverter("mail.eml").convert()


seen = []
for subject in ("Plain", "Report C:\\Users\\jo", "Path \\new\\table"):
    front = converted(mail(subject)).split("---\n")[1]
    try:
        result = yaml.safe_load(front)["subject"]
    except yaml.YAMLError as error:
        result = type(error).__name__
    seen.append(result)
    print(f"{subject!r}: {front.splitlines()[-1]} is read as {result!r}")
outer = mail("Forwarded")
outer.add_attachment(mail("Inner"), filename="inner.eml")
outer.add_attachment("text\n", filename="notes.txt")
listed = [line for line in converted(outer).splitlines() if line.startswith("- **")]
print(f"attachments: {[part.get_filename() for part in outer.iter_attachments()]}; listed: {listed}")
sys.exit(seen != ["Plain", "ScannerError", "Path \new\table"] or len(listed) != 1 or "notes.txt" not in listed[0])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
