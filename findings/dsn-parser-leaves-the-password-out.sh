#!/bin/bash
# dsn-parser: a password without a user is not written any more, an escaped one stays escaped, and a host that is an IPv6 address is part of the database's name.
#
# Versions: dsn-parser 1.0.3 (npm), Node.js with its URL to compare with.
# Expected: its documentation: it parses and builds DSN strings, driver://user:pass@host:port/database?param=value, with getDSN() for the
#   way back. RFC 3986, section 3.2.2: an IPv6 address stands in brackets; section 2.1 and 2.4: %40 in the user's information is an "@". The
#   scheme of Redis over TLS: rediss://:password@host (its registration with IANA).
# Seen: new DSN("rediss://:secret@h:6380/0").getDSN() is "rediss://h:6380/0". get("password") of "p%40ss" is "p%40ss", whereas the
#   parameters are decoded. Of mysql://jo:pass@[2001:db8::1]:3306/db the host is empty, there is no port, and the database is
#   "[2001:db8::1]:3306/db".
# Why it matters: a configuration that is read, changed and written has no password any more, as most of those for Redis have no user.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dsn-parser@1.0.3 >npm.log 2>&1

cat > find.js <<'JS'
const DSN = require("dsn-parser");

for (const text of ["rediss://jo:secret@h:6380/0", "rediss://:secret@h:6380/0", "mysql://jo:p%40ss@h:3306/db?a=x%20y", "mysql://jo:pass@[2001:db8::1]:3306/db"]) {
  const mine = new DSN(text);
  const { user, password, host, port, database, params } = mine.getParts();
  const other = new URL(text);
  console.log(text);
  console.log("  dsn-parser:", JSON.stringify([user, password, host, port, database, params]));
  console.log("  again:     ", mine.getDSN());
  console.log("  URL:       ", JSON.stringify([other.username, decodeURIComponent(other.password), other.hostname, other.port, other.pathname.slice(1)]));
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
rediss://jo:secret@h:6380/0
  dsn-parser: ["jo","secret","h",6380,"0",{}]
  again:      rediss://jo:secret@h:6380/0
  URL:        ["jo","secret","h","6380","0"]
rediss://:secret@h:6380/0
  dsn-parser: [null,"secret","h",6380,"0",{}]
  again:      rediss://h:6380/0
  URL:        ["","secret","h","6380","0"]
mysql://jo:p%40ss@h:3306/db?a=x%20y
  dsn-parser: ["jo","p%40ss","h",3306,"db",{"a":"x y"}]
  again:      mysql://jo:p%40ss@h:3306/db?a=x%20y
  URL:        ["jo","p@ss","h","3306","db"]
mysql://jo:pass@[2001:db8::1]:3306/db
  dsn-parser: ["jo","pass","",null,"[2001:db8::1]:3306/db",{}]
  again:      mysql://jo:pass@/[2001:db8::1]:3306/db
  URL:        ["jo","pass","[2001:db8::1]","3306","db"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
