#!/bin/bash
# hx-cookies, a "clean RFC 6265 implementation": Expires is not read, so that cookies never go away, and hosts without a dot get no cookies at all.
#
# Versions: hx-cookies 0.1.0 (PyPI), http.cookiejar of Python 3.11 to compare with.
# Expected: RFC 6265, section 5.2.1: Expires sets the expiry time; section 3.1 has a server delete a cookie with an Expires in the past. Section
#   5.3, steps 5 and 6: public suffixes concern cookies with a Domain attribute; without one the cookie is for the host that set it, whatever its
#   name. Section 5.4, step 2: cookies with longer paths SHOULD be listed before those with shorter paths.
# Seen: after "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT" the store goes on sending "sid=", and a cookie set with a date of the past is sent as
#   well. A cookie from http://localhost, http://wiki or https://[::1] is dropped without a word; one from 127.0.0.1 is kept. Of two cookies with
#   one name, that for "/" comes before that for "/a".
# Why it matters: a log-out done by Expires, as most frameworks do it besides Max-Age, leaves the cookie; a test or an intranet server on a name
#   without dots has no sessions. Send Max-Age from the server, use an address with dots, or http.cookiejar.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hx-cookies==0.1.0

cat > find.py <<'PY'
import email.message
import http.cookiejar
import sys
import urllib.request

from hx_cookies import CookieStore


class Response:
    def __init__(self, header):
        self.message = email.message.Message()
        self.message["Set-Cookie"] = header

    def info(self):
        return self.message


def by_package(url, *headers):
    store = CookieStore()
    for header in headers:  # in a response each
        store.extract_cookies(url, [("set-cookie", header)])
    return store.get_cookie_header(url)


def by_library(url, *headers):
    jar = http.cookiejar.CookieJar()
    for header in headers:
        jar.extract_cookies(Response(header), urllib.request.Request(url))
    request = urllib.request.Request(url)
    jar.add_cookie_header(request)
    return request.get_header("Cookie")


past = "Expires=Thu, 01 Jan 1970 00:00:00 GMT"
cases = [
    ("https://www.example.org/a/b", "sid=1; Path=/", f"sid=; Path=/; {past}"),
    ("https://www.example.org/a/b", f"sid=1; Path=/; {past}"),
    ("http://localhost:8000/", "sid=1"),
    ("http://wiki/", "sid=1"),
    ("http://127.0.0.1:8000/", "sid=1"),
    ("https://www.example.org/a/b", "sid=1; Path=/", "sid=2; Path=/a"),
]
seen = []
for case in cases:
    seen.append((by_package(*case), by_library(*case)))
    print(f"{case}: hx-cookies sends {seen[-1][0]}, http.cookiejar {seen[-1][1]}")
right = [("sid=", None), ("sid=1", None), (None, "sid=1"), (None, "sid=1"), ("sid=1", "sid=1"), ("sid=1; sid=2", "sid=2; sid=1")]
address = by_package("https://[::1]/", "sid=1")
print(f"https://[::1]/: hx-cookies sends {address}")
sys.exit(seen != right or address is not None)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
