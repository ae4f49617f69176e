#!/bin/bash
# redis-url, redis-url-plus, redis-url-parse, parse-redis-url and parse-redis-url-simple: of addresses for Redis over TLS each gets another
# part wrong.
#
# Versions: redis-url 1.2.1, redis-url-plus 1.2.1, redis-url-parse 2.0.0, parse-redis-url 0.0.2, parse-redis-url-simple 1.0.2; ioredis
#   5.9.2 to compare with (npm), Node.js.
# Expected: the provisional registration of "redis" and "rediss" with IANA: rediss://user:password@host:port/database, rediss for TLS, port
#   6379 and database 0 when left out; RFC 3986, sections 2.1 and 3.2.2: octets that are reserved are percent-encoded, and an IPv6 address
#   is in brackets, which are no part of it.
# Seen: of the password "pa:ss" redis-url and parse-redis-url-simple return "pa", and redis-url-plus "pa%3Ass". Without a port redis-url
#   gives null and redis-url-plus 0, which no client takes for 6379. redis-url-parse and redis-url-plus leave the brackets on an IPv6
#   address: such a name cannot be looked up. parse-redis-url knows no rediss. ioredis reads all three as it should.
# Why it matters: passwords of hosted Redis are made at random, and hosted Redis is reached over TLS; the error is WRONGPASS or ENOTFOUND.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts redis-url@1.2.1 redis-url-plus@1.2.1 redis-url-parse@2.0.0 \
    parse-redis-url@0.0.2 parse-redis-url-simple@1.0.2 ioredis@5.9.2 >npm.log 2>&1

cat > find.js <<'JS'
const Redis = require("ioredis");

const packages = {
  ioredis: (url) => new Redis(url, { lazyConnect: true }).options,
  "redis-url": require("redis-url").parse,
  "redis-url-plus": require("redis-url-plus"),
  "redis-url-parse": require("redis-url-parse"),
  "parse-redis-url": require("parse-redis-url")({}).parse,
  "parse-redis-url-simple": (url) => require("parse-redis-url-simple").parseRedisUrl(url)[0],
};
for (const url of ["rediss://:pa%3Ass@cache.example.org:6380/2", "rediss://:secret@cache.example.org", "rediss://:secret@[2001:db8::1]:6380"]) {
  console.log(url);
  for (const [name, parse] of Object.entries(packages)) {
    let seen;
    try {
      const { host, hostname, port, password, db, database } = parse(url);
      seen = `password ${password}, host ${hostname ?? host}, port ${port}, database ${db ?? database}`;
    } catch (error) {
      seen = error.message;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
rediss://:pa%3Ass@cache.example.org:6380/2
  ioredis: password pa:ss, host cache.example.org, port 6380, database 2
  redis-url: password pa, host cache.example.org, port 6380, database 2
  redis-url-plus: password pa%3Ass, host cache.example.org, port 6380, database 2
  redis-url-parse: password pa:ss, host cache.example.org, port 6380, database 2
  parse-redis-url: unsupported protocol: rediss:
  parse-redis-url-simple: password pa, host cache.example.org, port 6380, database 2
rediss://:secret@cache.example.org
  ioredis: password secret, host cache.example.org, port 6379, database 0
  redis-url: password secret, host cache.example.org, port null, database 0
  redis-url-plus: password secret, host cache.example.org, port 0, database 0
  redis-url-parse: password secret, host cache.example.org, port 6379, database 0
  parse-redis-url: unsupported protocol: rediss:
  parse-redis-url-simple: password secret, host cache.example.org, port 6379, database 0
rediss://:secret@[2001:db8::1]:6380
  ioredis: password secret, host 2001:db8::1, port 6380, database 0
  redis-url: password secret, host 2001:db8::1, port 6380, database 0
  redis-url-plus: password secret, host [2001:db8::1], port 6380, database 0
  redis-url-parse: password secret, host [2001:db8::1], port 6380, database 0
  parse-redis-url: unsupported protocol: rediss:
  parse-redis-url-simple: password secret, host 2001:db8::1, port 6380, database 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
