#!/bin/bash
# ts-mysql-uri: a password is handed out percent-encoded, so that the server refuses it, and what stands behind the question mark is left out.
#
# Versions: ts-mysql-uri 0.0.2 (npm), Node.js, whose URL is to compare with.
# Expected: RFC 3986, section 2.1 and 3.2.1: "@" and ":" in a user or password can only stand as %40 and %3A, and are data after decoding; MySQL,
#   "Connecting Using URI-Like Connection Strings": "scheme://user:password@host:port/schema?attribute=value", reserved characters are
#   percent-encoded, attributes set options as ssl-mode. "Parse a MySQL connection URI" is what the package is for.
# Seen: the password of mysql://jo:p%40ss@host/db is "p%40ss", the user jo%40corp keeps the %40 too, and ?ssl-mode=REQUIRED is in no field of the
#   result. An IPv6 host keeps its brackets, with which net.connect() finds no host. user, port and schema without these are right.
# Why it matters: the login fails only for some passwords, and the options of an address have no effect, of which nothing is said.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ts-mysql-uri@0.0.2 >npm.log 2>&1

cat > find.cjs <<'JS'
const { parse } = require("ts-mysql-uri");

for (const text of ["mysql://jo:secret@host:3306/db", "mysql://jo:p%40ss@host/db", "mysql://jo%40corp:x@host/db", "mysql://jo:x@host/db?ssl-mode=REQUIRED", "mysql://jo:x@[2001:db8::1]/db"]) {
  const url = new URL(text);
  const right = [decodeURIComponent(url.username), decodeURIComponent(url.password), url.hostname.replace(/[[\]]/g, ""), url.search];
  console.log(`${text}: ${JSON.stringify(parse(text))}; right: ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
mysql://jo:secret@host:3306/db: {"schema":"db","scheme":"mysql","username":"jo","password":"secret","host":"host","port":"3306"}; right: ["jo","secret","host",""]
mysql://jo:p%40ss@host/db: {"schema":"db","scheme":"mysql","username":"jo","password":"p%40ss","host":"host","port":""}; right: ["jo","p@ss","host",""]
mysql://jo%40corp:x@host/db: {"schema":"db","scheme":"mysql","username":"jo%40corp","password":"x","host":"host","port":""}; right: ["jo@corp","x","host",""]
mysql://jo:x@host/db?ssl-mode=REQUIRED: {"schema":"db","scheme":"mysql","username":"jo","password":"x","host":"host","port":""}; right: ["jo","x","host","?ssl-mode=REQUIRED"]
mysql://jo:x@[2001:db8::1]/db: {"schema":"db","scheme":"mysql","username":"jo","password":"x","host":"[2001:db8::1]","port":""}; right: ["jo","x","2001:db8::1",""]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
