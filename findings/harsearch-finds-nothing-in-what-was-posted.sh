#!/bin/bash
# harsearch: searches the text of requests where HAR has none, and answers in base64 without decoding them.
#
# Versions: harsearch 0.1.0 (PyPI), Python 3.11.
# Expected: HAR 1.2, "postData": what a request sends is in request.postData.text; "content" belongs to responses, and with "encoding": "base64" its
#   text is encoded so. The command offers "-req -text", "Search in content text", beside "-res -text".
# Seen: for a form with password=hunter2, "harsearch in.har hunter2 -req -text" finds nothing; the search looks for request.content. A response of
#   type application/json, which browsers export in base64 if it has octets that are no UTF-8 or as they please, is searched as base64: "secret" in
#   it is not found, "c2Vj" is. In a response without encoding it is found.
# Why it matters: HAR files are searched for passwords and tokens before they are passed on; the result "nothing" is wrong in the two places where
#   they stand.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check harsearch==0.1.0

cat > find.py <<'PY'
import base64
import json
import subprocess
import sys


def entry(content):
    post = {"mimeType": "application/x-www-form-urlencoded", "text": "user=jo&password=hunter2"}
    request = {"method": "POST", "url": "https://example.org/login", "headers": [], "postData": post}
    return {"request": request, "response": {"status": 200, "headers": [], "content": content}}


def search(pattern, where):
    command = ["venv/bin/harsearch", "in.har", pattern, where, "-text"]
    return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.count("URL: https://example.org/login")


text = '{"token": "secret"}'
plain = {"mimeType": "application/json", "text": text}
encoded = {"mimeType": "application/json", "encoding": "base64", "text": base64.b64encode(text.encode()).decode()}
seen = []
for what, content in {"plain": plain, "base64": encoded}.items():
    with open("in.har", "w") as file:
        json.dump({"log": {"version": "1.2", "creator": {"name": "a", "version": "1"}, "entries": [entry(content)]}}, file)
    seen.append((search("hunter2", "-req"), search("secret", "-res")))
    print(f"{what}: 'hunter2' in the request is found {seen[-1][0]} times, 'secret' in the response {seen[-1][1]} times")
sys.exit(seen != [(0, 1), (0, 0)])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
