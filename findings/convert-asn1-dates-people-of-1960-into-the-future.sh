#!/bin/bash
# Convert::ASN1: the GeneralizedTime of 1960 is read as 2060, that of 1900 as 2000, one without seconds not at all, and its DER has several encodings.
#
# Versions: Convert::ASN1 0.33 (Debian 12: libconvert-asn1-perl 0.33-1), Perl 5.36, OpenSSL 3.0 for comparison. Wants `apt-get update` beforehand, and
#   perl.
# Expected: X.680, section 46: a GeneralizedTime has a year of four digits, and minutes and seconds may be left out (in BER). RFC 3739, section 3.2.2:
#   dateOfBirth is a GeneralizedTime. X.690, section 11.3.1: in DER the mantissa of a REAL is zero or odd; section 11.6: the components of a SET OF
#   appear in ascending order. The documentation: encoding is "BER" or "DER".
# Seen: years before 2000 are given to Perl's timegm() as two digits, which takes them for the nearest such year: 1960 becomes 2060, 1900 is 2000.
#   What it has itself encoded it reads as a century later. "202601010000Z" is taken for a year of two digits, "Month '25' out of range". As DER, 1.5
#   is 192 times 2 to the minus 7, and SET OF 3, 1, 2 stays 3, 1, 2. OpenSSL reads the dates as they are, and encodes the set in order.
# Why it matters: Net::LDAP, Crypt::X509 and programs for qualified certificates use it: citizens are born in the future, and the signature over a DER
#   encoding does not fit what others encode.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libconvert-asn1-perl=0.33-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libconvert-asn1-perl_*.deb .
export PERL5LIB=$work/usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Convert::ASN1;
use POSIX qw(strftime);
use Time::Local qw(timegm_modern);

sub for_type {
    my $asn = Convert::ASN1->new(encoding => 'DER');
    $asn->prepare("value $_[0]") or die $asn->error;
    return $asn;
}

sub by_openssl {
    open my $file, '>', 'data' or die;
    print $file $_[0];
    close $file;
    my ($value) = `openssl asn1parse -inform DER -in data` =~ /GENERALIZEDTIME\s*:(\S+)/;
    return $value;
}

my $time = for_type('GeneralizedTime');
for my $text ('19600115120000Z', '19000101000000Z', '19990101000000Z', '20600115120000Z', '202601010000Z') {
    my $octets = pack 'C C/a*', 0x18, $text;
    my $read = $time->decode($octets);
    my $result = $read ? strftime('%Y-%m-%d', gmtime $read->{value}) : 'error: ' . $time->error =~ s/ at .*//sr;
    print "$text: ", $result, '; OpenSSL: ', by_openssl($octets), "\n";
}
my $own = $time->encode(value => timegm_modern(0, 0, 12, 15, 0, 1960));
print 'its own, ', substr($own, 2), ': ', strftime('%Y-%m-%d', gmtime $time->decode($own)->{value}), "\n";
print '1.5: ', unpack('H*', for_type('REAL')->encode(value => 1.5)), "\n";
print 'SET OF 3, 1, 2: ', unpack('H*', for_type('SET OF INTEGER')->encode(value => [3, 1, 2])), "\n";
PERL
{
    timeout 60 perl find.pl
    printf 'asn1=SET:set\n[set]\na=INTEGER:3\nb=INTEGER:1\nc=INTEGER:2\n' >set.cnf
    openssl asn1parse -genconf set.cnf -noout -out set.der
    echo "OpenSSL: $(od -An -tx1 set.der | tr -d ' ')"
} >seen 2>&1
cat seen
cat > expected <<'TEXT'
19600115120000Z: 2060-01-15; OpenSSL: 19600115120000Z
19000101000000Z: 2000-01-01; OpenSSL: 19000101000000Z
19990101000000Z: 1999-01-01; OpenSSL: 19990101000000Z
20600115120000Z: 2060-01-15; OpenSSL: 20600115120000Z
202601010000Z: error: Month '25' out of range 0..11; OpenSSL: 202601010000Z
its own, 19600115120000Z: 2060-01-15
1.5: 090380f9c0
SET OF 3, 1, 2: 3109020103020101020102
OpenSSL: 3109020101020102020103
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
