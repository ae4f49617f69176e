#!/bin/bash
# Net::Radius: an Access-Accept with a VLAN, Tunnel-Type and two more with tags, cannot be read, and a prefix of IPv6 is left out of what is unpacked.
#
# Versions: Net::Radius 2.103 (Debian 12: libnet-radius-perl 2.103+dfsg-1.1), pyrad 2.6.0 (PyPI) for comparison, Perl 5.36. Wants `apt-get update`
#   beforehand, and perl.
# Expected: RFC 2868, section 3.1: Tunnel-Type is a tag of one octet and a number of three octets; section 3.6: Tunnel-Private-Group-ID is a tag and a
#   text. RFC 3580, section 3.31: a switch gets its VLAN by Tunnel-Type VLAN (13), Tunnel-Medium-Type 802 (6) and the VLAN in Tunnel-Private-Group-ID.
#   RFC 3162, section 2.3: Framed-IPv6-Prefix. Net::Radius::Packet has the types tagged-integer and tagged-string for the dictionary.
# Seen: with these types in the dictionary unpack() dies: "Can't locate object method "set_taggedattr"". With
#   integer and string Tunnel-Type is 16777229 instead of VLAN, and the VLAN is an octet 1 and "100". A
#   prefix of IPv6 is "garbled", and is not there. pyrad reads the tags and the prefix.
# Why it matters: networks with 802.1X say by these three attributes in which network a device belongs; scripts and test programs built on Net::Radius
#   cannot tell which.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-radius-perl=2.103+dfsg-1.1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libnet-radius-perl*.deb .
export PERL5LIB=$work/usr/share/perl5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyrad==2.6.0

cat > common <<'TEXT'
ATTRIBUTE User-Name 1 string
ATTRIBUTE Framed-IPv6-Prefix 97 ipv6prefix
TEXT
cat common - > tagged <<'TEXT'
ATTRIBUTE Tunnel-Type 64 tagged-integer
ATTRIBUTE Tunnel-Medium-Type 65 tagged-integer
ATTRIBUTE Tunnel-Private-Group-Id 81 tagged-string
VALUE Tunnel-Type VLAN 13
VALUE Tunnel-Medium-Type IEEE-802 6
TEXT
sed 's/tagged-//' tagged >plain
cat common - > pyrad.dictionary <<'TEXT'
ATTRIBUTE Tunnel-Type 64 integer has_tag
ATTRIBUTE Tunnel-Medium-Type 65 integer has_tag
ATTRIBUTE Tunnel-Private-Group-Id 81 string has_tag
VALUE Tunnel-Type VLAN 13
VALUE Tunnel-Medium-Type IEEE-802 6
TEXT
cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::Radius::Dictionary;
use Net::Radius::Packet;

my $octets = pack 'H*', $ARGV[0];
for my $name ('tagged', 'plain') {
    my $dictionary = Net::Radius::Dictionary->new($name);
    local $SIG{__WARN__} = sub { };
    my $packet = eval { Net::Radius::Packet->new($dictionary, $octets) };
    print "    Net::Radius, $name: ", $packet ? '' : $@ =~ s/ via package.*//sr, "\n";
    next unless $packet;
    for my $attribute (sort $packet->attributes) {
        print "        $attribute: ", $packet->attr($attribute) =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger, "\n";
    }
}
PERL
cat > find.py <<'PY'
import ipaddress
import subprocess

import pyrad.dictionary
import pyrad.packet


def attribute(number, value):
    return bytes((number, len(value) + 2)) + value


PREFIX = attribute(97, b"\0\x40" + ipaddress.IPv6Address("2001:db8::").packed[:8])
TUNNEL = attribute(64, b"\x01\0\0\x0d") + attribute(65, b"\x01\0\0\x06") + attribute(81, b"\x01100")
for name, attributes in (("a prefix", PREFIX), ("a VLAN", TUNNEL)):
    data = attribute(1, b"jo") + attributes
    octets = bytes((2, 7)) + (20 + len(data)).to_bytes(2, "big") + bytes(16) + data
    packet = pyrad.packet.AuthPacket(packet=octets, dict=pyrad.dictionary.Dictionary("pyrad.dictionary"))
    print(f"{name}:\n    pyrad:")
    for key in sorted(packet.keys(), key=str):
        print(f"        {key}: {packet[key][0]}")
    print(subprocess.run(["perl", "find.pl", octets.hex()], capture_output=True, text=True, timeout=20).stdout, end="")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a prefix:
    pyrad:
        Framed-IPv6-Prefix: 2001:db8::/64
        User-Name: jo
    Net::Radius, tagged: 
        User-Name: jo
    Net::Radius, plain: 
        User-Name: jo
a VLAN:
    pyrad:
        Tunnel-Medium-Type: IEEE-802
        Tunnel-Private-Group-Id: 100
        Tunnel-Type: VLAN
        User-Name: jo
    Net::Radius, tagged: Can't locate object method "set_taggedattr"
    Net::Radius, plain: 
        Tunnel-Medium-Type: 16777222
        Tunnel-Private-Group-Id: \x01100
        Tunnel-Type: 16777229
        User-Name: jo
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
