#!/bin/bash
# eep-discovery: links of its own kind are not found with rel=eep, with a second relation beside it, or behind a comma in a title.
#
# Versions: eep-discovery 0.1.0, weblinking 1.0.0 and requests 2.34.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 8288, section 3: the value of rel is a token or a quoted string, rel=eep and rel="eep" are the same; section 3.3: it may hold
#   several relation types with blanks between. A quoted string may hold any comma, semicolon or "<" (RFC 9110, section 5.6.4).
# Seen: parse_link_header() returns nothing for '</eep.json>; rel=eep', for '</eep.json>; rel="eep describedby"', for '</eep.json>; rel =
#   "eep"' and for '</eep.json>; title="Events, endpoints"; rel="eep"'. '</eep.json>; rel="eep"' is found. weblinking and requests find all of
#   them.
# Why it matters: servers and proxies are free to write headers in either way, and many leave the quotation marks away; discovery falls
#   silent, without an error. Quote the one relation, and give no title.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check eep-discovery==0.1.0 weblinking==1.0.0 requests==2.34.2

cat > find.py <<'PY'
import sys

import weblinking
from eep_discovery import parse_link_header
from requests.utils import parse_header_links

HEADERS = (
    '</eep.json>; rel="eep"',
    "</eep.json>; rel=eep",
    '</eep.json>; rel="eep describedby"',
    '</eep.json>; title="Events, endpoints"; rel="eep"',
    '</eep.json>; rel = "eep"',
    '</eep.json>; rel="eep"; title="a <b>, c"',
)
found = {}
for header in HEADERS:
    found[header] = [link.url for link in parse_link_header(header)]
    other = [link.uri for link in weblinking.parse(header) if "eep" in (link.rel or "").split()]
    plain = [link["url"] for link in parse_header_links(header) if link.get("rel", "").startswith("eep")]
    print(f"{header}: eep-discovery {found[header]}, weblinking {other}, requests {plain}")
    if other != ["/eep.json"]:
        sys.exit("weblinking does not find it")
sys.exit(list(found.values()) != [["/eep.json"], [], [], [], [], ["/eep.json"]])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
