#!/bin/bash
# Perl's Net::OAuth: of two parameters with one name it signs one, a list it signs as "ARRAY(0x55...)", and capitals and port 80 stay in what it signs.
#
# Versions: Net::OAuth 0.28 (Debian 12: libnet-oauth-perl 0.28-4), Perl 5.36, oauthlib 3.2.2 (PyPI) to compare with. Wants `apt-get update` beforehand,
#   and perl.
# Expected: RFC 5849, section 3.4.1.3.1: the parameters of the query, the header and the body are put into one list, and its example has a3 twice, "a" in
#   the query and "2 q" in the body; both are in the result. Section 3.4.1.2: scheme and host are in lowercase, and a port 80 (http) is left out.
#   Section 3.4.1.1: the method is in uppercase.
# Seen: signature_base_string() of the example of the RFC has a3 once. Of "?a=b&a=a" in the URL one remains. An extra parameter with two values is signed
#   as the address of an array in memory. "HTTP://EXAMPLE.COM:80/" is signed as it is, and so is "get". oauthlib gives the string of the RFC.
# Why it matters: a search with two filters of one name (tag=a&tag=b) is answered with 401, and nothing tells why.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check oauthlib==3.2.2
apt-get -qq download libnet-oauth-perl=0.28-4 libclass-accessor-perl=0.51-2 libclass-data-inheritable-perl=0.08-3 libdigest-hmac-perl=1.04+dfsg-2 \
    libsub-name-perl=0.26-2+b1 liburi-perl=5.17-1 libregexp-ipv6-perl=0.03-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::OAuth;
use Net::OAuth::ProtectedResourceRequest;

sub base {
    my ($method, $url, $extra) = @_;
    my $request = Net::OAuth->request("protected resource")->new(
        consumer_key => "9djdj82h48djs9d2", consumer_secret => "x", token => "kkk9d7dh3k39sjv7", token_secret => "y",
        signature_method => "HMAC-SHA1", timestamp => "137131201", nonce => "7d8f3e4a", request_method => $method, request_url => $url,
        extra_params => $extra,
    );
    my ($verb, $place, $names) = split /&/, $request->signature_base_string;
    s/%([0-9A-F]{2})/chr hex $1/ge for $place, $names;
    $names = join " ", grep { !/^oauth_/ } split /&/, $names;
    $names =~ s/0x[0-9a-f]+/0x.../g;
    $names =~ s/%28/(/; $names =~ s/%29/)/;
    print "Net::OAuth: $verb $place $names\n";
}
base("POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", { c2 => "", a3 => "2 q" });
base("GET", "http://example.com/x?a=b&a=a", {});
base("GET", "http://example.com/x", { a => ["b", "a"] });
base("get", "HTTP://EXAMPLE.COM:80/x", {});
PERL
cat > find.py <<'PY'
from urllib.parse import unquote, urlsplit

from oauthlib.oauth1.rfc5849 import signature

for method, url, body in (
    ("POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q"),
    ("GET", "http://example.com/x?a=b&a=a", ""),
    ("get", "HTTP://EXAMPLE.COM:80/x", ""),
):
    names = signature.normalize_parameters(signature.collect_parameters(urlsplit(url).query, body))
    print("oauthlib:", *map(unquote, signature.signature_base_string(method, signature.base_string_uri(url.partition("?")[0]), names).split("&")[:2]), *names.split("&"))
PY
{
    timeout 20 venv/bin/python find.py
    timeout 20 perl find.pl
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
oauthlib: POST http://example.com/request a2=r%20b a3=2%20q a3=a b5=%3D%253D c%40= c2=
oauthlib: GET http://example.com/x a=a a=b
oauthlib: GET http://example.com/x 
Net::OAuth: POST http://example.com/request a2=r%20b a3=a b5=%3D%253D c%40= c2=
Net::OAuth: GET http://example.com/x a=b
Net::OAuth: GET http://example.com/x a=ARRAY(0x...)
Net::OAuth: get HTTP://EXAMPLE.COM:80/x 
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
