#!/bin/bash
# Perl's X500::DN: of names as OpenSSL writes them by RFC 2253 it cannot read "CN=id=7" and "OU=C#", and loses half of "OU=a+OU=b".
#
# Versions: X500::DN 0.29 (Debian 12: libx500-dn-perl 0.29-6, libparse-recdescent-perl 1.967015+dfsg-4), Perl 5.36, OpenSSL 3.0, and cryptography 44.0.0
#   (PyPI) for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: its message for names in OpenSSL's own form: "use 'openssl -nameopt RFC2253' and ParseRFC2253()". RFC 4514, which replaces RFC 2253 since
#   2006, section 3: "=" and, but for the first place, "#" stand in a value as they are; section 2.2: an
#   RDN may have several values, of whatever types.
# Seen: ParseRFC2253() returns undef for the first two. Of two OUs in one RDN the last is kept.
# Why it matters: programs that look up a certificate's subject find nobody for some people, or another subject.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libx500-dn-perl=0.29-6 libparse-recdescent-perl=1.967015+dfsg-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==44.0.0

cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use X500::DN;

while (my $text = <STDIN>) {
    chomp $text;
    my $name = X500::DN->ParseRFC2253($text);
    my $written = $name ? $name->getRFC2253String : "undef";
    $written =~ s/([^ -~])/sprintf "<%02X>", ord $1/eg;
    print "X500::DN $text: $written\n";
}
PERL
cat > find.py <<'PY'
import sys

from cryptography import x509

for line in sys.stdin:
    text = line.rstrip("\n")
    print(f"cryptography {text}: {[[value.value for value in rdn] for rdn in x509.Name.from_rfc4514_string(text).rdns]}")
PY
for subject in "/O=Example/CN=Jo Doe" "/O=Example/CN=id=7" "/O=Example/OU=C#" "/O=Example/OU=a+OU=b"; do
    openssl req -x509 -newkey ed25519 -nodes -utf8 -subj "$subject" -multivalue-rdn -keyout key.pem -out cert.pem 2>openssl.log || true
    openssl x509 -in cert.pem -noout -subject -nameopt RFC2253 | sed 's/^subject=//'
done >names
{
    timeout 20 perl find.pl <names
    timeout 20 venv/bin/python find.py <names
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
X500::DN CN=Jo Doe,O=Example: CN=Jo Doe, O=Example
X500::DN CN=id=7,O=Example: undef
X500::DN OU=C#,O=Example: undef
X500::DN OU=b+OU=a,O=Example: OU=a, O=Example
cryptography CN=Jo Doe,O=Example: [['Example'], ['Jo Doe']]
cryptography CN=id=7,O=Example: [['Example'], ['id=7']]
cryptography OU=C#,O=Example: [['Example'], ['C#']]
cryptography OU=b+OU=a,O=Example: [['Example'], ['b', 'a']]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
