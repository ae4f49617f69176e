#!/bin/bash
# @databases/pg-connection-string: the URL of a PostgreSQL server that names the file of its CA, or has an IPv6 address, is refused.
#
# Versions: @databases/pg-connection-string 2.0.0 (npm), Node.js, psycopg 3.3.9 with psycopg-binary (PyPI), that is libpq 18, for comparison.
# Expected: PostgreSQL's documentation, "Connection URIs": the parts are those of RFC 3986, the host may be an IPv6 address in brackets, as in its
#   example postgresql://[2001:db8::1234]/database, and parameters such as sslmode and sslrootcert stand behind the question mark. RFC 3986, section
#   3.4: "/" and "?" may stand in a query as they are.
# Seen: sslrootcert=/etc/ssl/ca.pem raises 'Unexpected character "/"'; with %2F it is taken. [2001:db8::1] raises 'Expected "port" to be an integer',
#   since it splits at the first colon. A path of a Unix socket as `host` is refused too. libpq takes all of these URLs, and reads what they say.
# Why it matters: to check the server's certificate one needs the file, and the URL that psql and every other client takes does not start the program.
#   Where one adds the port to an IPv6 address, the error is about the port.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @databases/pg-connection-string@2.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check psycopg==3.3.9 psycopg-binary==3.3.9

cat > urls.txt <<'TXT'
postgresql://db.example.org:5433/app?sslmode=verify-full
postgresql://db.example.org/app?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem
postgresql://db.example.org/app?sslmode=verify-full&sslrootcert=%2Fetc%2Fssl%2Fca.pem
postgresql://[2001:db8::1]:5433/app?sslmode=require
postgresql://[2001:db8::1]/app
postgresql:///app?host=/var/run/postgresql
TXT
cat > libpq.py <<'PY'
from psycopg.conninfo import conninfo_to_dict

with open("urls.txt") as file:
    for url in file.read().splitlines():
        print(f"libpq: {conninfo_to_dict(url)}")
PY
cat > find.js <<'JS'
const fs = require("fs");
const parse = require("@databases/pg-connection-string").default;

const seen = [];
for (const url of fs.readFileSync("urls.txt", "utf8").trim().split("\n")) {
    try {
        const { host, port, sslrootcert } = parse(url);
        seen.push(["taken", ...host, ...port, sslrootcert].filter(Boolean).join(" "));
    } catch (error) {
        seen.push(error.message.split(".")[0]);
    }
    console.log(`${url}: ${seen.at(-1)}`);
}
const expected = [
    "taken db.example.org 5433",
    'Unexpected character "/"',
    "taken db.example.org /etc/ssl/ca.pem",
    'Expected "port" to be an integer',
    'Expected "port" to be an integer',
    'Unexpected character "/"',
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
venv/bin/python libpq.py && node find.js || { echo "CHANGED: see above"; exit 1; }
