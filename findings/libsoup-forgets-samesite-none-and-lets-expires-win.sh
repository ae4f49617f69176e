#!/bin/bash
# libsoup: "SameSite=None" is not among what it writes of a cookie, and an Expires behind Max-Age takes the cookie away that should live for an hour.
#
# Versions: libsoup 3.2.3 (Debian 12: libsoup-3.0-0 3.2.3-0+deb12u2, and the packages below), Python 3.11, whose http.cookiejar and http.cookies are there for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 6265, section 5.3, step 3: if there is a Max-Age it counts, and Expires does not, whichever comes first, so that the clocks of the two
#   need not agree. The documentation of soup_cookie_to_set_cookie_header(): it writes the cookie for a Set-Cookie header.
# Seen: of "Max-Age=3600; Expires=Wed, 01 Jan 2020 00:00:00 GMT" the expiry is that of Expires; with the two the other way round it is in an hour. What
#   is read with SameSite=Lax or Strict is written with it, what is read with SameSite=None without, and where it is missing browsers take it for
#   Lax. Python keeps both.
# Why it matters: a server whose clock has stopped, or one that sends an old Expires for old clients, gets no cookie back, or not, as the order has it; a
#   server or proxy made with libsoup sends cookies for embedded pages that browsers keep to themselves.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download glib-networking=2.74.0-4 glib-networking-common=2.74.0-4 glib-networking-services=2.74.0-4 libproxy1v5=0.4.18-1.2 \
    libsoup-3.0-0=3.2.3-0+deb12u2 libsoup-3.0-common=3.2.3-0+deb12u2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.py <<'PY'
import ctypes
import email.message
import http.cookiejar
import http.cookies
import time
import urllib.request

soup = ctypes.CDLL("libsoup-3.0.so.0")
glib = ctypes.CDLL("libglib-2.0.so.0")
for library, name, kind in (
    (glib, "g_uri_parse", ctypes.c_void_p),
    (glib, "g_date_time_to_unix", ctypes.c_int64),
    (soup, "soup_cookie_parse", ctypes.c_void_p),
    (soup, "soup_cookie_get_expires", ctypes.c_void_p),
    (soup, "soup_cookie_to_set_cookie_header", ctypes.c_char_p),
):
    getattr(library, name).restype = kind
URL = "https://www.example.org/"


class Answer:
    def __init__(self, cookie):
        self.message = email.message.Message()
        self.message["Set-Cookie"] = cookie

    def info(self):
        return self.message


def say(seconds):
    left = seconds - time.time()
    return "expires in an hour" if 3000 < left < 4000 else "is over" if left < 0 else "lives on"


def by_soup(text):
    uri = ctypes.c_void_p(glib.g_uri_parse(URL.encode(), 0, None))
    cookie = ctypes.c_void_p(soup.soup_cookie_parse(text.encode(), uri))
    expires = soup.soup_cookie_get_expires(cookie)
    written = soup.soup_cookie_to_set_cookie_header(cookie).decode()
    return say(glib.g_date_time_to_unix(ctypes.c_void_p(expires))) if expires else "written as " + written


def by_python(text):
    jar, request = http.cookiejar.CookieJar(), urllib.request.Request(URL)
    jar.extract_cookies(Answer(text), request)
    expires = [cookie.expires for cookie in jar]
    if "Max-Age" in text or "Expires" in text:
        return say(expires[0]) if expires else "is over"
    return "written as " + http.cookies.SimpleCookie(text).output(header="").strip()


PAST = "Expires=Wed, 01 Jan 2020 00:00:00 GMT"
for text in (
    "a=b; Path=/; Max-Age=3600",
    f"a=b; Path=/; {PAST}",
    f"a=b; Path=/; {PAST}; Max-Age=3600",
    f"a=b; Path=/; Max-Age=3600; {PAST}",
    "a=b; Path=/; Secure; SameSite=Lax",
    "a=b; Path=/; Secure; SameSite=None",
):
    print(f"{text}\n    libsoup: {by_soup(text)}\n    Python:  {by_python(text)}")
PY
LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a=b; Path=/; Max-Age=3600
    libsoup: expires in an hour
    Python:  expires in an hour
a=b; Path=/; Expires=Wed, 01 Jan 2020 00:00:00 GMT
    libsoup: is over
    Python:  is over
a=b; Path=/; Expires=Wed, 01 Jan 2020 00:00:00 GMT; Max-Age=3600
    libsoup: expires in an hour
    Python:  expires in an hour
a=b; Path=/; Max-Age=3600; Expires=Wed, 01 Jan 2020 00:00:00 GMT
    libsoup: is over
    Python:  expires in an hour
a=b; Path=/; Secure; SameSite=Lax
    libsoup: written as a=b; path=/; domain=www.example.org; SameSite=Lax; secure
    Python:  written as a=b; Path=/; SameSite=Lax; Secure
a=b; Path=/; Secure; SameSite=None
    libsoup: written as a=b; path=/; domain=www.example.org; secure
    Python:  written as a=b; Path=/; SameSite=None; Secure
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
