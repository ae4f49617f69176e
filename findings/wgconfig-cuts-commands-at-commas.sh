#!/bin/bash
# wgconfig: a PostUp command with a comma in it is read as two, and a command that one adds becomes an argument of the one before.
#
# Versions: wgconfig 1.2.0 (PyPI), Python 3.11.
# Expected: wg-quick(8): PreUp, PostUp, PreDown and PostDown are script snippets, executed by bash, and may be given several times, which are executed
#   in order; only Address, DNS and AllowedIPs are lists with commas. Its documentation: "read and parse WireGuard configuration files", and
#   add_attr() adds an attribute.
# Seen: "PostUp = iptables -A INPUT -p udp -m multiport --dports 80,443 -j ACCEPT" comes as "iptables ... --dports 80" and "443 -j ACCEPT", and with a
#   second PostUp there are three pieces, of which nobody can tell which belong together. add_attr(None, "PostUp", "echo c") turns the line "PostUp =
#   echo b" into "PostUp = echo b, echo c", which prints "b, echo c" and runs nothing else.
# Why it matters: tools that copy an interface's data to a new one write commands that fail, or do something else, when the tunnel comes up, so that
#   traffic is not forwarded, or not filtered.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check wgconfig==1.2.0

cat > find.py <<'PY'
import io
import subprocess
import sys

import wgconfig

TEXT = """[Interface]
PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
Address = 10.0.0.1/24, fd00::1/64
PostUp = iptables -A INPUT -p udp -m multiport --dports 80,443 -j ACCEPT
PostUp = echo b
"""
config = wgconfig.WGConfig()
config.read_from_fileobj(io.StringIO(TEXT))
read = config.get_interface()
print("Address:", read["Address"])
print("PostUp:", read["PostUp"])
config.add_attr(None, "PostUp", "echo c")
line = config.lines[-1]
command = line.split("=", 1)[1].strip()
output = subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout
print(f"with another one: {line!r}, which prints {output!r}")
expected = ["iptables -A INPUT -p udp -m multiport --dports 80", "443 -j ACCEPT", "echo b"]
right = read["Address"] == ["10.0.0.1/24", "fd00::1/64"]
sys.exit(not right or read["PostUp"] != expected or (line, output) != ("PostUp = echo b, echo c", "b, echo c\n"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
