#!/bin/bash
# eml-extractor: a mail with a mail attached, a mail without a subject or one in Latin-1 ends the whole run; the attachments of all mails behind it stay
# where they are.
#
# Versions: eml-extractor 0.1.1 (PyPI), Python 3.11.
# Expected: RFC 5322, section 3.6: only Date and From are required; Subject has a minimum of 0. RFC 2046, section 5.2.1: message/rfc822 is an ordinary
#   part, and RFC 6152 allows eight bits, in any charset that the part names. The README: "Find all .eml files in current working dir, extract the
#   attachments and save them in the same dir".
# Seen: a forwarded mail, "forward.eml" as message/rfc822, is TypeError "a bytes-like object is required, not 'NoneType'", and leaves an empty file of
#   that name. Without a subject: TypeError "expected string or bytes-like object". With an "\xfc" in a text that says iso-8859-1: UnicodeDecodeError. In
#   all three cases the mail behind has its report.txt not saved, and the exit status is 1.
# Why it matters: mails with a mail attached are what abuse and help desks get, and the tool is made to empty whole folders. Sort such files out before,
#   and run it for each file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check eml-extractor==0.1.1

cat > find.py <<'PY'
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path


def mail(subject="Report"):
    message = EmailMessage()
    message["From"], message["Date"] = "jo@example.com", "Mon, 30 Nov 2026 10:00:00 +0000"
    if subject:
        message["Subject"] = subject
    message.set_content("Hello")
    message.add_attachment("figures", filename="report.txt")
    return message


forwarded = mail("Forwarded")
forwarded.add_attachment(mail("Inner"), filename="forward.eml")
latin = bytes(mail("Latin")).replace(b"Hello", b"Gr\xfc\xdfe").replace(b'"utf-8"', b'"iso-8859-1"', 1).replace(b"7bit", b"8bit", 1)
cases = {"nothing odd": bytes(mail("First")), "a mail attached": bytes(forwarded), "no subject": bytes(mail("")), "Latin-1": latin}
seen = {}
for name, data in cases.items():
    folder = Path(name.replace(" ", "-"))
    folder.mkdir()
    (folder / "1.eml").write_bytes(data)
    (folder / "2.eml").write_bytes(bytes(mail("Last")))
    run = subprocess.run(
        [Path("venv/bin/eml-extractor").absolute(), "-f", "1.eml", "2.eml"], cwd=folder, capture_output=True, text=True, timeout=20,
        env=dict(os.environ, PYTHONUTF8="1"), stdin=subprocess.DEVNULL,
    )
    error = run.stderr.strip().splitlines()[-1:] or [""]
    seen[name] = (run.returncode, error[0].split(":")[0], (folder / "Last" / "report.txt").exists())
    print(f"{name}: exit status {run.returncode}, {error[0]}; attachment of the second mail saved: {seen[name][2]}")
print("forward.eml:", Path("a-mail-attached/Forwarded/forward.eml").stat().st_size, "octets")
sys.exit(
    seen
    != {
        "nothing odd": (0, "", True),
        "a mail attached": (1, "TypeError", False),
        "no subject": (1, "TypeError", False),
        "Latin-1": (1, "UnicodeDecodeError", False),
    }
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
