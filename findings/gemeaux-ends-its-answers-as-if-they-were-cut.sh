#!/bin/bash
# gemeaux, a Gemini server: no answer ends with close_notify, and requests that come in two parts, or with an IPv6 address, get none at all.
#
# Versions: gemeaux 0.0.3 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: the Gemini specification, section 1.1: servers MUST send close_notify before they close behind a complete response, which tells it from
#   one that was cut off (RFC 8446, section 6.1, has it for everybody). Section 2: a request is one line that ends in CRLF; TLS and TCP are
#   streams, and nothing says that a line comes in one record. RFC 3986, section 3.2.2: an IPv6 address in a URL is in brackets.
# Seen: the socket is closed without unwrap(): each answer ends in UNEXPECTED_EOF_WHILE_READING for a client that does not overlook that. A
#   request is what the first read gives; where URL and CRLF come in two records, the connection is closed without an answer, and so it is for
#   "gemini://[::1]:1965/", which is taken apart at every colon.
# Why it matters: a client that keeps to the specification throws every page away, or marks it as incomplete. An interactive client that
#   sends line and line end by themselves gets nothing.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check gemeaux==0.0.3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
port=$(python3 -c 'import socket; sock = socket.socket(); sock.bind(("127.0.0.1", 0)); print(sock.getsockname()[1])')
cat > serve.py <<'PY'
import sys

from gemeaux import App, TextResponse


class Config:
    ip, port, certfile, keyfile, nb_connections = "127.0.0.1", int(sys.argv[1]), "cert.pem", "key.pem", 5


App({"": TextResponse(body="hello")}, Config()).run()
PY
venv/bin/python serve.py "$port" >server.log 2>&1 &
server=$!

cat > find.py <<'PY'
import socket
import ssl
import sys
import time

PORT = int(sys.argv[1])
context = ssl.create_default_context(cafile="cert.pem")
context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # set by some versions of Python 3.11


def connect():
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", PORT))
        except ConnectionRefusedError:
            time.sleep(0.1)


def ask(*parts):
    with context.wrap_socket(connect(), server_hostname="localhost", suppress_ragged_eofs=False) as sock:
        for part in parts:
            sock.sendall(part)
            time.sleep(0.2)
        answer = b""
        try:
            while data := sock.recv(1000):
                answer += data
            end = "close_notify"
        except ssl.SSLError as error:
            end = error.reason
        print(*parts, "->", answer, end)
        return answer[:2].decode(), end


url = b"gemini://localhost:%d/" % PORT
seen = [ask(url + b"\r\n"), ask(url, b"\r\n"), ask(b"gemini://[::1]:%d/\r\n" % PORT)]
cut = "UNEXPECTED_EOF_WHILE_READING"
sys.exit(seen != [("20", cut), ("", cut), ("", cut)])
PY
venv/bin/python find.py "$port" || { echo "CHANGED: see above"; exit 1; }
