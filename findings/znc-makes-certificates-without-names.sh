#!/bin/bash
# ZNC: the certificate of `znc --makepem` has the host in a field where clients look no more, and two of one second have the same number.
#
# Versions: ZNC 1.8.2 (Debian 12: 1.8.2-3.1+deb12u2), OpenSSL, Python 3.11's ssl as client. Wants `apt-get update` beforehand.
# Expected: RFC 9525, section 2, and RFC 6125 before it: a server's name is an alternative name, and not the common name. RFC 5280, section 4.1.2.2:
#   no two certificates of one issuer have the same serial number.
# Seen: with HOSTNAME=localhost the certificate has CN = localhost, and no extensions. Python, which trusts it, and with hostname_checks_common_name
#   off as urllib3 has it, says "Hostname mismatch, certificate is not valid for 'localhost'". Two that are made within a second, with different
#   keys and the same issuer, have the same number.
# Why it matters: clients that no longer look at the common name, such as all of Go's, refuse it, also when they have been told to trust it.
#   OpenSSL's `openssl req -x509 -addext` makes a certificate for ZNC's file, znc.pem, that they take.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download znc=1.8.2-3.1+deb12u2 libboost-locale1.74.0=1.74.0+ds1-21 libboost-thread1.74.0=1.74.0+ds1-21 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

cat > find.py <<'PY'
import os
import ssl
import subprocess
import sys


def make(directory):
    os.makedirs(directory, exist_ok=True)
    environment = {**os.environ, "HOME": os.getcwd(), "USER": "user", "HOSTNAME": "localhost"}
    command = ["usr/bin/znc", f"--datadir={os.path.abspath(directory)}", "--makepem"]
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)
    command = ["openssl", "x509", "-in", f"{directory}/znc.pem", "-noout", "-serial", "-issuer", "-startdate", "-pubkey"]
    return subprocess.run(command, capture_output=True, text=True).stdout.split("\n", 3)


def handshake(pem):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=pem)
    client.hostname_checks_common_name = False
    ends = [
        client.wrap_bio(incoming, outgoing, server_hostname="localhost"),
        server.wrap_bio(outgoing, incoming, server_side=True),
    ]
    for end in ends + ends:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
    return "connected"


for _ in range(50):
    first, second = make("first"), make("second")
    if first[0] == second[0]:
        break
print(first[:3], second[:3], sep="\n")
same_number = first[:2] == second[:2] and first[3] != second[3]
text = subprocess.run(["openssl", "x509", "-in", "first/znc.pem", "-noout", "-text"], capture_output=True, text=True).stdout
version = text.split("Version: ")[1].split()[0]
extensions = "X509v3 extensions" in text
message = handshake("first/znc.pem")
print(f"version {version}, extensions: {extensions}; {message}")
refusal = "Hostname mismatch, certificate is not valid for 'localhost'."
sys.exit(not (same_number and "CN = localhost" in first[1] and (version, extensions, message) == ("3", False, refusal)))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
