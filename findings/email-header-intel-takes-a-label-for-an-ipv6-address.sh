#!/bin/bash
# email-header-intel: a server with the address 2001:db8::25 has the address "6:2001:db8" or, without a label, the time of day, and a machine at home
# is the server in front of it.
#
# Versions: email-header-intel 1.0.0 (PyPI), Python 3.11 with its ipaddress module to compare with.
# Expected: RFC 5321, section 4.4: a Received field says in parentheses which address the connection came from, section 4.1.3: an IPv6 address is
#   written "[IPv6:2001:db8::25]". RFC 4291, section 2.2: "::" stands for groups of zeros. RFC 8601, section 2.7: a mail may have several
#   Authentication-Results fields.
# Seen: of "(mail.example.net [IPv6:2001:db8::25])" the address of the hop is "6:2001:db8", the last letter of the label with half of the address, and
#   of "[2001:db8::25]", as Sendmail and Exim write it, it is "10:20:30", the time. Neither is an address. Of "from [192.168.1.5] (dsl.example.net
#   [203.0.113.9])", which a mail program at home says of itself, it is 192.168.1.5, and the name is "unknown". A second Authentication-Results
#   field, with the DKIM result, is not read.
# Why it matters: the tool is there to say where a mail came from. Large providers deliver over IPv6, so of their mails the hops have addresses that
#   are none, that cannot be looked up and that differ from second to second.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check email-header-intel==1.0.0

cat > find.py <<'PY'
import ipaddress
import sys

from email_intel.parser import parse_headers

HEAD = """Received: from {client}
\tby mx.example.org (Postfix) with ESMTPS id 4A1
\tfor <jo@example.org>; Mon, 30 Nov 2026 10:20:30 +0000
Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=example.net
Authentication-Results: mx.example.org; dkim=fail header.d=example.net
From: Al <al@example.net>
To: Jo <jo@example.org>
Date: Mon, 30 Nov 2026 10:20:29 +0000
Message-ID: <1@example.net>

"""


def valid(address):
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


seen = []
for client in [
    "mail.example.net (mail.example.net [203.0.113.25])",
    "mail.example.net (mail.example.net [IPv6:2001:db8::25])",
    "mail.example.net ([2001:db8::25])",
    "[192.168.1.5] (dsl.example.net [203.0.113.9])",
]:
    analysis = parse_headers(HEAD.format(client=client))
    hop = analysis.hops[0]
    seen.append((hop.server, hop.ip, valid(hop.ip) is not None))
    print(f"from {client}: server {hop.server}, address {hop.ip}, valid: {valid(hop.ip) is not None}")
print(f"SPF {analysis.auth.spf}, DKIM {analysis.auth.dkim}, flags {analysis.flags}")
expected = [
    ("mail.example.net", "203.0.113.25", True),
    ("mail.example.net", "6:2001:db8", False),
    ("mail.example.net", "10:20:30", False),
    ("unknown", "192.168.1.5", True),
]
sys.exit(seen != expected or (analysis.auth.spf, analysis.auth.dkim) != ("pass", None))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
