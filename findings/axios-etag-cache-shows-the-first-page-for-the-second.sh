#!/bin/bash
# axios-etag-cache: the second page of a list is the first one, a document is empty after its HEAD, and one host's answer is shown for another's.
#
# Versions: axios-etag-cache 1.4.0, axios 1.7.9 (npm), Node.js.
# Expected: RFC 9110, section 8.8.3: an entity tag tells apart representations of one resource; two resources may have the same. RFC 9111, section 2:
#   the key of a cache is the method and the target URI, with its host and query. axios has params and baseURL for parts of it.
# Seen: it keeps answers by config.url alone. After get("/items", { params: { page: 1 } }) the request for page 2 carries page 1's tag; a server that
#   tags both "1", as for a version of its data, answers 304, and page 1 is shown with status 200. After head("/doc") the get("/doc") has no data. A
#   client with another baseURL gets the first one's document.
# Why it matters: lists repeat themselves, and pages show what belongs to others. Servers whose tags are hashes of the content hide
#   it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts axios-etag-cache@1.4.0 axios@1.7.9 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import http from "node:http";
const require = createRequire(import.meta.url);
const axios = require("axios");
const { axiosETAGCache } = require("axios-etag-cache");

const start = (name) => new Promise((resolve) => {
  const server = http.createServer((request, response) => {
    const tag = request.headers["if-none-match"];
    console.log(`  ${name}: ${request.method} ${request.url}, If-None-Match ${tag ?? "missing"}`);
    response.setHeader("ETag", '"1"');
    response.statusCode = tag === '"1"' ? 304 : 200;
    response.end(tag || request.method === "HEAD" ? "" : `${name} ${request.url}`);
  }).listen(0, "127.0.0.1", () => resolve(axiosETAGCache(axios.create({ baseURL: `http://127.0.0.1:${server.address().port}` }))));
});
const one = await start("one");
const two = await start("two");
const tell = async (text, promise) => {
  const { status, data } = await promise;
  console.log(`${text}: ${status}, ${JSON.stringify(data)}`);
};
await tell("page 1", one.get("/items", { params: { page: 1 } }));
await tell("page 2", one.get("/items", { params: { page: 2 } }));
await tell("HEAD", one.head("/doc"));
await tell("GET", one.get("/doc"));
await tell("one", one.get("/me"));
await tell("two", two.get("/me"));
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
  one: GET /items?page=1, If-None-Match missing
page 1: 200, "one /items?page=1"
  one: GET /items?page=2, If-None-Match "1"
page 2: 200, "one /items?page=1"
  one: HEAD /doc, If-None-Match missing
HEAD: 200, ""
  one: GET /doc, If-None-Match "1"
GET: 200, ""
  one: GET /me, If-None-Match missing
one: 200, "one /me"
  two: GET /me, If-None-Match "1"
two: 200, "one /me"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
