#!/bin/bash
# sedge: keys in a folder with a blank in its name, and commands with quotation marks, come out without them; ssh refuses the first and
# runs something else for the second. A Host with two patterns is refused.
#
# Versions: sedge 2.3.1 (PyPI), Python 3.11, OpenSSH's ssh of Debian 12.
# Expected: its documentation: "Template and share OpenSSH ssh_config(5) files". ssh_config(5): "Arguments may optionally be enclosed in
#   double quotes in order to represent arguments containing spaces." ProxyCommand "extends to the end of the line, and is executed using
#   the user's shell", with its quotation marks. Host has one or more patterns.
# Seen: IdentityFile "~/my keys/id" becomes "IdentityFile = ~/my keys/id", and ssh ends with "extra arguments at end of line" for each
#   host. ProxyCommand bash -c "exec ssh -W %h:%p jump" becomes "ProxyCommand bash -c exec ssh -W %h:%p jump", which runs the command exec
#   with nothing behind it. "Host a b" raises ParserException. ssh reads the input as it is meant.
# Why it matters: sedge writes ~/.ssh/config: after the first, no ssh works any more, and after the second, connections by way of another
#   host end at once.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sedge==2.3.1
mkdir keys

printf 'Host gw\n    HostName gw.example.org\n    IdentityFile "~/my keys/id"\n' > identity
printf 'Host gw\n    HostName gw.example.org\n    ProxyCommand bash -c "exec ssh -W %%h:%%p jump"\n' > proxy
printf 'Host a b\n    Port 22\n' > two
read_by_ssh() { # how ssh takes a file; nothing is connected
    timeout 10 ssh -G -F "$1" "$2" </dev/null 2>&1 | tr -d '\r' | grep -E '^(identityfile ~/my keys|proxycommand )|extra arguments' || true
}
for name in identity proxy; do
    echo "$name, as it is: $(read_by_ssh "$name" gw)"
    timeout 30 venv/bin/sedge -c "$name" -o "$PWD/$name.out" -k keys update >log 2>&1 || tail -n 1 log
    echo "$name, by sedge: $(grep -E '^ +(IdentityFile|ProxyCommand)' "$name.out")"
    echo "$name, read again: $(read_by_ssh "$name.out" gw)"
done | tee seen
timeout 30 venv/bin/sedge -c two -o "$PWD/two.out" -k keys update >log 2>&1 || tail -n 1 log | tee -a seen
cat > expected <<'TEXT'
identity, as it is: identityfile ~/my keys/id
identity, by sedge:     IdentityFile = ~/my keys/id
identity, read again: identity.out line 11: keyword identityfile extra arguments at end of line
proxy, as it is: proxycommand bash -c "exec ssh -W %h:%p jump"
proxy, by sedge:     ProxyCommand bash -c exec ssh -W %h:%p jump
proxy, read again: proxycommand bash -c exec ssh -W %h:%p jump
sedge.exceptions.ParserException: usage: Host <hostname>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
