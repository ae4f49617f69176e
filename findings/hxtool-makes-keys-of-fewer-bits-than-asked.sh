#!/bin/bash
# hxtool: asked for RSA keys of 2,048 bits it makes most of them some bits shorter, and the dates of its certificates are of another type than they
# must be.
#
# Versions: Heimdal 7.8 (Debian 12: 7.8.git20221117.28daf24+dfsg-2), OpenSSL for reading, Python 3.11. Wants `apt-get update` beforehand.
# Expected: hxtool's help: --key-bits is the "number of bits in the generated key". FIPS 186-5, appendix A.1: the primes are chosen so that their
#   product has exactly that length. RFC 5280, section 4.1.2.5: dates through 2049 MUST be UTCTime.
# Seen: of twelve self-signed certificates with --key-bits=2048 most have a key of 2,047 bits or less, down to some 2,040. Both dates of each, of
#   this year and of the next, are GeneralizedTime.
# Why it matters: checks for "at least 2,048 bits", as of GnuTLS's profiles and of company rules, refuse the one certificate and take the next. One
#   with a key from elsewhere (--certificate-private-key) is of the right length.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=7.8.git20221117.28daf24+dfsg-2
apt-get -qq download {heimdal-clients,lib{roken19,asn1-8,heimbase1,hcrypto5,wind0,hx509-5,krb5-26,sl0}-heimdal}=$version 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.py <<'PY'
import os
import re
import subprocess
import sys

libraries = "usr/lib/x86_64-linux-gnu:usr/lib/x86_64-linux-gnu/heimdal:usr/lib"
environment = {**os.environ, "LD_LIBRARY_PATH": libraries}
as_stated = True
lengths = []
for _ in range(12):
    command = ["usr/bin/hxtool", "issue-certificate", "--self-signed", "--generate-key=rsa", "--key-bits=2048"]
    command += ["--subject=CN=localhost", "--type=https-server", "--hostname=localhost", "--certificate=FILE:made.pem"]
    subprocess.run(command, env=environment, check=True, timeout=60)
    text = subprocess.run(["openssl", "x509", "-in", "made.pem", "-noout", "-text"], capture_output=True, text=True).stdout
    bits = int(re.search(r"Public-Key: \((\d+) bit\)", text)[1])
    lengths.append(bits)
    dates = subprocess.run(["openssl", "asn1parse", "-in", "made.pem"], capture_output=True, text=True).stdout.count("GENERALIZEDTIME")
    print(f"{bits} bits, {dates} times GeneralizedTime")
    as_stated &= dates == 2
sys.exit(not (as_stated and min(lengths) < 2048 >= max(lengths)))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
