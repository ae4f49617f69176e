#!/bin/bash
# crtstream: entries of a Certificate Transparency log that come in several answers are skipped, in most logs most of them.
#
# Versions: crtstream 0.1.5 (PyPI), Python 3.11; a log of the script's on loopback.
# Expected: RFC 6962, section 4.6: a log may restrict the number of entries for one get-entries; asked for more it returns as many as it permits, from the
#   start on. Logs permit some dozens to a thousand. A client goes on after the last entry that came.
# Seen: it asks for up to 256 and goes on after the last entry that it asked for, however many came. From a log with 300 entries that permits 32 it reads
#   200 to 231 of the hundred that it starts with, and when 100 entries come in, 300 to 331. No error, no warning.
# Why it matters: who watches for certificates of a domain of their own misses two in three or more, and which ones depends on the log's load. Take a
#   client that counts the entries.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check crtstream==0.1.5 cryptography==50.0.2

cat > find.py <<'PY'
import base64
import datetime
import http.server
import json
import subprocess
import sys
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

LIMIT = 32
now = datetime.datetime.now(datetime.timezone.utc)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.example.org")])
key = ec.generate_private_key(ec.SECP256R1())
builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(30))
der = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
# MerkleTreeLeaf of RFC 6962, section 3.4: version, type, time, x509_entry, certificate, no extensions.
leaf = bytes(10) + b"\0\0" + len(der).to_bytes(3, "big") + der + b"\0\0"
entry = {"leaf_input": base64.b64encode(leaf).decode(), "extra_data": ""}
size = 300
asked = []


class Log(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/ct/v1/get-sth":
            answer = {"tree_size": size}
        else:
            query = urllib.parse.parse_qs(url.query)
            start, end = int(query["start"][0]), int(query["end"][0])
            asked.append((start, end))
            answer = {"entries": [entry] * min(LIMIT, end - start + 1)}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Log)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open("logs.json", "w") as file:
    json.dump({"log": f"http://127.0.0.1:{server.server_port}"}, file)
arguments = ["venv/bin/crtstream", "--logs", "logs.json", "--json"]
client = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"PYTHONUNBUFFERED": "1"})
watchdog = threading.Timer(60, client.kill)
watchdog.start()
read = []
try:
    for line in client.stdout:
        read.append(json.loads(line)["entry_index"])
        if len(read) == LIMIT:
            size = 400
        if len(read) == 2 * LIMIT:
            break
finally:
    watchdog.cancel()
    client.kill()
    client.wait()
    server.shutdown()
missed = sorted(set(range(200, 400)) - set(read))
print(f"asked for {asked}, read {read[0]} to {read[LIMIT - 1]} and {read[LIMIT]} to {read[-1]}, missed {len(missed)} of 200")
expected = [*range(200, 232), *range(300, 332)]
sys.exit(read != expected or asked[:2] != [(200, 299), (300, 399)])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
