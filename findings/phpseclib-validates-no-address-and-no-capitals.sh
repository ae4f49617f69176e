#!/bin/bash
# phpseclib's validateURL(): https://127.0.0.1/ and https://LOCALHOST/ do not fit a certificate for both, and one with a user's name is a TypeError.
#
# Versions: phpseclib 3.0.19 (Debian 12: php-phpseclib3 3.0.19-1+deb12u6), PHP 8.2, Python 3.11's ssl for comparison. Wants `apt-get update`
#   beforehand.
# Expected: RFC 2818, section 3.1, which the method quotes: an address in the URL is compared with the iPAddress names. RFC 3986, section 3.2.2:
#   hosts are case-insensitive. RFC 5280, section 4.2.1.6: alternative names may be of other kinds, which are of no concern here.
# Seen: of a certificate for localhost, 127.0.0.1 and ::1 https://localhost/ is right, and the others are not: its pattern for addresses has
#   "\d{1-3}", where "{1,3}" is meant, and matches none. With an otherName as Windows's CAs write it, localhost is still found, as it is first, and
#   for any other host there is "preg_quote(): Argument #1 ($str) must be of type string, array given" instead of false.
# Why it matters: servers without a name cannot be checked, and a caller for whom false is an answer gets a TypeError.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php8.2-cli=8.2.36-1~deb12u1 php-phpseclib3=3.0.19-1+deb12u6 php-constant-time=2.6.3-1 php-random-compat=2.0.21-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext "subjectAltName=$2" \
        -keyout "$1.key" -out "$1.pem" 2>openssl.log
}
certificate plain DNS:localhost,IP:127.0.0.1,IP:::1
certificate user "DNS:localhost,IP:127.0.0.1,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@example.org"

cat > find.php <<'PHP'
<?php
require 'usr/share/php/phpseclib3/autoload.php';
use phpseclib3\File\X509;
$x509 = new X509();
$x509->loadX509(file_get_contents("$argv[1].pem"));
try {
    echo json_encode($x509->validateURL("https://$argv[2]/"));
} catch (TypeError $error) {
    echo $error->getMessage();
}
PHP
cat > find.py <<'PY'
import ssl
import subprocess
import sys


def by_python(certificate, host):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
    client = ssl.create_default_context(cafile=f"{certificate}.pem")
    ends = [
        client.wrap_bio(incoming, outgoing, server_hostname=host.strip("[]")),
        server.wrap_bio(outgoing, incoming, server_side=True),
    ]
    for end in ends + ends:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            return "false"
    return "true"


as_stated = True
type_error = "preg_quote(): Argument #1 ($str) must be of type string, array given"
for certificate, host, python, phpseclib in (
    ("plain", "localhost", "true", "true"),
    ("plain", "127.0.0.1", "true", "false"),
    ("plain", "[::1]", "true", "false"),
    ("plain", "LOCALHOST", "true", "false"),
    ("plain", "example.org", "false", "false"),
    ("user", "localhost", "true", "true"),
    ("user", "127.0.0.1", "true", type_error),
    ("user", "example.org", "false", type_error),
):
    command = ["usr/bin/php8.2", "-n", "find.php", certificate, host]
    seen = by_python(certificate, host), subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    print(f"{certificate}, https://{host}/: Python {seen[0]}, phpseclib {seen[1]}")
    as_stated &= seen == (python, phpseclib)
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
