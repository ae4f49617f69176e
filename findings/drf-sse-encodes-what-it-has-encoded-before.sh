#!/bin/bash
# drf-sse: in the mode that adds up the text, base64 is made of the base64 of all the events before, so that the reader has to decode the third one thrice.
#
# Versions: drf-sse 1.0.1, Django 5.2.8 and djangorestframework 3.16.1, which it needs (PyPI), Python 3.11.
# Expected: its documentation has two settings, SSE_RESPONSE_MODE = 'add' and SSE_ENCODE_BASE64 = True, and a page that shows atob(event.data): the
#   data decoded once is the text so far, as in the same mode without base64.
# Seen: of "Hello", "world", "again" the three events decode to " Hello", "IEhlbGxv world" and "SUVobGJHeHYgd29ybGQ= again": the text before is replaced by its
#   encoded form, once more with each event. Without base64 they are " Hello", " Hello world", " Hello world again". The size grows by a third
#   each time: the thirtieth event for thirty words of five letters is over 100 000 octets long.
# Why it matters: the page shows garbage from the second word on, and an answer of a few hundred words fills the memory. Use mode 'chunk' with base64.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check drf-sse==1.0.1 django==5.2.8 djangorestframework==3.16.1

cat > find.py <<'PY'
import base64
import sys

import django
from django.conf import settings

settings.configure()
django.setup()

from drf_sse.responses import SSEResponse  # noqa: E402


def data(words, **options):
    events = [event.decode() for event in SSEResponse(words, **options)]
    return [event.split("data: ", 1)[1].rstrip("\n") for event in events[:-1]]  # the last one is "end"


WORDS = ["Hello", "world", "again"]
plain = data(WORDS, mode="add", encode=False)
once = [base64.b64decode(text).decode() for text in data(WORDS, mode="add", encode=True)]
chunks = [base64.b64decode(text).decode() for text in data(WORDS, mode="chunk", encode=True)]
size = len(data(["words"] * 30, mode="add", encode=True)[-1])
print(f"add, without base64: {plain}")
print(f"add, with base64, decoded once: {once}")
print(f"chunk, with base64, decoded once: {chunks}")
print(f"thirtieth event of thirty words: {size} octets with base64, {len(data(['words'] * 30, mode='add', encode=False)[-1])} without")
sys.exit(
    plain != [" Hello", " Hello world", " Hello world again"]
    or once != [" Hello", "IEhlbGxv world", "SUVobGJHeHYgd29ybGQ= again"]
    or chunks != WORDS
    or size < 100_000
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
