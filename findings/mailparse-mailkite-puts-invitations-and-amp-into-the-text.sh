#!/bin/bash
# mailparse-mailkite: the calendar entry of an invitation and the AMP page of a newsletter are added to the text of the mail; headers in
# UTF-8 become other letters, and quotes of flowed mails run into each other.
#
# Versions: mailparse-mailkite 0.1.0 (PyPI), Python 3.11.
# Expected: RFC 2046, section 5.1.4: the parts of multipart/alternative are the same content in several forms, of which one is shown. RFC
#   6047, section 2.4: an invitation is such a mail, with a part text/calendar; AMP mails have text/x-amp-html. RFC 6532, section 3.2:
#   headers may be in UTF-8. RFC 3676, section 4.5: the quote marks of a line are taken off before it is joined with the line before it.
# Seen: for text/plain, text/html and text/calendar, text is "Lunch?" and, right behind it, BEGIN:VCALENDAR and so on; there is no
#   attachment. For text/plain, text/x-amp-html and text/html it is the text with the source of the AMP page. A subject "Grüße" in UTF-8
#   is "GrÃ¼Ã\x9fe". "> Hello " and "> world" with format=flowed is "> Hello > world". Python's email package finds text, page and entry,
#   and the subject.
# Why it matters: the texts of invitations and newsletters, which are most of a mailbox, end in a page of markup, and the entry for the
#   calendar is nowhere else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mailparse-mailkite==0.1.0

cat > find.py <<'PY'
import email
import email.policy
import sys

from mailparse import parse

HEAD = "From: jo@example.org\r\nTo: sam@example.org\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: {}\r\n\r\n"
ENTRY = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
AMP = "<html amp4email><p>Lunch?</p></html>\r\n"


def alternative(*parts):
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    return (HEAD.format("Lunch", "multipart/alternative; boundary=b") + body + "--b--\r\n").encode()


seen = []
for parts in (
    [("text/plain", "Lunch?\r\n"), ("text/html", "<p>Lunch?</p>\r\n"), ("text/calendar; method=REQUEST", ENTRY)],
    [("text/plain", "Lunch?\r\n"), ("text/x-amp-html", AMP), ("text/html", "<p>Lunch?</p>\r\n")],
):
    raw = alternative(*parts)
    mail = parse(raw)
    reference = email.message_from_bytes(raw, policy=email.policy.default)
    right = reference.get_body(("plain",)).get_content(), [part.get_content_type() for part in reference.iter_parts()]
    seen.append((mail.text, len(mail.attachments)))
    print(f"{seen[-1]}; Python: {right}")
raw = HEAD.format("Grüße", "text/plain; format=flowed").encode() + b"> Hello \r\n> world\r\n"
mail = parse(raw)
print(f"subject {mail.subject!r}, text {mail.text!r}; Python: {email.message_from_bytes(raw, policy=email.policy.default)['Subject']!r}")
texts = [text.replace("\r\n", "|") for text, _ in seen]
sys.exit(
    [text.split("|")[:2] for text in texts] != [["Lunch?", "BEGIN:VCALENDAR"], ["Lunch?", AMP.strip()]]
    or [count for _, count in seen] != [0, 0]
    or mail.subject != "Grüße".encode().decode("latin-1")
    or mail.text.split("\n")[0] != "> Hello > world"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
