#!/bin/bash
# Net::AMQP (Perl): the headers of a message that RabbitMQ has dead-lettered cannot be read, nor its own null; 007 is sent as 7, and 3,000,000,000 below zero.
#
# Versions: Net::AMQP 0.06 (Debian 12: libnet-amqp-perl 0.06~dfsg-4), Perl 5.36; pamqp 3.3.0 (PyPI) encodes and decodes for comparison. Wants `apt-get
#   update` beforehand, and perl.
# Expected: AMQP 0-9-1, section 4.2.1: field values in tables are, among others, "l" (64 bits), "V" (no value), "t" (boolean), "b" (8 bits), "f"
#   (floating point). RabbitMQ's list of field types has them too, and the count in its x-death header is an "l".
# Seen: a table with an "l", a "b" or an "f" ends in "No way to unpack field". undef is packed as "V", and what was packed ends in "Failed to unpack
#   field". Strings of digits become 32-bit numbers: the postal code "01067" arrives as 1067, and 3,000,000,000 as -1,294,967,296. pamqp reads what it
#   packs and sees the same wrong values.
# Why it matters: AnyEvent::RabbitMQ stands on it: a consumer of a dead-letter queue dies at the first message, and identifiers lose their zeros.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-amqp-perl=0.06~dfsg-4 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libnet-amqp-perl_*.deb .
export PERL5LIB=$work/usr/share/perl5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pamqp==3.3.0

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::AMQP::Common qw(pack_field_table unpack_field_table);

sub attempt {
    my ($octets) = @_;
    my $table = eval { unpack_field_table(\$octets) };
    return $table ? $table->{field} // 'undef' : 'error: ' . $@ =~ s/ at \S+ line.*//sr;
}

if (@ARGV) {
    print "Net::AMQP: ", attempt(pack 'H*', $ARGV[0]), "\n";
} else {
    for my $value ('text', '01067', 3000000000, undef) {
        my $octets = pack_field_table({ field => $value });
        print unpack('H*', $octets), ' ', $value // 'undef', ' is read by Net::AMQP as ', attempt($octets), "\n";
    }
}
PERL
cat > find.py <<'PY'
import subprocess

from pamqp import decode, encode


def perl(*arguments):
    return subprocess.run(["perl", "find.pl", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30).stdout


for value in ("text", 7, 2**40, 1.5, None):
    octets = encode.field_table({"field": value})
    print(f"pamqp has packed {value!r}, {perl(octets.hex())}", end="")
for line in perl().splitlines():
    octets, _, rest = line.partition(" ")
    print(f"Net::AMQP has packed {rest}; by pamqp as {decode.field_table(bytes.fromhex(octets))[1]['field']!r}")
death = {"field": [{"count": 2**33, "reason": "expired", "queue": "work"}]}
print("x-death, with a count of 64 bits,", perl(encode.field_table(death).hex()), end="")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
pamqp has packed 'text', Net::AMQP: text
pamqp has packed 7, Net::AMQP: error: No way to unpack field 'field' type 'b'
pamqp has packed 1099511627776, Net::AMQP: error: No way to unpack field 'field' type 'l'
pamqp has packed 1.5, Net::AMQP: error: No way to unpack field 'field' type 'f'
pamqp has packed None, Net::AMQP: error: Failed to unpack field 'field' type 'V' ('')
Net::AMQP has packed text is read by Net::AMQP as text; by pamqp as 'text'
Net::AMQP has packed 01067 is read by Net::AMQP as 1067; by pamqp as 1067
Net::AMQP has packed 3000000000 is read by Net::AMQP as -1294967296; by pamqp as -1294967296
Net::AMQP has packed undef is read by Net::AMQP as error: Failed to unpack field 'field' type 'V' (''); by pamqp as None
x-death, with a count of 64 bits, Net::AMQP: error: No way to unpack field 'count' type 'l'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
