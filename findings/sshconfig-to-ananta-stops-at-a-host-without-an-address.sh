#!/bin/bash
# sshconfig-to-ananta: a host whose name is its address stops the conversion of all; what a Match block says is ascribed to the host before it.
#
# Versions: sshconfig-to-ananta 2.1.1 (PyPI), OpenSSH (`ssh -G`) to compare with, Python 3.11.
# Expected: ssh_config(5): HostName may be left out; "the default is the name given on the command line". "Match" begins a new section, which ends
#   the one of the Host. "For each parameter, the first obtained value will be used." Keyword and argument may be separated "by optional whitespace
#   and exactly one '='". The package converts an SSH config to a list of servers.
# Seen: with "Host gw.example.org" and a user, but no HostName, among others the command fails with "ip cannot be empty" and writes no list. In
#   another file host "a" gets port 24 and user admin from the "Match host b" below it. "Port=2222" is overlooked, and of two lines "User" the last
#   one counts.
# Why it matters: most hosts in such files are their own address. And where there is a list, commands for all the servers go to a wrong port or are
#   run as another user than with ssh.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v ssh >/dev/null || { echo "this one needs ssh"; exit 2; }
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sshconfig-to-ananta==2.1.1

a=$'Host a\n  HostName 192.0.2.1\n'
printf '%s  User jo\n\nHost gw.example.org\n  User jo\n' "$a" > no-address
printf '%s  User jo\n  Port 22\n\nMatch host b\n  User admin\n  Port 24\n' "$a" > match
printf '%s  User jo\n  Port=2222\n' "$a" > equals
printf '%s  User jo\n  User backup\n' "$a" > twice
for file in no-address match equals twice; do
    ssh=$(ssh -T -G -F "$file" a | awk '$1 == "hostname" {h = $2} $1 == "port" {p = $2} $1 == "user" {u = $2} END {print h "," p "," u}')
    list=$(venv/bin/python -m sshconfig_to_ananta --ssh "$file" out 2>log && cat out || grep -o 'ERROR: ip.*' log)
    echo "$file: ssh: $ssh; list: $list"
done | tee seen
cat > expected <<'TEXT'
no-address: ssh: 192.0.2.1,22,jo; list: ERROR: ip cannot be empty.
match: ssh: 192.0.2.1,22,jo; list: a,192.0.2.1,24,admin,#
equals: ssh: 192.0.2.1,2222,jo; list: a,192.0.2.1,22,jo,#
twice: ssh: 192.0.2.1,22,jo; list: a,192.0.2.1,22,backup,#
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
