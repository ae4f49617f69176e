#!/bin/bash
# robotstxt: rules behind a number sign are rules, a comment between two user agents takes the rules from the first, and a blank before the
#   colon hides a rule.
#
# Versions: robotstxt 1.1.2, protego 0.7.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 9309, section 2.2: a comment begins with "#" and goes to the end of the line, empty lines and comments are no rules and end no
#   group; several user-agent lines in a row share what follows; "user-agent", "disallow" and "allow" may have blanks before and behind their
#   colon.
# Seen: with "# Disallow: /" under "User-agent: *" all is disallowed. "User-agent: a", "# and", "User-agent: b", "Disallow: /x": /x is
#   forbidden to b and not to a. "Disallow : /x" is no rule. "# Sitemap: https://example.org/old.xml" is a sitemap. A path that holds a
#   percent-encoded asterisk, "/%2a/x", is a wildcard. Protego reads all of it as the RFC has it.
# Why it matters: to switch a rule off with a number sign is what everybody does, and a crawler or a monitor that uses this leaves out the
#   site. Strip comments before parsing; the group stays torn.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check robotstxt==1.1.2 protego==0.7.0
cat > find.py <<'PY'
import sys

from protego import Protego
from robotstxt import RobotsFile

CASES = (
    ("a rule", "a", "/x", "User-agent: *\nDisallow: /x\n"),
    ("commented out", "a", "/x", "User-agent: *\n# Disallow: /\nDisallow: /y\n"),
    ("a comment between user agents", "a", "/x", "User-agent: a\n# and\nUser-agent: b\nDisallow: /x\n"),
    ("a blank before the colon", "a", "/x", "User-agent: *\nDisallow : /x\n"),
    ("an encoded asterisk", "a", "/abc/x", "User-agent: *\nDisallow: /%2a/x\n"),
)
seen = []
for what, agent, path, text in CASES:
    found = RobotsFile(text).test_url(f"https://example.org{path}", agent)["disallowed"]
    right = not Protego.parse(text).can_fetch(f"https://example.org{path}", agent)
    seen.append((found, right))
    print(f"{what}: {path} for {agent} is disallowed by robotstxt: {found}, by Protego: {right}")
text = "# Sitemap: https://example.org/old.xml\nUser-agent: *\nAllow: /\n"
sitemaps = [sitemap.url for sitemap in RobotsFile(text).sitemaps]
print(f"sitemaps: {sitemaps}, by Protego: {list(Protego.parse(text).sitemaps)}")
expected = [(True, True), (True, False), (False, True), (False, True), (True, False)]
sys.exit(seen != expected or sitemaps != ["https://example.org/old.xml"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
