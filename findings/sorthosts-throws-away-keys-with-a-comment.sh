#!/bin/bash
# sorthosts: a known_hosts file comes back without its commented keys, certificate authorities and revocations, and a security key ends it
#   with an error.
#
# Versions: sorthosts 0.1.2 (PyPI), Python 3.11; ssh-keygen of OpenSSH to look hosts up.
# Expected: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": a line has an optional marker (@cert-authority or @revoked), the host names, the type of
#   the key, its base64, and an optional comment. Types like sk-ssh-ed25519@openssh.com have a dot (PROTOCOL.u2f).
# Seen: lines of any other number of fields than three are "Skipping line", and not in the output: a key with the comment "build server", and
#   both kinds of markers. The rest is right, sorted and merged. With a key of the type sk-ssh-ed25519@openssh.com in the file the command
#   ends in a TypeError, since it takes keys and types apart at a dot, and writes nothing.
# Why it matters: the file that is written in place of known_hosts knows fewer hosts; ssh asks again for each of them, and does not know
#   anymore what had been revoked. Keep a copy, or take the comments away before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v ssh-keygen >/dev/null || { echo "CHANGED: this needs ssh-keygen"; exit 1; }
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sorthosts==0.1.2
ssh-keygen -q -t ed25519 -N '' -C '' -f host
ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -f authority
host=$(cut -d' ' -f1,2 host.pub)
authority=$(cut -d' ' -f1,2 authority.pub)
printf '%s\n' "two.example.org $host" "one.example.org $host" "three.example.org $host build server" "@cert-authority *.example.net $authority" \
    "@revoked * $authority" > known_hosts
venv/bin/sorthosts -i known_hosts -o sorted > sorthosts.log
echo "lines skipped: $(grep -c '^Skipping line' sorthosts.log), lines written: $(grep -c . sorted)"
sed 's/ AAAA.*//; s/^/written: /' sorted; echo
found() { ssh-keygen -F "$2" -f "$1" >/dev/null && echo known || echo unknown; }
before="$(found known_hosts one.example.org) $(found known_hosts three.example.org) $(found known_hosts www.example.net)"
after="$(found sorted one.example.org) $(found sorted three.example.org) $(found sorted www.example.net)"
echo "one.example.org, three.example.org, www.example.net before: $before; after: $after"

# The public key of a security key is the type, the point and the application, each with its length; any 32 octets will do for the point.
python3 - > security_key <<'PY'
import base64
import struct

fields = (b"sk-ssh-ed25519@openssh.com", bytes(range(32)), b"ssh:")
blob = b"".join(struct.pack(">I", len(field)) + field for field in fields)
print("four.example.org sk-ssh-ed25519@openssh.com", base64.b64encode(blob).decode())
PY
ssh-keygen -l -f <(cut -d' ' -f2,3 security_key) | sed 's/^/ssh-keygen on the security key: /'
timeout 30 venv/bin/sorthosts -i security_key -o sorted_too 2> error.log && status=0 || status=$?
echo "sorthosts on the security key: exit $status, $(tail -n 1 error.log)"
if [ "$before" != "known known known" ] || [ "$after" != "known unknown unknown" ] || [ "$(grep -c . sorted)" != 1 ]; then
    echo "CHANGED: commented keys or markers are kept"
    exit 1
fi
if [ "$status" != 1 ] || [ -e sorted_too ] || ! grep -q '^TypeError: HostEntry' error.log; then
    echo "CHANGED: security keys are read"
    exit 1
fi
