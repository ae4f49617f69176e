#!/bin/bash
# Perl's Mail::AuthenticationResults: the address that it writes is no value, "dkim/1=pass" comes out as "dkim=pass / 1", and of a quote it reads nothing.
#
# Versions: Mail::AuthenticationResults 2.20230112 (Debian 12: libmail-authenticationresults-perl 2.20230112-1, libclone-perl
#   0.46-1, libjson-perl 4.10000-1), Perl 5.36, authres 1.2.0 (PyPI) for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 8601, section 2.2: the name of a method may have its version, "dkim/1"; "reason" and the values of properties are tokens of RFC 2045 or
#   quoted strings, and a token has no colon and no slash; RFC 5322, section 3.2.4: in a quoted string a quotation mark is written as \".
# Seen: policy.iprev="2001:db8::1" is written back without its quotation marks. The version of a method goes behind its result, where authres ends with an
#   error and reads the version as something else. A reason with \" in it ends in "not expecting a string". A base64 value is quoted when it is written.
# Why it matters: this is what authentication milters write and forward: the next reader refuses the header, or has no result of DKIM in it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-authenticationresults-perl=2.20230112-1 libclone-perl=0.46-1 libjson-perl=4.10000-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check authres==1.2.0

cat > find.pl <<'PERL'
use strict;
use warnings;
use Mail::AuthenticationResults::Parser;
for my $text (@ARGV) {
    my $header = eval { Mail::AuthenticationResults::Parser->new->parse($text) };
    my $line = $header ? $header->as_string : "error: $@";
    $line =~ s/ at \S+ line.*//s;
    $line =~ s/\s+/ /g;
    print "$line\n";
}
PERL
cat > find.py <<'PY'
import os
import subprocess

import authres

TEXTS = (
    "example.org; dkim=pass header.d=example.net",
    "example.org; dkim=pass reason=\"good signature\" header.d=example.net",
    "example.org; iprev=pass policy.iprev=\"2001:db8::1\"",
    "example.org; dkim/1=pass header.d=example.net",
    "example.org; dkim=fail reason=\"no \\\"d\\\" tag\" header.d=example.net",
)


def by_authres(text):
    try:
        results = authres.parse(f"Authentication-Results: {text}").results
    except authres.AuthResError as error:
        return f"{type(error).__name__}: {error}"
    described = []
    for result in results:
        properties = "".join(f" {each.type}.{each.name} {each.value}" for each in result.properties)
        described.append(f"{result.method} version {result.version} {result.result}, reason {result.reason!r},{properties}")
    return "; ".join(described)


environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(
    ["perl", "find.pl", *TEXTS], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
)
for text, line in zip(TEXTS, result.stdout.splitlines(), strict=True):
    print(f"{text}\n    read by authres: {by_authres(text)}\n    read and written: {line}")
    if not line.startswith("error"):
        print(f"    that, read by authres: {by_authres(line)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
example.org; dkim=pass header.d=example.net
    read by authres: dkim version None pass, reason None, header.d example.net
    read and written: example.org; dkim=pass header.d=example.net
    that, read by authres: dkim version None pass, reason None, header.d example.net
example.org; dkim=pass reason="good signature" header.d=example.net
    read by authres: dkim version None pass, reason 'good signature', header.d example.net
    read and written: example.org; dkim=pass reason="good signature" header.d=example.net
    that, read by authres: dkim version None pass, reason 'good signature', header.d example.net
example.org; iprev=pass policy.iprev="2001:db8::1"
    read by authres: iprev version None pass, reason None, policy.iprev 2001:db8::1
    read and written: example.org; iprev=pass policy.iprev=2001:db8::1
    that, read by authres: SyntaxError: Syntax error: Expected end of text at: :db8::1
example.org; dkim/1=pass header.d=example.net
    read by authres: dkim version 1 pass, reason None, header.d example.net
    read and written: example.org; dkim=pass / 1 header.d=example.net
    that, read by authres: SyntaxError: Syntax error: Expected end of text at: / 1 header.d=example.net
example.org; dkim=fail reason="no \"d\" tag" header.d=example.net
    read by authres: dkim version None fail, reason 'no \\"d\\" tag', header.d example.net
    read and written: error: not expecting a string
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
