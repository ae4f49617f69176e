#!/bin/bash
# webfinger.js: of jo&co@example.com it asks for "jo", of jo+news@example.com for "jo news"; and an answer without links is an error.
#
# Versions: webfinger.js 3.0.6 (npm), Node.js.
# Expected: RFC 7033, section 4.1: the value of "resource" is percent-encoded, "=" and "&" in it as well; section 4.4: an answer may have "subject",
#   "aliases", "properties" and "links"; the links are optional.
# Seen: the address is put behind "?resource=acct:" as it is. The server of jo+news sees "acct:jo news@...", that of jo&co "acct:jo", and of
#   http://.../users?id=1&x=2 it sees .../users?id=1. An answer with a subject and properties alone ends in "unknown response from server".
# Why it matters: "+" is what mail addresses for lists and shops have in them, & stands in addresses of pages: the lookup finds nobody, or somebody else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts webfinger.js@3.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import http from "node:http";
const module = createRequire(import.meta.url)("webfinger.js");
const WebFinger = module.default ?? module;

const host = (text) => text.replace(/localhost:\d+/g, "localhost");
const server = http.createServer((request, response) => {
  const resource = new URL(request.url, "http://localhost").searchParams.get("resource");
  console.log(`  server: ${host(request.url)}\n  asked for: ${host(resource)}`);
  response.setHeader("Content-Type", "application/jrd+json");
  const links = /nolinks/.test(resource) ? {} : { links: [{ rel: "http://webfinger.net/rel/avatar", href: "https://example.com/a.png" }] };
  response.end(JSON.stringify({ subject: resource, properties: { "http://packetizer.com/ns/name": "Jo Doe" }, ...links }));
});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const { port } = server.address();
const finger = new WebFinger({ allow_private_addresses: true, tls_only: false });
for (const address of ["jo@localhost", "jo+news@localhost", "jo&co@localhost", "http://localhost/users?id=1&x=2", "nolinks@localhost"]) {
  console.log(address);
  try {
    console.log(`  name: ${(await finger.lookup(address.replace("localhost", `localhost:${port}`))).idx.properties.name}`);
  } catch (error) {
    console.log(`  error: ${error.message}`);
  }
}
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
jo@localhost
  server: /.well-known/webfinger?resource=acct:jo@localhost
  asked for: acct:jo@localhost
  name: Jo Doe
jo+news@localhost
  server: /.well-known/webfinger?resource=acct:jo+news@localhost
  asked for: acct:jo news@localhost
  name: Jo Doe
jo&co@localhost
  server: /.well-known/webfinger?resource=acct:jo&co@localhost
  asked for: acct:jo
  name: Jo Doe
http://localhost/users?id=1&x=2
  server: /.well-known/webfinger?resource=http://localhost/users?id=1&x=2
  asked for: http://localhost/users?id=1
  name: Jo Doe
nolinks@localhost
  server: /.well-known/webfinger?resource=acct:nolinks@localhost
  asked for: acct:nolinks@localhost
  error: unknown response from server
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
