#!/bin/bash
# Net::SIP: a session description with a multicast address cannot be read, the headers of a URI become a part of its host, and %61lice is not alice.
#
# Versions: Net::SIP 0.835 (Debian 12: libnet-sip-perl 0.835-1, libnet-dns-perl 1.36-1+deb12u1), Perl 5.36. Wants `apt-get update` beforehand, and
#   perl.
# Expected: RFC 8866, section 5.7: an IPv4 multicast address in "c=" MUST have a TTL, as in "c=IN IP4 233.252.0.1/127", and may stand for several,
#   "233.252.0.1/127/3"; "FF15::101/3" is the same for IPv6. RFC 3261, section 19.1.1: what stands behind a question mark in a URI are headers,
#   section 19.1.4: sip:%61lice@atlanta.com;transport=TCP and sip:alice@AtLanTa.CoM;Transport=tcp are equivalent. The documentation of sip_uri_eq():
#   "Returns true if both URIs point to the same SIP address."
# Seen: Net::SIP::SDP dies for each of these addresses: "bad IP4 address: '233.252.0.1/127'", while 192.0.2.1 and 2001:db8::1 are read.
#   sip_uri2parts() says that the host of sip:jo@example.org?subject=call is "example.org?subject=call", and sip_uri_eq() takes alice and %61lice for
#   two.
# Why it matters: descriptions of conferences and broadcasts end a program, and a call to a link with a subject looks for a host that cannot be.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-sip-perl=0.835-1 libnet-dns-perl=1.36-1+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5:$work/usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::SIP;
use Net::SIP::Util qw(sip_uri_eq sip_uri2parts);

for my $other ('sip:alice@AtLanTa.CoM;Transport=tcp', 'sip:%61lice@atlanta.com;transport=TCP') {
    print 'sip:alice@atlanta.com and ', "$other: ", sip_uri_eq('sip:alice@atlanta.com', $other) ? 'the same' : 'another', "\n";
}
for my $uri ('sip:jo@example.org:5061;transport=tls', 'sip:jo@example.org?subject=call') {
    print "$uri: host ", (sip_uri2parts($uri))[0], "\n";
}
for my $address ('IP4 192.0.2.1', 'IP4 233.252.0.1/127', 'IP4 233.252.0.1/127/3', 'IP6 2001:db8::1', 'IP6 FF15::101/3') {
    my $text = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN $address\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\n";
    my $sdp = eval { Net::SIP::SDP->new($text) };
    print "c=IN $address: ", $sdp ? 'read, ' . ($sdp->get_media)[0]{addr} : 'error: ' . $@ =~ s/ at \S+ line.*//sr, "\n";
}
PERL
timeout 60 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
sip:alice@atlanta.com and sip:alice@AtLanTa.CoM;Transport=tcp: the same
sip:alice@atlanta.com and sip:%61lice@atlanta.com;transport=TCP: another
sip:jo@example.org:5061;transport=tls: host example.org:5061
sip:jo@example.org?subject=call: host example.org?subject=call
c=IN IP4 192.0.2.1: read, 192.0.2.1
c=IN IP4 233.252.0.1/127: error: bad IP4 address: '233.252.0.1/127'
c=IN IP4 233.252.0.1/127/3: error: bad IP4 address: '233.252.0.1/127/3'
c=IN IP6 2001:db8::1: read, 2001:db8::1
c=IN IP6 FF15::101/3: error: bad IP6 address: 'FF15::101/3'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
