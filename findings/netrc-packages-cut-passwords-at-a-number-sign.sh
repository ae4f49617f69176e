#!/bin/bash
# netrc and netrc-parser: of the password se#cret "se" is left, and of a "default" entry netrc makes settings of the machine before it.
#
# Versions: netrc 0.1.4, netrc-parser 3.1.6 (npm), Node.js; Python 3.11's netrc for comparison.
# Expected: netrc(5) and curl's documentation of the file: tokens are separated by blanks, tabs and line ends; "default" is like a machine whose name
#   is any, without a name behind it. A comment is a token that begins with "#".
# Seen: of "machine example.com login a password se#cret" in one line both packages have the password "se", of an entry in several lines netrc has "p"
#   for p#q, and netrc-parser all of it. Behind it netrc gives example.net a field default with the value "login", and one called anonymous.
#   Python reads the passwords and the default entry as they are.
# Why it matters: the server says that the login is wrong, over HTTPS, FTP or SMTP with TLS, and the file looks right. Anonymous access to machines that are
#   not named is not there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts netrc@0.1.4 netrc-parser@3.1.6 >npm.log 2>&1
cat >logins <<'TEXT'
machine example.com login a password se#cret
machine example.net
  login b
  password p#q
default login anonymous password guest
TEXT
chmod 600 logins

cat > find.js <<'JS'
const netrc = require("netrc");
const { Netrc } = require("netrc-parser");

console.log("netrc:", JSON.stringify(netrc(`${__dirname}/logins`)));
const parser = new Netrc(`${__dirname}/logins`);
parser.loadSync();
console.log("netrc-parser:", JSON.stringify(parser.machines));
JS
cat > find.py <<'PY'
import netrc

print("Python:", {name: (login, password) for name, (login, _, password) in netrc.netrc("logins").hosts.items()})
PY
timeout 60 node find.js | tee seen
python3 find.py | tee -a seen
cat > expected <<'TEXT'
netrc: {"example.com":{"login":"a","password":"se"},"example.net":{"login":"b","password":"p","default":"login","anonymous":"password"}}
netrc-parser: {"example.com":{"login":"a","password":"se"},"example.net":{"login":"b","password":"p#q"}}
Python: {'example.com': ('a', 'se#cret'), 'example.net': ('b', 'p#q'), 'default': ('anonymous', 'guest')}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
