#!/bin/bash
# gemurl: normalizing a Gemini URL leads to another page, to none, or takes the brackets off an IPv6 address; "/users" has no capsule.
#
# Versions: gemurl 1.1.0 (PyPI), Python 3.11.
# Expected: gemurl's README: "Percent encoding of reserved characters are not changed (since that would change the meaning)", "Empty queries and
#   fragments are distinct from missing ones". RFC 3986, section 2.2: ":", "@", "=", "&" and ";" are such characters; section 3.2.2: an IPv6 address
#   stands in brackets; section 5.2.4: of "/a/b/.." and of "/a/." what remains is "/a/".
# Seen: "/a;b" becomes "/a%3Bb" and "?x=1&y" becomes "?x%3D1%26y". "/a/." and "/a/b/.." become "/a", without the slash. An octet that is no UTF-8,
#   %FF, becomes three others. "?#top" loses its empty query. "gemini://[2001:db8::1]/" becomes "gemini://2001:db8::1/", of which host and port cannot be
#   had. capsule_prefix() of "gemini://example.com/users" raises IndexError, and of "/users/" it is "/users//".
# Why it matters: a client that sends the normalized URL asks for another page than the link had, and a crawler that stores them mixes pages up.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check gemurl==1.1.0

cat > find.py <<'PY'
import sys
from urllib.parse import urljoin

from gemurl import capsule_prefix, host_port_pair_from_url, normalize_url

HOST = "gemini://example.com"
EXPECTED = {
    f"{HOST}/a;b": f"{HOST}/a%3Bb",
    f"{HOST}/a?x=1&y": f"{HOST}/a?x%3D1%26y",
    f"{HOST}/a/.": f"{HOST}/a",
    f"{HOST}/a/b/..": f"{HOST}/a",
    f"{HOST}/%FF": f"{HOST}/%EF%BF%BD",
    f"{HOST}/?#top": f"{HOST}/#top",
    "gemini://[2001:db8::1]/": "gemini://2001:db8::1/",
}


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except (IndexError, ValueError) as error:
        return type(error).__name__


seen = {url: normalize_url(url) for url in EXPECTED}
for url, normal in seen.items():
    print(f"{url} -> {normal}")
# Python's own resolver, for a scheme that it knows.
resolved = [urljoin("https://example.com/", path) for path in ("/a/.", "/a/b/..")]
print(f"by urljoin: {resolved}")
others = [attempt(host_port_pair_from_url, seen["gemini://[2001:db8::1]/"])]
others += [attempt(capsule_prefix, normalize_url(f"{HOST}/users{rest}")) for rest in ("", "/", "/alice/page")]
print(f"host and port of the IPv6 URL, capsules of /users, /users/ and /users/alice/page: {others}")
as_stated = seen == EXPECTED and resolved == ["https://example.com/a/"] * 2
sys.exit(not (as_stated and others == ["ValueError", "IndexError", f"{HOST}/users//", f"{HOST}/users/alice/"]))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
