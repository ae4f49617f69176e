#!/bin/bash
# SWI-Prolog's library(ssl): of a certificate that is valid until 2067 it says that it ended in 2025, and an IP address is none of its names.
#
# Versions: SWI-Prolog 9.0.4 (Debian 12: swi-prolog-core, -core-packages 9.0.4+dfsg-2), OpenSSL 3.0, Python 3.11 for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.5: dates of 2050 or later are GeneralizedTime, with a year of four digits. Section 4.2.1.6: an alternative name may
#   be an address. The library's documentation: not_after is "the expiry date", sans "a list of the Subject Alternative Names".
# Seen: the year's four digits are read as year and month, and so on: 2067-12-24 is the 67th month of 2020, July 2025. Of a certificate for
#   localhost, 127.0.0.1 and ::1, sans has localhost. A date before 2050 is right.
# Why it matters: a program that warns of certificates that end soon has one that "has ended", and those of private CAs and devices often last that
#   long. One that looks for the server's address does not find it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download swi-prolog-nox=9.0.4+dfsg-2 swi-prolog-core=9.0.4+dfsg-2 swi-prolog-core-packages=9.0.4+dfsg-2 \
    libtcmalloc-minimal4=2.10-1 libossp-uuid16=1.6.2-1.5+b11 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out request.pem 2>openssl.log
cat > ca.cnf <<'CNF'
[ca]
default_ca = own
[own]
new_certs_dir = .
database = database
serial = serial
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
CNF
echo 01 >serial
: >database
echo "unique_subject = no" >database.attr
for year in 2049 2067; do
    openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem -in request.pem -startdate 20260101000000Z -enddate "${year}1224162426Z" \
        -notext -out "$year.pem" 2>openssl.log
done

cat > find.pl <<'PL'
:- use_module(library(ssl)).
show(File) :-
    open(File, read, Stream),
    load_certificate(Stream, Certificate),
    certificate_field(Certificate, not_after(Time)),
    certificate_field(Certificate, sans(Names)),
    format("~d ~w~n", [Time, Names]).
PL
cat > find.py <<'PY'
import datetime
import os
import ssl
import subprocess
import sys

# Of 2067-12-24 16:24:26: the 67th month of 2020, its 12th day, and 24:16:24.
MISREAD = datetime.datetime(2025, 7, 13, 0, 16, 24, tzinfo=datetime.timezone.utc)
environment = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}


def by_prolog(file):
    command = ["usr/bin/swipl", "--home=usr/lib/swi-prolog", "-f", "none", "-g", f"show('{file}')", "-t", "halt", "find.pl"]
    time, names = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60).stdout.split()
    return datetime.datetime.fromtimestamp(int(time), datetime.timezone.utc), names


def by_openssl(file):
    text = subprocess.run(["openssl", "x509", "-in", file, "-noout", "-enddate"], capture_output=True, text=True).stdout
    return datetime.datetime.fromtimestamp(ssl.cert_time_to_seconds(text.strip().partition("=")[2]), datetime.timezone.utc)


as_stated = True
for year in (2049, 2067):
    right = by_openssl(f"{year}.pem")
    time, names = by_prolog(f"{year}.pem")
    print(f"valid until {right}: not_after {time}, sans {names}")
    as_stated &= (time, names) == (right if year == 2049 else MISREAD, "[localhost]")
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
