#!/bin/bash
# async-dns: a question for "example.org." is malformed, as is each answer with EDNS or "MX 0 ." that it passes on; of several strings of a text it
# keeps the first, and an answer of more than 16 KiB is an error.
#
# Versions: async-dns 2.0.1, with dnspython 2.9.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 1035, section 3.1: a name ends with the root, which is one zero octet. Section 3.3.14: a TXT record has one or more strings. Section
#   4.1.4: a compression pointer has 14 bits, for names further behind none is used. RFC 6891, section 6.1.2: the name of an OPT record is the
#   root. RFC 7505 and RFC 2782: "MX 0 ." and a SRV record with the target "." say that there is no such service.
# Seen: DNSMessage.pack() writes two zero octets for the root and behind a name that ends with a dot, so that the rest is shifted by one: dnspython
#   finds junk behind the question, and messages with OPT, MX 0 . or SRV . are malformed. "one" "two" is read, and passed on, as "one". Packing a
#   message with a name that comes twice behind its first 16 KiB raises struct.error. Other answers are passed on unchanged.
# Why it matters: the package is a resolver and a proxy for DNS, over TCP, TLS and HTTPS as well. Names copied from a zone file have the dot at the
#   end, clients send OPT with nearly each question, and DKIM keys have two strings: their second half is missing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check async-dns==2.0.1 dnspython==2.9.2

cat > find.py <<'PY'
import struct
import sys

import dns.exception
import dns.message
import dns.rrset
from async_dns.core import REQUEST, DNSMessage, Record, types


def question(name):
    message = DNSMessage(qr=REQUEST)
    message.qd = [Record(REQUEST, name, types.A)]
    try:
        return str(dns.message.from_wire(message.pack()).question[0].name)
    except dns.exception.DNSException as error:
        return type(error).__name__


def passed_on(*records, edns=-1):
    """What dnspython reads of an answer that async-dns has read and written again."""
    message = dns.message.make_response(dns.message.make_query("example.org", "ANY", use_edns=edns))
    message.answer = [dns.rrset.from_text(name, 60, "IN", *rest) for name, *rest in records]
    parsed = DNSMessage.parse(message.to_wire())
    try:
        again = dns.message.from_wire(parsed.pack())
    except (dns.exception.DNSException, struct.error) as error:
        return type(error).__name__
    return "the same" if again.answer == message.answer else [str(rrset) for rrset in again.answer]


def hosts(count):
    """Two records for each of that many names."""
    return [
        record
        for number in range(count)
        for record in [(f"h{number}.example.org.", "TXT", f'"{"x" * 200}"'), (f"h{number}.example.org.", "A", "192.0.2.1")]
    ]


seen = {
    "without dot": question("example.org"),
    "with dot": question("example.org."),
    "MX": passed_on(("example.org.", "MX", "10 mail.example.org.")),
    "MX and OPT": passed_on(("example.org.", "MX", "10 mail.example.org."), edns=0),
    "null MX": passed_on(("example.org.", "MX", "0 .")),
    "null SRV": passed_on(("_imap._tcp.example.org.", "SRV", "0 0 0 .")),
    "two strings": passed_on(("example.org.", "TXT", '"one" "two"')),
    "15 KiB": passed_on(*hosts(60)),
    "20 KiB": passed_on(*hosts(80)),
}
for name, result in seen.items():
    print(f"{name}: {result}")
expected = {
    "without dot": "example.org.",
    "with dot": "TrailingJunk",
    "MX": "the same",
    "MX and OPT": "TrailingJunk",
    "null MX": "FormError",
    "null SRV": "FormError",
    "two strings": ['example.org. 60 IN TXT "one"'],
    "15 KiB": "the same",
    "20 KiB": "error",
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
