#!/bin/bash
# HTTP::Headers::ActionPack: of "q=0.3" in an Accept header it makes q="0.3", which is no weight, and of the password p:w in a login "p" is left.
#
# Versions: HTTP::Headers::ActionPack 0.09 (Debian 12: libhttp-headers-actionpack-perl 0.09-2 and its dependencies), Perl 5.36, WebOb 1.8.11 (PyPI)
#   for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 9110, section 12.4.2: a weight is "q=" and a number, without quotation marks. RFC 7617, section 2: the user-id has no colon, and all
#   behind the first one is the password. The documentation: "HTTP Action, Adventure and Excitement", objects for headers that as_string() writes
#   again.
# Seen: "text/*;q=0.3, text/html;q=0.7" becomes 'text/html; q="0.7", text/*; q="0.3"', and Accept-Language and Accept-Encoding get such weights even
#   where there were none. WebOb, which keeps to the grammar, takes what comes in for valid and what comes out for invalid, and so for no header at
#   all. Basic credentials for "user" and "p:w" are read as "p", and written as those.
# Why it matters: a proxy or test that reads and writes headers with it turns off the choice of language and format, and users with a colon in their
#   password are locked out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-headers-actionpack-perl=0.09-2 libhttp-date-perl=6.05-2 libhttp-message-perl=6.44-1 libmodule-runtime-perl=0.016-2 \
    libsub-exporter-perl=0.989-1 libdata-optlist-perl=0.113-1 libparams-util-perl=1.102-2+b1 libsub-install-perl=0.929-1 liburi-perl=5.17-1 \
    libtimedate-perl=2.3300-2 libencode-locale-perl=1.05-3 libio-html-perl=1.004-3 liblwp-mediatypes-perl=6.04-2 libclone-perl=0.46-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check WebOb==1.8.11

cat > find.pl <<'PERL'
use strict;
use warnings;
use HTTP::Headers::ActionPack;
my $pack = HTTP::Headers::ActionPack->new;
while (@ARGV) {
    my ($name, $value) = splice @ARGV, 0, 2;
    print $pack->create_header($name, $value)->as_string, "\n";
}
my $login = $pack->create_header('Authorization', 'Basic dXNlcjpwOnc=');
print join(' and ', $login->username, $login->password), ', ', $login->as_string, "\n";
PERL
cat > find.py <<'PY'
import os
import subprocess

from webob import acceptparse

HEADERS = {
    "Accept": (acceptparse.create_accept_header, "text/*;q=0.3, text/html;q=0.7"),
    "Accept-Language": (acceptparse.create_accept_language_header, "de;q=0.5, en"),
    "Accept-Encoding": (acceptparse.create_accept_encoding_header, "gzip, identity;q=0.5"),
}


def valid(read, value):
    return "invalid" if "Invalid" in type(read(value)).__name__ else "valid"


arguments = [word for name, (_, value) in HEADERS.items() for word in (name, value)]
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(
    ["perl", "find.pl", *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
)
*lines, login = result.stdout.splitlines()
for (name, (read, value)), line in zip(HEADERS.items(), lines, strict=True):
    print(f"{name}: {value}, {valid(read, value)} for WebOb\n    becomes {line}, {valid(read, line)} for WebOb")
print(f"user and p:w, Basic dXNlcjpwOnc=\n    becomes {login}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Accept: text/*;q=0.3, text/html;q=0.7, valid for WebOb
    becomes text/html; q="0.7", text/*; q="0.3", invalid for WebOb
Accept-Language: de;q=0.5, en, valid for WebOb
    becomes en; q="1", de; q="0.5", invalid for WebOb
Accept-Encoding: gzip, identity;q=0.5, valid for WebOb
    becomes gzip; q="1", identity; q="0.5", invalid for WebOb
user and p:w, Basic dXNlcjpwOnc=
    becomes user and p, Basic dXNlcjpw
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
