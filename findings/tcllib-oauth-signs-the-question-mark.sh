#!/bin/bash
# tcllib's oauth: each request with a query has a wrong signature, since "?" is taken for a part of the first name; and a10 is sorted behind a2.
#
# Versions: Tcllib 1.21 (Debian 12: tcllib 1.21+dfsg-1, tcl-tls 1.7.22-3+b1, tcl8.6, libtcl8.6 8.6.13+dfsg-2), oauthlib 3.2.2 (PyPI) to compare with.
#   Wants `apt-get update` beforehand.
# Expected: RFC 5849, which the manual names: section 3.4.1.3.1: the parameters are those of the query component (what follows the "?"), of the header
#   and of the form. Section 3.4.1.3.2: they are sorted by name "using ascending byte value ordering". The manual: for a GET, oauth::header takes the full
#   path, {https://.../lookup.json?screen_name=AbiertaMente}.
# Seen: of "https://api.example.com/1/x?count=5" the parameter signed is "?count", so that oauthlib computes another signature; without a query it is the
#   same. Names are sorted as in a dictionary (a2 before a10, a before B). oauth::query calls header with the query in the place of the form, and so
#   signs "POST" and sends GET.
# Why it matters: the example of the manual is answered with 401 by every server. Put the parameters of a GET into no query at all, or sign by hand.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check oauthlib==3.2.2
apt-get -qq download tcllib=1.21+dfsg-1 tcl-tls=1.7.22-3+b1 {tcl8.6,libtcl8.6}=8.6.13+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu TCL_LIBRARY=$work/usr/share/tcltk/tcl8.6

cat > sign.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21 usr/lib/x86_64-linux-gnu/tcltk usr/lib/tcltk/x86_64-linux-gnu
package require oauth
oauth::config -consumerkey key -consumersecret secret -accesstoken token -accesstokensecret hidden
puts [lindex [oauth::header {*}$argv] 1]
TCL
cat > find.py <<'PY'
import re
import subprocess

from oauthlib.oauth1.rfc5849 import signature
from urllib.parse import unquote, urlsplit

for url, form in (
    ("https://api.example.com/1/x", ""),
    ("https://api.example.com/1/x?count=5", ""),
    ("https://api.example.com/1/x", "count=5"),
    ("https://api.example.com/1/x", "a2=x&a10=y"),
    ("https://api.example.com/1/x", "B=1&a=2"),
):
    header = subprocess.run(
        ["usr/bin/tclsh8.6", "sign.tcl", url, form], capture_output=True, text=True, timeout=20, check=True
    ).stdout.strip()
    names = signature.collect_parameters(urlsplit(url).query, form, {"Authorization": header})
    base = signature.signature_base_string("POST" if form else "GET", url.partition("?")[0], signature.normalize_parameters(names))
    right = signature.sign_hmac_sha1(base, "secret", "hidden")
    seen = unquote(re.search('oauth_signature="([^"]+)"', header)[1])
    print("POST" if form else "GET", url.rpartition("/")[2], form or "-", "- the signature is", "that of oauthlib" if seen == right else "another")
PY
timeout 80 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
GET x - - the signature is that of oauthlib
GET x?count=5 - - the signature is another
POST x count=5 - the signature is that of oauthlib
POST x a2=x&a10=y - the signature is another
POST x B=1&a=2 - the signature is another
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
