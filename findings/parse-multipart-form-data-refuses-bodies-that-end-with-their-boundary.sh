#!/bin/bash
# parse-multipart-form-data: a body without a line break behind its last boundary is refused after its files have been given out, and a
#   boundary with a blank behind it is not seen.
#
# Versions: parse-multipart-form-data 0.1.0a0, k3httpmultipart 0.1.9 as a writer, multipart 2.0.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 2046, section 5.1.1: multipart-body := [preamble CRLF] dash-boundary transport-padding CRLF body-part *encapsulation
#   close-delimiter transport-padding [CRLF epilogue]: the CRLF at the end belongs to an epilogue and may be missing, and receivers must
#   handle padding, which is blanks.
# Seen: for a body without the last two octets, as k3httpmultipart writes it, the file gets the line break and the boundary itself at its end,
#   and then ValueError is raised, "multipart body ended before its boundary". With one blank behind the first boundary no file is found, and
#   no error is raised. With a CRLF at the end, and no blank, all is right. multipart reads what lacks the line break, too.
# Why it matters: an upload that other servers take fails, and who stores events as they come has a file with a boundary in it. Add a CRLF to
#   the stream.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check parse-multipart-form-data==0.1.0a0 k3httpmultipart==0.1.9 multipart==2.0.1

cat > find.py <<'PY'
import io
import sys

import k3httpmultipart
import multipart
from parse_multipart_form_data import PartBegin, PartData, PartEnd, parse_multipart_form_data


def by_this(content_type, body):
    events = []
    try:
        for event in parse_multipart_form_data(content_type, [body]):
            if isinstance(event, PartBegin):
                events.append(event.filename)
            elif isinstance(event, PartData):
                events.append(event.data)
            elif isinstance(event, PartEnd):
                events.append("end")
    except ValueError as error:
        events.append(f"ValueError: {error}")
    return events


def by_multipart(content_type, body):
    boundary = multipart.parse_options_header(content_type)[1]["boundary"]
    return [(part.filename, part.raw) for part in multipart.MultipartParser(io.BytesIO(body), boundary)]


writer = k3httpmultipart.Multipart()
fields = [{"name": "file", "value": ["first\r\nlast", None, "a.txt"]}]
content_type = writer.make_headers(fields)["Content-Type"]
body = b"".join(writer.make_body_reader(fields))
padded = body.replace(b"\r\n", b" \r\n", 1) + b"\r\n"
seen = {}
for what, octets in (("with a line break at the end", body + b"\r\n"), ("without", body), ("with a blank behind the first boundary", padded)):
    seen[what] = by_this(content_type, octets)
    other = by_multipart(content_type, octets if what != "with a blank behind the first boundary" else body)
    print(f"{what}: {seen[what]}; by multipart: {other}")
boundary = b"--" + writer.boundary.encode() + b"--"
error = "ValueError: multipart body ended before its boundary"
right = ["a.txt", b"first\r\n", b"last", "end"]
sys.exit(list(seen.values()) != [right, ["a.txt", b"first\r\n", b"last\r\n", boundary, error], []])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
