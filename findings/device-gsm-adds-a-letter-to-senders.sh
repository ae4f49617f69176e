#!/bin/bash
# Perl's Device::Gsm: the senders "Info" and "Example" of text messages get a NUL behind them, *21*1# becomes *21A1#, and a name that it has written itself
#   it cannot read.
#
# Versions: Device::Gsm 1.61 (Debian 12: libdevice-gsm-perl 1.61-3), Perl 5.36; Python 3.11 for the same by the standard's words. Wants `apt-get update`
#   beforehand, and perl.
# Expected: 3GPP TS 23.040, section 9.1.2.5: the length of an address is that of its useful semi-octets, of four bits each. A name has seven bits for a
#   letter, so that 13 semi-octets are seven letters and some filling. Section 9.1.2.3: 1010 is "*" in a number, and 1011 "#", each time.
#   encode_address() and decode_address() are there for each other.
# Seen: decode_address() takes the semi-octets for letters, and reads on into the filling: a name of four or of seven letters, as companies have for their
#   messages, has one more, which is 0. Of several "*" or "#" the first alone is translated, the others are A and B. encode_address() puts a length
#   octet in front of the letters of a name, and counts that as well.
# Why it matters: senders with such a name match no filter and no contact, and a NUL ends strings in other programs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdevice-gsm-perl=1.61-3 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libdevice-gsm-perl*.deb .

cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Device::Gsm::Pdu;

sub show {
    my ($text) = @_;
    $text =~ s/([^ -~])/sprintf "<%02X>", ord $1/eg;
    return $text;
}
for my $pdu (@ARGV) {
    print "Device::Gsm $pdu: ", show(Device::Gsm::Pdu::decode_address($pdu)), "\n";
}
my $own = Device::Gsm::Pdu::encode_address("Example");
print "Device::Gsm writes Example as $own and reads ", show(Device::Gsm::Pdu::decode_address($own)), "\n";
PERL
cat > find.py <<'PY'
import sys

for pdu in sys.argv[1:]:
    length, kind, octets = int(pdu[:2], 16), pdu[2:4], bytes.fromhex(pdu[4:])
    if kind == "D0":
        number = int.from_bytes(octets, "little")
        text = "".join(chr(number >> 7 * place & 127) for place in range(length * 4 // 7))
    else:
        digits = "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in octets)[:length]
        text = "+" * (kind == "91") + digits.replace("A", "*").replace("B", "#")
    print(f"by the standard {pdu}: {text}")
PY
set -- 0B919471111111F1 07D049B7F90D 0DD0457CB80D679701 0781AA121AFB
{
    timeout 20 perl find.pl "$@"
    timeout 20 python3 find.py "$@"
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Device::Gsm 0B919471111111F1: +49171111111
Device::Gsm 07D049B7F90D: Info<00>
Device::Gsm 0DD0457CB80D679701: Example<00>
Device::Gsm 0781AA121AFB: *A21A1#
Device::Gsm writes Example as 10D007457CB80D679701 and reads <07><0A>qC[aYK<01><00>
by the standard 0B919471111111F1: +49171111111
by the standard 07D049B7F90D: Info
by the standard 0DD0457CB80D679701: Example
by the standard 0781AA121AFB: **21*1#
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
