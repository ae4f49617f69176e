#!/bin/bash
# dns-is-reverse, a server for reverse names of IPv6: it says that names do not exist which it has an address for, and that the names above them do
# not exist either, so that careful resolvers find nothing.
#
# Versions: dns-is-reverse 1.0.0 and dnslib 0.9.26, with dnspython 2.9.2 to ask (PyPI), Python 3.11.
# Expected: RFC 2308, section 2.2: a name that exists without the type asked for is answered with NOERROR and no records (NODATA). RFC 8020:
#   NXDOMAIN says that a name and all names below it do not exist, and resolvers may answer so from their cache. RFC 9156: resolvers ask label by
#   label, beginning with the shortest name.
# Seen: AAAA for ipv6-0...1.example.org is answered, and A for the same name, which each dual-stack client asks as well, is NXDOMAIN. PTR for the
#   address is answered; 8.b.d.0.1.0.0.2.ip6.arpa, above it, is NXDOMAIN, for NS, A and PTR.
# Why it matters: once A was asked, a resolver that keeps to RFC 8020 denies the AAAA record too, and one that minimizes queries strictly, as
#   Unbound can, never reaches a PTR record. Nothing but the names' own types can be asked, and the order of questions decides.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dns-is-reverse==1.0.0 dnslib==0.9.26 dnspython==2.9.2

cat > find.py <<'PY'
import sys

import dns.message
import dns.rcode
from dns_is_reverse.dns_server import DNSServer
from dns_is_reverse.parser import parse_config

CONFIG = """listen 127.0.0.1
network 2001:db8:1:2::/64
  resolves to ipv6-%DIGITS%.example.org
"""
server = DNSServer(parse_config(CONFIG))
NAME = "ipv6-0000000000000001.example.org."
REVERSE = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."


def ask(name, kind):
    """The answer's code and its records."""
    query = dns.message.make_query(name, kind)
    answer = dns.message.from_wire(bytes(server.handle_request(query.to_wire(), ("127.0.0.1", 5353))))
    records = [str(record) for rrset in answer.answer for record in rrset]
    print(f"{name} {kind}: {dns.rcode.to_text(answer.rcode())} {records}")
    return dns.rcode.to_text(answer.rcode()), records


found = [ask(NAME, "AAAA"), ask(REVERSE, "PTR")]
denied = [ask(NAME, "A"), ask(REVERSE, "TXT")] + [ask("8.b.d.0.1.0.0.2.ip6.arpa.", kind) for kind in ("NS", "A", "PTR")]
same = found == [("NOERROR", ["2001:db8:1:2::1"]), ("NOERROR", [NAME])]
sys.exit(not same or denied != [("NXDOMAIN", [])] * 5)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
