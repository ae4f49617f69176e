#!/bin/bash
# gemmail-python, mail of the Misfin protocol: no mail that came over the wire can be parsed, and a mailbox with "Note: ..." in a mail cannot be
# read.
#
# Versions: gemmail-python 1.0.32 (PyPI), Python 3.11.
# Expected: its documentation: "parseGemMail_C(gemmail_c_text) - parses the text in Misfin(C) format", "GemMail() - creates an empty GemMail"; a
#   gembox holds mails, whose metadata ends at the line with "#", and string() of a GemBox is read by parseGemBox(). Gemtext, "Link lines": "=> URL
#   text".
# Seen: parseGemMail_C(), parseGemMail_B() and GemMail() raise TypeError "missing 1 required positional argument: 'ID'", for any text. What
#   GemBox.string() wrote: with a line "Note: see you" in the mail, parseGemBox() raises "Unable to parse date string 'see'", since it is taken for
#   a tag; "Recipients: x" adds a recipient; a line that begins with "[" ends the mail, and the rest is another. A link loses its address, and has
#   the first word of its text, "=> page", in its place.
# Why it matters: a client or server of Misfin, which is TLS with client certificates, receives nothing with it, and its mailboxes break at ordinary
#   words. Build GemMail(None) oneself, and keep each mail in a file of its own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check gemmail-python==1.0.32

cat > find.py <<'PY'
import sys

from gemmail_python import GemBox, GemMail, parseGemBox, parseGemMail_B, parseGemMail_C


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


wire_c = "jo@example.org Jo\nyou@example.org\n2026-11-30T08:26:32Z\n# Subject\nText\n"
wire_b = "< jo@example.org Jo\n: you@example.org\n@ 2026-11-30T08:26:32Z\n# Subject\nText\n"
from_wire = [attempt(parseGemMail_C, wire_c), attempt(parseGemMail_B, wire_b), attempt(GemMail)]
print(from_wire)


def there_and_back(line):
    mail = GemMail("1")
    mail.appendSender("jo@example.org", "Jo")
    mail.addReceiver("you@example.org")
    mail.setGemtextBody(f"# Subject\n{line}\n")
    box = GemBox("box")
    box.appendGemMail(mail)
    result = attempt(parseGemBox, "box", box.string())
    if isinstance(result, str):
        return result
    return [(list(mail.Receivers), mail.GemText.string().splitlines()[1:]) for mail in result.Mails]


seen = {}
for line in ("Text", "Note: see you", "Recipients: x", "[1] a footnote", "=> gemini://example.org/ page"):
    seen[line] = there_and_back(line)
    print(f"{line!r}: {seen[line]}")
you = ["you@example.org"]
right = [
    [(you, ["Text"])],
    "ParseError: Unable to parse date string 'see'",
    [(you + ["x"], ["Recipients: x"])],
]
same = all("missing 1 required positional argument: 'ID'" in text for text in from_wire) and list(seen.values())[:3] == right
sys.exit(not same or len(seen["[1] a footnote"]) != 2 or [line.strip() for line in list(seen.values())[4][0][1]] != ["=> page"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
