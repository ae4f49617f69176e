#!/bin/bash
# Debian 12's php-auth-sasl with Debian 12's PHP: each of the SCRAM mechanisms is a fatal error, "Call to undefined function create_function()".
#
# Versions: Auth_SASL 1.1.0 (Debian 12: php-auth-sasl 1.1.0-1, php-pear, php8.2-cli 8.2.36-1~deb12u1), scramp 1.4.5 (PyPI) for comparison. Wants
#   `apt-get update` beforehand.
# Expected: Auth_SASL::factory() takes "scram-HASH", as its documentation says; RFC 5802, section 5: the client's first message is "n,,n=user,r="
#   and a nonce. The package depends on any PHP.
# Seen: the constructor of Auth_SASL_SCRAM makes its functions with create_function(), which PHP 8 has no longer: an Error that is no PEAR_Error and
#   no Exception, so that programs which look at PEAR::isError() end. CRAM-MD5, DIGEST-MD5, PLAIN and LOGIN are fine. SHA-224 is no mechanism in any
#   PHP, since its line in the table of hashes has ">" for "=>".
# Why it matters: a program that prefers SCRAM, as RFC 7677 and servers recommend, stops at the login as soon as the server offers it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-auth-sasl=1.1.0-1 php-pear=1:1.10.13+submodules+notgz+2022032202-2 php8.2-cli=8.2.36-1~deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check scramp==1.4.5

cat > find.php <<'PHP'
<?php
require 'Auth/SASL.php';

foreach (['cram-md5', 'digest-md5', 'scram-sha-1', 'scram-sha-256'] as $name) {
    try {
        $mechanism = Auth_SASL::factory($name);
        echo "$name: ", PEAR::isError($mechanism) ? $mechanism->getMessage() : get_class($mechanism), "\n";
    } catch (Throwable $error) {
        echo "$name: ", get_class($error), ': ', $error->getMessage(), "\n";
    }
}
echo 'CRAM-MD5 for jo: ', Auth_SASL::factory('cram-md5')->getResponse('jo', 'secret', '<1@example.org>'), "\n";
PHP
{
    timeout 20 usr/bin/php8.2 -n -d include_path=usr/share/php -d error_reporting=0 find.php
    timeout 20 venv/bin/python - <<'PY'
from scramp import ScramClient

for name in ("SCRAM-SHA-1", "SCRAM-SHA-256"):
    client = ScramClient([name], "jo", "secret", c_nonce="nonce")
    print(f"scramp {name}: {client.get_client_first()}")
PY
} >seen 2>seen.err || true
cat seen
cat > expected <<'TEXT'
cram-md5: Auth_SASL_CramMD5
digest-md5: Auth_SASL_DigestMD5
scram-sha-1: Error: Call to undefined function create_function()
scram-sha-256: Error: Call to undefined function create_function()
CRAM-MD5 for jo: jo fede8acebc446f2cbc9a7f274d009f92
scramp SCRAM-SHA-1: n,,n=jo,r=nonce
scramp SCRAM-SHA-256: n,,n=jo,r=nonce
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
