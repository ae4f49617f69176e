#!/bin/bash
# Botan and tcllib: the object identifier 2.999.1 is 3.16.55.1, and of a policy that is a UUID, 2.25.3298..., Botan shows nothing.
#
# Versions: Botan 2.19.3 (Debian 12: botan 2.19.3+dfsg-1+deb12u1), tcllib 1.21 (1.21+dfsg-1, its asn 0.8.4), Tcl 8.6, OpenSSL 3.0. Wants `apt-get
#   update` beforehand, and tclsh.
# Expected: X.690, section 8.19.4: the first two numbers of an identifier are written as one, first * 40 + second, in as many octets as that needs. If
#   the first is 2, the second has no limit (X.660). 2.999 is the arc for examples; X.667: 2.25 is that of UUIDs, numbers of 128 bits.
# Seen: both take the first octet for both numbers: of 88 37 01 (2.999.1) `botan cert_info` and asn::asnGetObjectIdentifier make 3.16.55.1.
#   asnObjectIdentifier refuses to write 2.999.1: "Second subidentifier must be between 0 and 39". A certificate with a UUID's policy is "OID
#   component overflow" for `botan asn1print`, and `botan cert_info` shows no policies. OpenSSL writes and reads all of them.
# Why it matters: who compares policies or extensions with his own gets another result from these two, and 3.16 is the arc of nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download botan=2.19.3+dfsg-1+deb12u1 libbotan-2-19=2.19.3+dfsg-1+deb12u1 libtspi1=0.3.15-0.3 tcllib=1.21+dfsg-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
uuid=2.25.329800735698586629295641978511506172918

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require asn
foreach name [lrange $argv 0 end] {
    # As OpenSSL writes it:
    set file [open $name.der rb]
    set octets [read $file]
    close $file
    binary scan $octets H* hex
    ::asn::asnGetObjectIdentifier octets read
    catch {::asn::asnObjectIdentifier [split $name .]} written
    if {[binary scan $written H* again] && $again eq $hex} {
        set written "the same"
    }
    puts "tcllib: $name, $hex, is read as [join $read .], and written as: $written"
}
TCL
{
    for name in 1.2.3.4 2.999.1 "$uuid"; do
        openssl asn1parse -genstr "OID:$name" -noout -out "$name.der"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
            -addext "certificatePolicies=$name" -keyout key.pem -out cert.pem 2>openssl.log
        echo "OpenSSL: $(openssl x509 -in cert.pem -noout -ext certificatePolicies | sed -n 's/.*Policy: //p')"
        echo "botan cert_info: $(timeout 20 usr/bin/botan cert_info cert.pem 2>&1 | grep -A1 Policies | tail -1)"
        echo "botan asn1print: $(timeout 20 usr/bin/botan asn1print "$name.der" 2>&1 | sed 's/.*OBJECT *//')"
    done
    timeout 20 tclsh find.tcl 1.2.3.4 2.999.1
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
OpenSSL: 1.2.3.4
botan cert_info:    1.2.3.4
botan asn1print: 1.2.3.4
OpenSSL: 2.999.1
botan cert_info:    3.16.55.1
botan asn1print: 3.16.55.1
OpenSSL: 2.25.329800735698586629295641978511506172918
botan cert_info: 
botan asn1print: Error: OID component overflow
tcllib: 1.2.3.4, 06032a0304, is read as 1.2.3.4, and written as: the same
tcllib: 2.999.1, 0603883701, is read as 3.16.55.1, and written as: Second subidentifier must be between 0 and 39
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
