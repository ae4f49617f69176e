#!/bin/bash
# CryptX: the Ed25519 and X25519 keys that it writes begin with "BEGIN ED25519 PRIVATE KEY", and neither OpenSSL nor Python's cryptography reads
# them.
#
# Versions: CryptX 0.077 (Debian 12: libcryptx-perl 0.077-1+b1), Perl 5.36, OpenSSL 3.0, cryptography 46.0.3. Wants `apt-get update` beforehand.
# Expected: RFC 8410, sections 7 and 10.3: such keys are PKCS#8, and in PEM "PRIVATE KEY", or "ENCRYPTED PRIVATE KEY" as RFC 7468, section 11, has
#   it. Labels with an algorithm's name are for formats of their own, as of RSA's and SEC 1's keys, and there is none for these.
# Seen: export_key_pem('private') of Crypt::PK::Ed25519 and Crypt::PK::X25519 has the octets of PKCS#8, unchanged, below a label of its own, and
#   with a password OpenSSL's old encryption. OpenSSL "could not read key", cryptography finds no "delimiters for a private key". With the label
#   replaced, both read it. Its keys for P-256 are read, and so are all its public keys.
# Why it matters: a key that Perl made for a TLS server does not start one. export_key_der and a label of one's own, or the first two words removed,
#   help.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libcryptx-perl=0.077-1+b1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libcryptx-perl_*.deb .
python3 -m venv venv
venv/bin/pip install -q cryptography==46.0.3 2>pip.log || { cat pip.log; exit 2; }

cat > make.pl <<'PERL'
use Crypt::PK::ECC;
use Crypt::PK::Ed25519;
use Crypt::PK::X25519;

for my $type ("ECC", "Ed25519", "X25519") {
    my $key = "Crypt::PK::$type"->new;
    $key->generate_key($type eq "ECC" ? "secp256r1" : ());
    for my $part ("private", "public") {
        open my $file, ">", "$type.$part" or die;
        # With "_short" the curve is an OID, as TLS has it.
        print $file $key->export_key_pem($type eq "ECC" ? "${part}_short" : $part);
        close $file;
    }
}
PERL
PERL5LIB=usr/lib/x86_64-linux-gnu/perl5/5.36 perl make.pl
for type in Ed25519 X25519; do sed -E 's/(BEGIN|END) [A-Z0-9]+ PRIVATE/\1 PRIVATE/' $type.private >$type-mended.private; done

cat > find.py <<'PY'
import subprocess
import sys

from cryptography.hazmat.primitives import serialization

as_stated = True
for name, readable in (
    ("ECC.private", True),
    ("Ed25519.private", False),
    ("Ed25519-mended.private", True),
    ("Ed25519.public", True),
    ("X25519.private", False),
    ("X25519-mended.private", True),
    ("X25519.public", True),
):
    with open(name, "rb") as file:
        pem = file.read()
    public = name.endswith("public")
    command = ["openssl", "pkey", "-in", name, "-noout", *(["-pubin"] if public else [])]
    by_openssl = subprocess.run(command, capture_output=True).returncode == 0
    try:
        if public:
            serialization.load_pem_public_key(pem)
        else:
            serialization.load_pem_private_key(pem, None)
        by_cryptography = True
    except ValueError:
        by_cryptography = False
    print(f"{name}, {pem.splitlines()[0].decode()}: OpenSSL {by_openssl}, cryptography {by_cryptography}")
    as_stated &= by_openssl == by_cryptography == readable
sys.exit(not as_stated)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
