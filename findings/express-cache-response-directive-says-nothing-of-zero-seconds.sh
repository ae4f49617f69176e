#!/bin/bash
# express-cache-response-directive: maxAge: 0 is left out, so that {public: true, maxAge: 0} allows caches to keep what they must not.
#
# Versions: express-cache-response-directive 1.1.0, express-cache-controller 1.1.0 to compare with, express 5.3.0 (npm), Node.js.
# Expected: RFC 9111, section 5.2.2.1: max-age=0 says that a response is stale at once; s-maxage=0 (5.2.2.10) says so to shared caches.
#   Section 4.2.2: without them a cache may choose a time itself. Its documentation: maxAge is a number of seconds, or a text as "1 day".
# Seen: cacheControl({maxAge: 0}) sends no header at all, {public: true, maxAge: 0} sends "public", {maxAge: 60, sMaxAge: 0} "public,
#   max-age=60". With maxAge: "0s" it is right. express-cache-controller sends max-age=0 and s-maxage=0.
# Why it matters: it is what one writes for pages that change all the time. With Last-Modified, which files have, browsers and proxies then
#   show the page of some time ago without asking.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts express-cache-response-directive@1.1.0 express-cache-controller@1.1.0 express@5.3.0 \
  >npm.log 2>&1

cat > find.js <<'JS'
const express = require("express");
const controller = require("express-cache-controller");
const directive = require("express-cache-response-directive");

const cases = [
  { maxAge: 60 }, { maxAge: 0 }, { maxAge: "0s" }, { public: true, maxAge: 0 }, { private: true, maxAge: 0 }, { maxAge: 60, sMaxAge: 0 },
];
const app = express();
cases.forEach((options, number) => {
  app.get(`/right/${number}`, controller(options), (request, response) => response.send("hello"));
  app.get(`/seen/${number}`, directive(), (request, response) => {
    response.cacheControl(options);
    response.send("hello");
  });
});
const server = app.listen(0, "127.0.0.1", async () => {
  for (const [number, options] of cases.entries()) {
    const [right, seen] = await Promise.all(["right", "seen"].map(async (path) => {
      const { headers } = await fetch(`http://127.0.0.1:${server.address().port}/${path}/${number}`);
      return headers.get("cache-control") ?? "no header";
    }));
    const compared = options.maxAge === "0s" ? "" : `express-cache-controller "${right}", `;
    console.log(`${JSON.stringify(options)}: ${compared}express-cache-response-directive "${seen}"`);
  }
  process.exit(0);
});
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
{"maxAge":60}: express-cache-controller "max-age=60", express-cache-response-directive "public, max-age=60"
{"maxAge":0}: express-cache-controller "max-age=0", express-cache-response-directive "no header"
{"maxAge":"0s"}: express-cache-response-directive "public, max-age=0"
{"public":true,"maxAge":0}: express-cache-controller "public,max-age=0", express-cache-response-directive "public"
{"private":true,"maxAge":0}: express-cache-controller "private,max-age=0", express-cache-response-directive "private"
{"maxAge":60,"sMaxAge":0}: express-cache-controller "max-age=60,s-maxage=0", express-cache-response-directive "public, max-age=60"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
