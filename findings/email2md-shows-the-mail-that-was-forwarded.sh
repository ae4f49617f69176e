#!/bin/bash
# email2md: of a mail with another one attached the text of the attached one is shown under the sender of the first, an HTML attachment takes the place
# of the message, and "Grüße" is =?utf-8?q?Gr=C3=BC=C3=9Fe?=.
#
# Versions: email2md 0.1.3 (PyPI), Python 3.11 with its email package to compare with.
# Expected: RFC 2046, section 5.2.1: a message/rfc822 part is a mail of its own. RFC 2183, section 2.2: what is "attachment" is "separate from the main
#   body". RFC 2047, section 1: encoded words stand for the text that readers see.
# Seen: of the text "The new text." with a mail attached only "The old text." is left, below the first mail's From and Subject, and nothing is in
#   the list of attachments. With report.html attached, the report is the message, and "See the report." is gone, as are the letters of the first
#   part if a list's footer follows in a second one. The headers keep their encoded words. email's get_body() finds the right text each time.
# Why it matters: it is made to hand mails to people and programs that read Markdown. What they read was written by somebody else, on another day,
#   and they are told that it was the sender.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check email2md==0.1.3

cat > find.py <<'PY'
import email
import email.policy
import sys
from email.message import EmailMessage
from email.mime.text import MIMEText

from email2md import to_markdown


def mail(text, sender="Jörg <joerg@example.org>", subject="Grüße"):
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "jo@example.org"
    message["Subject"] = subject
    message["Date"] = "Mon, 30 Nov 2026 10:00:00 +0000"
    message.set_content(text)
    return message


plain = mail("The new text.\n")
forward = mail("The new text.\n")
forward.add_attachment(mail("The old text.\n", "al@example.net", "Old"))
report = mail("See the report.\n")
report.add_attachment("<p>FIGURES</p>\n", subtype="html", filename="report.html")
footer = mail("The new text.\n")
footer.make_mixed()
footer.attach(MIMEText("The footer of the list.\n"))

seen = {}
for name, message, text in [
    ("plain", plain, "The new text."),
    ("forward", forward, "The new text."),
    ("report", report, "See the report."),
    ("footer", footer, "The new text."),
]:
    raw = message.as_bytes()
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain", "html")).get_content()
    assert text in body
    markdown = to_markdown(raw)
    seen[name] = text in markdown
    print(f"{name}: email's get_body {body!r}; email2md:\n{markdown}\n")
same = seen == {"plain": True, "forward": False, "report": False, "footer": False}
same = same and "The old text." in to_markdown(forward.as_bytes()) and "FIGURES" in to_markdown(report.as_bytes())
sys.exit(not same or "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" not in to_markdown(plain.as_bytes()))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
