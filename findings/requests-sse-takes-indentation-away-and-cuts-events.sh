#!/bin/bash
# requests-sse: all blanks at the start of data are taken away instead of one, and an event is cut in two when a CR LF of it is the 512th
#   octet of a read.
#
# Versions: requests-sse 0.5.3, requests 2.34.2, httpx-sse 0.4.3 to compare with (PyPI), Python 3.11; a server of the script's, over TLS.
# Expected: HTML, "Server-sent events", section 9.2.6: "If value starts with a U+0020 SPACE character, remove it from value", one. Lines end
#   in CR LF, LF or CR, wherever a record or a chunk ends; an event ends with an empty line.
# Seen: "data:     return x" is "return x" instead of "    return x". Events with CR LF that come in one piece: where the CR is the last of
#   the 512 octets that requests hands out and the LF the first of the next, iter_lines() makes an empty line of it, and the event is
#   dispatched with its first line of data; the others are the next event. With LF alone all comes. httpx-sse has all blanks but one, and
#   whole events.
# Why it matters: streamed source code, Markdown and YAML lose their indentation, which changes what they mean, and JSON that is written in
#   several lines of data breaks now and then, by its length.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check requests-sse==0.5.3 requests==2.34.2 httpx==0.28.1 httpx-sse==0.4.3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import http.server
import ssl
import sys
import threading

import httpx
import httpx_sse
from requests_sse import EventSource

END = "event: end\r\ndata: end\r\n\r\n"
STREAMS = {
    "/indented": "data: def f(x):\r\ndata:     return x\r\n\r\n" + END,
    # The first line of data ends with the 511th octet, its CR is the 512th.
    "/cut": "data: {" + "x" * 504 + "\r\ndata: }\r\n\r\n" + END,
    "/line-feeds": ("data: {" + "x" * 504 + "\r\ndata: }\r\n\r\n" + END).replace("\r", ""),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = STREAMS[self.path].encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def short(text):
    return text.replace("x" * 504, "(504 times x)")


def by_requests_sse(url):
    events = []
    with EventSource(url, timeout=10, verify="cert.pem") as source:
        for event in source:
            if event.data == "end":
                return events
            events.append(short(event.data))


def by_httpx_sse(url):
    with httpx.Client(verify=ssl.create_default_context(cafile="cert.pem"), trust_env=False) as client:
        with httpx_sse.connect_sse(client, "GET", url) as source:
            return [short(event.data) for event in source.iter_sse() if event.data != "end"]


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = {}
for path in STREAMS:
    url = f"https://localhost:{server.server_port}{path}"
    seen[path] = by_requests_sse(url), by_httpx_sse(url)
    print(f"{path}: requests-sse {seen[path][0]}, httpx-sse {seen[path][1]}")
whole = ["{(504 times x)\n}"]
expected = {
    "/indented": (["def f(x):\nreturn x"], ["def f(x):\n    return x"]),
    "/cut": (["{(504 times x)", "}"], whole),
    "/line-feeds": (whole, whole),
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
