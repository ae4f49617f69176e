#!/bin/bash
# haproxy-log-analysis: all requests of HTTP/2 are "invalid", without a method and a path, and no request over TLS is HTTPS for it.
#
# Versions: haproxy-log-analysis 6.0.0 (PyPI), Python 3.11; HAProxy 2.6.12 (Debian 12: 2.6.12-1+deb12u4) and curl as its client. Wants
#   `apt-get update` beforehand.
# Expected: HAProxy's configuration manual, section 8.2.3: the log of a request has its first line, "GET /path HTTP/1.1"; what comes with
#   HTTP/2 has the target in absolute form, as RFC 9113, section 8.3.1, gives scheme and authority, and "~" stands behind the name of a
#   frontend over TLS. The package's documentation: it analyses HAProxy's log in the format of "option httplog", and has is_https.
# Seen: HAProxy logs "GET https://localhost:PORT/page HTTP/2.0" and "GET /page HTTP/1.1" for the same page. Of the first,
#   http_request_method, _path and _protocol are "invalid", and "Could not process HTTP request" is printed; of the second they are right.
#   is_https is False for both, though both came over TLS, to the frontend "web~".
# Why it matters: browsers speak HTTP/2 to each HAProxy with TLS that offers it: counts of paths, methods and slow pages leave them all
#   out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check haproxy-log-analysis==6.0.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log
cat cert.pem key.pem > both.pem

cat > find.py <<'PY'
import glob
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

from haproxy.line import Line

CONFIGURATION = """
global
    log 127.0.0.1:{log} local0
defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 10s
    timeout server 10s
frontend web
    bind fd@{fd} ssl crt both.pem alpn h2,http/1.1
    http-request return status 200 content-type text/plain string hello
"""
os.environ["LD_LIBRARY_PATH"] = ":".join(glob.glob("usr/lib/*-linux-gnu"))
with socket.socket(type=socket.SOCK_DGRAM) as log, socket.create_server(("127.0.0.1", 0)) as listener:
    log.bind(("127.0.0.1", 0))
    log.settimeout(10)
    port = listener.getsockname()[1]
    configuration = CONFIGURATION.format(log=log.getsockname()[1], fd=listener.fileno())
    pathlib.Path("haproxy.cfg").write_text(configuration)
    haproxy = subprocess.Popen(["usr/sbin/haproxy", "-db", "-f", "haproxy.cfg"], pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL)
    seen = []
    try:
        time.sleep(1)
        for version in ("--http2", "--http1.1"):
            command = ["curl", "-s", "--max-time", "10", version, "--cacert", "cert.pem", f"https://localhost:{port}/page"]
            environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
            subprocess.run(command, check=True, capture_output=True, env=environment)
            while '"GET ' not in (text := log.recv(2000).decode().strip()):
                pass
            line = Line(text)
            request = line.http_request_method, line.http_request_path, line.http_request_protocol
            seen.append((line.is_valid, *request, line.frontend_name, line.is_https))
            print(re.search('"GET.*', text)[0], seen[-1])
    finally:
        haproxy.terminate()
        haproxy.wait(10)
sys.exit(seen != [(True, "invalid", "invalid", "invalid", "web~", False), (True, "GET", "/page", "HTTP/1.1", "web~", False)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
