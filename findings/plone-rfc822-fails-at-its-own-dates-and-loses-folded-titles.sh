#!/bin/bash
# plone.rfc822: reading back what it has written fails for each object with a date, a title with a backslash before an n is lost, and of a
# title by another program what stands behind the first encoded word.
#
# Versions: plone.rfc822 4.0.0 (PyPI), Python 3.11.
# Expected: its documentation: "RFC822 marshalling for zope.schema fields", and Date fields are among the supported ones. RFC 2047,
#   section 2 and 6.2: a header is text and encoded words, in any order, and all of it is the value. RFC 5322, section 2.2.3: a line that
#   is folded is the same header as without the fold.
# Seen: an object with a schema.Date makes "day: 2026-01-05"; initializeObjectFromSchema() of that raises AttributeError: 'str' object has
#   no attribute 'decode'. The title "Grüße C:\new" comes back as None, as its backslash and n become a line break. "title:
#   =?utf-8?q?Gr=C3=BC=C3=9Fe?= to all" gives "Grüße", "title: Re: =?utf-8?q?Gr=C3=BC=C3=9Fe?=" gives "Re: ", and a title that is folded
#   gives None. Python's email.policy.default reads all of them.
# Why it matters: contents are edited and moved by WebDAV in this form, with programs that fold headers and write encoded words as they
#   like. What is saved then has half of a title, or none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check plone.rfc822==4.0.0

cat > find.py <<'PY'
import datetime
import email
import email.policy
import sys

from plone.rfc822 import constructMessageFromSchema, initializeObjectFromSchema
from plone.rfc822.defaultfields import DateMarshaler, UnicodeValueFieldMarshaler
from zope import schema
from zope.component import provideAdapter
from zope.interface import Interface, implementer
from zope.schema.interfaces import IDate, IFromUnicode

provideAdapter(UnicodeValueFieldMarshaler, adapts=(Interface, IFromUnicode))
provideAdapter(DateMarshaler, adapts=(Interface, IDate))


class ITitled(Interface):
    title = schema.TextLine(title="Title")


class IDated(Interface):
    day = schema.Date(title="Day")


@implementer(ITitled, IDated)
class Content:
    title = day = None


def titled(text):
    content = Content()
    initializeObjectFromSchema(content, ITitled, email.message_from_string(text))
    return content.title


content = Content()
content.day = datetime.date(2026, 1, 5)
written = constructMessageFromSchema(content, IDated).as_string()
try:
    initializeObjectFromSchema(Content(), IDated, email.message_from_string(written))
    dated = "read"
except AttributeError as error:
    dated = str(error)
print(f"{written.strip()}: {dated}")
content.title = "Grüße C:\\new"
seen = []
for text in (
    "title: plain\n\n",
    constructMessageFromSchema(content, ITitled).as_string(),
    "title: =?utf-8?q?Gr=C3=BC=C3=9Fe?= to all\n\n",
    "title: Re: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\n",
    "title: a title that\n is folded\n\n",
):
    right = email.message_from_string(text, policy=email.policy.default)["title"]
    seen.append(titled(text))
    print(f"{text.strip()!r}: {seen[-1]!r}; Python: {right!r}")
sys.exit(dated != "'str' object has no attribute 'decode'" or seen != ["plain", None, "Grüße", "Re: ", None])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
