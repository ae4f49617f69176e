#!/bin/bash
# mongo-connection-string: an IPv6 host without a port loses its end, and what it writes is not an address any more.
#
# Versions: mongo-connection-string 0.1.5, mongodb-connection-string-url 7.0.2 to compare with (npm), Node.js.
# Expected: MongoDB's connection string specification: a host may be an IP literal in brackets, as in RFC 3986, section 3.2.2, and the port
#   may be left out, which means 27017. Socket paths are percent-encoded.
# Seen: mongodb://[::1]/db has the host "[:" and the port 1, and toURI() gives mongodb://[::1/db; of [2001:db8::a] the port is NaN. With a
#   port it is right. The path of a socket stays encoded. MongoDB's own parser reads each of them.
# Why it matters: the package is to change options in addresses that others have written; for servers on IPv6 networks the result is
#   refused.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mongo-connection-string@0.1.5 mongodb-connection-string-url@7.0.2 >npm.log 2>&1

cat > find.js <<'JS'
const { default: Right } = require("mongodb-connection-string-url");
const { ConnectionString } = require("mongo-connection-string");

for (const url of ["mongodb://[2001:db8::a]:27017/db?tls=true", "mongodb://[2001:db8::a]/db?tls=true", "mongodb://[::1],[::2]/db"]) {
  const parsed = new ConnectionString(url);
  const uri = parsed.toURI();
  let again;
  try {
    again = new Right(uri).hosts.join(" ");
  } catch (error) {
    again = error.message;
  }
  console.log(`${url}: hosts ${new Right(url).hosts.join(" ")}`);
  console.log(`    ${parsed.hosts.map(({ host, port }) => `host ${host} port ${port}`).join(", ")}; written ${uri}: ${again}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
mongodb://[2001:db8::a]:27017/db?tls=true: hosts [2001:db8::a]:27017
    host [2001:db8::a] port 27017; written mongodb://[2001:db8::a]:27017/db?tls=true: [2001:db8::a]:27017
mongodb://[2001:db8::a]/db?tls=true: hosts [2001:db8::a]
    host [2001:db8: port NaN; written mongodb://[2001:db8:/db?tls=true: [2001:db8:
mongodb://[::1],[::2]/db: hosts [::1] [::2]
    host [: port 1, host [: port 2; written mongodb://[::1,[::2/db: [::1 [::2
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
