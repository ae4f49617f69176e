#!/bin/bash
# validns: a zone with a CAA record is not valid, nor one with CDS, HTTPS, SMIMEA or URI records, and a name with a dot in a label is "not supported".
#
# Versions: validns 0.8+git20160720 (Debian 12: validns 0.8+git20160720-3.2, libjudydebian1 1.0.5-5+b2), nsd-checkzone of NSD 4.6.1 (nsd 4.6.1-1)
#   and ldns-read-zone 1.8.3 (ldnsutils, libldns3 1.8.3-1+b1) for comparison. Wants `apt-get update` beforehand.
# Expected: validns' manual: "DNS and DNSSEC zone file validator". RFC 8659 (and RFC 6844, of 2013), RFC 7344, RFC 7553 (2015), RFC 8162 and RFC
#   9460 define the records. RFC 1035, section 5.1: "\." in a name is a dot that belongs to the label, as in the mailbox of an SOA record.
# Seen: "invalid or unsupported rdtype", and the exit status 1, for CAA, CDS, CSYNC, OPENPGPKEY, SMIMEA, SVCB, HTTPS and URI. "a dot within a label
#   is not currently supported" for the mailbox jo\.doe.example.org. With TYPE257 instead of CAA the zone is valid. NSD and ldns accept all of them.
# Why it matters: as a check before a zone is published validns refuses all zones that say which CA may issue their certificates.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download validns=0.8+git20160720-3.2 libjudydebian1=1.0.5-5+b2 nsd=4.6.1-1 {ldnsutils,libldns3}=1.8.3-1+b1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

while read -r record; do
    cat > zone <<ZONE
\$ORIGIN example.org.
\$TTL 3600
@ IN SOA ns1 hostmaster 1 3600 900 2592000 7200
@ IN NS ns1
ns1 IN A 192.0.2.1
$record
ZONE
    status() { timeout 10 "$@" >output 2>&1 && echo accepts || echo refuses; }
    echo "$record"
    echo "    nsd-checkzone $(status usr/sbin/nsd-checkzone example.org zone), ldns-read-zone $(status usr/bin/ldns-read-zone zone)," \
        "validns $(status usr/bin/validns -z example.org zone): $(head -1 output)"
done >seen <<'ZONE' || true
@ IN MX 10 ns1
@ IN CAA 0 issue "ca.example.net"
@ IN TYPE257 \# 21 0005697373756563612e6578616d706c652e6e6574
_443._tcp.ns1 IN TLSA 3 1 1 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4
jo._smimecert IN SMIMEA 3 1 1 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4
jo._openpgpkey IN OPENPGPKEY mQENBFVHm5sBCADS
@ IN CDS 0 0 0 00
@ IN CSYNC 66 3 A NS AAAA
@ IN HTTPS 1 . alpn=h2
_dns IN SVCB 1 ns1.example.org. alpn=dot
_http._tcp IN URI 10 1 "https://example.org/"
@ IN RP jo\.doe.example.org. .
ZONE
cat seen
cat > expected <<'TEXT'
@ IN MX 10 ns1
    nsd-checkzone accepts, ldns-read-zone accepts, validns accepts: 
@ IN CAA 0 issue "ca.example.net"
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype caa
@ IN TYPE257 \# 21 0005697373756563612e6578616d706c652e6e6574
    nsd-checkzone accepts, ldns-read-zone accepts, validns accepts: 
_443._tcp.ns1 IN TLSA 3 1 1 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4
    nsd-checkzone accepts, ldns-read-zone accepts, validns accepts: 
jo._smimecert IN SMIMEA 3 1 1 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype smimea
jo._openpgpkey IN OPENPGPKEY mQENBFVHm5sBCADS
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype openpgpkey
@ IN CDS 0 0 0 00
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype cds
@ IN CSYNC 66 3 A NS AAAA
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype csync
@ IN HTTPS 1 . alpn=h2
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype https
_dns IN SVCB 1 ns1.example.org. alpn=dot
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype svcb
_http._tcp IN URI 10 1 "https://example.org/"
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: invalid or unsupported rdtype uri
@ IN RP jo\.doe.example.org. .
    nsd-checkzone accepts, ldns-read-zone accepts, validns refuses: zone:6: a dot within a label is not currently supported
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
