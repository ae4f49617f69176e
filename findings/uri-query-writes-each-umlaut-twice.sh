#!/bin/bash
# Perl's URI::Query: who changes one parameter of ?q=%C3%BC&a=x+y has %C3%83%C2%BC in the other, and "x%2By", which is a plus sign.
#
# Versions: URI::Query 0.16 (Debian 12: liburi-query-perl 0.16-2), Perl 5.36, Python's urllib for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: the module's documentation: it is "for creating links where you wish to preserve some subset of the parameters to the current request, and
#   potentially add or replace others". RFC 3986, section 2.5: characters beyond ASCII are percent-encoded octets of UTF-8. In a form's query (WHATWG
#   URL, section 5.1) "+" is a blank and %2B is a plus sign.
# Seen: it decodes octets and encodes them as if each octet were a character, so that "ü" comes out as the two letters "Ã¼", and each further time as
#   twice as many. "x+y" and "x%2By", which are two different values, both come out as "x%2By".
# Why it matters: links of search results, "next page" or "sort by", are made this way; the search for "Müller" finds nothing on the second page.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download liburi-query-perl=0.16-2 liburi-perl=5.17-1 libclone-perl=0.46-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use URI::Query;

for my $text (@ARGV) {
    my $query = URI::Query->new($text);
    $query->replace(page => 2);
    my $again = URI::Query->new($query->stringify);
    $again->replace(page => 3);
    print $query->stringify, " ", $again->stringify, "\n";
}
PERL
cat > find.py <<'PY'
import subprocess
import urllib.parse

QUERIES = ("page=1&q=abc", "page=1&q=M%C3%BCller", "page=1&q=x+y", "page=1&q=x%20y", "page=1&q=x%2By")
result = subprocess.run(["perl", "find.pl", *QUERIES], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
for query, line in zip(QUERIES, result.stdout.splitlines(), strict=True):
    for text in (query, *line.split()):
        print(f"{text}: {dict(urllib.parse.parse_qsl(text))}")
    print()
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
page=1&q=abc: {'page': '1', 'q': 'abc'}
page=2&q=abc: {'page': '2', 'q': 'abc'}
page=3&q=abc: {'page': '3', 'q': 'abc'}

page=1&q=M%C3%BCller: {'page': '1', 'q': 'Müller'}
page=2&q=M%C3%83%C2%BCller: {'page': '2', 'q': 'MÃ¼ller'}
page=3&q=M%C3%83%C2%83%C3%82%C2%BCller: {'page': '3', 'q': 'MÃ\x83Â¼ller'}

page=1&q=x+y: {'page': '1', 'q': 'x y'}
page=2&q=x%2By: {'page': '2', 'q': 'x+y'}
page=3&q=x%2By: {'page': '3', 'q': 'x+y'}

page=1&q=x%20y: {'page': '1', 'q': 'x y'}
page=2&q=x%20y: {'page': '2', 'q': 'x y'}
page=3&q=x%20y: {'page': '3', 'q': 'x y'}

page=1&q=x%2By: {'page': '1', 'q': 'x+y'}
page=2&q=x%2By: {'page': '2', 'q': 'x+y'}
page=3&q=x%2By: {'page': '3', 'q': 'x+y'}

TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
