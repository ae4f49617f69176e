#!/bin/bash
# cookie-jar-bridge: of a cookies.txt from curl it drops all cookies that are HttpOnly, and refuses the file for one without a value.
#
# Versions: cookie-jar-bridge 0.2.4 (PyPI), Python 3.11 (http.cookiejar to compare with).
# Expected: curl documents its file: "#HttpOnly_" in front of the domain marks an HttpOnly cookie and makes no comment of the line; Python's
#   MozillaCookieJar and browser extensions read and write it so. RFC 6265, section 5.2: the value of a cookie may be empty, and then the line ends
#   with a tab. An expiry of 0 is a session cookie. The package converts and validates between cookies.txt and the JSON of Playwright.
# Seen: "#HttpOnly_example.org ... sid" is skipped as a comment; the converted file has the other cookie only, and validate says VALID. A line with
#   an empty value ends with "expected 7 tab fields, got 6". Back in cookies.txt, a session cookie lives for a year, and one that was HttpOnly in
#   the JSON has no mark.
# Why it matters: sessions are HttpOnly cookies nearly everywhere; the browser that gets the converted file is not logged in, and nothing says why.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cookie-jar-bridge==0.2.4

cat > find.py <<'PY'
import http.cookiejar
import json
import sys
import time

import cookie_jar_bridge as bridge

HEADER = "# Netscape HTTP Cookie File\n"
HIDDEN = "#HttpOnly_example.org\tFALSE\t/\tTRUE\t0\tsid\t31d4d96e407aad42\n"
PLAIN = "example.org\tFALSE\t/\tTRUE\t0\tlang\ten\n"
EMPTY = "example.org\tFALSE\t/\tTRUE\t0\tcart\t\n"


def names(text):
    try:
        return [cookie.name for cookie in bridge.load_cookies(text, fmt="netscape")]
    except ValueError as error:
        return str(error)


with open("cookies.txt", "w") as file:
    file.write(HEADER + HIDDEN + PLAIN + EMPTY)
jar = http.cookiejar.MozillaCookieJar("cookies.txt")
jar.load(ignore_discard=True, ignore_expires=True)
print("http.cookiejar:", sorted(cookie.name for cookie in jar))
seen = names(HEADER + HIDDEN + PLAIN), names(HEADER + PLAIN + EMPTY)
print("cookie-jar-bridge:", seen[0], "- valid:", bridge.validate_text(HEADER + HIDDEN + PLAIN, fmt="netscape").valid)
print("with an empty value:", seen[1])
item = {"name": "sid", "value": "1", "domain": "example.org", "path": "/", "expires": -1, "httpOnly": True, "secure": True}
text = json.dumps({"cookies": [item], "origins": []})
line = bridge.convert_cookies(bridge.load_cookies(text, fmt="playwright-json"), "netscape").splitlines()[-1]
days = (int(line.split("\t")[4]) - time.time()) / 86400
print(f"a session cookie that is HttpOnly: {line[:25]!r}..., for {days:.0f} days")
as_stated = seen == (["lang"], "line 3: expected 7 tab fields, got 6") and line.startswith("example.org\tFALSE")
as_stated = as_stated and len(jar) == 3
sys.exit(not as_stated or not 364 < days < 366)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
