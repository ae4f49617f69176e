#!/bin/bash
# a2conf: what stands behind a number sign is gone from a directive, <IfVersion >= 2.4> loses its condition, and a directive with a tab is
# not found.
#
# Versions: a2conf 0.3.5 (PyPI), Python 3.11.
# Expected: Apache HTTP Server documentation, "Configuration Files": "Lines that begin with the hash character # are considered comments",
#   and comments "may not be included on the same line as a configuration directive": a # further on is part of an argument. Directive and
#   arguments are separated by white space. mod_version: "<IfVersion >= 2.4>".
# Seen: write_file() of a file that has been read and not changed: RewriteRule "^/old$" "/new#part" [NE,R=301,L] has become RewriteRule
#   "^/old$" "/new, ErrorDocument 403 "See /help#login" ErrorDocument 403 "See /help, and <IfVersion >= 2.4> <IfVersion>. For ServerName
#   and a tab before the name, the name of the node is "ServerName\texample.org", and yield_vhost("example.org") finds nothing.
# Why it matters: the program edits configurations of sites with TLS, for certificates for example: Apache does not start with what comes
#   out, or a site does not get its certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check a2conf==0.3.5

printf '%s\n' '# comment' '<VirtualHost *:443>' '    ServerName spaces.example.org' \
    '    RewriteRule "^/old$" "/new#part" [NE,R=301,L]' '    ErrorDocument 403 "See /help#login"' '    <IfVersion >= 2.4>' \
    '        SSLUseStapling on' '    </IfVersion>' '</VirtualHost>' > site.conf
printf '<VirtualHost *:443>\n\tServerName\ttabs.example.org\n\tSSLEngine\ton\n</VirtualHost>\n' >> site.conf
cat > find.py <<'PY'
import sys

from a2conf import Node

root = Node(read="site.conf")
root.write_file("written.conf")
written = [line.strip() for line in open("written.conf")]
lost = [line.strip() for line in open("site.conf") if line.strip().replace("\t", " ") not in written]
for line in lost:
    print("not there any more:", line)
print("written:", [line for line in written if line.startswith(("Rewrite", "ErrorDocument", "<IfVersion"))])
found = {}
for name in ("spaces.example.org", "tabs.example.org"):
    try:
        found[name] = len(list(root.yield_vhost(name)))
    except Exception as error:
        found[name] = type(error).__name__
print("virtual hosts found:", found)
sys.exit(
    len(lost) != 3
    or 'RewriteRule "^/old$" "/new' not in written
    or 'ErrorDocument 403 "See /help' not in written
    or "<IfVersion>" not in written
    or found["spaces.example.org"] != 1
    or found["tabs.example.org"] == 1
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
