#!/bin/bash
# Perl's Parse::MIME: for "Accept: text/html;q=0.1, */*" it chooses text/html before JSON, and for "text/html;q=0, application/*;q=0.5" as well.
#
# Versions: Parse::MIME 1.006 (Debian 12: libparse-mime-perl 1.006-2), Perl 5.36, python-mimeparse 2.0.0 and WebOb 1.8.9 (PyPI) for comparison. Wants
#   `apt-get update` beforehand, and perl.
# Expected: its documentation of best_match(): "Choose the mime-type with the highest quality (q) from a list of candidates." RFC 9110, section 12.5.1:
#   which range names a type most closely tells its quality, and of the types the one with the highest quality is wanted; section 12.4.2: 0 means "not
#   acceptable". Section 8.3.1: types are case-insensitive.
# Seen: the type that is named most closely is chosen, whatever its quality, even one of 0. quality() tells 0.1 and 1 for the same two types. A range in
#   capitals matches nothing.
# Why it matters: clients get the form that they have put last or have excluded. With quality() for each type a program can choose by itself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libparse-mime-perl=1.006-2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libparse-mime-perl*.deb .
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check webob==1.8.9

cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Parse::MIME qw(best_match quality);

my @types = ("text/html", "application/json");
for my $accept (@ARGV) {
    my $qualities = join ", ", map { "$_ " . quality($_, $accept) } @types;
    print "Parse::MIME $accept: ", best_match(\@types, $accept) // "none", " ($qualities)\n";
}
PERL
cat > find.py <<'PY'
import sys

from webob.acceptparse import create_accept_header

for text in sys.argv[1:]:
    offers = create_accept_header(text).acceptable_offers(["text/html", "application/json"])
    print(f"WebOb {text}: {offers[0][0] if offers else 'none'}")
PY
set -- "text/html, application/json;q=0.9" "text/html;q=0.1, */*" "text/html;q=0, application/*;q=0.5" "text/html;q=0" "Application/JSON"
{
    timeout 20 perl find.pl "$@"
    timeout 20 venv/bin/python find.py "$@"
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Parse::MIME text/html, application/json;q=0.9: text/html (text/html 1, application/json 0.9)
Parse::MIME text/html;q=0.1, */*: text/html (text/html 0.1, application/json 1)
Parse::MIME text/html;q=0, application/*;q=0.5: text/html (text/html 0, application/json 0.5)
Parse::MIME text/html;q=0: text/html (text/html 0, application/json 0)
Parse::MIME Application/JSON: none (text/html 0, application/json 0)
WebOb text/html, application/json;q=0.9: text/html
WebOb text/html;q=0.1, */*: application/json
WebOb text/html;q=0, application/*;q=0.5: application/json
WebOb text/html;q=0: none
WebOb Application/JSON: application/json
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
