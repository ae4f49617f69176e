#!/bin/bash
# dargslan-log-parser: visitors and logins over IPv6, visitors who have logged in, and logins in any other way than by password or key are left out of
# the reports, so that a host that is attacked over IPv6 has no attacks.
#
# Versions: dargslan-log-parser 1.0.0 (PyPI), Python 3.11.
# Expected: nginx's documentation, "log_format combined": $remote_addr is the client's address, of either kind, $remote_user the name that it has logged
#   in with; "-" only where there is none. sshd's log has "from 2001:db8::7 port ..." and, for logins with PAM or GSSAPI, "Accepted
#   keyboard-interactive/pam for" and "Accepted gssapi-with-mic for". "Parse and analyze Linux log files".
# Seen: of five lines of nginx, two from 192.0.2.7, one of these with a user, two from 2001:db8::7, and one of an empty request answered with 400,
#   parse_nginx_access() returns one. Of four failed and three accepted logins parse_auth_log() returns two and one, and summary() counts two failed
#   ones.
# Why it matters: no error and no count of what was not understood: with more and more visitors on IPv6 the numbers go down, and so do those of the
#   attacks.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dargslan-log-parser==1.0.0

cat > find.py <<'PY'
import pathlib
import sys

from dargslan_log_parser.parser import LogParser

AGENT = '"-" "curl/7.88.1"'
NGINX = [
    f'192.0.2.7 - - [30/Nov/2026:10:00:00 +0000] "GET / HTTP/2.0" 200 615 {AGENT}',
    f'192.0.2.7 - jo [30/Nov/2026:10:00:01 +0000] "GET / HTTP/2.0" 200 615 {AGENT}',
    f'2001:db8::7 - - [30/Nov/2026:10:00:02 +0000] "GET / HTTP/2.0" 200 615 {AGENT}',
    f'2001:db8::7 - - [30/Nov/2026:10:00:03 +0000] "GET /login HTTP/2.0" 404 153 {AGENT}',
    '192.0.2.8 - - [30/Nov/2026:10:00:04 +0000] "" 400 0 "-" "-"',
]
HEAD = "Nov 30 10:00:00 host sshd[7]: "
AUTH = [
    "Failed password for root from 192.0.2.7 port 40000 ssh2",
    "Failed password for invalid user ann from 192.0.2.7 port 40001 ssh2",
    "Failed password for root from 2001:db8::7 port 40002 ssh2",
    "Failed keyboard-interactive/pam for root from 192.0.2.7 port 40003 ssh2",
    "Accepted publickey for jo from 192.0.2.9 port 40004 ssh2: ED25519 SHA256:abc",
    "Accepted publickey for jo from 2001:db8::9 port 40005 ssh2: ED25519 SHA256:abc",
    "Accepted keyboard-interactive/pam for jo from 192.0.2.9 port 40006 ssh2",
]
pathlib.Path("access.log").write_text("".join(f"{line}\n" for line in NGINX))
pathlib.Path("auth.log").write_text("".join(f"{HEAD}{line}\n" for line in AUTH))
parser = LogParser()
visits = parser.parse_nginx_access("access.log")
logins = [entry["type"] for entry in parser.parse_auth_log("auth.log")]
summary = parser.summary("auth.log", "auth")
web = parser.summary("access.log", "nginx")
print(f"{len(NGINX)} visits, found {len(visits)}; {len(AUTH)} logins, found {logins}")
print(f"summaries: {web['total_requests']} requests, {web['error_count']} errors; {summary['failed_logins']} failed logins")
sys.exit(len(visits) != 1 or logins != ["failed", "failed", "accepted"] or web["error_count"] != 0 or summary["failed_logins"] != 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
