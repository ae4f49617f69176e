#!/bin/bash
# mllp-http: of its two commands http2mllp never starts, and mllp2http takes neither the API key nor the timeout as its help has it.
#
# Versions: mllp-http 1.1.4 (PyPI), Python 3.11.
# Expected: the package's README: "Convert MLLP to HTTP and vice versa", with "http2mllp mllp://localhost:2575" to be run like that. The help of mllp2http:
#   "environment variables: ... X-API-KEY - HTTP X-API-KEY header", and "--timeout: timeout in milliseconds".
# Seen: http2mllp ends in "'Namespace' object has no attribute 'mllp_keep_alive'", with its options as well.
#   mllp2http sends the header if the variable is called API_KEY, and not if it is X-API-KEY. With --timeout 500 it still takes an answer after three
#   seconds: what it hands to requests, which wants seconds, is the number of milliseconds.
# Why it matters: half of what the package is for cannot be had; and the default of 10,000 ms lets a hospital's sender wait for up to 2.8 hours.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mllp-http==1.1.4

cat > find.py <<'PY'
import http.server
import os
import socket
import subprocess
import sys
import threading
import time

MESSAGE = b"\x0bMSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r\x1c\r"
keys = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        keys.append(self.headers["X-API-KEY"])
        time.sleep(delay)
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ACK")

    def log_message(self, *_):
        pass


def send(environment, *options):
    """The answer to a message, through mllp2http with an environment, and how long it took."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{server.server_port}/"
    command = ["venv/bin/mllp2http", "-H", "127.0.0.1", "-p", str(port), *options, url]
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                sock = socket.create_connection(("127.0.0.1", port), timeout=20)
                break
            except OSError:
                time.sleep(0.1)
        with sock:
            start = time.monotonic()
            sock.sendall(MESSAGE)
            answer = b""
            while not answer.endswith(b"\x1c\r") and (piece := sock.recv(100)):
                answer += piece
            return answer, time.monotonic() - start
    finally:
        process.terminate()
        process.wait()


seen = []
for options in ([], ["--keep-alive", "1000", "--timeout", "1000"]):
    done = subprocess.run(["venv/bin/http2mllp", *options, "mllp://localhost:2575"], capture_output=True, text=True, timeout=20)
    seen.append((done.returncode, done.stderr.splitlines()[-1]))
    print(f"http2mllp {' '.join(options)}: exit code {done.returncode}, {seen[-1][1]}")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
delay = 0
answers = [send({name: "secret"})[0] for name in ("X-API-KEY", "API_KEY")]
print(f"mllp2http: answers {answers}, keys that arrive with X-API-KEY and with API_KEY set: {keys}")
delay = 3
answer, took = send({}, "--timeout", "500")
print(f"mllp2http --timeout 500, with a server that takes 3 seconds: {answer}, after {took:.0f} seconds")
error = (1, "AttributeError: 'Namespace' object has no attribute 'mllp_keep_alive'")
ack = b"\x0bACK\x1c\r"
sys.exit(not (seen == [error, error] and answers == [ack, ack] and keys[:2] == [None, "secret"] and answer == ack and took > 2.9))
PY
timeout 120 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
