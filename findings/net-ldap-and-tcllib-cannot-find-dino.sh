#!/bin/bash
# Perl's Net::LDAP and tcllib: (:DN:2.4.6.8.10:=Dino), an example of the RFC, is an error; and in (ou:dn:=People) tcllib has a boolean of two octets.
#
# Versions: Net::LDAP 0.68 (Debian 12: libnet-ldap-perl 1:0.6800+dfsg-1, libconvert-asn1-perl 0.33-1), tcllib 1.21 (1.21+dfsg-1, its ldap 1.10.1),
#   Perl 5.36, Tcl 8.6, ldap3 2.9.1 (PyPI) for comparison. Wants `apt-get update` beforehand, perl and tclsh.
# Expected: RFC 4515, section 4, has the example, as strings in ABNF do not tell capitals apart (RFC 5234, section 2.3); RFC 4526: (&) is true and (|)
#   is false. X.690, section 8.2.1: a boolean has exactly one octet, and RFC 4511, section 5.1, wants 0xFF for true; dnAttributes, which :dn stands
#   for, is one.
# Seen: Net::LDAP::Filter->new, which gives undef for an invalid filter, dies: "Can't use an undefined value as a HASH reference". With :dn in small
#   letters it works. tcllib calls the same a "malformed attribute description", and (&) and (|), as ldap3 does, invalid. It ends (ou:dn:=People) with
#   84 02 01 01, where ldap3 and Net::LDAP have 84 01 ff.
# Why it matters: filters come from configuration and from LDAP URLs, and true and false are what clients ask for whose condition is empty.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 libnet-ldap-perl=1:0.6800+dfsg-1 libconvert-asn1-perl=0.33-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ldap3==2.9.1 pyasn1==0.6.1

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require ldap
foreach filter $argv {
    if {[catch {::ldap::filter::encode $filter} octets]} {
        puts $octets
    } else {
        binary scan $octets H* hex
        puts $hex
    }
}
TCL
cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::LDAP::Filter;
use Net::LDAP::ASN qw(Filter);
for my $text (@ARGV) {
    my $filter = eval { Net::LDAP::Filter->new($text) };
    print $filter ? unpack('H*', $Filter->encode($filter)) : $@ =~ s/ at \S+ line.*//sr, "\n";
}
PERL
cat > find.py <<'PY'
import os
import subprocess

from ldap3.operation.search import compile_filter, parse_filter
from ldap3.utils.asn1 import encode

FILTERS = ("(cn=a*)", "(ou:caseExactMatch:=People)", "(ou:dn:=People)", "(:dn:2.4.6.8.10:=Dino)", "(:DN:2.4.6.8.10:=Dino)", "(&)", "(|)")
PERL = {**os.environ, "PERL5LIB": "usr/share/perl5"}


def by_ldap3(text):
    try:
        return encode(compile_filter(parse_filter(text, None, False, False, None, False).elements[0])).hex()
    except Exception as error:
        return type(error).__name__


def by(*command):
    result = subprocess.run([*command, *FILTERS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=PERL, text=True, timeout=30)
    return result.stdout.splitlines()


for text, perl, tcl in zip(FILTERS, by("perl", "find.pl"), by("tclsh", "find.tcl"), strict=True):
    print(f"{text}\n    Net::LDAP: {perl}\n    tcllib: {tcl}\n    ldap3: {by_ldap3(text)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
(cn=a*)
    Net::LDAP: a4090402636e3003800161
    tcllib: a4090402636e3003800161
    ldap3: a4090402636e3003800161
(ou:caseExactMatch:=People)
    Net::LDAP: a91c810e6361736545786163744d6174636882026f75830650656f706c65
    tcllib: a91c810e6361736545786163744d6174636882026f75830650656f706c65
    ldap3: a91c810e6361736545786163744d6174636882026f75830650656f706c65
(ou:dn:=People)
    Net::LDAP: a90f82026f75830650656f706c658401ff
    tcllib: a91082026f75830650656f706c6584020101
    ldap3: a90f82026f75830650656f706c658401ff
(:dn:2.4.6.8.10:=Dino)
    Net::LDAP: a915810a322e342e362e382e3130830444696e6f8401ff
    tcllib: a916810a322e342e362e382e3130830444696e6f84020101
    ldap3: a915810a322e342e362e382e3130830444696e6f8401ff
(:DN:2.4.6.8.10:=Dino)
    Net::LDAP: Can't use an undefined value as a HASH reference
    tcllib: Invalid filter: malformed attribute description
    ldap3: a915810a322e342e362e382e3130830444696e6f8401ff
(&)
    Net::LDAP: a000
    tcllib: Invalid filter: malformed compound filter expression
    ldap3: LDAPInvalidFilterError
(|)
    Net::LDAP: a100
    tcllib: Invalid filter: malformed compound filter expression
    ldap3: LDAPInvalidFilterError
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
