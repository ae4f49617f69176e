#!/bin/bash
# LuaSec: for a URL with an IPv6 address ssl.https writes it into the request without its brackets, and nginx answers 400.
#
# Versions: Debian 12's lua-sec 1.2.0 with lua-socket 3.1.0 and Lua 5.4.4, nginx 1.22.1 as server; Python's http.client for
#   comparison. Wants `apt-get update` beforehand, and IPv6 on the loopback.
# Expected: RFC 9110, section 7.2, and RFC 3986, section 3.2.2: an IPv6 address in Host is in brackets, or nobody knows where it ends and the port
#   begins. The URL that LuaSec is given has them.
# Seen: ssl.https.request("https://[::1]:PORT/") connects, verifies the certificate, and sends "Host: ::1:PORT", which is another IPv6 address at
#   the default port, if anything. nginx answers "400 Bad Request". http.client sends "[::1]:PORT", and gets 200.
# Why it matters: no server that checks the field, as RFC 9112, section 3.2, demands, can be asked for anything at its IPv6 address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download lua5.4=5.4.4-3+deb12u1 lua-sec=1.2.0-2 lua-socket=3.1.0-1+b1 nginx=1.22.1-9+deb12u11 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > get.lua <<'LUA'
local https = require("ssl.https")
print(https.request({ url = arg[1], cafile = "cert.pem", verify = "peer" }))
LUA
cat > find.py <<'PY'
import http.client
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time

CONFIGURATION = """
daemon off; master_process off; pid nginx.pid; error_log error.log info;
events {}
http {
    log_format host "$http_host";
    access_log hosts host; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
    server { listen [::1]:PORT ssl; ssl_certificate WORK/cert.pem; ssl_certificate_key WORK/key.pem; location / { return 200 Hello; } }
}
"""
LUA = {"LUA_PATH": "usr/share/lua/5.4/?.lua;usr/share/lua/5.4/?/init.lua;;", "LUA_CPATH": "usr/lib/x86_64-linux-gnu/lua/5.4/?.so;;"}


def run(command, **environment):
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60).stdout


def by_lua():
    return run(["usr/bin/lua5.4", "get.lua", f"https://[::1]:{port}/"], **LUA).split("\t")[1]


def by_python():
    client = http.client.HTTPSConnection("::1", port, context=ssl.create_default_context(cafile="cert.pem"))
    client.request("GET", "/")
    return str(client.getresponse().status)


with socket.create_server(("::1", 0), family=socket.AF_INET6) as free:
    port = free.getsockname()[1]
pathlib.Path("conf").write_text(CONFIGURATION.replace("PORT", str(port)).replace("WORK", os.getcwd()))
with open("nginx.log", "wb") as log:
    nginx = subprocess.Popen(["usr/sbin/nginx", "-e", "error.log", "-p", ".", "-c", "conf"], stdout=log, stderr=log)
try:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("::1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    seen = {client.__name__: client() for client in (by_lua, by_python)}
finally:
    nginx.terminate()
    nginx.wait()
hosts = [line.replace(str(port), "PORT") for line in pathlib.Path("hosts").read_text().split()]
for (client, status), host in zip(seen.items(), hosts):
    print(f"{client}: Host: {host}, status {status}")
expected = {"by_lua": "400", "by_python": "200"}
sys.exit((seen, hosts) != (expected, ["::1:PORT", "[::1]:PORT"]))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
