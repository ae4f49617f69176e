#!/bin/bash
# Perl's HTTP::Cookies (LWP): a cookie with Max-Age=0 is sent on, one with Max-Age=60 has no end, and of {"x":1} the quotation marks are gone.
#
# Versions: HTTP::Cookies 6.10 and, for comparison, HTTP::CookieJar 0.014 (Debian 12: libhttp-cookies-perl 6.10-1, libhttp-cookiejar-perl 0.014-1), Perl
#   5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 6265, section 5.2.2: if Max-Age is zero or less, the cookie has expired; otherwise it ends that many seconds from now. Section 5.3: Max-Age
#   comes before Expires. Section 5.2: the value is what stands before the semicolon, with its quotation marks if there are any.
# Seen: Max-Age is taken as a sign that the cookie is to be kept, and its number is thrown away: the server takes the cookie back with Max-Age=0 and it
#   still comes, and in the file of a jar it has no end, so it is sent for ever. Beside an Expires of 1970, which old clients need for that, it is
#   removed at once, although Max-Age gives it an hour. Quotation marks in a value are taken out. HTTP::CookieJar does all of it.
# Why it matters: this is the jar of LWP and WWW::Mechanize. Who logs out stays logged in, and a value that is JSON cannot be read by its own server.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-cookies-perl=6.10-1 libhttp-cookiejar-perl=0.014-1 libhttp-message-perl=6.44-1 liburi-perl=5.17-1 \
    libhttp-date-perl=6.05-2 libtimedate-perl=2.3300-2 libencode-locale-perl=1.05-3 libio-html-perl=1.004-3 liblwp-mediatypes-perl=6.04-2 \
    libclone-perl=0.46-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use HTTP::CookieJar;
use HTTP::Cookies;
use HTTP::Request;
use HTTP::Response;

my $url = "https://www.example.org/";
my @answers = (
    ["a=1; Path=/", "a=1; Path=/; Max-Age=0"],
    ["a=1; Path=/", "a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
    ["a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=3600"],
    ["a=1; Path=/; Max-Age=2"],
    ["a={\"x\":1}; Path=/"],
    ["a=\"b c\"; Path=/"],
);
for my $answers (@answers) {
    my ($one, $other) = (HTTP::Cookies->new, HTTP::CookieJar->new);
    for my $answer (@$answers) {
        my $response = HTTP::Response->new(200, "OK", ["Set-Cookie" => $answer]);
        $response->request(HTTP::Request->new(GET => $url));
        $one->extract_cookies($response);
        $other->add($url, $answer);
    }
    sleep 3 if "@$answers" =~ /Max-Age=2/;
    my $request = HTTP::Request->new(GET => $url);
    $one->add_cookie_header($request);
    print join(", then ", @$answers), "\n";
    print "  HTTP::Cookies sends ", $request->header("Cookie") // "none", ", HTTP::CookieJar ", $other->cookie_header($url) || "none", "\n";
}
PERL
timeout 60 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a=1; Path=/, then a=1; Path=/; Max-Age=0
  HTTP::Cookies sends a=1, HTTP::CookieJar none
a=1; Path=/, then a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT
  HTTP::Cookies sends none, HTTP::CookieJar none
a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=3600
  HTTP::Cookies sends none, HTTP::CookieJar a=1
a=1; Path=/; Max-Age=2
  HTTP::Cookies sends a=1, HTTP::CookieJar none
a={"x":1}; Path=/
  HTTP::Cookies sends a={x:1}, HTTP::CookieJar a={"x":1}
a="b c"; Path=/
  HTTP::Cookies sends a=b c, HTTP::CookieJar a="b c"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
