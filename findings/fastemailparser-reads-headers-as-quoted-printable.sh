#!/bin/bash
# fastemailparser: headers are decoded as if they were a quoted-printable body, so the subject "order id=2026" becomes "order id 26" and an encoded one
# takes the next line of the header in; encoded subjects and bodies themselves stay encoded.
#
# Versions: fastemailparser 0.2.2 (PyPI), Python 3.11, whose email package is the other reader.
# Expected: RFC 2045, section 6.7: quoted-printable is an encoding of bodies, where Content-Transfer-Encoding says so. RFC 2047, section 2: a header may
#   have words such as "=?utf-8?q?Gr=C3=BC=C3=9Fe?="; RFC 5322, section 2.2: everything else in a header is as it stands. "Very fast email parsing tool
#   ... retrieve headers".
# Seen: parse_headers() and Email.outer_headers of the subject "order id=2026" say "order id 26" ("=20" is a blank), of "a=3Db" "a=b". Of
#   "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" at the end of its line the subject is "=?utf-8?q?Gr\u00fc\u00dfe?MIME-Version: 1.0": the last "=" and the line end are
#   taken for a soft line break. The body "see https://example.org/?id=2026" is right; one in quoted-printable or in base64, which says so, is returned
#   as it came.
# Why it matters: order numbers and links in subjects are changed, mails in any other language than English have no subject, and the text of those
#   cannot be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fastemailparser==0.2.2

cat > find.py <<'PY'
import base64
import email
import email.policy
import sys

import emailparser


def mail(subject, encoding, body):
    return (
        f"Date: Mon, 30 Nov 2026 10:00:00 +0000\nFrom: Jo <jo@example.org>\nTo: ann@example.org\nSubject: {subject}\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}\n"
    )


LINK = "see https://example.org/?id=2026"
CODED = "=?utf-8?q?Gr=C3=BC=C3=9Fe?="
CASES = [
    (mail("hello", "7bit", LINK), "hello", LINK),
    (mail("order id=2026", "7bit", LINK), "order id 26", LINK),
    (mail("a=3Db", "7bit", LINK), "a=b", LINK),
    (mail(CODED, "quoted-printable", "gr=C3=BCn"), "=?utf-8?q?Gr\u00fc\u00dfe?MIME-Version: 1.0", "gr=C3=BCn"),
    (mail("hello", "base64", base64.b64encode(b"hello").decode()), "hello", "aGVsbG8="),
]
wrong = False
for text, subject, body in CASES:
    parsed = emailparser.Email(text.encode())
    mine = (parsed.outer_headers["subject"], "".join(parsed).strip())
    right = email.message_from_string(text, policy=email.policy.default)
    print(f"fastemailparser {mine}, email {(right['Subject'], right.get_content().strip())}")
    wrong |= mine != (subject, body) or emailparser.parse_headers(text)["subject"] != subject
sys.exit(wrong)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
