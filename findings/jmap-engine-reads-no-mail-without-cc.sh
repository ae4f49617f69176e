#!/bin/bash
# jmap-engine: a mail that has no Cc is a TypeError, the text of all others is empty, and the time in a question is not one of JMAP.
#
# Versions: jmap-engine 0.3.0, with jmapc 0.4.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 8621, section 4.1.2.3: a header field in the form of addresses is null if it is not in the mail, so are cc, bcc, replyTo and sentAt,
#   inReplyTo and references in Email/get. Section 4.2: the text of a part is in bodyValues, under its partId. RFC 8620, section 1.4: a UTCDate is
#   "2014-10-30T06:12:00Z", in UTC, with the letter Z. jmap-engine's documentation: "RFC 8621 (JMAP Mail)", and
#   after=datetime.now() - timedelta(days=7).
# Seen: Email.from_dict() of such an answer raises "'NoneType' object is not iterable". With Cc, Bcc and Reply-To it returns a mail whose
#   get_text_content() is "". EmailQuery(after=...) gives "2026-11-23T10:00:00" for a time without a zone and "...+00:00" for one of UTC, never Z, so
#   servers answer invalidArguments. jmapc reads both mails and their texts, and writes "2026-11-23T10:00:00Z".
# Why it matters: most mails have no Cc. What the package offers as its object for a mail can be made for sending only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jmap-engine==0.3.0 jmapc==0.4.0

cat > find.py <<'PY'
import copy
import sys
from datetime import datetime, timezone

import jmap_engine
import jmapc

# An element of the list in an answer to Email/get, with fetchTextBodyValues.
FULL = {
    "id": "f123u457",
    "blobId": "b1",
    "threadId": "t1",
    "mailboxIds": {"m1": True},
    "keywords": {"$seen": True},
    "size": 100,
    "receivedAt": "2026-11-30T10:00:00Z",
    "messageId": ["1@example.org"],
    "inReplyTo": None,
    "references": None,
    "from": [{"name": "Al", "email": "al@example.net"}],
    "to": [{"name": None, "email": "jo@example.org"}],
    "cc": [{"name": None, "email": "cc@example.org"}],
    "bcc": [{"name": None, "email": "bcc@example.org"}],
    "replyTo": [{"name": None, "email": "al@example.net"}],
    "subject": "Hello",
    "sentAt": "2026-11-30T11:00:00+01:00",
    "textBody": [{"partId": "1", "blobId": "b2", "size": 10, "type": "text/plain", "charset": "utf-8"}],
    "bodyValues": {"1": {"value": "The text.", "isEncodingProblem": False, "isTruncated": False}},
}
USUAL = FULL | {"cc": None, "bcc": None, "replyTo": None}


def text(answer):
    try:
        return jmap_engine.Email.from_dict(copy.deepcopy(answer)).get_text_content()
    except TypeError as error:
        return str(error)


def right(answer):
    mail = jmapc.models.Email.from_dict(copy.deepcopy(answer))
    return mail.body_values[mail.text_body[0].part_id].value


seen = {name: text(answer) for name, answer in {"with Cc": FULL, "without Cc": USUAL}.items()}
for name, answer in {"with Cc": FULL, "without Cc": USUAL}.items():
    assert right(answer) == "The text."
    print(f"{name}: jmap-engine {seen[name]!r}; jmapc {right(answer)!r}")
moment = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
times = [jmap_engine.EmailQuery(after=when).to_dict()["after"] for when in (moment.replace(tzinfo=None), moment)]
other = jmapc.EmailQueryFilterCondition(after=moment).to_dict()["after"]
print(f"times: jmap-engine {times}; jmapc {other}")
expected = {"with Cc": "", "without Cc": "'NoneType' object is not iterable"}
sys.exit(seen != expected or times != ["2026-11-23T10:00:00", "2026-11-23T10:00:00+00:00"] or other != "2026-11-23T10:00:00Z")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
