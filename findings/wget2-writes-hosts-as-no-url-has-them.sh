#!/bin/bash
# wget2: the Host field of a request has "%3A%3A1" instead of an IPv6 address, and no port, whatever the URL says.
#
# Versions: wget2 1.99.1 (Debian 12: 1.99.1-2.2), Python 3.11 as server, its http.client for comparison. Wants `apt-get update` beforehand, and
#   IPv6 on the loopback.
# Expected: RFC 9110, section 7.2: Host has host and port of the target URI, the port unless it is the scheme's default. RFC 3986, section 3.2.2: an
#   IPv6 address is in brackets, and its colons are not escaped.
# Seen: https://localhost:PORT/ is asked for with "Host: localhost", https://[::1]:PORT/ with "Host: %3A%3A1", which is a host name by that
#   syntax, and no address. http.client writes "localhost:PORT" and "[::1]:PORT".
# Why it matters: a server with several sites chooses by host and port, and makes its redirects from them, so that these lead to another port, or to a
#   name that does not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download wget2=1.99.1-2.2 libwget0=1.99.1-2.2 libgpgme11=1.18.0-3+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import http.client
import http.server
import os
import socket
import ssl
import subprocess
import sys
import threading

hosts = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        hosts.append(self.headers["Host"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
server = Server(("::", 0), Handler)  # of both families
port = server.server_address[1]
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {**os.environ, "HOME": os.getcwd(), "LD_LIBRARY_PATH": "usr/lib:usr/lib/x86_64-linux-gnu"}
seen = []
for host in ("localhost", "[::1]"):
    command = ["usr/bin/wget2", "-q", "--ca-certificate=cert.pem", "--tries=1", "-O", "page", f"https://{host}:{port}/"]
    subprocess.run(command, env=environment, timeout=60)
    client = http.client.HTTPSConnection(host.strip("[]"), port, context=ssl.create_default_context(cafile="cert.pem"))
    client.request("GET", "/")
    client.getresponse().read()
    client.close()
    seen.append(hosts[-2:])
    print(f"https://{host}:{port}/: wget2 {hosts[-2]!r}, http.client {hosts[-1]!r}")
sys.exit(seen != [["localhost", f"localhost:{port}"], ["%3A%3A1", f"[::1]:{port}"]])
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
