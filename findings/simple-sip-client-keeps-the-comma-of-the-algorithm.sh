#!/bin/bash
# simple-sip-client: it answers a challenge with the algorithm "MD5,", and reads addresses with parameters, names without quotes and IPv6 as none at
# all.
#
# Versions: simple-sip-client 0.0.3 (PyPI), Python 3.11.
# Expected: RFC 3261, section 20.44, RFC 2617, section 3.2.1: a challenge is a list with commas, "algorithm=MD5, qop=..." without quotes. Section
#   3.2.2.3 of RFC 2617: with qop "auth" the body is not hashed; only with "auth-int". RFC 3261, section 20.20 and 20.10: From: "Jo
#   <sip:jo@example.org;user=phone>;tag=1" has a URI with a parameter, a name without quotes, and a tag. Section 19.1.1: the host may be an IPv6
#   address in brackets.
# Seen: algorithm="MD5," goes back. build_authorization(), given the body of an INVITE, computes another response than the RFC's formula; without
#   the body it is right. parse_from_header() of "Jo <sip:jo@example.org>;tag=1" has the scheme "jo <sip"; of
#   "<sip:jo@example.org;user=phone>;tag=1" the scheme "<sip". "sip:jo@[2001:db8::1]:5060" raises ValueError.
# Why it matters: registrars refuse an algorithm that they do not know, and callers are shown as nobody. Repair what parse_challenge() found.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check simple-sip-client==0.0.3

cat > find.py <<'PY'
import hashlib
import re
import sys
import urllib.request

from simple_sip.sip_auth import DigestAuth
from simple_sip.sip_message import parse_from_header, parse_sip_uri

CHALLENGE = 'Digest realm="example.org", nonce="abc", algorithm=MD5, qop="auth"'


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def right(fields, method, uri):
    """The response as RFC 2617, section 3.2.2.1, has it for qop "auth"."""
    first, second = md5("jo:example.org:secret"), md5(f"{method}:{uri}")
    return md5(":".join([first, "abc", fields["nc"], fields["cnonce"], "auth", second]))


seen = []
for body in ("", "v=0\r\n"):
    auth = DigestAuth("jo", "secret")
    auth.parse_challenge(CHALLENGE)
    header = auth.build_authorization("INVITE", "sip:you@example.org", body)
    fields = dict(re.findall(r'(\w+)="?([^",]*)"?', header))
    seen.append(fields["response"] == right(fields, "INVITE", "sip:you@example.org"))
    print(f"body {body!r}: {header}; response as by the RFC: {seen[-1]}")
usual = urllib.request.parse_keqv_list(urllib.request.parse_http_list(CHALLENGE.partition(" ")[2]))
print(f"algorithm: {auth.algorithm!r}, urllib: {usual['algorithm']!r}")
schemes = []
for value in ('"Jo" <sip:jo@example.org>;tag=1', "Jo <sip:jo@example.org>;tag=1", "<sip:jo@example.org;user=phone>;tag=1"):
    tag, uri = parse_from_header(value)
    schemes.append(uri.scheme)
    print(f"{value}: tag {tag}, scheme {uri.scheme!r}, user {uri.user!r}, host {uri.host!r}")
try:
    address = str(parse_sip_uri("sip:jo@[2001:db8::1]:5060"))
except ValueError as error:
    address = f"ValueError: {error}"
print(f"IPv6: {address}")
same = seen == [True, False] and auth.algorithm == "MD5," and usual["algorithm"] == "MD5" and 'algorithm="MD5,"' in header
sys.exit(not same or schemes != ["sip", "jo <sip", "<sip"] or not address.startswith("ValueError"))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
