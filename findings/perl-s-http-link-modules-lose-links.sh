#!/bin/bash
# HTTP::Link and HTTP::Link::Parser: of two links in one header the one module has the first alone, and the other has none if "rel" is in capitals.
#
# Versions: HTTP::Link 0.001, HTTP::Link::Parser 0.200 (Debian 12: libhttp-link-perl 0.001-3, libhttp-link-parser-perl 0.200-1.1, and their
#   dependencies), Perl 5.36, requests 2.32.5 (PyPI) for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 8288, section 3: links are separated by a comma, with white space or without; names of parameters do not depend on capitals, white
#   space may stand around their semicolons and equals signs, and a value in quotation marks may have \" in it; "rel" may name several relations. RFC
#   8555, section 7.4.2: a certificate comes with links to its alternate chains, in one header or several.
# Seen: of two links with rel="alternate" in one header HTTP::Link::Parser finds the first, with a blank behind the comma and without. Behind a title
#   with \" in it it finds no relation. HTTP::Link finds nothing in <...>; REL=next, in <...>; rel = next, and in one with such a title, and of "prev
#   last" it has "prev". requests finds all of them.
# Why it matters: servers and proxies join headers with a comma as they like; the next page, or the other chain, is not found, without an error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-link-perl=0.001-3 libhttp-link-parser-perl=0.200-1.1 libmime-ecoencode-perl=0.95-3 libstrictures-perl=2.000006-1 \
    libhttp-date-perl=6.05-2 libhttp-message-perl=6.44-1 liburi-perl=5.17-1 libtimedate-perl=2.3300-2 libencode-locale-perl=1.05-3 \
    libio-html-perl=1.004-3 liblwp-mediatypes-perl=6.04-2 libclone-perl=0.46-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests==2.32.5

cat > find.pl <<'PERL'
use strict;
use warnings;
use HTTP::Link;
use HTTP::Link::Parser;
use HTTP::Request;
use HTTP::Response;
for my $text (@ARGV) {
    my @links = HTTP::Link->parse($text);
    print "HTTP::Link: ", join(', ', map { "$_->{iri} $_->{relation}" } @links) || 'nothing', "\n";
    my $response = HTTP::Response->new(200, 'OK', [Link => $text]);
    $response->request(HTTP::Request->new(GET => 'https://example.org/'));
    my $parsed = HTTP::Link::Parser::parse_links_to_list($response);
    print 'HTTP::Link::Parser: ', join(', ', map { join ' ', $_->{URI}, @{ $_->{rel} || ['without a relation'] } } @$parsed) || 'nothing', "\n";
}
PERL
cat > find.py <<'PY'
import os
import subprocess

from requests.utils import parse_header_links

LINK = "<https://example.org/%d>"
TEXTS = (
    f'{LINK % 1}; rel="alternate", {LINK % 2}; rel="alternate"',
    f'{LINK % 1};rel="alternate",{LINK % 2};rel="alternate"',
    f"{LINK % 1}; rel=next",
    f"{LINK % 1}; REL=next",
    f"{LINK % 1}; rel = next",
    f'{LINK % 1}; rel="prev last"',
    rf'{LINK % 1}; title="a \"b\" c"; rel=next',
)
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(["perl", "find.pl", *TEXTS], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
lines = iter(result.stdout.splitlines())
for text in TEXTS:
    links = ", ".join(" ".join((link["url"], link.get("rel", link.get("REL", "")))) for link in parse_header_links(text))
    print(text, next(lines), next(lines), f"requests: {links}", sep="\n    ")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
<https://example.org/1>; rel="alternate", <https://example.org/2>; rel="alternate"
    HTTP::Link: https://example.org/1 alternate, https://example.org/2 alternate
    HTTP::Link::Parser: https://example.org/1 alternate
    requests: https://example.org/1 alternate, https://example.org/2 alternate
<https://example.org/1>;rel="alternate",<https://example.org/2>;rel="alternate"
    HTTP::Link: https://example.org/1 alternate, https://example.org/2 alternate
    HTTP::Link::Parser: https://example.org/1 alternate
    requests: https://example.org/1 alternate, https://example.org/2 alternate
<https://example.org/1>; rel=next
    HTTP::Link: https://example.org/1 next
    HTTP::Link::Parser: https://example.org/1 next
    requests: https://example.org/1 next
<https://example.org/1>; REL=next
    HTTP::Link: nothing
    HTTP::Link::Parser: https://example.org/1 next
    requests: https://example.org/1 next
<https://example.org/1>; rel = next
    HTTP::Link: nothing
    HTTP::Link::Parser: https://example.org/1 next
    requests: https://example.org/1 next
<https://example.org/1>; rel="prev last"
    HTTP::Link: https://example.org/1 prev
    HTTP::Link::Parser: https://example.org/1 prev last
    requests: https://example.org/1 prev last
<https://example.org/1>; title="a \"b\" c"; rel=next
    HTTP::Link: nothing
    HTTP::Link::Parser: https://example.org/1 without a relation
    requests: https://example.org/1 next
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
