#!/bin/bash
# Perl's Data::Validate::URI: https://[2001:db8::1]/, https://jo@example.org/ and https://example.org./ are no web addresses, https://127.0.0.1/ is one.
#
# Versions: Data::Validate::URI 0.07 (Debian 12: libdata-validate-uri-perl 0.07-2, libdata-validate-domain-perl 0.10-1.1, libdata-validate-ip-perl 0.31-1),
#   Perl 5.36, Python's urllib for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: its documentation: is_web_uri() is there "to accept most common real-world URLs". RFC 9110, section 4.2.2, and RFC 3986, section 3.2: the
#   authority is [ userinfo "@" ] host [ ":" port ], the host an IPv6 address in brackets, an IPv4 address or a name; a name may end with a full stop.
# Seen: it asks whether the host is an IPv4 address or a domain name, and cuts a port off before that at the last colon; an IPv6 address is neither.
#   is_uri() accepts all of them, and 127.0.0.1 is a host for is_https_uri().
# Why it matters: it validates what users enter. A webhook or a monitor for a server with an IPv6 address cannot be entered.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdata-validate-domain-perl=0.10-1.1 libdata-validate-ip-perl=0.31-1 libdata-validate-uri-perl=0.07-2 \
    libnet-domain-tld-perl=1.75-3 libnetaddr-ip-perl=4.079+dfsg-2+b1 libsocket6-perl=0.29-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Data::Validate::URI qw(is_uri is_https_uri is_web_uri);

for my $url (@ARGV) {
    print "$url: is_uri ", defined is_uri($url) ? "yes" : "no", ", is_https_uri ", defined is_https_uri($url) ? "yes" : "no",
        ", is_web_uri ", defined is_web_uri($url) ? "yes" : "no", "\n";
}
PERL
cat > find.py <<'PY'
import subprocess
import urllib.parse

URLS = (
    "https://example.org/",
    "https://example.org:8443/",
    "https://127.0.0.1:8443/",
    "https://[2001:db8::1]/",
    "https://[::1]:8443/",
    "https://jo@example.org/",
    "https://example.org./",
)
result = subprocess.run(["perl", "find.pl", *URLS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
for url, line in zip(URLS, result.stdout.splitlines(), strict=True):
    split = urllib.parse.urlsplit(url)
    print(f"{line}; Python: user {split.username}, host {split.hostname}, port {split.port}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://example.org/: is_uri yes, is_https_uri yes, is_web_uri yes; Python: user None, host example.org, port None
https://example.org:8443/: is_uri yes, is_https_uri yes, is_web_uri yes; Python: user None, host example.org, port 8443
https://127.0.0.1:8443/: is_uri yes, is_https_uri yes, is_web_uri yes; Python: user None, host 127.0.0.1, port 8443
https://[2001:db8::1]/: is_uri yes, is_https_uri no, is_web_uri no; Python: user None, host 2001:db8::1, port None
https://[::1]:8443/: is_uri yes, is_https_uri no, is_web_uri no; Python: user None, host ::1, port 8443
https://jo@example.org/: is_uri yes, is_https_uri no, is_web_uri no; Python: user jo, host example.org, port None
https://example.org./: is_uri yes, is_https_uri no, is_web_uri no; Python: user None, host example.org., port None
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
