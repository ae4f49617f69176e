#!/bin/bash
# eml2html: of pictures named "logo" and "logo2" the second becomes the first with a "2" behind its data; and attached photos are nowhere.
#
# Versions: eml2html 2.7.0 (PyPI), Python 3.11.
# Expected: RFC 2392, section 2: "cid:" refers to the part whose Content-ID is the whole of what follows, with the characters that a URL does not
#   allow written in percent signs. RFC 2183, section 2.2: an attachment is separate from the main body of the mail, whatever its type. The package
#   makes a self-contained HTML file, and lists the attachments, or stores "those that are no images" beside it.
# Seen: "cid:logo" is replaced wherever these letters are, and so "cid:logo2" gets the data of "logo" and a "2", which is no base64. "cid:a%40b"
#   stays a link to nothing although there is <a@b>. An attached photo.png is neither in the page nor in the list nor, with --extract-attachments,
#   in the folder; an a.pdf is.
# Why it matters: newsletters number their pictures, and from the tenth on they are broken; who archives mails this way loses each photo that
#   somebody attached, without a word.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check eml2html==2.7.0

cat > make.py <<'PY'
import email.message

PICTURE = b"\x89PNG\r\n\x1a\n"
mail = email.message.EmailMessage()
mail["From"] = "jo@example.org"
mail["Subject"] = "Photos"
mail.set_content("See the photos.")
images = "".join(f'<img src="cid:{name}">' for name in ("logo", "logo2", "a%40b"))
mail.add_alternative(f"<html><body><p>See</p>{images}</body></html>", subtype="html")
page = mail.get_payload()[1]
for name, data in {"logo": b"one", "logo2": b"two", "a@b": b"three"}.items():
    page.add_related(PICTURE + data, "image", "png", cid=f"<{name}>")
mail.add_attachment(PICTURE + b"a photo", "image", "png", filename="photo.png")
mail.add_attachment(b"%PDF", "application", "pdf", filename="a.pdf")
with open("in.eml", "wb") as file:
    file.write(bytes(mail))
PY
cat > find.py <<'PY'
import base64
import os
import re
import sys

with open("in.html", encoding="utf-8") as file:
    page = file.read()
sources = re.findall('<img src="(.*?)"', page)
seen = []
for name, source in zip(("logo", "logo2", "a%40b"), sources, strict=True):
    try:
        seen.append(base64.b64decode(source.split("base64,")[1], validate=True)[8:])
    except (IndexError, ValueError) as error:
        seen.append(f"{type(error).__name__} for {source[-20:]!r}")
    print(f"cid:{name} shows {seen[-1]}")
files = sorted(name for _, _, names in os.walk(".") for name in names if name.endswith((".png", ".pdf")) and "venv" not in name)
print("the page mentions photo.png:", "photo.png" in page, "- a.pdf:", "a.pdf" in page, "- files stored:", files)
as_stated = seen[0] == b"one" and str(seen[1]).startswith("Error") and sources[1] == sources[0] + "2" and str(seen[2]).startswith("IndexError")
sys.exit(not as_stated or "photo.png" in page or "a.pdf" not in page or "photo.png" in files)
PY
venv/bin/python make.py
timeout 30 venv/bin/eml2html --extract-attachments in.eml 2>log || cat log
cd "$work" && mkdir look && mv in.html look/ && find . -maxdepth 1 -type d -name 'in*' -exec mv {} look/ \;
cd look && ../venv/bin/python ../find.py || { echo "CHANGED: see above"; exit 1; }
