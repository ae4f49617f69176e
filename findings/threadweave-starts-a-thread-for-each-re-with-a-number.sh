#!/bin/bash
# threadweave: an answer with the subject "Re[2]: ..." does not belong to its thread, one from a list with "[list] Re: ..." neither, and
# the address in a comment is taken for a mail.
#
# Versions: threadweave 0.1.0 (PyPI), Python 3.11.
# Expected: its documentation: "The canonical JWZ email message-threading algorithm with RFC 5322 identification-field parsing". That
#   algorithm groups by subjects without what stands for an answer at their beginning, and names "Re:", "RE:", "RE[5]:" and "Re: Re[4]:
#   Re:". RFC 5256, section 2.1, which makes a standard of it, takes away "[list]" at the beginning and "(fwd)" at the end too. RFC 5322,
#   section 3.6.4 and 3.2.2: comments in References and In-Reply-To mean nothing.
# Seen: with group_by_subject=True, "Hello" and "Re: Hello" are one thread, and so are "Hello" and "Re: Re: Hello". "Re[2]: Hello", "Re:
#   Re[4]: Re: Hello", "[list] Re: [list] Hello" behind "[list] Hello" and "Hello (fwd)" are threads of their own.
#   extract_reference_ids("(Jo Doe <jo@example.org>) <1@example.org>") is jo@example.org and 1@example.org.
# Why it matters: The Bat! and webmailers count answers like that, and lists put their names in front: an archive shows conversations in
#   pieces, and a mail of Jo as answer to a mail that does not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check threadweave==0.1.0

cat > find.py <<'PY'
import sys

from threadweave import Message, extract_reference_ids, thread_messages

PAIRS = [
    ("Hello", "Re: Hello", 1),
    ("Hello", "Re: Re: Hello", 1),
    ("Hello", "Re[2]: Hello", 2),
    ("Hello", "Re: Re[4]: Re: Hello", 2),
    ("[list] Hello", "[list] Re: [list] Hello", 2),
    ("Hello", "Hello (fwd)", 2),
]
seen = []
for first, second, _ in PAIRS:
    mails = [Message(message_id="1@example.org", subject=first), Message(message_id="2@example.org", subject=second)]
    seen.append(len(thread_messages(mails, group_by_subject=True)))
    print(f"{first!r} and {second!r}: threads {seen[-1]}")
found = extract_reference_ids("(Jo Doe <jo@example.org>) <1@example.org>")
print(f"references: {found}")
sys.exit(seen != [threads for *_, threads in PAIRS] or found != ["jo@example.org", "1@example.org"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
