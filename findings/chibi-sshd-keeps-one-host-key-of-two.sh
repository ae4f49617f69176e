#!/bin/bash
# chibi_sshd: a configuration of sshd that is read and written again has one host key, one port and one address, and what was for one user is for
# all.
#
# Versions: chibi-sshd 1.1.0, chibi 0.22.2, setuptools 79.0.1 (PyPI), Python 3.11.
# Expected: sshd_config(5): HostKey, Port, ListenAddress and AcceptEnv may be given several times and add up; of other keywords the first value
#   counts; the lines behind Match are for those it describes. The package is "for handling config files of ssh like sshd_config", with read() and
#   write().
# Seen: of two lines each the last one is left, so that the server has lost its RSA key, port 22 and IPv4. "Banner" and "X11Forwarding" of a section
#   "Match User jo" replace the general ones, and the section stands empty at the end. "ClientAliveInterval=60", with "=" instead of a blank as the
#   manual allows, raises ValueError.
# Why it matters: a script that sets one option with it cuts off the clients that know the other key, port or address; there is no error. Use files
#   in sshd_config.d for one's own options.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check chibi-sshd==1.1.0 chibi==0.22.2 setuptools==79.0.1

cat > find.py <<'PY'
import sys

from chibi_sshd import Chibi_sshd_conf

BEFORE = """Port 22
Port 2222
HostKey /etc/ssh/ssh_host_rsa_key
HostKey /etc/ssh/ssh_host_ed25519_key
ListenAddress 0.0.0.0
ListenAddress ::
X11Forwarding no
Banner none
UsePAM yes
Match User jo
    X11Forwarding yes
    Banner /etc/jo.txt
"""
with open("sshd_config", "w") as file:
    file.write(BEFORE)
config = Chibi_sshd_conf("sshd_config")
options = config.read()
options["UsePAM"] = False
config.write(options)
with open("sshd_config") as file:
    after = file.read()
print(after)
with open("other_config", "w") as file:
    file.write("ClientAliveInterval=60\n")
try:
    error = Chibi_sshd_conf("other_config").read()
except ValueError as problem:
    error = f"ValueError: {problem}"
print(error)
right = ["Port 2222", "HostKey /etc/ssh/ssh_host_ed25519_key", "ListenAddress ::", "X11Forwarding yes", "Banner /etc/jo.txt", "UsePAM no"]
sys.exit(after.splitlines() != right + ["Match User jo"] or not str(error).startswith("ValueError: "))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
