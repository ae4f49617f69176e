#!/bin/bash
# Crypt::OpenSSL::X509: subjectaltname() of a certificate with a user principal name dies with "decode error", and localhost beside it is lost as
# well.
#
# Versions: Crypt::OpenSSL::X509 1.914 (Debian 12: libcrypt-openssl-x509-perl 1.9.14-2+b1), Convert::ASN1 0.33, Perl 5.36, OpenSSL 3.0. Wants
#   `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: an otherName is an OID and a value; it may have any type. XMPP's names (RFC 6120) and the user names of
#   Windows's CAs are of this kind. The module's subjectaltname() returns the names, one hash for each.
# Seen: for addresses, URIs, mail addresses, registered IDs and directory names it does; IP addresses are four or sixteen octets. With a user
#   principal name or an XMPP address among them there is no list at all: "Unable to decode SubjectAltName: decode error"; of the nine kinds of
#   names its definition has all but otherName. The text of the extension, extensions_by_name()->{subjectAltName}->to_string(), has them all.
# Why it matters: these are the certificates of users in Windows's domains, and of some XMPP servers. Use the text.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libcrypt-openssl-x509-perl=1.9.14-2+b1 libconvert-asn1-perl=0.33-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
cat > openssl.cnf <<'CNF'
[req]
distinguished_name = subject
[subject]
[directory]
CN = example
CNF
cat > find.pl <<'PERL'
use Crypt::OpenSSL::X509;

my $certificate = Crypt::OpenSSL::X509->new_from_file("cert.pem");
my $names = eval { $certificate->subjectaltname };
print $names ? join(" ", map { keys %$_ } @$names) : $@ =~ s/ at .*//sr, "\n";
PERL
as_stated=yes
check() {
    openssl req -config openssl.cnf -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
        -addext "subjectAltName=DNS:localhost,$1" -keyout key.pem -out cert.pem 2>openssl.log
    seen=$(PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36 perl find.pl)
    echo "localhost and $1: $seen"
    [ "$seen" = "$2" ] || as_stated=no
}
check IP:127.0.0.1,IP:::1 "dNSName iPAddress iPAddress"
check URI:https://example.org/,email:user@example.org "dNSName uniformResourceIdentifier rfc822Name"
check RID:1.2.3.4,dirName:directory "dNSName registeredID directoryName"
check "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@example.org" "Unable to decode SubjectAltName: decode error"
check "otherName:1.3.6.1.5.5.7.8.5;UTF8:example.org" "Unable to decode SubjectAltName: decode error"
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
