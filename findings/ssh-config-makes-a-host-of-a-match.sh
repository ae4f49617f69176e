#!/bin/bash
# ssh-config, which manages ~/.ssh/config: each change of a host rewrites the file with one key, one forwarding and no proxy command for each host,
# and "Match host db" becomes "Host host db".
#
# Versions: ssh-config 0.1.6, with paramiko 5.1.0 to compare with (PyPI), Python 3.11.
# Expected: its documentation: "SSH client config file manager", commands "add", "update" and "remove" for one host. ssh_config(5): IdentityFile,
#   LocalForward and SendEnv may be given several times and add up; options before the first Host are for all; a line is "keyword arguments" or
#   "keyword=argument"; Match starts a section with conditions.
# Seen: after "ssh-config update other HostName=new.example.org" the section bastion, which was not meant, has the last of two IdentityFiles and of
#   two LocalForwards. Its ProxyCommand is gone, for the "=" in it, as are the options before the first Host. "Match host db user jo" is written
#   "Host host db user jo", which is for four names, one of them "user". Comments are gone as well.
# Why it matters: connections no longer go through the proxy, or not at all, and with another key, on a machine where only another entry was
#   changed. Keep a copy of the file, and edit it by hand.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ssh-config==0.1.6 paramiko==5.1.0

cat > config <<'CONFIG'
ServerAliveInterval 60

# the way in
Host bastion
    HostName bastion.example.org
    IdentityFile /keys/id_rsa
    IdentityFile /keys/id_ed25519
    LocalForward 8443 web.example.org:443
    LocalForward 8080 web.example.org:80
    ProxyCommand openssl s_client -quiet -connect proxy.example.org:443 -servername=proxy.example.org

Match host db user jo
    Port 2222

Host other
    HostName other.example.org
CONFIG
cp config before
yes | venv/bin/ssh-config -f config update other HostName=new.example.org >update.log 2>&1 || { cat update.log; echo "CHANGED: no update"; exit 1; }
cat config

cat > find.py <<'PY'
import sys

import paramiko


def read(path):
    """What paramiko finds for three hosts."""
    config = paramiko.SSHConfig.from_path(path)
    bastion, other, user = (config.lookup(name) for name in ("bastion", "other", "user"))
    names = ("identityfile", "localforward", "proxycommand", "serveraliveinterval")
    return [bastion.get(name) for name in names] + [other.get("hostname"), user.get("port")]


before, after = read("before"), read("config")
print(f"before: {before}")
print(f"after: {after}")
keys, forwards, command = ["/keys/id_rsa", "/keys/id_ed25519"], ["8443 web.example.org:443", "8080 web.example.org:80"], before[2]
same = before == [keys, forwards, command, "60", "other.example.org", None] and command.startswith("openssl ")
with open("config") as file:
    text = file.read()
sys.exit(not same or after != [keys[1:], forwards[1:], None, None, "new.example.org", "2222"] or "Host host db user jo" not in text or "#" in text)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
