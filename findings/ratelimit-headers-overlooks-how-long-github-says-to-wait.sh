#!/bin/bash
# ratelimit-headers: beside X-RateLimit fields Retry-After is not looked at, the fields of the IETF's drafts of today are "unknown" or empty, and so is
# a limit in the form of the older drafts' examples.
#
# Versions: ratelimit-headers 0.1.0 (PyPI), Python 3.11.
# Expected: GitHub's documentation of rate limits: an answer to too many requests may have retry-after, and then nothing should be sent for so many
#   seconds, whatever x-ratelimit-remaining says (secondary limits). draft-ietf-httpapi-ratelimit-headers: until -06 a limit may be followed by its
#   policies, as in "RateLimit-Limit: 100, 100;w=10"; since -08 there are the fields RateLimit-Policy and RateLimit ('"default";r=50;t=30'). The
#   package's aim is to parse "GitHub, Stripe, Twitter, IETF draft, RFC 7231 Retry-After".
# Seen: of a 403 with x-ratelimit-remaining: 4987 and retry-after: 60 retry_after is None; without the x-ratelimit fields it is 60. "100, 100;w=10" is
#   no limit at all, "100" is one. RateLimit alone is "unknown", with RateLimit-Policy it is "ietf", and everything but the name is None.
# Why it matters: a client that asks it how long to wait goes on at once, and GitHub says that such clients may be banned.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ratelimit-headers==0.1.0

cat > find.py <<'PY'
import sys

import ratelimit_headers

GITHUB = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4987", "x-ratelimit-reset": "1893456000", "retry-after": "60"}


def state(headers):
    parsed = ratelimit_headers.parse(response_headers=headers)
    result = (parsed.source, parsed.limit, parsed.remaining, parsed.retry_after)
    print(f"{headers}: {result}")
    return result


seen = [
    state(GITHUB),
    state({"retry-after": "60"}),
    state({"RateLimit-Limit": "100", "RateLimit-Remaining": "50", "RateLimit-Reset": "5"}),
    state({"RateLimit-Limit": "100, 100;w=10", "RateLimit-Remaining": "50", "RateLimit-Reset": "5"}),
    state({"RateLimit": '"default";r=50;t=30'}),
    state({"RateLimit-Policy": '"default";q=100;w=10', "RateLimit": '"default";r=50;t=30'}),
]
sys.exit(
    seen
    != [
        ("github", 5000, 4987, None),
        ("retry-after", None, None, 60),
        ("ietf", 100, 50, 5),
        ("ietf", None, 50, 5),
        ("unknown", None, None, None),
        ("ietf", None, None, None),
    ]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
