#!/bin/bash
# Perl's Rose::URI: of ?next=/a?b=c the "=c" is gone, of the path a%3Fb a question is made, and an IPv6 address loses its brackets.
#
# Versions: Rose::URI 1.02 (Debian 12: librose-uri-perl 1.02-2), Perl 5.36, Python's urllib for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 3986, section 3.2.2: an IPv6 address in a URI stands in brackets. Section 2.2: "URIs that differ in the replacement of a reserved
#   character with its corresponding percent-encoded octet are not equivalent". Section 3.4: a query may have "?", "/" and more than one "=".
# Seen: a URL that is read and written again, unchanged, is another one. Of each parameter what stands behind a second "=" is thrown away, so of the
#   base64 value dG9rZW4= the last letter, and of a link in a parameter its own parameters. %3F, %23 and %2F in a path become "?", "#" and "/".
#   "https://[::1]:8443/" comes out as "https://::1:8443/", where nobody finds the port. A "+" that was written as %2B becomes a blank.
# Why it matters: the module is there to change a URL, for example to add a parameter; the rest of the link leads elsewhere afterwards.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download librose-uri-perl=1.02-2 librose-object-perl=0.860-2 liburi-perl=5.17-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Rose::URI;

for my $text (@ARGV) {
    print Rose::URI->new($text)->as_string, "\n";
}
PERL
cat > find.py <<'PY'
import subprocess
import urllib.parse

URLS = (
    "https://example.org/a/b?x=1",
    "https://example.org/?next=/a?b=c",
    "https://example.org/?token=dG9rZW4=",
    "https://example.org/a%3Fb",
    "https://example.org/a%23b",
    "https://example.org/a%2Fb",
    "https://example.org/?q=1%2B1",
    "https://[::1]:8443/",
)


def parts(url):
    split = urllib.parse.urlsplit(url)
    try:
        port = split.port
    except ValueError:
        port = "none"
    query = urllib.parse.parse_qsl(split.query)
    return f"host {split.hostname}, port {port}, path {split.path}, query {query}, fragment {split.fragment!r}"


result = subprocess.run(["perl", "find.pl", *URLS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
for url, written in zip(URLS, result.stdout.splitlines(), strict=True):
    print(f"{url}\n  written again: {written}")
    if parts(url) != parts(written):
        print(f"  Python on the first: {parts(url)}\n  and on the second: {parts(written)}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://example.org/a/b?x=1
  written again: https://example.org/a/b?x=1
https://example.org/?next=/a?b=c
  written again: https://example.org/?next=%2Fa%3Fb
  Python on the first: host example.org, port None, path /, query [('next', '/a?b=c')], fragment ''
  and on the second: host example.org, port None, path /, query [('next', '/a?b')], fragment ''
https://example.org/?token=dG9rZW4=
  written again: https://example.org/?token=dG9rZW4
  Python on the first: host example.org, port None, path /, query [('token', 'dG9rZW4=')], fragment ''
  and on the second: host example.org, port None, path /, query [('token', 'dG9rZW4')], fragment ''
https://example.org/a%3Fb
  written again: https://example.org/a?b
  Python on the first: host example.org, port None, path /a%3Fb, query [], fragment ''
  and on the second: host example.org, port None, path /a, query [], fragment ''
https://example.org/a%23b
  written again: https://example.org/a#b
  Python on the first: host example.org, port None, path /a%23b, query [], fragment ''
  and on the second: host example.org, port None, path /a, query [], fragment 'b'
https://example.org/a%2Fb
  written again: https://example.org/a/b
  Python on the first: host example.org, port None, path /a%2Fb, query [], fragment ''
  and on the second: host example.org, port None, path /a/b, query [], fragment ''
https://example.org/?q=1%2B1
  written again: https://example.org/?q=1%201
  Python on the first: host example.org, port None, path /, query [('q', '1+1')], fragment ''
  and on the second: host example.org, port None, path /, query [('q', '1 1')], fragment ''
https://[::1]:8443/
  written again: https://::1:8443/
  Python on the first: host ::1, port 8443, path /, query [], fragment ''
  and on the second: host None, port none, path /, query [], fragment ''
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
