#!/bin/bash
# ssh-known-hosts-edit: a key is not removed, and is added once more, if its line in known_hosts ends with a comment.
#
# Versions: ssh-known-hosts-edit 0.2.0 (PyPI), ssh-keygen of OpenSSH, Python 3.11.
# Expected: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": each line has, behind the key in base64, a comment as its last field.
#   remove_from_known_hosts(public_key=...) is to "Remove all lines with a specific public key", add_to_known_hosts() adds it "if it was not yet
#   present"; for the key itself it says that comments are removed.
# Seen: with "example.org ssh-ed25519 AAAA... root@example.org" in the file, removing by the key returns False and leaves the line; adding the same
#   key for example.org returns True and writes a second line. Without the comment the line is removed, and not added again. ssh-keygen -F finds the
#   host in either case.
# Why it matters: a key that was changed or given up stays trusted, in the belief that it was removed; ssh-keyscan and administrators leave
#   comments.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v ssh-keygen >/dev/null || { echo "this one needs ssh-keygen"; exit 2; }
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ssh-known-hosts-edit==0.2.0
ssh-keygen -q -t ed25519 -N '' -C root@example.org -f key

cat > find.py <<'PY'
import subprocess
import sys

from ssh_known_hosts_edit import SSHKnownHostsEdit

with open("key.pub") as file:
    commented = file.read().strip()
plain = commented.rsplit(" ", 1)[0]
seen = []
for line in (plain, commented):
    with open("known_hosts", "w") as file:
        file.write(f"example.org {line}\n")
    found = subprocess.run(["ssh-keygen", "-F", "example.org", "-f", "known_hosts"], stdout=subprocess.DEVNULL).returncode == 0
    editor = SSHKnownHostsEdit(known_hosts_file_location="known_hosts")
    added = editor.add_to_known_hosts("example.org", plain)
    with open("known_hosts", "w") as file:
        file.write(f"example.org {line}\n")
    removed = editor.remove_from_known_hosts(public_key=plain)
    with open("known_hosts") as file:
        left = len(file.readlines())
    seen.append((found, added, removed, left))
    print("with a comment:" if line == commented else "without:", f"found: {found}; added again: {added}; removed: {removed}; lines left: {left}")
sys.exit(seen != [(True, False, True, 0), (True, True, False, 1)])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
