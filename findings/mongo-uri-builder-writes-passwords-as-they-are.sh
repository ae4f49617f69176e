#!/bin/bash
# mongo-uri-builder: a password with "@", ":" or "/" is written as it is, so that the driver goes to another host with a part of it, and an IPv6 host
#   has no brackets.
#
# Versions: mongo-uri-builder 4.0.0 and, to read it, mongodb-connection-string-url 3.0.1 (npm), Node.js.
# Expected: MongoDB Manual, connection strings: "If the username or password includes the following characters, those characters must be converted
#   using percent encoding: $ : / ? # [ ] @". RFC 3986, section 3.2.2: an IPv6 address stands in brackets. The package is to "easily create mongodb
#   connection strings using configuration objects"; options are encoded by it.
# Seen: { username: "jo", password: "p@s:s/" } is mongodb://jo:p@s:s/@host1/db, which the driver's own parser reads as the password "p" and the host
#   "s:s"; the user "jo@example.com" makes the host "example.com:secret". host "2001:db8::1" with port 27017 is mongodb://2001:db8::1:27017/. Values
#   of options, "a:b,c", are encoded.
# Why it matters: passwords that are generated have such characters, and it is the point of an object that one need not know the rules of the address.
#   Use encodeURIComponent() for both.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mongo-uri-builder@4.0.0 mongodb-connection-string-url@3.0.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const { ConnectionString } = require("mongodb-connection-string-url");
const build = require("mongo-uri-builder");

for (const config of [
  { username: "jo", password: "secret", host: "host1", database: "db", options: { readPreferenceTags: "a:b,c" } },
  { username: "jo", password: "p@s:s/", host: "host1", database: "db" },
  { username: "jo@example.com", password: "secret", host: "host1", database: "db" },
  { host: "2001:db8::1", port: 27017, database: "db" },
]) {
  const address = build(config);
  let seen;
  try {
    const { username, password, hosts } = new ConnectionString(address);
    seen = JSON.stringify({ username: decodeURIComponent(username), password: decodeURIComponent(password), hosts });
  } catch (error) {
    seen = error.message;
  }
  console.log(`${address}: ${seen}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
mongodb://jo:secret@host1/db?readPreferenceTags=a%3Ab%2Cc: {"username":"jo","password":"secret","hosts":["host1"]}
mongodb://jo:p@s:s/@host1/db: {"username":"jo","password":"p","hosts":["s:s"]}
mongodb://jo@example.com:secret@host1/db: {"username":"jo@__this_is_a_placeholder__","password":"","hosts":["example.com:secret"]}
mongodb://2001:db8::1:27017/db: {"username":"","password":"","hosts":["2001:db8::1:27017"]}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
