#!/bin/bash
# DNS::ZoneParse: a DKIM key, which takes two strings, comes out with quotation marks in it, and one record's time to live is that of all behind it.
#
# Versions: DNS::ZoneParse 1.10 (Debian 12: libdns-zoneparse-perl 1.10-1.1), dnspython 2.7.0 for comparison, Perl 5.36. Wants `apt-get update`
#   beforehand, and perl.
# Expected: RFC 1035, sections 3.3.14 and 5.1: TXT-DATA is one or more strings, each in quotation marks. RFC 6376, section 3.6.2.2: the strings of a
#   key record are concatenated. RFC 2308, section 4: of records that do not say a time to live, it is that of $TTL.
# Seen: a record "v=DKIM1; p=MIIB" "IjAN" has the text v=DKIM1; p=MIIB" "IjAN, and output() writes one string with two quotation marks in it: the key
#   is no base64 any more. With $TTL 1h and one record of 60 seconds, each record that follows has 60, and output() says so. TLSA, CAA and SSHFP
#   records, of RFC 6698, 8659 and 4255, are left out of what is written.
# Why it matters: a program that reads a zone file, changes an address and writes it makes all signatures of the domain's mails invalid, takes away
#   DANE and the limit on who may issue certificates, and lets resolvers ask every minute.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdns-zoneparse-perl=1.10-1.1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libdns-zoneparse-perl_*.deb .
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dnspython==2.7.0
cat > zone <<'ZONE'
$TTL 1h
$ORIGIN example.org.
@ IN SOA ns1 hostmaster 2026010101 1h 15m 4w 1h
@ IN NS ns1
ns1 IN A 192.0.2.1
moving 60 IN A 192.0.2.2
fixed IN A 192.0.2.3
key._domainkey IN TXT "v=DKIM1; p=MIIB" "IjAN"
@ IN CAA 0 issue "ca.example.net"
_443._tcp IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ZONE

cat > find.pl <<'PERL'
use strict;
use warnings;
use DNS::ZoneParse;
my $zone = DNS::ZoneParse->new("zone");
print "text: ", $zone->txt->[0]{text}, "\n";
open my $file, ">", "written" or die;
print $file $zone->output;
PERL
cat > find.py <<'PY'
import sys

import dns.zone

for record in sorted(f"{name} {ttl} {data}" for name, ttl, data in dns.zone.from_file(sys.argv[1], relativize=True).iterate_rdatas()):
    print("   ", record)
PY
{
    echo "The file, as dnspython reads it:"
    venv/bin/python find.py zone
    PERL5LIB=usr/share/perl5 timeout 60 perl find.pl
    echo "What DNS::ZoneParse has written:"
    venv/bin/python find.py written
} >seen 2>&1
cat seen
cat > expected <<'TEXT'
The file, as dnspython reads it:
    @ 3600 0 issue "ca.example.net"
    @ 3600 ns1
    @ 3600 ns1 hostmaster 2026010101 3600 900 2419200 3600
    _443._tcp 3600 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    fixed 3600 192.0.2.3
    key._domainkey 3600 "v=DKIM1; p=MIIB" "IjAN"
    moving 60 192.0.2.2
    ns1 3600 192.0.2.1
Unparseable line (Unknown record type)
  @ IN CAA 0 issue "ca.example.net"
 at find.pl line 4.
Unparseable line (Unknown record type)
  _443._tcp IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
 at find.pl line 4.
text: v=DKIM1; p=MIIB" "IjAN
What DNS::ZoneParse has written:
    @ 3600 ns1
    @ 3600 ns1 hostmaster 2026010101 3600 900 2419200 3600
    fixed 60 192.0.2.3
    key._domainkey 60 "v=DKIM1; p=MIIB\" \"IjAN"
    moving 60 192.0.2.2
    ns1 3600 192.0.2.1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
