#!/bin/bash
# dominfo: of the registrar's name there is the first word only, and a field without a value gets the label of the next line.
#
# Versions: dominfo 1.0.4 (PyPI), Python 3.11.
# Expected: RFC 3912: the answer is text in lines. ICANN's Registry Agreement, specification 4, section 1.5: lines are "key: value" up to
#   the line's end, as in "Registrar: EXAMPLE REGISTRAR LLC", and the value of an optional field may be empty. "Registrar:" stands before
#   the name, and the reseller and contacts have fields of their own.
# Seen: "Registrar: Example Registrar LLC" gives "Example". With an empty "Registrar URL: " the URL is "Updated", which is the first word
#   of the next line, and with an empty "DNSSEC: " it is "URL". Dates and name servers are right.
# Why it matters: a list of one's domains by registrar has "Network", "Key-Systems" and "The" in it, and links that lead nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dominfo==1.0.4

cat > find.py <<'PY'
import sys

from dominfo.client import DominfoClient

ANSWER = """Domain Name: EXAMPLE.ORG\r
Registry Domain ID: D1-ORG\r
Registrar WHOIS Server: whois.example.net\r
Registrar URL: \r
Updated Date: 2026-01-05T09:00:00Z\r
Creation Date: 1995-08-31T04:00:00Z\r
Registry Expiry Date: 2030-08-30T04:00:00Z\r
Registrar: Example Registrar LLC\r
Registrar IANA ID: 9999\r
Name Server: A.EXAMPLE.NET\r
Name Server: B.EXAMPLE.NET\r
DNSSEC: \r
URL of the ICANN Whois Inaccuracy Complaint Form: https://example.net/\r
"""


class Client(DominfoClient):
    """Asks nobody: port 43 cannot be chosen."""

    def _whois_query(self, server, query):
        return "refer: whois.example.net\r\nwhois:        whois.example.net\r\n" if server == self.server else ANSWER


def by_lines(text):
    fields = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key, []).append(value.strip())
    return fields


info, right = Client().get_whois_info("example.org"), by_lines(ANSWER)
for name, key in (("registrar", "Registrar"), ("registrar_url", "Registrar URL"), ("dnssec", "DNSSEC"), ("name_server", "Name Server")):
    print(f"{key}: the answer has {right[key]}, dominfo {info[name]!r}")
sys.exit(
    (info["registrar"], info["registrar_url"], info["dnssec"]) != ("Example", "Updated", "URL")
    or info["name_server"] != right["Name Server"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
