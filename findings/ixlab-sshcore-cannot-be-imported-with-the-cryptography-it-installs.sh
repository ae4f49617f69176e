#!/bin/bash
# ixlab-sshcore: with the cryptography that pip installs for it, it cannot be imported; with an older one it shows one of two LocalForwards, adds the
# options of a Match to the host before, takes the equals sign into a port, and cuts commands at a number sign.
#
# Versions: ixlab-sshcore 1.0.0 with cryptography 50.0.2 and 46.0.3 (PyPI), Python 3.11, ssh (openssh-client).
# Expected: its own requirement is "cryptography>=40". ssh_config(5): keywords and values are separated by white space "or optional whitespace and
#   exactly one '='"; IdentityFile and LocalForward may be given several times and all are used; Match begins a block of its own; only lines that start
#   with "#" are comments.
# Seen: "TypeError: 'type' object is not iterable", since it goes through serialization.PrivateFormat, which is no Enum of Python any more. With 46.0.3,
#   of a host with HostName=..., "Port = 2222", two LocalForward lines and a ProxyCommand with a "#", followed by "Match user git" and "User other": no
#   HostName, Port "= 2222", the second LocalForward, the command up to the "#", and User "other". ssh -G says web.example.org, 2222, both forwards, the
#   whole command, and the user of the system.
# Why it matters: who edits a host with it writes these options back: one tunnel is gone, the port is no number, and ssh stops at that line for all
#   hosts.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ixlab-sshcore==1.0.0 cryptography==50.0.2
if venv/bin/python -c "import sshcore.config" 2>error.log; then echo "CHANGED: it can be imported with cryptography 50.0.2"; exit 1; fi
echo "with cryptography 50.0.2: $(tail -n 1 error.log)"
grep -q "'type' object is not iterable" error.log || { echo "CHANGED: it fails for another reason"; exit 1; }
venv/bin/pip install -qq --disable-pip-version-check cryptography==46.0.3

cat > find.py <<'PY'
import pathlib
import subprocess
import sys

from sshcore import config

CONFIG = """Host web
    HostName=web.example.org
    Port = 2222
    LocalForward 8080 localhost:80
    LocalForward 8443 localhost:443
    ProxyCommand nc -X connect -x "proxy#1:8080" %h %p

Match user git
    User other
"""
file = pathlib.Path("config")
file.write_text(CONFIG)
(block,) = config.parse_config_files([file])
right = {}
for line in subprocess.run(["ssh", "-G", "-F", file, "web"], check=True, capture_output=True, text=True, timeout=20).stdout.splitlines():
    name, _, value = line.partition(" ")
    right.setdefault(name, []).append(value)
for name in ("HostName", "Port", "LocalForward", "ProxyCommand", "User"):
    shown = right[name.lower()] if name != "User" else ["other" if "other" in right["user"] else "the system's"]
    print(f"{name}: ixlab-sshcore {block.options.get(name)!r}, ssh {shown}")
expected = {"Port": "= 2222", "LocalForward": "8443 localhost:443", "ProxyCommand": 'nc -X connect -x "proxy', "User": "other"}
sys.exit(
    block.options != expected
    or (right["hostname"], right["port"], len(right["localforward"])) != (["web.example.org"], ["2222"], 2)
    or "proxy#1" not in right["proxycommand"][0]
    or right["user"] == ["other"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
