#!/bin/bash
# curl-to-json: a command that posts a form becomes a GET, the password is sent as "b'...'", and JSON is an error unless its header is spelt in one
# way.
#
# Versions: curl-to-json 0.1.0 (PyPI), curl, Python 3.11.
# Expected: curl(1): -d "Sends the specified data in a POST request"; -u sends "Authorization: Basic" with the base64 of user and password (RFC
#   7617, section 2); names of headers are case-insensitive (RFC 9110, section 5.1), and media types have parameters (section 8.3). The package is
#   to "Convert curl command to json data".
# Seen: "curl -d a=1 URL" has the request "get". "curl -u jo:secret URL" has the header "Authorization: Basic b'am86c2VjcmV0'". With -d '{"a": 1}'
#   and "content-type: application/json" or "Content-Type: application/json; charset=utf-8" there is a ValueError or TypeError; only "Content-Type:
#   application/json" is understood.
# Why it matters: what is sent according to the JSON is another request: no form arrives, and logging in fails. Browsers copy commands with
#   "content-type" in small letters.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v curl >/dev/null || { echo "this one needs curl"; exit 2; }
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check curl-to-json==0.1.0

cat > find.py <<'PY'
import http.server
import shlex
import subprocess
import sys
import threading

import curl_to_json


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append((self.command.lower(), self.headers.get("Authorization")))
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *args):
        pass


seen, read = [], []
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}/"
for options in (
    "-d a=1",
    "-u jo:secret",
    """-H 'Content-Type: application/json' -X POST -d '{"a": 1}'""",
    """-H 'content-type: application/json' -X POST -d '{"a": 1}'""",
    """-H 'Content-Type: application/json; charset=utf-8' -X POST -d '{"a": 1}'""",
):
    command = f"curl {options} {url}"
    subprocess.run(shlex.split(command) + ["-s", "-m", "20"], check=True)
    try:
        result = curl_to_json.parse(command)
        read.append((result["request"], result["headers"].get("Authorization")))
    except Exception as error:
        read.append(type(error).__name__)
    print(f"curl {options}: sent {seen[-1]}, converted {read[-1]}")
basic = "Basic am86c2VjcmV0"
as_stated = seen == [("post", None), ("get", basic), ("post", None), ("post", None), ("post", None)]
sys.exit(not as_stated or read != [("get", None), ("get", "Basic b'am86c2VjcmV0'"), ("post", None), "ValueError", "TypeError"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
