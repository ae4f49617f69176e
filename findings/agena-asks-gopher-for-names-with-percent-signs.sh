#!/bin/bash
# agena, a proxy from Gemini to Gopher: "my file" is asked for as "my%20file", a page in Latin-1 is a host that cannot be reached, and searches are
# answered with nothing at all.
#
# Versions: agena 1.0.0 (PyPI), OpenSSL, Python 3.11.
# Expected: RFC 4266, section 2.1: in a gopher URL the selector is encoded with percent signs, and decoded before it is sent; section 2.2: the
#   search string likewise. Gemini specification: each request gets a header; a link line is "=>", the URL, a blank and its name, so that a URL has
#   no blank. agena's code tries "UTF-8" and "ISO-8859-1" in turn.
# Seen: gopher://host/0/my%20file sends the selector "/my%20file". A text in Latin-1 is tried twice as UTF-8 and answered with "43 Couldn't connect
#   to remote gopher host." A menu's link to "/my file" becomes "=> gopher://host/0/my file The file", which leads to "/my". For item type 7, a
#   search, the server is asked and the client gets no octet.
# Why it matters: Gopher holes are full of blanks and older encodings, and Veronica-2, the search engine, is item type 7; all of it looks broken,
#   and as if it were the other server's fault.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check agena==1.0.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost -days 30 2>openssl.log

cat > find.py <<'PY'
import socket
import socketserver
import ssl
import sys
import threading

import agena

FILES = {
    b"/text": b"hello\r\n",
    b"/latin-1": "Z\xfcrich\r\n".encode("latin-1"),
    b"/my file": b"found\r\n",
    b"/menu": b"0The file\t/my file\thost.example.org\t70\r\n.\r\n",
}
asked = []


class Gopher(socketserver.StreamRequestHandler):
    timeout = 20

    def handle(self):
        asked.append(self.rfile.readline().rstrip(b"\r\n"))
        self.wfile.write(FILES.get(asked[-1], b"3not found\t\terror.host\t1\r\n.\r\n"))


class Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True


gopher = Threads(("127.0.0.1", 0), Gopher)
agena._MODE, agena._QUIET = "tcp-ip", True  # as its main() does
agena.context.load_cert_chain("cert.pem", "key.pem")
proxy = Threads(("127.0.0.1", 0), agena.AgenaHandler)
for server in (gopher, proxy):
    threading.Thread(target=server.serve_forever, daemon=True).start()
context = ssl.create_default_context(cafile="cert.pem")
seen = {}
for path in ("/0/text", "/0/my%20file", "/0/latin-1", "/1/menu", "/7/search?two%20words"):
    with socket.create_connection(proxy.server_address, timeout=20) as connection:
        with context.wrap_socket(connection, server_hostname="localhost") as stream:
            stream.sendall(f"gopher://127.0.0.1:{gopher.server_address[1]}{path}\r\n".encode())
            answer = b""
            while data := stream.recv(65536):
                answer += data
    seen[path] = answer.split(b"\r\n")[:2]
    print(f"{path}: asked for {asked[-1]}, answered {seen[path]}")
as_stated = asked == [b"/text", b"/my%20file", b"/latin-1", b"/menu", b"/search\ttwo%20words"]
as_stated = as_stated and seen["/0/text"] == [b"20 text/plain", b"hello"] and seen["/7/search?two%20words"] == [b""]
as_stated = as_stated and seen["/0/latin-1"][0] == b"43 Couldn't connect to remote gopher host."
sys.exit(not as_stated or seen["/1/menu"][1] != b"=> gopher://host.example.org/0/my file The file")
PY
timeout 60 venv/bin/python find.py 2>log || { cat log; echo "CHANGED: see above"; exit 1; }
