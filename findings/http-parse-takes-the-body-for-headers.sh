#!/bin/bash
# http-parse: in a request as HTTP has it there is no body; what it holds is found among the headers.
#
# Versions: http-parse 0.1.5 (PyPI), h11 0.16.0 to compare with, Python 3.11.
# Expected: RFC 9112, section 2.1: lines end with CR LF, and an empty line, CR LF too, stands between the headers and the body. parse() takes a "Raw
#   HTTP request string" and gives "headers", "body" and "http_version".
# Seen: only two bare line feeds end the headers. From a POST with the JSON {"time": "12:30"} the body is "", and there is a header '{"time"' with
#   the value '"12:30"}'. The version is "HTTP/1.1\r". With bare line feeds everything is right.
# Why it matters: nothing that came from a socket has bare line feeds; each form, JSON and upload is empty, and a body with a line "Host: ..."
#   replaces the header.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check http-parse==0.1.5 h11==0.16.0

cat > find.py <<'PY'
import sys

import h11
import http_parse

body = '{"time": "12:30"}'
raw = f"POST /x HTTP/1.1\r\nHost: example.org\r\nContent-Length: {len(body)}\r\n\r\n{body}"
server = h11.Connection(h11.SERVER)
server.receive_data(raw.encode())
events = [server.next_event(), server.next_event()]
print("h11:", [(bytes(name), bytes(value)) for name, value in events[0].headers], bytes(events[1].data))
request = http_parse.parse(raw)
print("http-parse:", repr(request.http_version), request.headers, repr(request.body))
bare = http_parse.parse(raw.replace("\r", ""))
print("with bare line feeds:", repr(bare.http_version), bare.headers, repr(bare.body))
headers = {"Host": "example.org", "Content-Length": "17"}
as_stated = (request.http_version, request.headers, request.body) == ("HTTP/1.1\r", {**headers, '{"time"': '"12:30"}'}, "")
as_stated = as_stated and (bare.http_version, bare.headers, bare.body) == ("HTTP/1.1", headers, body)
sys.exit(not as_stated or bytes(events[1].data) != body.encode())
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
