#!/bin/bash
# Ruby's sshkey: an ECDSA key of 256 bits has 520, one of 521 has 1064, a key on a security key is none, and fingerprints end in "=".
#
# Versions: sshkey 2.0.0 (Debian 12: ruby-sshkey 2.0.0-3), Ruby 3.1.2, OpenSSH's ssh-keygen for comparison. Wants `apt-get update` beforehand, and
#   ssh-keygen.
# Expected: RFC 5656, section 6.1: nistp256, nistp384 and nistp521 are curves of 256, 384 and 521 bits; section 3.1: the key is the point Q, which is
#   two numbers of that length behind an octet that says so. OpenSSH's PROTOCOL.u2f defines sk-ssh-ed25519@openssh.com, since version 8.2. `ssh-keygen
#   -l` writes the hash in Base64 without padding. sshkey's README has ssh_public_key_bits() for the strength of a key.
# Seen: ssh_public_key_bits() is 520, 776 and 1064, the length of the point, and 256 and 3072 for Ed25519 and RSA, which is right.
#   valid_ssh_public_key?() is false for the key of a security key, of which ssh-keygen says "256 SHA256:... (ED25519-SK)", and sha256_fingerprint()
#   ends in "=", so that it is not equal to the one that users see.
# Why it matters: sites that show the keys of their users, or want a least number of bits, show numbers that nobody else has, and users
#   with a security key cannot add theirs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-sshkey=2.0.0-3 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

for kind in "ed25519 256" "rsa 3072" "ecdsa 256" "ecdsa 384" "ecdsa 521"; do
    # shellcheck disable=SC2086
    set -- $kind
    LD_LIBRARY_PATH='' ssh-keygen -q -t "$1" -b "$2" -N '' -C jo@example.org -f "$1-$2"
done
# What a security key makes: the kind, an Ed25519 key, and the application.
python3 - <<'PY'
import base64
import struct

with open("ed25519-256.pub") as file:
    key = base64.b64decode(file.read().split()[1])[-32:]
blob = b"".join(struct.pack(">I", len(part)) + part for part in (b"sk-ssh-ed25519@openssh.com", key, b"ssh:"))
with open("sk.pub", "w") as file:
    file.write(f"sk-ssh-ed25519@openssh.com {base64.b64encode(blob).decode()} jo@example.org\n")
PY
cat > find.rb <<'RUBY'
require "sshkey"

ARGV.each do |name|
  key = File.read("#{name}.pub")
  said = `LD_LIBRARY_PATH= ssh-keygen -l -f #{name}.pub`.split
  print "#{name}: valid #{SSHKey.valid_ssh_public_key?(key)}, "
  begin
    fingerprint = SSHKey.sha256_fingerprint(key)
    same = "SHA256:#{fingerprint}" == said[1] ? "as" : "SHA256:#{fingerprint}" == "#{said[1]}=" ? "with '=', unlike" : "not"
    print "#{SSHKey.ssh_public_key_bits(key)} bits, fingerprint #{same} that of ssh-keygen"
  rescue StandardError => error
    print "#{error.class}: #{error.message[0, 60]}"
  end
  puts "; ssh-keygen: #{said[0]} bits #{said[-1]}"
end
RUBY
timeout 60 usr/bin/ruby3.1 find.rb ed25519-256 rsa-3072 ecdsa-256 ecdsa-384 ecdsa-521 sk >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ed25519-256: valid true, 256 bits, fingerprint with '=', unlike that of ssh-keygen; ssh-keygen: 256 bits (ED25519)
rsa-3072: valid true, 3072 bits, fingerprint with '=', unlike that of ssh-keygen; ssh-keygen: 3072 bits (RSA)
ecdsa-256: valid true, 520 bits, fingerprint with '=', unlike that of ssh-keygen; ssh-keygen: 256 bits (ECDSA)
ecdsa-384: valid true, 776 bits, fingerprint with '=', unlike that of ssh-keygen; ssh-keygen: 384 bits (ECDSA)
ecdsa-521: valid true, 1064 bits, fingerprint with '=', unlike that of ssh-keygen; ssh-keygen: 521 bits (ECDSA)
sk: valid false, SSHKey::PublicKeyError: cannot determine key type; ssh-keygen: 256 bits (ED25519-SK)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
