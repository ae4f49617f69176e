#!/bin/bash
# pyheaderparse: the headers that it gives "in a format suitable for requests" hold the text of Python's dictionaries instead of header values.
#
# Versions: pyheaderparse 1.0.7 (PyPI), requests 2.34.2, Python 3.11.
# Expected: its documentation: parse a browser's headers, and to_requests_headers() is for the requests library; to_raw() gives "raw format" back.
#   RFC 9110, sections 12.5.1 and 12.5.4, and RFC 9111, section 5.2: what Accept, Accept-Language and Cache-Control look like. RFC 9110, section
#   5.6.4: a semicolon inside a quoted string separates nothing.
# Seen: requests sends "accept: {'type': 'text/html', 'q': 1.0}, {'type': ...", "cache-control: {'max-age': 60, 'public': True}", "priority: {'u':
#   '1', ...", and "sec-ch-ua-mobile: False" for "?0". to_raw() is the same. A Content-Disposition with filename="a; b.txt" becomes 'filename="a'
#   and "b.txt".
# Why it matters: who copies a browser's request, which is what the package is for, sends what no server reads: another language, another format,
#   and with some servers an error 400. Take get() for single values and write the headers oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyheaderparse==1.0.7 requests==2.34.2

cat > find.py <<'PY'
import http.server
import sys
import threading

import requests
from parser_header import HeaderParser

RAW = """accept: text/html, */*;q=0.8
accept-language: de, en;q=0.5
accept-encoding: identity
cache-control: max-age=60, public
priority: u=1, i
sec-ch-ua-mobile: ?0
user-agent: example/1.0
"""
received = {}


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        received.update((name.lower(), value) for name, value in self.headers.items())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
parser = HeaderParser(RAW)
with requests.Session() as session:
    session.trust_env = False
    session.get(f"http://127.0.0.1:{server.server_port}/", headers=parser.to_requests_headers(), timeout=20)
changed = {}
for line in RAW.splitlines():
    name, value = line.split(": ", 1)
    print(f"{name}: {value} -> {received.get(name)}")
    if received.get(name) != value:
        changed[name] = received.get(name)
raw = parser.to_raw()
disposition = HeaderParser('content-disposition: attachment; filename="a; b.txt"\n')["content-disposition"]
print(disposition)
expected = {
    "accept": "{'type': 'text/html', 'q': 1.0}, {'type': '*/*', 'q': 0.8}",
    "accept-language": "{'lang': 'de', 'q': 1.0}, {'lang': 'en', 'q': 0.5}",
    "cache-control": "{'max-age': 60, 'public': True}",
    "priority": "{'u': '1', 'i': True}",
    "sec-ch-ua-mobile": "False",
}
same = changed == expected and "accept: {'type': 'text/html', 'q': 1.0}" in raw and disposition.params == {"filename": "a"}
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
