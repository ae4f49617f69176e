#!/bin/bash
# @lukesthl/ts-axios-digest-auth: post() sends a GET.
#
# Versions: @lukesthl/ts-axios-digest-auth 1.0.5, axios 1.7.9 (npm), Node.js.
# Expected: axios' documentation: axios.post(url[, data[, config]]) sends a POST; the package is "for axios clients", and has the same methods.
# Seen: put() sends PUT, delete() sends DELETE, and post(url, { a: 1 }) sends GET with {"a":1} for its body, once without and once with the digest.
# Why it matters: cameras and door stations, which still use digests, answer with their state and status 200, and nothing has been set. Servers and proxies
#   may refuse a GET with a body (RFC 9110, section 9.3.1). Use request({ method: "POST", ... }).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @lukesthl/ts-axios-digest-auth@1.0.5 axios@1.7.9 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import http from "node:http";
const { AxiosDigestAuth } = createRequire(import.meta.url)("@lukesthl/ts-axios-digest-auth");

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data));
  request.on("end", () => {
    console.log(`${request.url}: ${request.method} ${body} ${request.headers.authorization ? "with a digest" : "without a digest"}`);
    if (!request.headers.authorization) response.writeHead(401, { "WWW-Authenticate": 'Digest realm="x", nonce="abc", qop="auth"' });
    response.end("ok");
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const client = new AxiosDigestAuth({ username: "jo", password: "secret" });
await client.put(`${url}/put`, { a: 1 });
await client.delete(`${url}/delete`);
await client.post(`${url}/post`, { a: 1 });
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
/put: PUT {"a":1} without a digest
/put: PUT {"a":1} with a digest
/delete: DELETE  without a digest
/delete: DELETE  with a digest
/post: GET {"a":1} without a digest
/post: GET {"a":1} with a digest
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
