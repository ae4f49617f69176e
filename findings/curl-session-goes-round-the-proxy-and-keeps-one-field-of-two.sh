#!/bin/bash
# curl-session: with "--proxy http://..." the requests session goes to https:// addresses without the proxy; of two -d the last one is left, and the
# name of the output file is the URL.
#
# Versions: curl-session 0.1.18, requests 2.32.5, httpx 0.28.1 (PyPI), curl, Python 3.11.
# Expected: curl(1): --proxy is used for all the URLs, its scheme says how to speak to the proxy; several -d "are merged with a separating
#   &-symbol"; -o takes a file name. The package makes "equivalent requests.Session and httpx.Client objects".
# Seen: the proxy is entered under its own scheme: session.proxies is {"http": "http://127.0.0.1:3128"}, for which requests takes no proxy for
#   https://; the httpx client of the same command uses it. "-d a=1 -d b=2" is the data "b=2". In "curl https://example.org/ -o out.html" the URL is
#   "out.html".
# Why it matters: requests that must go through the proxy do not, or fail where there is no other way out; forms arrive with one field.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v curl >/dev/null || { echo "this one needs curl"; exit 2; }
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check curl-session==0.1.18 requests==2.32.5 httpx==0.28.1

cat > find.py <<'PY'
import shlex
import socket
import subprocess
import sys
import threading

from curl_session import CurlSession
from requests.utils import select_proxy

listener = socket.create_server(("127.0.0.1", 0))
lines = []


def serve():
    while True:
        connection, _ = listener.accept()
        connection.settimeout(10)
        with connection:
            lines.append(connection.recv(4096).split(b"\r\n")[0].decode())
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")


threading.Thread(target=serve, daemon=True).start()
proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
command = f"curl --proxy {proxy} https://192.0.2.1/"
subprocess.run(shlex.split(command) + ["-s", "-m", "10"], check=False)
print("curl asks the proxy:", lines)
session = CurlSession(command)
proxies = session.get_requests_session().proxies
chosen = select_proxy("https://192.0.2.1/", proxies), select_proxy("http://192.0.2.1/", proxies)
print("requests, proxy for https:", chosen[0], "- for http:", "the proxy" if chosen[1] == proxy else chosen[1])
try:
    session.get_httpx_client().get("https://192.0.2.1/", timeout=5)
except Exception as error:
    print("httpx:", type(error).__name__, "- the proxy was asked:", lines[1:])
data = CurlSession("curl -d a=1 -d b=2 https://example.org/")._parsed.data
url = CurlSession("curl https://example.org/ -o out.html")._parsed.url
print("-d a=1 -d b=2:", data, "- https://example.org/ -o out.html:", url)
as_stated = chosen == (None, proxy) and lines == ["CONNECT 192.0.2.1:443 HTTP/1.1"] * 2
sys.exit(not as_stated or (data, url) != ("b=2", "out.html"))
PY
timeout 60 env -u http_proxy -u https_proxy venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
