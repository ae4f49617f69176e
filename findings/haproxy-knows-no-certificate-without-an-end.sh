#!/bin/bash
# HAProxy: ssl_c_notafter of a client certificate that has no end is empty, and so is ssl_c_notbefore of one that began before 2000.
#
# Versions: HAProxy 2.6.12 (Debian 12: 2.6.12-1+deb12u4), OpenSSL 3.0 for comparison, Python 3.11 as the client. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.5: "To indicate that a certificate has no well-defined expiration date, the notAfter SHOULD be assigned the
#   GeneralizedTime value of 99991231235959Z." Section 4.1.2.5.1: a UTCTime whose year is 50 or more belongs to 19YY. HAProxy's configuration manual:
#   ssl_c_notafter "Returns the end date presented by the client as a formatted string YYMMDDhhmmss[Z]".
# Seen: such a certificate is verified (ssl_c_verify is 0), and ssl_c_notafter is "". For one from 1970 on ssl_c_notbefore is "". All years must
#   begin with 20, written or meant. What ends in 2067 is "67...", as the manual has it.
# Why it matters: devices have certificates without an end from their makers (IEEE 802.1AR), and a server behind HAProxy that gets the dates in a header finds
#   nothing in it, as if there were no certificate. Hand over the certificate itself (ssl_c_der).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log
cat cert.pem key.pem >both.pem
cat > ca.cnf <<'TEXT'
[ca]
default_ca = test
[test]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
unique_subject = no
[policy]
commonName = supplied
TEXT
touch index
echo 01 >serial
issue() {
    openssl req -new -key key.pem -subj "/CN=client from $1 to $2" -out request.pem
    openssl ca -batch -config ca.cnf -selfsign -in request.pem -keyfile key.pem -startdate "$1" -enddate "$2" -notext -out "$1-$2.pem" 2>openssl.log
}
issue 20200101000000Z 20491231235959Z
issue 20200101000000Z 20671231235959Z
issue 20200101000000Z 99991231235959Z
issue 19700101000000Z 20491231235959Z
cat 20*.pem 19*.pem >clients.pem

cat > find.py <<'PY'
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time

CONFIGURATION = r"""
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
frontend test
    bind 127.0.0.1:PORT ssl crt both.pem ca-file clients.pem verify required
    http-request return status 200 content-type text/plain lf-string "%[ssl_c_verify] '%[ssl_c_notbefore]' '%[ssl_c_notafter]'"
"""
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
pathlib.Path("haproxy.cfg").write_text(CONFIGURATION.replace("PORT", str(port)))


def connect():
    deadline = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 20)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def ask(client):
    context = ssl.create_default_context(cafile="cert.pem")
    context.load_cert_chain(client, "key.pem")
    with context.wrap_socket(connect(), server_hostname="localhost") as tls:
        tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b""
        while piece := tls.recv(4096):
            answer += piece
    return answer.partition(b"\r\n\r\n")[2].decode()


expected = {
    "20200101000000Z-20491231235959Z.pem": "0 '200101000000Z' '491231235959Z'",
    "20200101000000Z-20671231235959Z.pem": "0 '200101000000Z' '671231235959Z'",
    "20200101000000Z-99991231235959Z.pem": "0 '200101000000Z' ''",
    "19700101000000Z-20491231235959Z.pem": "0 '' '491231235959Z'",
}
environment = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
with open("haproxy.log", "wb") as log:
    haproxy = subprocess.Popen(["usr/sbin/haproxy", "-db", "-f", "haproxy.cfg"], env=environment, stdout=log, stderr=log)
seen = {}
try:
    for client in expected:
        dates = subprocess.run(["openssl", "x509", "-in", client, "-noout", "-dates"], capture_output=True, check=True, text=True).stdout
        seen[client] = ask(client)
        print(f"{', '.join(dates.splitlines())}: {seen[client]}")
finally:
    haproxy.terminate()
    haproxy.wait()
sys.exit(seen != expected)
PY
timeout 60 python3 find.py || { echo "CHANGED: see above"; exit 1; }
