#!/bin/bash
# dns-zone-builder: a zone can be turned into text once; the second time it has lost its SOA record. A text of more than 255 octets, as each DKIM key of
# 2048 bits is, is written in one piece, which no server loads.
#
# Versions: dns-zone-builder 0.1.11, and dnspython 2.8.0 to read the zone (PyPI), Python 3.11.
# Expected: str() of an object does not change it. RFC 1035, section 3.3: "<character-string> is a single length octet followed by that number of
#   characters", so 255 at most; RFC 6376, section 3.6.2.2: longer keys are several strings.
# Seen: print(zone) and then print(zone) again: NoSoaException "No SOA record"; also after looking at it in a log line or a debugger. add_txt_rr() of a
#   DKIM key of 408 octets writes one quoted string: dnspython refuses the zone with "string too long"; cut into two strings it loads.
# Why it matters: write to a file after a check that printed it, and there is no zone. The key of the mail server stops the whole zone from loading.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check dns-zone-builder==0.1.11 dnspython==2.8.0

cat > find.py <<'PY'
import importlib
import re
import sys

import dns.exception
import dns.zone

DnsZoneBuilder = None
for name in ("dns_zone_builder", "dns_zone_builder.dns_zone_builder", "dns_zone_builder.builder"):
    try:
        DnsZoneBuilder = DnsZoneBuilder or getattr(importlib.import_module(name), "DnsZoneBuilder", None)
    except ModuleNotFoundError:
        pass


def build(key=None):
    zone = DnsZoneBuilder("example.com", 3600)
    zone.add_soa_rr("ns1.example.com.", "jo@example.com", 1)
    zone.add_ns_rr("@", "ns1.example.com.")
    if key:
        zone.add_txt_rr("s1._domainkey", f"v=DKIM1; k=rsa; p={key}")
    return zone


zone = build()
first = str(zone)
try:
    second = str(zone)
except Exception as error:
    second = f"{type(error).__name__}: {error}"
print(first)
print("second time:", second)
text = str(build("A" * 392))


def load(zone_text):
    try:
        return f"{len(dns.zone.from_text(zone_text, origin='example.com.', check_origin=False).nodes)} names"
    except dns.exception.DNSException as error:
        return str(error)


split = re.sub(r'"(.{200})(.*)"', r'"\1" "\2"', text)
print("with the key:", load(text), "- in two strings:", load(split), "- without:", load(first))
sys.exit(second != "NoSoaException: No SOA record" or "too long" not in load(text) or load(split) != "2 names")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
