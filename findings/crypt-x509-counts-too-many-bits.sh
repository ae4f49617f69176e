#!/bin/bash
# Crypt::X509: a key of 2,048 bits has 2,160, one of 256 has 520, nobody has signed an ECDSA certificate, and a name is "HASH(0x...)".
#
# Versions: Crypt::X509 0.55 (Debian 12: libcrypt-x509-perl 0.55-1, libconvert-asn1-perl 0.33-1), Perl 5.36, OpenSSL 3.0. Wants
#   `apt-get update` beforehand.
# Expected: its documentation: pubkey_size "returns the certificate's public key size", SigEncAlg "the signature encryption algorithm (e.g. 'RSA')",
#   SigHashAlg "the signature hashing algorithm (e.g. 'SHA1')", SubjectAltName "a pointer to an array of strings". ECDSA with SHA-256 is of RFC
#   5758, and alternative names of type directoryName and iPAddress of RFC 5280, section 4.2.1.6.
# Seen: pubkey_size is the length of the BIT STRING with the encoded key in it. For ecdsa-with-SHA256 SigEncAlg and SigHashAlg are undefined,
#   while PubKeyAlg knows "EC". SubjectAltName has "directoryName=HASH(0x...)", another string in each run, and an address as raw octets.
# Why it matters: a check that asks for at least 2,048 bits takes a key of 1,984, and one for 256 takes all curves. No ECDSA
#   certificate has a signature algorithm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libcrypt-x509-perl=0.55-1 libconvert-asn1-perl=0.33-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
cat >names.cnf <<'CNF'
[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no
[subject]
CN = example.org
[extensions]
subjectAltName = DNS:example.org,IP:192.0.2.1,dirName:directory
[directory]
CN = Example
CNF
for kind in rsa:1984 rsa:2048 ec:P-256; do
    options=$([ "${kind%:*}" = ec ] && echo "ec -pkeyopt ec_paramgen_curve:${kind#*:}" || echo "$kind")
    # shellcheck disable=SC2086
    openssl req -x509 -newkey $options -nodes -days 30 -config names.cnf -keyout key.pem -outform DER -out "$kind.der" 2>openssl.log
done

cat > find.pl <<'PL'
use strict;
use warnings;
use Crypt::X509;
my %expected = ("rsa:1984" => "2088 RSA SHA256 RSA", "rsa:2048" => "2160 RSA SHA256 RSA", "ec:P-256" => "520 undef undef EC");
my $as_stated = 1;
for my $kind (sort keys %expected) {
    open(my $file, "<:raw", "$kind.der") or die;
    my $certificate = Crypt::X509->new(cert => do { local $/; <$file> });
    die $certificate->error if $certificate->error;
    my $seen = join " ", map { $certificate->$_ // "undef" } qw(pubkey_size SigEncAlg SigHashAlg PubKeyAlg);
    my @names = @{$certificate->SubjectAltName};
    print "$kind: $seen ", join(", ", map { s/([^ -~])/sprintf "\\x%02x", ord $1/ger } @names), "\n";
    $as_stated &&= $seen eq $expected{$kind} && $names[1] eq "iPAddress=\xc0\x00\x02\x01" && $names[2] =~ /^directoryName=HASH\(0x/;
}
exit !$as_stated;
PL
PERL5LIB=$work/usr/share/perl5 perl find.pl || { echo "CHANGED: see above"; exit 1; }
