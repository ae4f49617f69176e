#!/bin/bash
# connection-string-parser, @httpx/dsn-parser and @soluble/dsn-parser: a host that is an IPv6 address is cut at its first colon, or
# refused.
#
# Versions: connection-string-parser 1.0.4, @httpx/dsn-parser 1.10.0, @soluble/dsn-parser 1.9.2, connection-string 5.0.0 to compare with
#   (npm), Node.js.
# Expected: RFC 3986, section 3.2.2: a host may be an IP literal in brackets. Section 2.4: percent-encoded octets are decoded after the
#   parts have been taken apart.
# Seen: of amqps://jo:secret@[2001:db8::1]:5671/prod the first has the host "[2001" and the port NaN, without an error, and the other two
#   say "Cannot parse DSN". These two leave a password "p%40ss" as it is, so that only the wrong spelling, p@ss, gives the right one.
#   connection-string and the URL class of Node.js read both.
# Why it matters: the host comes from a variable in the environment; in a cluster with IPv6 it is an address. Passwords that a platform
#   encodes are refused by the server.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts connection-string-parser@1.0.4 @httpx/dsn-parser@1.10.0 \
    @soluble/dsn-parser@1.9.2 connection-string@5.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { ConnectionString } = require("connection-string");
const { ConnectionStringParser } = require("connection-string-parser");

const packages = {
  URL: (url) => {
    const { hostname, port, password } = new URL(url);
    return { host: hostname, port, pass: decodeURIComponent(password) };
  },
  "connection-string": (url) => {
    const { hostname, port, password } = new ConnectionString(url);
    return { host: hostname, port, pass: password };
  },
  "connection-string-parser": (url) => {
    const { hosts, password } = new ConnectionStringParser({ scheme: "amqps", hosts: [] }).parse(url);
    return { ...hosts[0], pass: password };
  },
  "@httpx/dsn-parser": require("@httpx/dsn-parser").parseDsnOrThrow,
  "@soluble/dsn-parser": require("@soluble/dsn-parser").parseDsnOrThrow,
};
for (const url of ["amqps://jo:secret@[2001:db8::1]:5671/prod", "amqps://jo:p%40ss@mq.example.org:5671/prod"]) {
  console.log(url);
  for (const [name, parse] of Object.entries(packages)) {
    let seen;
    try {
      const { host, port, pass } = parse(url);
      seen = `host ${host}, port ${port}, password ${pass}`;
    } catch (error) {
      seen = error.message;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
amqps://jo:secret@[2001:db8::1]:5671/prod
  URL: host [2001:db8::1], port 5671, password secret
  connection-string: host [2001:db8::1], port 5671, password secret
  connection-string-parser: host [2001, port NaN, password secret
  @httpx/dsn-parser: Can't parse dsn: Cannot parse DSN (PARSE_ERROR)
  @soluble/dsn-parser: Can't parse dsn: Cannot parse DSN (PARSE_ERROR)
amqps://jo:p%40ss@mq.example.org:5671/prod
  URL: host mq.example.org, port 5671, password p@ss
  connection-string: host mq.example.org, port 5671, password p@ss
  connection-string-parser: host mq.example.org, port 5671, password p@ss
  @httpx/dsn-parser: host mq.example.org, port 5671, password p%40ss
  @soluble/dsn-parser: host mq.example.org, port 5671, password p%40ss
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
