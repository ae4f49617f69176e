#!/bin/bash
# httpdex-cookies: Expires is not read, so cookies that are deleted with a date in the past stay, with their new, empty value, and are sent; and hosts
# without a dot, such as localhost, get no cookies.
#
# Versions: httpdex-cookies 0.1.0 (PyPI), Python 3.11, whose http.cookiejar is the other jar.
# Expected: RFC 6265, section 5.2.1 and 5.3: Expires sets the time at which a cookie ends, where there is no Max-Age, and section 3.1: "the server
#   returns a Set-Cookie header with an expiration date in the past" to remove one. Section 5.3, step 5: a domain that is a public suffix is ignored
#   where it is the host itself, and matters only where there is a Domain attribute. Section 5.4: cookies with longer paths come first. The package says
#   "RFC 6265 HTTP cookie parsing and domain/path scoping".
# Seen: after "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT" the next request has "Cookie: session=". A cookie of http://localhost:8000/ is not kept.
#   One with Path=/a that came second is sent second. With http.cookiejar there is no session, the one of localhost is sent, and /a comes first.
# Why it matters: after logging out, clients of the servers that delete cookies by date, as many frameworks do, send an empty session for ever, and
#   nothing works on the developer's own machine or in an intranet.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpdex-cookies==0.1.0

cat > find.py <<'PY'
import email.message
import http.cookiejar
import sys
import urllib.request

from httpdex_cookies import CookieStore


class Answer:
    def __init__(self, fields):
        self.message = email.message.Message()
        for field in fields:
            self.message["Set-Cookie"] = field

    def info(self):
        return self.message


def both(url, *answers):
    """The Cookie field for a request after these answers, by httpdex-cookies and by http.cookiejar."""
    mine, jar = CookieStore(), http.cookiejar.CookieJar()
    for field in answers:
        mine.extract_cookies(url, [("Set-Cookie", field)])
        jar.extract_cookies(Answer([field]), urllib.request.Request(url))
    request = urllib.request.Request(url)
    jar.add_cookie_header(request)
    result = (mine.get_cookie_header(url), request.get_header("Cookie"))
    print(f"{url} {answers}: httpdex-cookies {result[0]}, http.cookiejar {result[1]}")
    return result


OVER = "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"
seen = [
    both("https://www.example.org/", "session=31d4; Path=/"),
    both("https://www.example.org/", "session=31d4; Path=/", OVER),
    both("https://www.example.org/", "session=31d4; Path=/", "session=; Max-Age=0; Path=/"),
    both("http://localhost:8000/", "session=31d4; Path=/"),
    both("https://www.example.org/a/b", "x=1; Path=/", "x=2; Path=/a"),
]
expected = [("session=31d4", "session=31d4"), ("session=", None), (None, None), (None, "session=31d4"), ("x=1; x=2", "x=2; x=1")]
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
