#!/bin/bash
# Net::SSH::AuthorizedKeysFile: read and saved, the file has lost the key of a security token, and each save doubles the variables of an environment.
#
# Versions: Net::SSH::AuthorizedKeysFile 0.18 (Debian 12: libnet-ssh-authorizedkeysfile-perl 0.18-4, liblog-log4perl-perl 1.57-1), Perl 5.36. Wants
#   `apt-get update` beforehand, perl, and ssh-keygen (OpenSSH 8.2 or later) for comparison.
# Expected: sshd(8), AUTHORIZED_KEYS FILE FORMAT: besides ssh-ed25519, ssh-rsa and others, sk-ssh-ed25519@openssh.com and
#   sk-ecdsa-sha2-nistp256@openssh.com are types of keys, those of security tokens; environment="NAME=value" may be there several times. The module's
#   documentation: read() reads and parses the file, save() writes changes back; what it says is lost are comments.
#   Faulty lines are ignored, it says too, but this one is none.
# Seen: read() says that all is fine, keys() has four keys of five: the token's is missing, and save() leaves it out. The two variables of the fourth
#   key are four after the first read() and save(), and sixteen after the second. ssh-keygen lists all five keys.
# Why it matters: a program that adds one key for a new colleague locks out all who log in with a token, and the line with variables grows each time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-ssh-authorizedkeysfile-perl=0.18-4 liblog-log4perl-perl=1.57-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::SSH::AuthorizedKeysFile;

my $file = Net::SSH::AuthorizedKeysFile->new(file => 'keys');
print 'read: ', $file->read ? 'fine' : $file->error, "\n";
print '    ', join(' ', map { $_->comment } $file->keys), "\n";
$file->save;
PERL
cat > find.py <<'PY'
import base64
import subprocess


def pack(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


POINT = bytes(range(32))
PLAIN = ("ssh-ed25519", pack(b"ssh-ed25519", POINT))
TOKEN = ("sk-ssh-ed25519@openssh.com", pack(b"sk-ssh-ed25519@openssh.com", POINT, b"ssh:"))
KEYS = (
    ("", *PLAIN, "plain"),
    ("", *TOKEN, "token"),
    ("no-pty ", *PLAIN, "option"),
    ('environment="A=1",environment="B=2" ', *PLAIN, "environment"),
    ("", *PLAIN, "last"),
)
with open("keys", "w") as file:
    for options, kind, octets, comment in KEYS:
        file.write(f"{options}{kind} {base64.b64encode(octets).decode()} {comment}@example.org\n")
listing = subprocess.run(["ssh-keygen", "-l", "-f", "keys"], stdout=subprocess.PIPE, text=True, timeout=20).stdout
print("ssh-keygen:", *(line.split()[-2] for line in listing.splitlines()))
for number in (1, 2):
    print(subprocess.run(["perl", "find.pl"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20).stdout, end="")
    with open("keys") as file:
        lines = file.read().splitlines()
    print(f"after save {number}:", *(line.split()[-1] for line in lines))
    print("    variables:", sum(line.count("environment=") for line in lines))
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ssh-keygen: plain@example.org token@example.org option@example.org environment@example.org last@example.org
read: fine
    plain@example.org option@example.org environment@example.org last@example.org
after save 1: plain@example.org option@example.org environment@example.org last@example.org
    variables: 4
read: fine
    plain@example.org option@example.org environment@example.org last@example.org
after save 2: plain@example.org option@example.org environment@example.org last@example.org
    variables: 16
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
