#!/bin/bash
# content-negotiation: a blank behind a comma or a semicolon is taken for a part of the name. The Accept header of the RFC gets the type it wants least or
# none, its Accept-Language no language.
#
# Versions: content-negotiation 2.0.1 and 2.1.4 (PyPI, 2.1.4 asks for Python 3.12 and is loaded here without asking), werkzeug 3.1.3 to compare with,
#   Python 3.11.
# Expected: RFC 9110, section 12.5.1: "Accept = #( media-range [ weight ] )" and its example "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c",
#   of which text/html is preferred. Section 12.4.2: "weight = OWS ";" OWS "q=" qvalue". Section 12.5.4: "da, en-gb;q=0.8, en;q=0.7" means "I prefer Danish,
#   but will accept British English and other types of English". The README shows "text/plain, text/*;q=0.8", with a blank, too.
# Seen: decide_content_type() with that header chooses text/plain from [text/html, text/plain]: " q=0.5" is no weight for it, and " text/html" another
#   type than "text/html". From [text/html] alone: NoAgreeableContentTypeError. decide_language() from [en-gb, en]: NoAgreeableLanguageError. With the
#   blanks taken out all three are right.
# Why it matters: most clients write these blanks (curl users, Java, .NET, fetch() with several values). They get the wrong form of the document or a 406.
#   Take the blanks out before you pass the header on.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check content-negotiation==2.0.1 werkzeug==3.1.3
timeout 60 venv/bin/pip install -qq --disable-pip-version-check --no-deps --target new --ignore-requires-python content-negotiation==2.1.4

cat > find.py <<'PY'
import sys

if sys.argv[1:]:
    sys.path.insert(0, sys.argv[1])
import content_negotiation
from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

ACCEPT = "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c"
LANGUAGE = "da, en-gb;q=0.8, en;q=0.7"
print("loaded from", "new (2.1.4)" if "new" in content_negotiation.__file__ else "2.0.1")


def ask(function, header, offers):
    try:
        return function([header], offers)
    except Exception as error:
        return type(error).__name__


bad = False
for header, offers, function, kind, seen in (
    (ACCEPT, ["text/html", "text/plain"], content_negotiation.decide_content_type, MIMEAccept, "text/plain"),
    (ACCEPT, ["text/html"], content_negotiation.decide_content_type, MIMEAccept, "NoAgreeableContentTypeError"),
    (LANGUAGE, ["en-gb", "en"], content_negotiation.decide_language, LanguageAccept, "NoAgreeableLanguageError"),
):
    mine = ask(function, header, offers)
    short = ask(function, header.replace(" ", ""), offers)
    other = parse_accept_header(header, kind).best_match(offers)
    print(f"{header!r} from {offers}: {mine}; without blanks: {short}; werkzeug: {other}")
    bad |= mine != seen or short != other or other != offers[0]
sys.exit(bad)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
timeout 60 venv/bin/python find.py new || { echo "CHANGED: see above"; exit 1; }
