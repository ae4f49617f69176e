#!/bin/bash
# tcllib's pki: a certificate made to last until 2067 ended in 1967, one made by others cannot be read, and a company with a comma gets none.
#
# Versions: tcllib 1.21 (Debian 12: 1.21+dfsg-1), Tcl 8.6, OpenSSL 3.0. Wants `apt-get update` beforehand, and tclsh.
# Expected: RFC 5280, section 4.1.2.5: dates through 2049 MUST be UTCTime, later ones GeneralizedTime, each of the two by itself; the two digits of a
#   UTCTime from 50 on are 19xx. pki's manual has of create_cert that the dates are what `clock format` takes, and of create_csr that names are
#   a list, so that "Example, Inc." is one element.
# Seen: create_cert with a date in 2067 writes it as UTCTime, and OpenSSL reads a date of a century before. Of OpenSSL's certificate for 15,000
#   days parse_cert says "Expected UTCTime (0x17), but got 18": it looks at the first date to learn the kind of both. A request for "Example,
#   Inc." is made, parsed, and then refused by create_cert: "Unable to convert OID Inc. to an OID value", as the name was split at its comma.
# Why it matters: private CAs and devices have such dates. What pki issues for them is invalid from the start.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x tcllib_*.deb .
openssl genrsa -traditional -out key.pem 2048 2>openssl.log
openssl req -x509 -key key.pem -days 15000 -subj /CN=example.org -out late.pem 2>openssl.log
openssl req -x509 -key key.pem -days 30 -subj /CN=example.org -out soon.pem 2>openssl.log

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require pki
proc contents {name} {
    set file [open $name]
    set text [read $file]
    close $file
    return $text
}
set key [::pki::pkcs::parse_key [contents key.pem]]
set ca [linsert $key end subject "CN=Test CA"]

proc issue {organization end} {
    global key ca
    set request [::pki::pkcs::create_csr $key [list O $organization CN example.org] 1 sha256]
    set now [clock seconds]
    ::pki::x509::create_cert [::pki::pkcs::parse_csr $request] $ca 200 $now [clock scan $end -gmt 1] 0 {} 1 sha256
}

proc end {pem} {
    set file [open made.pem w]
    puts $file $pem
    close $file
    exec openssl x509 -in made.pem -noout -enddate
}

proc attempt {script} {
    catch {uplevel #0 $script} result
    return $result
}

set asStated 1
proc show {what script expected} {
    global asStated
    set result [attempt $script]
    puts "$what: $result"
    if {![string match $expected $result]} {
        set asStated 0
    }
}
show "made until 2049" {end [issue Example "2049-12-24 12:00:00"]} "notAfter=Dec 24 12:00:00 2049 GMT"
show "made until 2067" {end [issue Example "2067-12-24 12:00:00"]} "notAfter=Dec 24 12:00:00 1967 GMT"
show "read, of 30 days" {dict get [::pki::x509::parse_cert [contents soon.pem]] subject} "CN=example.org"
show "read, of 15000 days" {dict get [::pki::x509::parse_cert [contents late.pem]] subject} "Expected UTCTime (0x17), but got 18"
show "made for Example, Inc." {end [issue "Example, Inc." "2049-12-24 12:00:00"]} "Unable to convert OID Inc. to an OID value"
exit [expr {!$asStated}]
TCL
tclsh find.tcl || { echo "CHANGED: see above"; exit 1; }
