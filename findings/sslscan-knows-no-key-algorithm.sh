#!/bin/bash
# sslscan: with --show-certificate the algorithm of every key is "NULL", and a certificate of version 3 is one of version 2.
#
# Versions: sslscan 2.0.7 (Debian 12: 2.0.7-1+b1), OpenSSL 3.0 as server and for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.1: version 3 is written as the number 2; whoever shows the version to people says 3, as OpenSSL does ("3 (0x2)").
#   Section 4.1.2.7: the certificate names the algorithm of its key, rsaEncryption, id-ecPublicKey or Ed25519.
# Seen: "Version: 2" and "Public Key Algorithm: NULL" for a certificate of version 3, with an RSA, an EC and an Ed25519 key, in the text and, as
#   <version> and <pk-algorithm>, in the XML. The key itself is shown below.
# Why it matters: certificates of version 2 have no extensions, and a report that collects the algorithms has one for all servers.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sslscan=2.0.7-1+b1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x sslscan_*.deb .
new() {
    openssl req -x509 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "$1.key" -out "$1.pem" "${@:2}" 2>openssl.log
}
new RSA -newkey rsa:2048
new EC -newkey ec -pkeyopt ec_paramgen_curve:P-256
new Ed25519 -newkey ed25519

cat > find.py <<'PY'
import re
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree

OPTIONS = "--no-colour --show-certificate --no-ciphersuites --no-groups --no-heartbleed --no-renegotiation --no-compression --no-fallback"
as_stated = True
for kind in ("RSA", "EC", "Ed25519"):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", f"{kind}.pem", "-key", f"{kind}.key", "-www", "-quiet"]
    with open("server.log", "wb") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        command = ["usr/bin/sslscan", *OPTIONS.split(), "--xml=report.xml", f"127.0.0.1:{port}"]
        text = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    finally:
        server.kill()
        server.wait()
    report = xml.etree.ElementTree.parse("report.xml").find(".//certificate[@type='full']")
    seen = re.search(r"^ +Version: (.*)", text, re.M)[1], re.search("Public Key Algorithm: (.*)", text)[1]
    seen += report.findtext("version"), report.findtext("pk-algorithm")
    command = ["openssl", "x509", "-in", f"{kind}.pem", "-noout", "-text"]
    right = re.findall("(?:Version|Public Key Algorithm): (.*)", subprocess.run(command, capture_output=True, text=True).stdout)
    print("{}: version {}, algorithm {}; XML {} and {}; OpenSSL {} and {}".format(kind, *seen, *right))
    as_stated &= seen == ("2", "NULL", "2", "NULL")
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
