#!/bin/bash
# formbox: a thread with one sender whose name is in plain ASCII cannot be formatted at all; with an encoded name it works.
#
# Versions: formbox 1.0.0, mistune 3.1.4, nh3 0.3.2 (PyPI), Python 3.11.
# Expected: RFC 5322, section 3.6.2: From is "Jo Doe <jo@example.org>" for a name in ASCII; encoded words (RFC 2047, section 5) are for other
#   characters. formbox formats a "mailbox as HTML/XML", with {author}, the name of the sender, in its template. Python's decode_header()
#   is documented to return strings for a header without encoded words.
# Seen: AttributeError: 'str' object has no attribute 'decode', and no output. The same mail from "=?utf-8?q?J=C3=B6?= <jo@example.org>" is
#   formatted.
# Why it matters: comments on a page come from a mailing list; the first one by a person with a plain name stops the building of the page.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check formbox==1.0.0 mistune==3.1.4 nh3==0.3.2

mail() {
    echo "From MAILER Thu Jan  1 00:00:00 2026"
    echo "From: $1"
    printf 'To: list@example.org\nMessage-ID: <2@example.org>\nIn-Reply-To: <1@example.org>\nSubject: Re: a\n'
    printf 'Date: Thu, 1 Jan 2026 12:00:00 +0000\nContent-Type: text/plain\n\nHello\n'
}
printf '{author}: {body}' > template
for from in '=?utf-8?q?J=C3=B6?= <jo@example.org>' 'Jo Doe <jo@example.org>'; do
    mail "$from" > mbox
    echo "$from"
    timeout 30 venv/bin/formbox mbox '<1@example.org>' template >out 2>err || tail -n 1 err | cut -d. -f1
    cat out
done | tee seen
cat > expected <<'TEXT'
=?utf-8?q?J=C3=B6?= <jo@example.org>
Jö: <p>Hello</p>
Jo Doe <jo@example.org>
AttributeError: 'str' object has no attribute 'decode'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
