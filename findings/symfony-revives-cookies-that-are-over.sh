#!/bin/bash
# Symfony: a cookie that a server takes back, with Max-Age=0 or with the first second of 1970, is one without an end when it has been read.
#
# Versions: symfony/http-foundation 5.4.53 (Debian 12: php-symfony-http-foundation 5.4.53+dfsg-0+deb12u1), PHP 8.2.36 (php8.2-cli 8.2.36-1~deb12u1),
#   Guzzle 7.4.5 (php-guzzlehttp-guzzle 7.4.5-1) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 6265, section 5.2.2: with a Max-Age of zero or less the cookie expires at the earliest time there is, and Max-Age goes before Expires;
#   section 5.2.1, and 4.1.1: Expires is a date. Cookie::fromString() "creates cookie from raw header string".
# Seen: of Max-Age=0, of Max-Age=-1 and of Expires=Thu, 01 Jan 1970 00:00:00 GMT nothing is left: getExpiresTime() is 0, isCleared() is false, and what is
#   written has neither, which is a cookie of the session. With a date one second later, or with Max-Age=60, it is as it should be. Guzzle's
#   cookies are over in these cases.
# Why it matters: a gateway or a test client that passes on the answer of another server by this class passes on no removal: the browser keeps what it
#   should have thrown away, a basket that has been ordered, a language that has been chosen anew.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-symfony-http-foundation=5.4.53+dfsg-0+deb12u1 php-guzzlehttp-guzzle=7.4.5-1 php-symfony-deprecation-contracts=2.5.5-0+deb12u1 \
    {php8.2-cli,php8.2-common,php8.2-mbstring}=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR);
spl_autoload_register(function ($class) {
    $file = str_replace('\\', '/', $class) . '.php';
    if (stream_resolve_include_path($file)) {
        require_once $file;
    }
});
foreach (array_slice($argv, 1) as $text) {
    $cookie = Symfony\Component\HttpFoundation\Cookie::fromString($text, true);
    $time = $cookie->getExpiresTime();
    $other = GuzzleHttp\Cookie\SetCookie::fromString($text);
    echo "$text\n    Symfony: ", $time > 1e9 ? 'in the future' : "expires at $time", $cookie->isCleared() ? ', cleared' : '', '; writes ';
    echo preg_replace('/expires=[^;]*20\d\d [^;]*; Max-Age=\d\d+/', 'expires=(near now)', (string)$cookie), "\n";
    echo '    Guzzle: ', $other->isExpired() || $other->getMaxAge() === 0 ? 'over' : 'not over', "\n";
}
PHP
timeout 60 usr/bin/php8.2 -n -d include_path=usr/share/php -d "extension_dir=$work/usr/lib/php/20220829" -d extension=ctype.so -d extension=mbstring.so \
    -d date.timezone=UTC find.php 'a=b' 'a=b; Max-Age=60' 'a=b; Max-Age=0' 'a=b; Max-Age=-1' 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT' \
    'a=b; Expires=Thu, 01 Jan 1970 00:00:01 GMT' >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a=b
    Symfony: expires at 0; writes a=b; path=/
    Guzzle: not over
a=b; Max-Age=60
    Symfony: in the future; writes a=b; expires=(near now); path=/
    Guzzle: not over
a=b; Max-Age=0
    Symfony: expires at 0; writes a=b; path=/
    Guzzle: over
a=b; Max-Age=-1
    Symfony: expires at 0; writes a=b; path=/
    Guzzle: over
a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT
    Symfony: expires at 0; writes a=b; path=/
    Guzzle: over
a=b; Expires=Thu, 01 Jan 1970 00:00:01 GMT
    Symfony: expires at 1, cleared; writes a=b; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/
    Guzzle: over
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
