#!/bin/bash
# @webantic/nginx-config-parser: a directive with "#" in quotes is gone, and of several directives in one line only one is left.
#
# Versions: @webantic/nginx-config-parser 1.6.1 (npm), Node.js; crossplane 0.5.8 (PyPI), Python 3.11.
# Expected: nginx's documentation ("Configuration File's Structure"): a simple directive ends with a semicolon, a block directive has
#   braces; lines mean nothing but the end of a comment, and "#" inside a quoted parameter is a character. Its documentation:
#   toConf(toJSON(text)) is the configuration again.
# Seen: ssl_certificate_key "/etc/ssl/key #1.pem"; is missing from what is read, and from what is written again: a server of TLS without a
#   key. Of "listen 443 ssl; server_name example.org; location / {" in one line the parser makes one block with that name. crossplane reads
#   all directives of both.
# Why it matters: who changes one value of a configuration with it and writes it back has a server that does not start, or one that misses a
#   directive.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @webantic/nginx-config-parser@1.6.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check crossplane==0.5.8

cat > find.js <<'JS'
const fs = require("fs");
const Parser = require("@webantic/nginx-config-parser");

const parser = new Parser();
console.log(JSON.stringify(process.argv.slice(2).map((name) => {
  const read = parser.toJSON(fs.readFileSync(name, "utf8"));
  return [read, parser.toConf(read)];
})));
JS
cat > quotes.conf <<'CONF'
server {
    listen 443 ssl;
    ssl_certificate "/etc/ssl/certificate.pem";
    ssl_certificate_key "/etc/ssl/key #1.pem";
}
CONF
cat > line.conf <<'CONF'
server {
    listen 443 ssl; server_name example.org; location / {
        return 204;
    }
}
CONF
cat > find.py <<'PY'
import json
import subprocess
import sys

import crossplane


def names(block):
    return [name for entry in block for name in [entry["directive"], *names(entry.get("block", []))]]


files = ["quotes.conf", "line.conf"]
seen = json.loads(subprocess.run(["node", "find.js", *files], capture_output=True, text=True, check=True, timeout=30).stdout)
right = [names(crossplane.parse(file, check_ctx=False)["config"][0]["parsed"]) for file in files]
for file, (read, written), other in zip(files, seen, right, strict=True):
    print(f"{file}: {read['server']}; crossplane: {other}")
assert right == [["server", "listen", "ssl_certificate", "ssl_certificate_key"], ["server", "listen", "server_name", "location", "return"]]
same = seen[0][0]["server"] == {"listen": "443 ssl", "ssl_certificate": '"/etc/ssl/certificate.pem"'}
same = same and "ssl_certificate_key" not in seen[0][1]
same = same and list(seen[1][0]["server"]) == ["listen 443 ssl; server_name example.org; location /"]
sys.exit(not same)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
