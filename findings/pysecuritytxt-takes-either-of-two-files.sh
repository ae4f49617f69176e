#!/bin/bash
# pysecuritytxt: of a site with two security.txt files it takes one by chance, it reads no field in capitals, and no site that has a port or an IPv6 address.
#
# Versions: pysecuritytxt 1.4.0, requests 2.34.2 (PyPI), Python 3.11.
# Expected: RFC 9116, section 3: if there is a file in both places, the one under /.well-known/ MUST be used. Section 4 has
#   the names of fields as literal text in ABNF, "Contact" among them, which RFC 5234, section 2.3, has as case-insensitive. RFC 3986, section 3.2.2: IPv6
#   addresses stand in brackets. The docstring of get(): the hint "can be a domain, an IP or an URL".
# Seen: with the same files and the same call the answer is at times that of /.well-known/security.txt and at times the old one of /security.txt. The
#   candidates are sorted by the length of a pair, which is always two, so Python's hash seed decides. A file with "CONTACT:" is none. Of
#   "https://example.com:8443/" the port is dropped, and "2001:db8::1" becomes "https://2001:db8::1", which requests refuses as a URL.
# Why it matters: reports go to an address that has been given up, on some runs only, and nobody can repeat it. Give the full URL of the file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pysecuritytxt==1.4.0 requests==2.34.2

cat > look.py <<'PY'
import io
import json
import socket
import sys

import requests
from pysecuritytxt import PySecurityTXT
from requests.adapters import BaseAdapter

WELL_KNOWN = "Contact: mailto:new@example.com\n"
TOP = "Contact: mailto:old@example.com\n"
asked = []


class Site(BaseAdapter):
    """A site in memory, the same for http and https."""

    def __init__(self, files):
        super().__init__()
        self.files = files

    def send(self, request, **_):
        asked.append(request.url)
        text = self.files.get(request.path_url)
        response = requests.Response()
        response.status_code = 404 if text is None else 200
        response.encoding = "utf-8"
        response.raw = io.BytesIO((text or "").encode())
        response.url = request.url
        return response

    def close(self):
        pass


def get(files, hint):
    asked.clear()
    client = PySecurityTXT()
    for scheme in ("http://", "https://"):
        client.session.mount(scheme, Site(files))
    try:
        return json.loads(client.get(hint, parse=True)).get("contact")
    except Exception as error:
        return type(error).__name__


def resolve(name):
    if name != "example.com":
        raise OSError("no such name")
    return "192.0.2.1"


socket.gethostbyname = resolve
both = {"/.well-known/security.txt": WELL_KNOWN, "/security.txt": TOP}
result = {"both": get(both, "example.com")}
result["capitals"] = get({"/.well-known/security.txt": WELL_KNOWN.replace("Contact", "CONTACT")}, "example.com")
result["port"] = get(both, "https://example.com:8443/") and sorted({url for url in asked if "8443" in url})
result["IPv6"] = get(both, "2001:db8::1")
json.dump(result, sys.stdout)
PY
cat > find.py <<'PY'
import json
import subprocess
import sys

answers = {}
for seed in range(24):
    done = subprocess.run([sys.executable, "look.py"], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": str(seed)})
    for what, value in json.loads(done.stdout).items():
        answers.setdefault(what, set()).add(str(value))
for what, values in answers.items():
    print(f"{what}: {sorted(values)}")
expected = {
    "both": {"mailto:new@example.com", "mailto:old@example.com"},
    "capitals": {"SecurityTXTNotAvailable"},
    "port": {"[]"},
    "IPv6": {"InvalidURL"},
}
sys.exit(answers != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
