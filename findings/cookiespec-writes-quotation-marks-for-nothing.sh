#!/bin/bash
# cookiespec: a cookie with an empty value gets two quotation marks as its value, and one whose value is in quotation marks loses them.
#
# Versions: cookiespec 0.1.1 (PyPI), Python 3.11, whose http.cookiejar shows what a client stores.
# Expected: RFC 6265, section 4.1.1: cookie-value may have no octets at all. Section 5.2: a client stores "the value string", everything
#   behind the "=", without a word about quotation marks: "abc" with and without them are two values, and the server gets back what it
#   sent.
# Seen: format_set_cookie(parse_set_cookie("theme=; Path=/")) is 'theme=""; Path=/', and a client that stores it sends back two quotation
#   marks. For 'etag="abc"; Path=/' the value is abc and 'etag=abc; Path=/' is written, while parse_cookie_header() of the same package
#   leaves the quotation marks of 'etag="abc"' where they are.
# Why it matters: a proxy or test recorder that rewrites Set-Cookie in the "canonical" form of the package changes what the application
#   gets: an empty choice becomes a choice named "", and a quoted value does not compare equal any more.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cookiespec==0.1.1

cat > find.py <<'PY'
import email.message
import http.cookiejar
import sys
import urllib.request

from cookiespec import format_set_cookie, parse_cookie_header, parse_set_cookie


def sent_back(header):
    """The Cookie header with which Python's http.cookiejar answers a Set-Cookie."""
    jar, headers = http.cookiejar.CookieJar(), email.message.Message()
    headers["Set-Cookie"] = header

    class Response:
        def info(self):
            return headers

    request = urllib.request.Request("https://example.org/")
    jar.extract_cookies(Response(), request)
    jar.add_cookie_header(request)
    return request.get_header("Cookie")


seen = []
for header in ("theme=; Path=/", 'etag="abc"; Path=/', "plain=abc; Path=/"):
    cookie = parse_set_cookie(header)
    written = format_set_cookie(cookie)
    seen.append((cookie.value, written))
    print(f"{header}: value {cookie.value!r}, written {written}; sent back before {sent_back(header)} and after {sent_back(written)}")
requested = parse_cookie_header('etag="abc"')
print(f"parse_cookie_header: {requested}")
sys.exit(
    seen != [("", 'theme=""; Path=/'), ("abc", "etag=abc; Path=/"), ("abc", "plain=abc; Path=/")]
    or requested != {"etag": '"abc"'}
    or sent_back("theme=; Path=/") != "theme="
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
