#!/bin/bash
# k3httpmultipart: names of fields and files are written without quotation marks, so that readers lose the file, or keep its first word.
#
# Versions: k3httpmultipart 0.1.9, multipart 2.0.1 and requests 2.34.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 7578, section 4.2, and RFC 2183, section 2: name and filename are parameters, whose values are tokens or quoted strings; a
#   token has no blank, ";", "(", "," or "=". The documentation: name is "a string that represents field's name", and file_name has no limits
#   either.
# Seen: 'Content-Disposition: form-data; name=my file; filename=annual report.pdf'. The email package of Python and multipart read this as the
#   field "my" with the file "annual", and "report (final); 2026.pdf" as "report". What requests sends for the same names comes through.
# Why it matters: names of files have blanks and parentheses more often than not; the server sees another name, without its ending, and does
#   not find the field. Write the quotation marks into the names oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check k3httpmultipart==0.1.9 multipart==2.0.1 requests==2.34.2

cat > find.py <<'PY'
import email
import email.policy
import io
import sys

import k3httpmultipart
import multipart
import requests

NAMES = (("file", "report.pdf"), ("my file", "annual report.pdf"), ("file", "report (final); 2026.pdf"))


def by_email(content_type, body):
    message = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP)
    (part,) = message.iter_parts()
    return part["Content-Disposition"].params.get("name"), part.get_filename()


def by_multipart(content_type, body):
    boundary = multipart.parse_options_header(content_type)[1]["boundary"]
    try:
        (part,) = multipart.MultipartParser(io.BytesIO(body), boundary)
    except (multipart.MultipartError, ValueError) as error:
        return type(error).__name__
    return part.name, part.filename


seen = {}
for name, filename in NAMES:
    request = requests.Request("POST", "http://localhost/", files={name: (filename, b"hello")}).prepare()
    right = by_email(request.headers["Content-Type"], request.body), by_multipart(request.headers["Content-Type"], request.body)
    writer = k3httpmultipart.Multipart()
    fields = [{"name": name, "value": ["hello", None, filename]}]
    content_type = writer.make_headers(fields)["Content-Type"]
    body = b"".join(writer.make_body_reader(fields))
    seen[name, filename] = by_email(content_type, body), by_multipart(content_type, body)
    print(body.split(b"\r\n")[1].decode())
    print(f"  read by email: {seen[name, filename][0]}, by multipart: {seen[name, filename][1]}; of requests: {right[0]}, {right[1]}")
    if right != ((name, filename), (name, filename)):
        sys.exit("what requests writes is not read")
short = {"file": "file", "my file": "my"}
cut = {"report.pdf": "report.pdf", "annual report.pdf": "annual", "report (final); 2026.pdf": "report"}
sys.exit(any(result != ((short[name], cut[filename]),) * 2 for (name, filename), result in seen.items()))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
