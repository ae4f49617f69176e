#!/bin/bash
# multipart-decoder: of several files of one field the last remains, texts lose the blanks at their ends, and a field may get the name of its
#   file.
#
# Versions: multipart-decoder 1.0.0, multipart 2.0.1 and requests 2.34.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 7578, section 4.3: several files for one field are sent as parts with the same name, as browsers do for <input type=file
#   multiple>; section 5.2: the order of parts has a meaning and same names may be repeated. Section 4.2: the parameter filename may be given
#   beside name, in no special order.
# Seen: for two files and two values of one name each, the result has b.txt and "2" alone. "  x = 1\n" comes as "x = 1". A part whose header
#   says filename="a.txt"; name="file" is the field "a.txt". A file input that was left empty, filename="", is a text field. multipart reads
#   all of it.
# Why it matters: photos, attachments and lists of check boxes are lost without a word, and code and keys change when they are pasted into a
#   form. Use requests_toolbelt, which it is built upon and which keeps all parts.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check multipart-decoder==1.0.0 multipart==2.0.1 requests==2.34.2

cat > find.py <<'PY'
import base64
import io
import sys

import multipart
import requests
from multipart_decoder import MultipartFormParser


def by_multipart(content_type, body):
    boundary = multipart.parse_options_header(content_type)[1]["boundary"]
    return [(part.name, part.filename, part.raw) for part in multipart.MultipartParser(io.BytesIO(body), boundary)]


def show(content_type, body):
    result = MultipartFormParser(base64.b64encode(body), content_type)
    files = {name: (value["filename"], value["content"]) for name, value in result["files"].items()}
    print(f"multipart-decoder: fields {result['fields']}, files {files}")
    print(f"  multipart: {by_multipart(content_type, body)}")
    return result["fields"], files


parts = [
    ("file", ("a.txt", b"A")),
    ("file", ("b.txt", b"B")),
    ("day", (None, "1")),
    ("day", (None, "2")),
    ("code", (None, "  x = 1\n")),
]
request = requests.Request("POST", "http://localhost/", files=parts).prepare()
first = show(request.headers["Content-Type"], request.body)
turned = b'--b\r\nContent-Disposition: form-data; filename="a.txt"; name="file"\r\n\r\nA\r\n'
turned += b'--b\r\nContent-Disposition: form-data; name="photo"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n'
second = show("multipart/form-data; boundary=b", turned)
expected_first = {"day": "2", "code": "x = 1"}, {"file": ("b.txt", b"B")}
expected_second = {"photo": ""}, {"a.txt": ("a.txt", b"A")}
sys.exit(first != expected_first or second != expected_second)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
